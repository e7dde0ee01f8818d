//! `cabana healthcheck`: checks whether the running server is ready. For containers without curl.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use crate::config::Config;
use crate::problem::Problem;

/// Timeout for the connection, and for the whole response.
const PATIENCE: Duration = Duration::from_secs(6);
/// Longest answer about health, in bytes.
const HEALTH: u64 = 16 * 1024;

/// Succeeds if `/readyz` of the server on this machine does.
///
/// # Errors
/// The reason why the server is not ready.
pub fn healthcheck(config: &Config) -> Result<(), Problem> {
    let address = reachable(config.listen);
    match get(address, "/readyz", HEALTH) {
        Ok(answer) if answer.starts_with("HTTP/1.1 200 ") => Ok(()),
        Ok(answer) => Err(Problem::new(format!(
            "not ready: {}",
            answer.lines().last().unwrap_or_default()
        ))),
        Err(error) => Err(Problem::new(format!("{address} does not answer: {error}"))),
    }
}

/// The answer of the server on this machine to a request: head and body, cut after `longest` bytes.
///
/// # Errors
/// If it does not answer.
pub fn get(address: SocketAddr, path: &str, longest: u64) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.take(longest).read_to_string(&mut answer)?;
    Ok(answer)
}

/// The address to connect to: loopback in place of an unspecified address.
pub fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}
