//! The program under test: a directory of its own, and `cabana dev` in it.

// Each test binary uses only some of it.
#![allow(dead_code, clippy::unwrap_used)]

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("cabana-program-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The program in `folder`, without any environment variables that could configure it.
pub fn cabana(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cabana"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CABANA_")) {
        command.env_remove(name);
    }
    command.current_dir(folder).stdin(Stdio::null());
    command
}

pub fn outcome(command: &mut Command) -> (bool, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    (
        status.success(),
        format!(
            "{}{}",
            String::from_utf8_lossy(&stdout),
            String::from_utf8_lossy(&stderr)
        ),
    )
}

fn spare_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// A started server that is ready; killed if a test fails.
pub struct Running(pub Child, pub u16);

impl Running {
    pub fn start(folder: &Folder) -> Self {
        Self::with(folder, &[])
    }

    /// `cabana dev` with additional flags.
    pub fn with(folder: &Folder, flags: &[&str]) -> Self {
        let port = spare_port();
        let listen = format!("127.0.0.1:{port}");
        let child = cabana(&folder.0)
            .args(["dev", "--listen", &listen])
            .args(flags)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let running = Self(child.unwrap(), port);
        let begun = Instant::now();
        while !running.get("/readyz").starts_with("HTTP/1.1 200") {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "not ready after a minute"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        running
    }

    pub fn get(&self, path: &str) -> String {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.1)) else {
            return String::new();
        };
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: localhost:{}\r\nconnection: close\r\n\r\n",
            self.1
        )
        .unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    }

    /// Stops it as an init system would, and returns whether it ended well.
    pub fn stop(mut self) -> bool {
        let pid = self.0.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        self.0.wait().unwrap().success()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}
