//! A minimal HTTP/1.1 client connection: the load shares the machine with the server it measures.
//!
//! It supports exactly the server's answers: with a `content-length`, kept alive.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Outcome;

/// Largest plausible answer, in bytes.
const LARGEST: usize = 16 * 1024 * 1024;

/// A keep-alive connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer.
pub struct Reply<'c> {
    pub status: u16,
    /// Status line and headers.
    pub head: &'c str,
    pub body: &'c [u8],
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// If the port is closed.
    pub async fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let buffer = Vec::with_capacity(64 * 1024);
        Ok(Self { stream, buffer })
    }

    /// Sends a whole request and waits for the whole answer.
    ///
    /// # Errors
    /// If the connection ends, or the answer is malformed.
    pub async fn send(&mut self, request: &[u8]) -> Outcome<Reply<'_>> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let mut head_length = None;
        let (head_length, whole) = loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server closed the connection".into());
            }
            if head_length.is_none() {
                head_length = end_of_head(&self.buffer);
            }
            let Some(length) = head_length else { continue };
            let (head, _) = self.buffer.split_at(length);
            let whole = length + content_length(std::str::from_utf8(head)?)?;
            if self.buffer.len() >= whole {
                break (length, whole);
            }
        };
        let (head, body) = self.buffer.split_at(head_length);
        let (body, rest) = body.split_at(whole - head_length);
        if !rest.is_empty() {
            return Err("the server sent more than one answer".into());
        }
        let head = std::str::from_utf8(head)?;
        let status = head.get(9..12).and_then(|status| status.parse().ok());
        Ok(Reply {
            status: status.ok_or("no status in the answer")?,
            head,
            body,
        })
    }
}

impl Reply<'_> {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(self.head, name)
    }

    /// The body as text, for messages.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.body).into_owned()
    }
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    let end = b"\r\n\r\n";
    let found = bytes.windows(end.len()).position(|window| window == end)?;
    Some(found + end.len())
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.split("\r\n").skip(1).find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

fn content_length(head: &str) -> Outcome<usize> {
    let length = header(head, "content-length").ok_or("an answer without a length")?;
    let length: usize = length.parse()?;
    if length > LARGEST {
        return Err("an answer that is too large".into());
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_ends_with_an_empty_line_and_names_the_length() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        let end = end_of_head(answer).unwrap();
        let head = std::str::from_utf8(&answer[..end]).unwrap();
        assert_eq!(&answer[end..], b"hello");
        assert_eq!(content_length(head).unwrap(), 5);
        assert!(end_of_head(&answer[..end - 1]).is_none());
        assert!(content_length("HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(content_length("HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n").is_err());
    }
}
