//! Reading the answers of functions: webhooks, and AWS's Invoke API.

use cabana_api::ports::FunctionError;
use http::StatusCode;
use serde_json::Value;

use crate::outgoing::Reply;
use crate::problem::one_line;

/// Longest message of a function or a server that is passed on, in bytes.
const MESSAGE: usize = 1024;
/// Marks the answer of a function that failed, in the Invoke API.
const FUNCTION_ERROR: &str = "x-amz-function-error";

/// The answer of a webhook: the body of a success. The body of a refusal may be a failure in the form of Lambda.
///
/// # Errors
/// If the function failed, or something else answered.
pub fn of_webhook(reply: Reply) -> Result<Vec<u8>, FunctionError> {
    if reply.status.is_success() {
        return Ok(reply.body.into());
    }
    Err(match failure(&reply.body) {
        Some(message) => FunctionError::Failed(message),
        None => unreachable(reply.status, ""),
    })
}

/// The answer of a function by the Invoke API.
///
/// # Errors
/// If the function failed, or was not invoked.
pub fn of_invoke(reply: Reply) -> Result<Vec<u8>, FunctionError> {
    if reply.status != StatusCode::OK {
        return Err(unreachable(reply.status, &refusal(&reply)));
    }
    if reply.headers.contains_key(FUNCTION_ERROR) {
        let message = failure(&reply.body);
        let message = message.unwrap_or_else(|| "the function failed".to_owned());
        return Err(FunctionError::Failed(message));
    }
    // Runtime interface emulators leave the header out.
    match is_failure(&reply.body) {
        true => Err(FunctionError::Failed(
            failure(&reply.body).unwrap_or_default(),
        )),
        false => Ok(reply.body.into()),
    }
}

/// The message of a failure as Lambda's runtimes report it: `{"errorMessage", "errorType", …}`.
pub fn failure(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let message = body.get("errorMessage")?.as_str()?;
    Some(cut(message))
}

/// Whether a body is a failure and cannot be an event: a function answers with the event that it was given.
fn is_failure(body: &[u8]) -> bool {
    // Most answers are events, and are not parsed a second time.
    if !body
        .windows(14)
        .take(MESSAGE)
        .any(|it| it == b"\"errorMessage\"")
    {
        return false;
    }
    let Ok(Value::Object(members)) = serde_json::from_slice(body) else {
        return false;
    };
    let is_text = |name| members.get(name).is_some_and(Value::is_string);
    is_text("errorMessage") && is_text("errorType") && !members.contains_key("triggerSource")
}

/// Type and message of a refusal by AWS.
fn refusal(reply: &Reply) -> String {
    let kind = reply.headers.get("x-amzn-errortype");
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(':').next().unwrap_or_default();
    let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let message = ["message", "Message"]
        .into_iter()
        .find_map(|name| body.get(name)?.as_str())
        .unwrap_or_default();
    one_line(&cut(&format!("{kind} {message}")))
        .trim()
        .to_owned()
}

fn unreachable(status: StatusCode, words: &str) -> FunctionError {
    let status = match status.is_redirection() {
        true => format!("it answered {status}, and redirects are not followed"),
        false => format!("it answered {status}"),
    };
    FunctionError::Unreachable(match words {
        "" => status,
        words => format!("{status}: {words}"),
    })
}

fn cut(text: &str) -> String {
    let end = text.floor_char_boundary(MESSAGE);
    text.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
