//! `CustomMessage`: texts in place of the pool's.

use cabana_domain::pool::Pool;
use cabana_domain::template::{self, MessageKind, Placeholder};
use cabana_domain::trigger::message::{Request, Texts};
use cabana_domain::trigger::{self, Occasion, Source, Trigger, user_attributes};
use cabana_model::DeliveryMediumType;

use super::{Call, metadata};
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

/// The function's texts for a message. One call per request, however many messages it sends.
///
/// # Errors
/// As for every function; InvalidParameterException for a text that is empty, too long, or lacks the code.
pub async fn texts(cx: &Cx<'_>, pool: &Pool, letter: Letter<'_>) -> Result<Given, Fault> {
    let (trigger, occasion, user) = (Trigger::CustomMessage, letter.occasion, letter.user);
    let Some(call) = Call::of(pool, Source { trigger, occasion }) else {
        return Ok(Given::default());
    };
    let invites = occasion == Occasion::AdminCreateUser;
    let request = Request {
        user_attributes: user_attributes(pool, user),
        code_parameter: "{####}",
        link_parameter: "{##Click Here##}",
        username_parameter: invites.then_some("{username}"),
        client_metadata: metadata::of(cx, call.source),
    };
    let read = |answer: &[u8]| trigger::read(answer, &user.username);
    let texts: Texts = call
        .run(cx, &user.username, request, Texts::default(), read)
        .await?;
    let (member, longest, subject, body) = match letter.to.medium() {
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
        demand_placeholders(member, letter.kind, body)?;
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
