//! Starts programs, pinned to a core if given, and signals them.

use std::process::{Child, Command};

use super::Outcome;

/// A command that runs on one core only, if one is given (util-linux's `taskset`).
pub fn pinned(program: &str, core: Option<usize>) -> Command {
    match core {
        None => Command::new(program),
        Some(core) => {
            let mut command = Command::new("taskset");
            command.args(["--cpu-list", &core.to_string(), program]);
            command
        }
    }
}

/// Pins this process, and all its later threads, to one core.
///
/// # Errors
/// If there is no `taskset`, or no such core.
pub fn pin_self(core: usize) -> Outcome<()> {
    let (core, own) = (core.to_string(), std::process::id().to_string());
    let done = Command::new("taskset")
        .args(["--cpu-list", "--pid", &core, &own])
        .output()?;
    if !done.status.success() {
        return Err(String::from_utf8_lossy(&done.stderr).trim().into());
    }
    Ok(())
}

/// Sends a process a signal, such as `TERM`.
///
/// # Errors
/// If it is gone.
pub fn signal(child: &Child, name: &str) -> Outcome<()> {
    let done = Command::new("kill")
        .args([&format!("-{name}"), &child.id().to_string()])
        .status()?;
    if !done.success() {
        return Err(format!("process {} is gone", child.id()).into());
    }
    Ok(())
}

/// An unused port.
///
/// # Errors
/// If there is none.
pub fn spare_port() -> Outcome<u16> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    Ok(listener.local_addr()?.port())
}
