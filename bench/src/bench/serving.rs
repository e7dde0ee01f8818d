//! As much of an HTTP server as the servers in this process need that the one under test calls.

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::common::Outcome;

/// Answers the requests of a connection, one after another, with JSON made of their path and body.
///
/// # Errors
/// If the connection fails, or a request is malformed.
pub async fn answer_all(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    answer: impl AsyncFn(String, Vec<u8>) -> Outcome<Value>,
) -> Outcome<()> {
    let mut buffer = Vec::new();
    loop {
        let Some((path, body)) = whole(&buffer)? else {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
            continue;
        };
        buffer.clear();
        let body = answer(path, body).await?.to_string();
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).await?;
        stream.flush().await?;
    }
}

/// The path and the body of a request, once all of it is there.
fn whole(buffer: &[u8]) -> Outcome<Option<(String, Vec<u8>)>> {
    let Some(end) = buffer.windows(4).position(|it| it == b"\r\n\r\n") else {
        return Ok(None);
    };
    let (head, rest) = buffer.split_at(end);
    let head = std::str::from_utf8(head)?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then_some(value)
    });
    let length: usize = length.unwrap_or("0").trim().parse()?;
    let path = head.split(' ').nth(1).unwrap_or_default();
    let body = rest.get(4..4 + length);
    Ok(body.map(|body| (path.to_owned(), body.to_vec())))
}
