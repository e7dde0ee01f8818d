//! Text messages as webhooks: `{"to", "body", "poolId", "purpose"}`, signed.

use bytes::Bytes;
use cabana_domain::Time;
use cabana_domain::message::{Message, MessageContent};
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use serde_json::json;
use url::Url;

use crate::outgoing::{Reply, WebhookSecret};

/// The call that hands a message over. Its `webhook-id` is the same in each attempt.
///
/// # Errors
/// If it cannot be written as HTTP.
pub fn call(
    url: &Url,
    secret: &WebhookSecret,
    message: &Message,
    content: &MessageContent,
    now: Time,
) -> Result<Request<Bytes>, http::Error> {
    let body = json!({
        "to": message.to,
        "body": content.body,
        "poolId": message.pool.as_str(),
        "purpose": content.purpose,
    });
    let body = Bytes::from(body.to_string());
    let mut call = Request::post(url.as_str())
        .header(CONTENT_TYPE, "application/json")
        .body(body.clone())?;
    secret.sign(call.headers_mut(), &message.id, now, &body)?;
    Ok(call)
}

/// A refusal in the receiver's words, and whether it is about the message.
pub fn refusal(reply: &Reply) -> (String, bool) {
    let is_final = matches!(
        reply.status,
        StatusCode::BAD_REQUEST
            | StatusCode::GONE
            | StatusCode::PAYLOAD_TOO_LARGE
            | StatusCode::UNPROCESSABLE_ENTITY
    );
    (String::from_utf8_lossy(&reply.body).into_owned(), is_final)
}
