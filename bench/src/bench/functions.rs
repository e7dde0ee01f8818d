//! Functions of pools: a server of AWS's Invoke API in this process, on the load's core.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::spawn_local;

use crate::common::Outcome;

/// How long a slow function takes; it may take five seconds.
pub const SLOW: Duration = Duration::from_millis(1_950);

/// The ARN of a function that answers at once.
pub const QUICK: &str = "arn:aws:lambda:us-east-1:000000000000:function:quick";
/// The ARN of a slow one.
pub const LATE: &str = "arn:aws:lambda:us-east-1:000000000000:function:late";

/// Serves functions until the program ends; returns the address.
///
/// # Errors
/// If no port is free.
pub async fn serve() -> Outcome<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    spawn_local(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A connection that ends is the server's affair.
            spawn_local(async move { answer_all(stream).await.ok() });
        }
    });
    Ok(url)
}

async fn answer_all(mut stream: TcpStream) -> Outcome<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::new();
    loop {
        let (head, body) = loop {
            if let Some(request) = whole(&buffer)? {
                break request;
            }
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        };
        buffer.clear();
        if head.contains("late") {
            tokio::time::sleep(SLOW).await;
        }
        let body = answered(serde_json::from_slice(&body)?).to_string();
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).await?;
    }
}

/// The first line and the body of a request, once all of it is there.
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
    let length: usize = length.ok_or("a call without a length")?.trim().parse()?;
    let body = rest.get(4..4 + length);
    let first = head.lines().next().unwrap_or_default();
    Ok(body.map(|body| (first.to_owned(), body.to_vec())))
}

/// The event with its response: nobody is refused, and a challenge has one round.
fn answered(mut event: Value) -> Value {
    let source = event.get("triggerSource").and_then(Value::as_str);
    let response = match source.unwrap_or_default() {
        "DefineAuthChallenge_Authentication" => {
            let rounds = event.pointer("/request/session").and_then(Value::as_array);
            let done = rounds.is_some_and(|rounds| !rounds.is_empty());
            json!({
                "challengeName": if done { Value::Null } else { "CUSTOM_CHALLENGE".into() },
                "issueTokens": done, "failAuthentication": false,
            })
        }
        "CreateAuthChallenge_Authentication" => json!({
            "publicChallengeParameters": { "hint": "the word" },
            "privateChallengeParameters": { "answer": "cabana" },
        }),
        "VerifyAuthChallengeResponse_Authentication" => json!({ "answerCorrect": true }),
        _ => return event,
    };
    if let Some(event) = event.as_object_mut() {
        event.insert("response".to_owned(), response);
    }
    event
}
