//! `CustomMessage`: texts in place of the pool's, during the request or, where nothing of the answer may depend on the
//! function, from a queue.

use cabana_domain::Time;
use cabana_domain::delivery::Delivery;
use cabana_domain::message::{DeliveryState, Message, Unwritten};
use cabana_domain::pool::Pool;
use cabana_domain::template::{self, MessageKind, Placeholder, Values};
use cabana_domain::trigger::message::{Request, Texts};
use cabana_domain::trigger::{self, Occasion, Source, Trigger, user_attributes};
use cabana_model::DeliveryMediumType;
use cabana_store::{Change, StoreError};

use super::{Call, Failed, Invocation, metadata};
use crate::Api;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::messages::Letter;

/// Longest text message, subject and body of a mail, in characters.
const LONGEST_SMS: usize = 140;
const LONGEST_SUBJECT: usize = 140;
const LONGEST_BODY: usize = 20_000;

/// The texts that a function gives; none means the pool's.
#[derive(Clone, Debug, Default)]
pub struct Given {
    pub subject: Option<String>,
    pub body: Option<String>,
}

/// The reason why a queued message is not written.
#[derive(Debug)]
pub enum NotWritten {
    /// The function could not be called, or reported an error: a retry may help.
    Later(String),
    /// A retry will not help.
    Never(String),
}

/// The function's texts for a message. One call per request, however many messages it sends.
///
/// # Errors
/// As for every function; InvalidParameterException for a text that is empty, too long, or lacks the code.
pub async fn texts(cx: &Cx<'_>, pool: &Pool, letter: Letter<'_>) -> Result<Given, Fault> {
    let Some(call) = call(pool, letter) else {
        return Ok(Given::default());
    };
    let user = letter.user;
    let read = |answer: &[u8]| trigger::read(answer, &user.username);
    let request = request(cx, pool, letter, &call);
    let texts: Texts = call
        .run(cx, &user.username, request, Texts::default(), read)
        .await?;
    given(texts, letter.kind)
}

/// The change that queues a message for its text, if the pool has a function for that. `message`: with the pool's text.
///
/// # Errors
/// If it cannot be written as JSON.
pub fn queue(
    cx: &Cx<'_>,
    pool: &Pool,
    letter: Letter<'_>,
    message: &Message,
) -> Result<Option<Change>, Fault> {
    let Some(call) = call(pool, letter) else {
        return Ok(None);
    };
    let username = &letter.user.username;
    let request = request(cx, pool, letter, &call);
    let event = call.event(cx, username, request, Some(Texts::default()))?;
    let unwritten = Unwritten {
        event: String::from_utf8(event).map_err(Fault::internal)?,
        username: username.clone(),
        kind: letter.kind,
        to: message.to.clone(),
        from: message.from.clone(),
        reply_to: message.reply_to.clone(),
        content: message.content.clone().unwrap_or_default(),
    };
    let unwritten = serde_json::to_string(&unwritten).map_err(Fault::internal)?;
    let delivery = Delivery {
        id: message.id.clone(),
        pool: pool.id.clone(),
        trigger: Trigger::CustomMessage,
        arn: call.arn.to_owned(),
        event: unwritten.into(),
        state: DeliveryState::Queued,
        attempts: 0,
        due: cx.now(),
        error: None,
        created: cx.now(),
    };
    Ok(Some(Change::Deliver(Box::new(delivery))))
}

/// Has the function write a queued message, and puts it into the outbox in place of the delivery.
///
/// # Errors
/// If the function gives no text of use, or the store fails.
pub async fn write(api: &Api, delivery: &Delivery) -> Result<(), NotWritten> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Event {
        trigger_source: String,
    }
    let later = |error: StoreError| NotWritten::Later(error.to_string());
    let unreadable = |error: serde_json::Error| NotWritten::Never(error.to_string());
    let unwritten: Unwritten = serde_json::from_str(delivery.event.expose()).map_err(unreadable)?;
    let event: Event = serde_json::from_str(&unwritten.event).map_err(unreadable)?;
    let invocation = Invocation {
        pool: &delivery.pool,
        source: &event.trigger_source,
        trigger: delivery.trigger,
        arn: &delivery.arn,
    };
    let kind = unwritten.kind;
    let read = |answer: &[u8]| {
        let texts = trigger::read(answer, &unwritten.username)?;
        given(texts, kind).map_err(|fault| Failed {
            reason: fault.message.to_string(),
            fault: Box::new(fault),
            answered: true,
        })
    };
    let event = unwritten.event.clone().into_bytes();
    let given = invocation.answered(api, event, read).await;
    let given = given.map_err(|failed| match failed.answered {
        true => NotWritten::Never(failed.reason),
        false => NotWritten::Later(failed.reason),
    })?;
    let message = written(api.clock.now(), delivery, unwritten, given);
    let (id, attempts) = (delivery.id.clone(), delivery.attempts);
    let queued = match message.medium {
        DeliveryMediumType::Email => &api.mail_queued,
        DeliveryMediumType::Sms => &api.text_queued,
    };
    let changes = vec![
        Change::DeleteDelivery { id, attempts },
        Change::Send(Box::new(message)),
    ];
    api.store.apply(changes).await.map_err(later)?;
    queued.notify_one();
    Ok(())
}

