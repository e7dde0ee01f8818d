//! The server under test: `cabana serve` with a folder, keys and a port of its own.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use cabana_store::{Sealer, SharedStore};
use cabana_store_sql::{PostgresStore, SqliteStore};

use super::api::Requests;
use super::folder::Folder;
use super::http::Connection;
use super::program::{pinned, signal, spare_port};
use super::signing::Signer;
use super::{Outcome, random};

const REGION: &str = "us-east-1";
const SENDER: &str = "no-reply@example.com";
/// Longest time until a server is ready.
const PATIENCE: Duration = Duration::from_secs(30);

/// The server's rate limits, as environment variables: an older server without them ignores these.
const LIMITS: [&str; 6] = [
    "CABANA_LIMIT_PER_USER",
    "CABANA_LIMIT_PER_ADDRESS",
    "CABANA_LIMIT_PASSWORDS_PER_ADDRESS",
    "CABANA_LIMIT_PER_CLIENT",
    "CABANA_LIMIT_MESSAGES_PER_DESTINATION",
    "CABANA_MAX_CONNECTIONS_PER_ADDRESS",
];

/// Start parameters of a server; a stopped or killed server is restarted with the same.
pub struct Setup {
    /// The program.
    pub binary: PathBuf,
    pub folder: Folder,
    /// Core to pin it to; `None` for all cores.
    pub core: Option<usize>,
    /// `postgres://…`; `None` for SQLite in the folder.
    pub database: Option<String>,
    /// `smtp://…`; `None` for the built-in inbox.
    pub mail: Option<String>,
    /// `http://…`, where pools' functions are called; an older server without them ignores it.
    pub functions: Option<String>,
    /// The certificate of a server on this machine that it calls, in PEM.
    pub certificate: Option<String>,
    /// The port it listens on.
    port: u16,
    /// Port of its public URL: it differs on further nodes.
    public_port: u16,
    master_key: [u8; 32],
    key_id: String,
    secret: String,
}

