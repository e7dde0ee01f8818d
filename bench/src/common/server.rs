//! The server under measurement: `cabana serve` with a folder, keys and a port of its own.

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
/// How long a server may take to be ready.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a server is started with; a server that was stopped or killed comes back by it.
pub struct Setup {
    /// The program.
    pub binary: PathBuf,
    pub folder: Folder,
    /// The core it runs on; all of them if none is named.
    pub core: Option<usize>,
    /// `postgres://…`; SQLite in the folder if there is none.
    pub database: Option<String>,
    port: u16,
    master_key: [u8; 32],
    key_id: String,
    secret: String,
}

impl Setup {
    /// A new server's: new keys, an empty folder, a spare port.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub fn new(binary: &Path, core: Option<usize>, database: Option<String>) -> Outcome<Self> {
        Ok(Self {
            binary: binary.to_owned(),
            folder: Folder::new("bench")?,
            core,
            database,
            port: spare_port()?,
            master_key: random()?,
            key_id: format!("AKIA{}", hex::encode_upper(random::<8>()?)),
            secret: hex::encode(random::<20>()?),
        })
    }

    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// Makes requests that this server takes.
    pub fn requests(&self) -> Requests {
        Requests {
            host: format!("localhost:{}", self.port),
            signer: Signer::new(&self.key_id, &self.secret, REGION),
        }
    }

    /// The server's store, opened by this process: for what no API gives.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub async fn store(&self) -> Outcome<SharedStore> {
        let sealer = Arc::new(Sealer::new(&self.master_key)?);
        Ok(match &self.database {
            None => SqliteStore::open(&self.folder.path().join("data/cabana.db"), sealer)?,
            Some(url) => PostgresStore::connect(url, sealer).await?,
        })
    }

    /// Starts the server and waits until it is ready.
    ///
    /// # Errors
    /// If it ends, or is not ready in time.
    pub async fn start(&self) -> Outcome<Server> {
        let log = self.folder.path().join("log");
        let (address, url) = (self.address(), format!("http://localhost:{}", self.port));
        let program = self.binary.to_string_lossy();
        let begun = Instant::now();
        let mut child = pinned(&program, self.core)
            .args(["serve", "--inbox", "--listen", &address.to_string()])
            .args(["--public-url", &url])
            .arg("--data-dir")
            .arg(self.folder.path().join("data"))
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
                let said = std::fs::read_to_string(&log)?;
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

/// A server that runs; killed if nobody stops it.
pub struct Server {
    child: Child,
    /// From its start until it was ready.
    pub took: Duration,
}

impl Server {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop, as an init system would, and waits.
    ///
    /// # Errors
    /// If it ended badly.
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
