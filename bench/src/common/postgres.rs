//! A PostgreSQL cluster of our own on a spare port, deleted afterwards. It waits for the disk, as in production.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::folder::Folder;
use super::program::{pinned, spare_port};
use super::{Outcome, random};

/// Folders besides the `PATH` where PostgreSQL's programs may be.
const PLACES: [&str; 2] = ["/usr/local/bin", "/usr/bin"];
const DEBIAN: &str = "/usr/lib/postgresql";
/// Settings of the server: as it comes, but for addresses and connections.
const USER: &str = "cabana";

/// A running cluster; stopped and deleted on drop.
pub struct Postgres {
    bin: PathBuf,
    folder: Folder,
    port: u16,
    password: String,
}

impl Postgres {
    /// Creates a cluster and starts it, pinned to a core if given.
    ///
    /// # Errors
    /// If PostgreSQL is not installed or does not start.
    pub fn start(core: Option<usize>) -> Outcome<Self> {
        let bin = bin().ok_or("PostgreSQL is missing: install it (Debian: postgresql)")?;
        let folder = Folder::new("postgres")?;
        let (port, password) = (spare_port()?, hex::encode(random::<16>()?));
        std::fs::write(folder.path().join("password"), &password)?;
        let cluster = Self {
            bin,
            folder,
            port,
            password,
        };
        cluster.give_folder_away()?;
        cluster.make()?;
        cluster.run(core)?;
        Ok(cluster)
    }

    /// Creates and starts a standby of this cluster.
    ///
    /// # Errors
    /// If it cannot be copied, or does not start.
    pub fn standby(&self) -> Outcome<Self> {
        let standby = Self {
            bin: self.bin.clone(),
            folder: Folder::new("standby")?,
            port: spare_port()?,
            password: self.password.clone(),
        };
        standby.give_folder_away()?;
        let mut copy = standby.program("pg_basebackup", None)?;
        copy.env("PGPASSWORD", &self.password).arg("--pgdata");
        copy.arg(standby.data());
        copy.args(["--write-recovery-conf", "--checkpoint", "fast"]);
        copy.args(["--host", "127.0.0.1", "--username", USER]);
        done(copy.args(["--port", &self.port.to_string()]))?;
        standby.run(None)?;
        Ok(standby)
    }

    pub fn url(&self) -> String {
        let Self { port, password, .. } = self;
        format!("postgres://{USER}:{password}@127.0.0.1:{port}/postgres")
    }

    /// A connection URL that leads to whichever of the two accepts writes.
    pub fn url_of_either(&self, other: &Self) -> String {
        let (password, first, second) = (&self.password, self.port, other.port);
        format!(
            "postgres://{USER}:{password}@127.0.0.1:{first},127.0.0.1:{second}/postgres?target_session_attrs=read-write"
        )
    }

    /// Stops it: `fast` ends every connection, `immediate` equals a crash.
    ///
    /// # Errors
    /// If it is not running.
    pub fn stop(&self, mode: &str) -> Outcome<()> {
        let mut stop = self.program("pg_ctl", None)?;
        stop.arg("--pgdata").arg(self.data());
        done(stop.args(["--mode", mode, "--wait", "stop"]))
    }

    /// Promotes a standby.
    ///
    /// # Errors
    /// If it is not a standby.
    pub fn promote(&self) -> Outcome<()> {
        let mut promote = self.program("pg_ctl", None)?;
        promote.arg("--pgdata").arg(self.data());
        done(promote.args(["--wait", "promote"]))
    }

    /// Runs a SQL query and returns its result as text.
    ///
    /// # Errors
    /// The database's error.
    pub fn ask(&self, sql: &str) -> Outcome<String> {
        let mut psql = self.program("psql", None)?;
        psql.args(["--no-align", "--tuples-only", "--command", sql]);
        let Output {
            status,
            stdout,
            stderr,
        } = psql.arg(self.url()).output()?;
        if !status.success() {
            return Err(String::from_utf8_lossy(&stderr).trim().into());
        }
        Ok(String::from_utf8_lossy(&stdout).trim().to_owned())
    }

    /// PostgreSQL refuses to run as root.
    fn give_folder_away(&self) -> Outcome<()> {
        if is_root()? {
            let path = self.folder.path().as_os_str();
            done(Command::new("chown").args(["-R", "postgres"]).arg(path))?;
        }
        Ok(())
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn make(&self) -> Outcome<()> {
        let mut initdb = self.program("initdb", None)?;
        initdb.arg("--pgdata").arg(self.data());
        initdb.args(["--username", USER, "--encoding", "UTF8"]);
        initdb.args(["--locale", "C.UTF-8", "--auth", "scram-sha-256", "--pwfile"]);
        initdb.arg(self.folder.path().join("password"));
        done(&mut initdb)
    }

    /// Starts it, pinned to a core if given.
    ///
    /// # Errors
    /// If it does not start.
    pub fn run(&self, core: Option<usize>) -> Outcome<()> {
        let port = self.port;
        let mut start = self.program("pg_ctl", core)?;
        start.arg("--pgdata").arg(self.data());
        start.args(["--wait", "--log"]);
        start.arg(self.folder.path().join("log"));
        let folder = self.folder.path().display();
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='{folder}' -c max_connections=200"
        );
        start.args(["--options", &options, "start"]);
        // The cluster keeps its inherited handles open: none of them may be a pipe that we read.
        start.stdin(std::process::Stdio::null());
        start.stdout(std::process::Stdio::null());
        start.stderr(std::process::Stdio::null());
        if !start.status()?.success() {
            let said = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            return Err(format!("PostgreSQL did not start: {}", said.trim()).into());
        }
        Ok(())
    }

    /// A command of PostgreSQL's, run as a user it accepts.
    fn program(&self, name: &str, core: Option<usize>) -> Outcome<Command> {
        let program = self.bin.join(name);
        let program = program.to_string_lossy();
        if !is_root()? {
            return Ok(pinned(&program, core));
        }
        let mut command = pinned("runuser", core);
        command.args(["-u", "postgres", "--", &program]);
        Ok(command)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if !self.data().join("postmaster.pid").exists() {
            return;
        }
        if let Err(error) = self.stop("immediate") {
            eprintln!("PostgreSQL could not be stopped: {error}");
        }
    }
}

fn is_root() -> Outcome<bool> {
    let output = Command::new("id").arg("-u").output()?;
    Ok(output.stdout.trim_ascii() == b"0")
}

fn done(command: &mut Command) -> Outcome<()> {
    let Output { status, stderr, .. } = command.output()?;
    if !status.success() {
        return Err(String::from_utf8_lossy(&stderr).trim().into());
    }
    Ok(())
}

/// The newest folder with `initdb`.
fn bin() -> Option<PathBuf> {
    let versions = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .max()
        .map(|(_, path)| path);
    newest
        .into_iter()
        .chain(PLACES.iter().map(|place| Path::new(place).to_owned()))
        .find(|path| path.join("initdb").exists())
}