impl Setup {
    /// A new server: new keys, an empty folder, a spare port.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub fn new(binary: &Path, core: Option<usize>, database: Option<String>) -> Outcome<Self> {
        let port = spare_port()?;
        Ok(Self {
            binary: binary.canonicalize()?,
            folder: Folder::new("bench")?,
            core,
            database,
            mail: None,
            functions: None,
            certificate: None,
            port,
            public_port: port,
            master_key: random()?,
            key_id: format!("AKIA{}", hex::encode_upper(random::<8>()?)),
            secret: hex::encode(random::<20>()?),
        })
    }

    /// Another node of the same installation: the same database, keys and public URL.
    ///
    /// # Errors
    /// If its folder cannot be made.
    pub fn twin(&self) -> Outcome<Self> {
        Ok(Self {
            binary: self.binary.clone(),
            folder: Folder::new("bench")?,
            core: self.core,
            database: self.database.clone(),
            mail: self.mail.clone(),
            functions: self.functions.clone(),
            certificate: self.certificate.clone(),
            port: spare_port()?,
            public_port: self.public_port,
            master_key: self.master_key,
            key_id: self.key_id.clone(),
            secret: self.secret.clone(),
        })
    }

    /// The folder with the server's data.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The server's output on standard error.
    ///
    /// # Errors
    /// If it was never started.
    pub fn log(&self) -> Outcome<String> {
        Ok(std::fs::read_to_string(self.folder.path().join("log"))?)
    }

    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// Whether a database server is used.
    pub fn has_database(&self) -> bool {
        self.database.is_some()
    }

    /// Builds requests for this server.
    pub fn requests(&self) -> Requests {
        Requests {
            host: format!("localhost:{}", self.public_port),
            signer: Signer::new(&self.key_id, &self.secret, REGION),
        }
    }

    /// Opens the server's store in this process: for data that no API returns.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub async fn store(&self) -> Outcome<SharedStore> {
        let sealer = Arc::new(Sealer::new(&self.master_key)?);
        Ok(match &self.database {
            None => SqliteStore::open(&self.data().join("cabana.db"), sealer)?,
            Some(url) => PostgresStore::connect(url, sealer).await?,
        })
    }

    /// The same for filling it; also returns the length that lists of changes should have.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub async fn store_to_fill(&self) -> Outcome<(SharedStore, usize)> {
        let sealer = Arc::new(Sealer::new(&self.master_key)?);
        Ok(match &self.database {
            // IDs are random: a list that touches every page of their index does so once.
            None => {
                let path = self.data().join("cabana.db");
                (SqliteStore::open_to_fill(&path, sealer)?, 50_000)
            }
            Some(_) => (self.store().await?, 1_000),
        })
    }

    /// Waits until all writes to the file are on disk, so that they do not disturb later measurements. PostgreSQL does
    /// so by itself.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn sync(&self) -> Outcome<()> {
        if self.database.is_none() {
            std::fs::File::open(self.data().join("cabana.db"))?.sync_all()?;
        }
        Ok(())
    }

    /// Starts the server and waits until it is ready.
    ///
    /// # Errors
    /// If it ends, or is not ready in time.
    pub async fn start(&self) -> Outcome<Server> {
        let log = self.folder.path().join("log");
        let address = self.address();
        let url = format!("http://localhost:{}", self.public_port);
        let program = self.binary.to_string_lossy();
        let begun = Instant::now();
        let mut command = pinned(&program, self.core);
        command.args(["serve", "--listen", &address.to_string()]);
        match &self.mail {
            None => command.arg("--inbox"),
            Some(url) => command
                .args(["--mail-from", SENDER])
                .env("CABANA_SMTP_URL", url),
        };
        // All requests of the load come from one address and are meant to be as fast as the server answers.
        for limit in LIMITS {
            command.env(limit, "0");
        }
        if let Some(url) = &self.functions {
            command.env("CABANA_LAMBDA_ENDPOINT", url);
        }
        if let Some(certificate) = &self.certificate {
            let file = self.folder.path().join("certificate.pem");
            std::fs::write(&file, certificate)?;
            command
                .env("SSL_CERT_FILE", file)
                .env("CABANA_ALLOW_PRIVATE_NETWORK", "true");
        }
        let mut child = command
            .args(["--public-url", &url])
            .arg("--data-dir")
            .arg(self.data())
            .current_dir(self.folder.path())
            .env("CABANA_MASTER_KEY", hex::encode(self.master_key))
            .env("CABANA_ROOT_ACCESS_KEY_ID", &self.key_id)
            .env("CABANA_ROOT_SECRET_ACCESS_KEY", &self.secret)
            .env(
                "CABANA_DATABASE",
                self.database.as_deref().unwrap_or("sqlite"),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::options().create(true).append(true).open(&log)?)
            .spawn()?;
        while !is_ready(address, &self.requests()).await {
            if child.try_wait()?.is_some() || begun.elapsed() > PATIENCE {
                let said = self.log()?;
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("the server did not start: {}", said.trim()).into());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(Server {
            child,
            took: begun.elapsed(),
        })
    }
}

async fn is_ready(address: SocketAddr, requests: &Requests) -> bool {
    let Ok(mut connection) = Connection::open(address).await else {
        return false;
    };
    let reply = connection.send(&requests.get("/readyz", "")).await;
    reply.is_ok_and(|reply| reply.status == 200)
}

/// A running server; killed on drop.
pub struct Server {
    child: Child,
    /// Time from its start until it was ready.
    pub took: Duration,
}

impl Server {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Kills it with SIGKILL, as the kernel does when memory runs out.
    ///
    /// # Errors
    /// If it had ended by itself.
    pub fn kill(mut self) -> Outcome<()> {
        if let Some(status) = self.child.try_wait()? {
            return Err(format!("the server had ended before it was killed, with {status}").into());
        }
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Stops it with SIGTERM, as an init system does, and waits.
    ///
    /// # Errors
    /// If it exits with a failure.
    pub fn stop(mut self) -> Outcome<()> {
        signal(&self.child, "TERM")?;
        let status = self.child.wait()?;
        if !status.success() {
            return Err(format!("the server ended with {status}").into());
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been stopped already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