/// The message with the texts that the function gave.
fn written(now: Time, delivery: &Delivery, unwritten: Unwritten, given: Given) -> Message {
    let (kind, mut content) = (unwritten.kind, unwritten.content);
    let values = Values {
        code: content.code.as_deref(),
        username: None,
        url: content.link.as_deref(),
    };
    let subject = given.subject.map(|it| kind.subject(&it, values));
    let body = given.body.map(|it| kind.body(&it, values));
    content.subject = subject.unwrap_or(content.subject);
    content.body = body.unwrap_or(content.body);
    Message {
        id: delivery.id.clone(),
        pool: delivery.pool.clone(),
        medium: medium(kind),
        to: unwritten.to,
        from: unwritten.from,
        reply_to: unwritten.reply_to,
        content: Some(content),
        state: DeliveryState::Queued,
        attempts: 0,
        due: now,
        error: None,
        created: delivery.created,
    }
}

fn medium(kind: MessageKind) -> DeliveryMediumType {
    match kind.is_sms() {
        true => DeliveryMediumType::Sms,
        false => DeliveryMediumType::Email,
    }
}

fn call<'a>(pool: &'a Pool, letter: Letter<'_>) -> Option<Call<'a>> {
    let (trigger, occasion) = (Trigger::CustomMessage, letter.occasion);
    Call::of(pool, Source { trigger, occasion })
}

fn request<'a>(cx: &'a Cx<'_>, pool: &'a Pool, letter: Letter<'a>, call: &Call<'_>) -> Request<'a> {
    let invites = letter.occasion == Occasion::AdminCreateUser;
    Request {
        user_attributes: user_attributes(pool, letter.user),
        code_parameter: "{####}",
        link_parameter: "{##Click Here##}",
        username_parameter: invites.then_some("{username}"),
        client_metadata: metadata::of(cx, call.source),
    }
}

/// The texts for this kind of message.
///
/// # Errors
/// InvalidParameterException for a text that is empty, too long, or lacks a placeholder.
fn given(texts: Texts, kind: MessageKind) -> Result<Given, Fault> {
    let (member, longest, subject, body) = match medium(kind) {
        DeliveryMediumType::Email => (
            "emailBody",
            LONGEST_BODY,
            texts.email_subject,
            texts.email_message,
        ),
        DeliveryMediumType::Sms => ("smsMessage", LONGEST_SMS, None, texts.sms_message),
    };
    if let Some(body) = &body {
        check(member, longest, body)?;
        demand_placeholders(member, kind, body)?;
    }
    if let Some(subject) = &subject {
        check("emailSubject", LONGEST_SUBJECT, subject)?;
    }
    Ok(Given { subject, body })
}

fn check(member: &str, longest: usize, text: &str) -> Result<(), Fault> {
    match text.chars().count() {
        0 => Err(faults::message_empty()),
        length if length > longest => Err(faults::message_too_long(member, longest)),
        _ => Ok(()),
    }
}

fn demand_placeholders(member: &str, kind: MessageKind, body: &str) -> Result<(), Fault> {
    match template::missing(body, kind.needs()).first() {
        None => Ok(()),
        Some(Placeholder::Code) => Err(faults::message_lacks(member, r"\{####\}")),
        Some(Placeholder::Username) => Err(faults::message_lacks(member, r"\{username\}")),
        Some(Placeholder::Link) => Err(faults::message_lacks(member, r"\{##.+##\}")),
    }
}
