//! Operators' actions on messages: send a test mail, empty the inbox. Both are recorded in the audit log.

use cabana_domain::PoolId;
use cabana_domain::formats;
use cabana_domain::message::{DeliveryState, Message, MessageContent, Purpose};
use cabana_domain::pool::OPERATORS_POOL;
use cabana_model::DeliveryMediumType;
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::messages;

/// Puts a test mail into the outbox, with the server's own sender.
///
/// # Errors
/// If this is not an e-mail address, the server has no transport for mail, or the caller is read-only.
pub async fn send_test(cx: &Cx<'_>, to: &str) -> Result<(), Fault> {
    cx.demand_write()?;
    if !formats::looks_like_email(to) {
        return Err(faults::bad_email());
    }
    let medium = DeliveryMediumType::Email;
    if !messages::has_transport(cx, medium) {
        return Err(faults::cannot_deliver(medium.as_str()));
    }
    let texts = messages::test_mail(&cx.api.settings.public_url)?;
    let message = Message {
        id: cx.uuid()?,
        pool: PoolId::new(OPERATORS_POOL),
        medium,
        to: to.to_owned(),
        from: None,
        reply_to: None,
        content: Some(MessageContent {
            subject: texts.subject,
            body: texts.body,
            code: None,
            link: None,
            purpose: Purpose::Other,
        }),
        state: DeliveryState::Queued,
        attempts: 0,
        due: cx.now(),
        error: None,
        created: cx.now(),
    };
    let entry = cx.audit_entry("SendTestMail", None, Some(to.to_owned()), None);
    let entry = Change::RecordAudit(Box::new(entry));
    let changes = [Change::Send(Box::new(message)), entry];
    cx.commit(changes).await
}

/// Deletes every message of the inbox.
///
/// # Errors
/// If the caller is read-only, or the store fails.
pub async fn empty_inbox(cx: &Cx<'_>) -> Result<(), Fault> {
    cx.demand_write()?;
    let entry = cx.audit_entry("EmptyInbox", None, None, None);
    let entry = Change::RecordAudit(Box::new(entry));
    cx.commit([Change::ClearInbox { pool: None }, entry]).await
}
