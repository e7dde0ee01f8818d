//! A text message service in use: each message is one call.

use std::time::Duration;

use cabana_domain::Time;
use cabana_domain::message::{Message, MessageContent};

use super::sns::{self, Sns};
use super::{SmsUrl, TwilioUrl, twilio, webhook};
use crate::jobs::Failure;
use crate::outgoing::{Bounds, Client, Reply, WebhookSecret};
use crate::problem::{Problem, one_line};

const BOUNDS: Bounds = Bounds {
    time: Duration::from_secs(15),
    reply: 64 * 1024,
};
/// Characters of a refusal that the record of a message keeps.
const KEPT: usize = 200;

/// A text message service.
pub struct Gateway {
    client: Client,
    service: Service,
}

enum Service {
    Webhook(url::Url, WebhookSecret),
    Sns(Sns),
    Twilio(TwilioUrl),
}

impl Gateway {
    /// Prepares the calls; sends nothing yet. `region` is the server's.
    ///
    /// # Errors
    /// If SNS has no access key, or TLS cannot be set up.
    pub fn new(url: &SmsUrl, region: &str) -> Result<Self, Problem> {
        let service = match url {
            SmsUrl::Webhook { url, secret } => Service::Webhook(url.clone(), secret.clone()),
            SmsUrl::Sns(url) => {
                Service::Sns(Sns::new(url, region, |name| std::env::var(name).ok())?)
            }
            SmsUrl::Twilio(url) => Service::Twilio(url.clone()),
        };
        let client = Client::new()?;
        Ok(Self { client, service })
    }

    /// Sends one message.
    ///
    /// # Errors
    /// If the service did not accept it.
    pub async fn send(
        &self,
        message: &Message,
        content: &MessageContent,
        now: Time,
    ) -> Result<(), Failure> {
        let call = match &self.service {
            Service::Webhook(url, secret) => {
                webhook::call(url, secret, message, content, now).map_err(|error| error.to_string())
            }
            Service::Sns(sns) => sns.call(message, content, now),
            Service::Twilio(url) => {
                twilio::call(url, message, content).map_err(|error| error.to_string())
            }
        };
        match self
            .client
            .call(call.map_err(Failure::Never)?, BOUNDS)
            .await
        {
            Ok(reply) if reply.status.is_success() => Ok(()),
            Ok(reply) => Err(self.refusal(&reply, content)),
            Err(no_reply) => Err(Failure::Later(no_reply.to_string())),
        }
    }

    /// A refusal is final if it is about the message. An operator can fix anything else. It may repeat the message, whose
    /// code must not get into the record.
    fn refusal(&self, reply: &Reply, content: &MessageContent) -> Failure {
        let (said, is_final) = match &self.service {
            Service::Webhook(..) => webhook::refusal(reply),
            Service::Sns(_) => sns::refusal(reply),
            Service::Twilio(_) => twilio::refusal(reply),
        };
        let code = content.code.as_deref().filter(|code| !code.is_empty());
        let said = code.map_or(said.clone(), |code| said.replace(code, "***"));
        let said: String = one_line(said.trim()).chars().take(KEPT).collect();
        let words = match said.is_empty() {
            true => format!("refused with {}", reply.status),
            false => format!("refused with {}: {said}", reply.status),
        };
        match is_final {
            true => Failure::Never(words),
            false => Failure::Later(words),
        }
    }
}
