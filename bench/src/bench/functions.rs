//! Functions of pools: a server of AWS's Invoke API in this process, on the load's core.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::spawn_local;

use super::serving::answer_all;
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
            spawn_local(async move {
                stream.set_nodelay(true)?;
                answer_all(stream, answer).await
            });
        }
    });
    Ok(url)
}

async fn answer(path: String, body: Vec<u8>) -> Outcome<Value> {
    if path.contains("late") {
        tokio::time::sleep(SLOW).await;
    }
    Ok(answered(serde_json::from_slice(&body)?))
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
