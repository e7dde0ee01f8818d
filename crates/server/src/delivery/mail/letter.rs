//! The mail for a message of the outbox.

use std::time::SystemTime;

use cabana_domain::message::{Message, MessageContent};
use cabana_domain::template::plain_text;
use lettre::message::{Mailbox, MultiPart};

/// Whether text is a mail address, with or without a name before it.
pub fn is_mailbox(text: &str) -> bool {
    text.parse::<Mailbox>().is_ok()
}

/// The default sender, and the host in message ids.
#[derive(Clone, Debug)]
pub struct Sender {
    pub from: String,
    pub host: String,
}

/// Builds the mail: an HTML body, like Cognito's, with a plain-text alternative.
///
/// # Errors
/// If an address is invalid, which no retry can change.
pub fn letter(
    message: &Message,
    content: &MessageContent,
    sender: &Sender,
    date: SystemTime,
) -> Result<lettre::Message, String> {
    let mailbox = |what: &str, text: &str| -> Result<Mailbox, String> {
        text.parse()
            .map_err(|error| format!("the {what} address is invalid: {error}"))
    };
    let subject: String = content
        .subject
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let mut builder = lettre::Message::builder()
        .from(mailbox(
            "sender's",
            message.from.as_deref().unwrap_or(&sender.from),
        )?)
        .to(mailbox("receiver's", &message.to)?)
        .subject(subject)
        .date(date)
        .message_id(Some(format!("<{}@{}>", message.id, sender.host)));
    if let Some(reply_to) = &message.reply_to {
        builder = builder.reply_to(mailbox("reply", reply_to)?);
    }
    builder
        .multipart(MultiPart::alternative_plain_html(
            plain_text(&content.body),
            content.body.clone(),
        ))
        .map_err(|error| format!("the mail cannot be built: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cabana_domain::message::{DeliveryState, Purpose};
    use cabana_domain::{PoolId, Time};
    use cabana_model::DeliveryMediumType;

    fn sent(from: Option<&str>, to: &str, subject: &str, body: &str) -> Result<String, String> {
        let message = Message {
            id: "8e2f0f6c-0000-4000-8000-000000000001".to_owned(),
            pool: PoolId::new("us-east-1_abc"),
            medium: DeliveryMediumType::Email,
            to: to.to_owned(),
            from: from.map(str::to_owned),
            reply_to: Some("help@example.com".to_owned()),
            content: None,
            state: DeliveryState::Queued,
            attempts: 1,
            due: Time::from_seconds(0),
            error: None,
            created: Time::from_seconds(0),
        };
        let content = MessageContent {
            subject: subject.to_owned(),
            body: body.to_owned(),
            code: None,
            link: None,
            purpose: Purpose::SignIn,
        };
        let sender = Sender {
            from: "no-reply@example.com".to_owned(),
            host: "login.example.com".to_owned(),
        };
        let mail = letter(&message, &content, &sender, SystemTime::UNIX_EPOCH)?;
        Ok(String::from_utf8(mail.formatted()).unwrap())
    }

    #[test]
    fn a_mail_says_who_sends_it_and_carries_a_text_beside_the_html() {
        let body = "<p>Your code is <b>123456</b></p>";
        let mail = sent(None, "dora@example.com", "Your verification code", body).unwrap();
        for part in [
            "From: no-reply@example.com\r\n",
            "To: dora@example.com\r\n",
            "Reply-To: help@example.com\r\n",
            "Subject: Your verification code\r\n",
            "Message-ID: <8e2f0f6c-0000-4000-8000-000000000001@login.example.com>\r\n",
            "Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n",
            "Content-Type: multipart/alternative;",
            "Content-Type: text/plain; charset=utf-8\r\n",
            "Content-Type: text/html; charset=utf-8\r\n",
            "\r\n\r\nYour code is 123456\r\n",
            "<b>123456</b>",
        ] {
            assert!(mail.contains(part), "{part:?} is missing in {mail}");
        }
        let mail = sent(
            Some("Example <login@example.com>"),
            "dora@example.com",
            "Code",
            body,
        )
        .unwrap();
        assert!(
            mail.contains("From: Example <login@example.com>\r\n"),
            "{mail}"
        );
    }

    #[test]
    fn nothing_smuggles_a_header_or_a_second_receiver_in() {
        let mail = sent(
            None,
            "dora@example.com",
            "Code\r\nBcc: eve@example.com",
            "x",
        )
        .unwrap();
        assert!(!mail.contains("\r\nBcc"), "{mail}");
        for address in [
            "dora@example.com, eve@example.com",
            "dora@example.com\r\nBcc: eve@example.com",
            "dora",
            "",
        ] {
            assert!(sent(None, address, "Code", "x").is_err(), "{address:?}");
        }
    }
}
