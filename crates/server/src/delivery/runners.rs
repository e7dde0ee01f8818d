//! The runners of the outbox, one for each medium, as configured.

use std::sync::Arc;

use cabana_api::Api;
use cabana_model::DeliveryMediumType;
use tokio::sync::Notify;

use super::Destination;
use super::mail::{MAILS_GO_NOWHERE, Sender, Smtp};
use super::sms::{Gateway, TEXTS_GO_NOWHERE};
use crate::config::{Config, Database, MailRoute, SmsRoute};
use crate::jobs::deliveries::Deliveries;
use crate::jobs::messages::Messages;
use crate::jobs::{Lease, Runner};
use crate::problem::Problem;

/// Makes the runner that delivers mails.
///
/// # Errors
/// If the mail server's settings cannot be used.
pub fn mails(config: &Config, api: &Api) -> Result<Runner<Messages>, Problem> {
    let destination = match &config.mail {
        MailRoute::Inbox => Destination::Inbox,
        MailRoute::Nowhere => Destination::Nowhere(MAILS_GO_NOWHERE),
        MailRoute::Smtp(url) => {
            Destination::Smtp(Smtp::new(url, config.smtp_ca.as_deref(), sender(config))?)
        }
    };
    let queued = Arc::clone(&api.mail_queued);
    Ok(worker(
        config,
        api,
        DeliveryMediumType::Email,
        destination,
        queued,
    ))
}

/// Makes the runner that delivers text messages.
///
/// # Errors
/// If the service's settings cannot be used.
pub fn texts(config: &Config, api: &Api) -> Result<Runner<Messages>, Problem> {
    let destination = match &config.sms {
        SmsRoute::Inbox => Destination::Inbox,
        SmsRoute::Nowhere => Destination::Nowhere(TEXTS_GO_NOWHERE),
        SmsRoute::Service(url) => Destination::Gateway(Gateway::new(url, &config.region)?),
    };
    let queued = Arc::clone(&api.text_queued);
    Ok(worker(
        config,
        api,
        DeliveryMediumType::Sms,
        destination,
        queued,
    ))
}

fn worker(
    config: &Config,
    api: &Api,
    medium: DeliveryMediumType,
    destination: Destination,
    queued: Arc<Notify>,
) -> Runner<Messages> {
    Runner {
        job: Messages {
            store: Arc::clone(&api.store),
            clock: Arc::clone(&api.clock),
            medium,
            destination,
        },
        clock: Arc::clone(&api.clock),
        queued,
        lease: Lease::default(),
        alone: is_alone(config),
    }
}

/// Makes the runner that hands messages to the functions that send them.
pub fn deliveries(config: &Config, api: &Arc<Api>) -> Runner<Deliveries> {
    Runner {
        job: Deliveries(Arc::clone(api)),
        clock: Arc::clone(&api.clock),
        queued: Arc::clone(&api.delivery_queued),
        lease: Lease::default(),
        alone: is_alone(config),
    }
}

/// Whether no other node takes jobs: the file is in the data directory, which is locked.
fn is_alone(config: &Config) -> bool {
    matches!(config.database, Database::Sqlite)
}

fn sender(config: &Config) -> Sender {
    let host = config.public_host().to_owned();
    let from = config
        .mail_from
        .clone()
        .unwrap_or_else(|| format!("no-reply@{host}"));
    Sender { from, host }
}
