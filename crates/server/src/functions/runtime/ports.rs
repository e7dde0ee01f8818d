//! The ports of functions. They are kept in the data directory, so that a runtime finds its function again after the
//! server was started anew.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Local, routes};
use crate::config::text_file;
use crate::data_dir;
use crate::problem::{Problem, one_line};

/// The ports to choose from.
const PORTS: std::ops::Range<u16> = 9301..9401;

/// The functions that have a port, by name.
pub struct Runtimes {
    file: PathBuf,
    functions: Mutex<BTreeMap<String, Arc<Local>>>,
}

impl Runtimes {
    /// Opens the ports that were kept in the data directory; a port that is taken is replaced.
    ///
    /// # Errors
    /// If the file is not readable.
    pub fn open(data_dir: &Path) -> Result<Self, Problem> {
        let file = data_dir.join("runtime-ports.toml");
        let kept = match file.exists() {
            true => read(&file)?,
            false => BTreeMap::new(),
        };
        let mut functions = BTreeMap::new();
        for (name, port) in kept {
            // One that cannot have its port back gets another when it is asked for.
            if let Ok(function) = listen(&name, port) {
                functions.insert(name, function);
            }
        }
        Ok(Self {
            file,
            functions: Mutex::new(functions),
        })
    }

    /// The function of this name, with a port.
    ///
    /// # Errors
    /// If there is no port left.
    pub fn function(&self, name: &str) -> Result<Arc<Local>, Problem> {
        let mut functions = self
            .functions
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(function) = functions.get(name) {
            return Ok(Arc::clone(function));
        }
        let taken: Vec<u16> = functions.values().map(|function| function.port).collect();
        let mut free = PORTS.filter(|port| !taken.contains(port));
        let function = free
            .find_map(|port| listen(name, port).ok())
            .ok_or_else(|| {
                Problem::new(format!(
                    "no port from {} to {} is free for the function {name}",
                    PORTS.start,
                    PORTS.end - 1
                ))
            })?;
        functions.insert(name.to_owned(), Arc::clone(&function));
        let kept: BTreeMap<&str, u16> = functions
            .iter()
            .map(|(name, function)| (name.as_str(), function.port))
            .collect();
        if let Err(problem) = keep(&self.file, &kept) {
            tracing::warn!(%problem, "the port of a function could not be kept");
        }
        Ok(function)
    }
}

/// Serves the Runtime API of a function on this port of this machine.
fn listen(name: &str, port: u16) -> std::io::Result<Arc<Local>> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let function = Arc::new(Local::new(name.to_owned(), listener.local_addr()?.port()));
    let routes = routes::routes(Arc::clone(&function));
    let name = one_line(name);
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, routes).await {
            tracing::error!(%error, function = name, "the Runtime API of a function ended");
        }
    });
    Ok(function)
}

fn read(file: &Path) -> Result<BTreeMap<String, u16>, Problem> {
    let text = text_file("ports of functions", file)?;
    toml::from_str(&text).map_err(|error| {
        Problem::new(format!(
            "{}: {}; delete it, and it is written again",
            file.display(),
            error.message()
        ))
    })
}

fn keep(file: &Path, ports: &BTreeMap<&str, u16>) -> Result<(), Problem> {
    let text = toml::to_string(ports).map_err(|error| Problem::new(error.to_string()))?;
    data_dir::write_private(file, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_function_keeps_its_port() {
        let folder = std::env::temp_dir().join(format!("cabana-ports-{}", std::process::id()));
        data_dir::create_private_dir(&folder).unwrap();
        let runtimes = Runtimes::open(&folder).unwrap();
        let first = runtimes.function("first").unwrap().port;
        let second = runtimes.function("arn:strange\n\"name").unwrap().port;
        assert!(PORTS.contains(&first) && PORTS.contains(&second) && first != second);
        assert_eq!(runtimes.function("first").unwrap().port, first);
        let kept = read(&folder.join("runtime-ports.toml")).unwrap();
        assert_eq!(kept["first"], first);
        assert_eq!(kept["arn:strange\n\"name"], second);
        // The first server still has its ports: another one on the same data starts with others.
        let other = Runtimes::open(&folder).unwrap();
        assert_ne!(other.function("first").unwrap().port, first);
        std::fs::write(folder.join("runtime-ports.toml"), "nonsense").unwrap();
        assert!(Runtimes::open(&folder).is_err());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
