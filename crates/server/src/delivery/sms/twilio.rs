//! Text messages by Twilio: its Messages resource, with Basic authentication.

use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use cabana_domain::message::{Message, MessageContent};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Request, StatusCode};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::TwilioUrl;
use crate::outgoing::Reply;

/// The call that sends a message.
///
/// # Errors
/// If it cannot be written as HTTP.
pub fn call(
    twilio: &TwilioUrl,
    message: &Message,
    content: &MessageContent,
) -> Result<Request<Bytes>, http::Error> {
    let (user, password) = &twilio.login;
    let login = BASE64_STANDARD.encode(format!("{user}:{}", password.expose()));
    let mut login = HeaderValue::from_str(&format!("Basic {login}"))?;
    login.set_sensitive(true);
    let sender = match twilio.from.starts_with("MG") {
        true => "MessagingServiceSid",
        false => "From",
    };
    let form = Serializer::new(String::new())
        .append_pair("To", &message.to)
        .append_pair(sender, &twilio.from)
        .append_pair("Body", &content.body)
        .finish();
    let (endpoint, account) = (&twilio.endpoint, &twilio.account);
    Request::post(format!(
        "{endpoint}/2010-04-01/Accounts/{account}/Messages.json"
    ))
    .header(AUTHORIZATION, login)
    .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
    .body(Bytes::from(form))
}

#[derive(Deserialize)]
struct Refusal {
    code: u64,
    message: String,
}

/// A refusal in Twilio's words, and whether it is about the message.
pub fn refusal(reply: &Reply) -> (String, bool) {
    let words = match serde_json::from_slice::<Refusal>(&reply.body) {
        Ok(refusal) => format!("{}: {}", refusal.code, refusal.message),
        Err(_) => String::from_utf8_lossy(&reply.body).into_owned(),
    };
    (words, reply.status == StatusCode::BAD_REQUEST)
}
