//! Messages to users: codes, links, invitations. Each message is a change in the list that stores its subject, so
//! that it is sent exactly if that list commits.

mod built_in;
pub mod destinations;
mod texts;

use cabana_domain::client::Client;
use cabana_domain::factor::Factor;
use cabana_domain::mask;
use cabana_domain::message::{DeliveryState, Message, MessageContent};
use cabana_domain::pool::Pool;
use cabana_domain::template::{self, MessageKind, Values};
use cabana_domain::trigger::Occasion;
use cabana_domain::user::User;
use cabana_model::{
    CodeDeliveryDetailsType, DefaultEmailOptionType, DeliveryMediumType, VerifiedAttributeType,
};
use cabana_store::Change;

use self::destinations::Tally;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::codes;
use crate::logic::codes::attempts::Quota;
use crate::logic::triggers::{custom_message, custom_sender};

pub use built_in::{Template, built_in, test_mail};

/// Destination of a message: an e-mail address or a phone number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub attribute: VerifiedAttributeType,
    pub value: String,
}

impl Address {
    /// The user's address of this kind, verified or not.
    pub fn of(user: &User, attribute: VerifiedAttributeType) -> Option<Self> {
        let value = user.attributes.get(attribute.as_str())?.clone();
        Some(Self { attribute, value })
    }

    /// The medium that reaches it.
    pub fn medium(&self) -> DeliveryMediumType {
        medium(self.attribute)
    }

    /// The address, masked, in replies.
    pub fn details(&self) -> CodeDeliveryDetailsType {
        let masked = match self.attribute {
            VerifiedAttributeType::Email => mask::email(&self.value),
            VerifiedAttributeType::PhoneNumber => mask::phone_number(&self.value),
        };
        CodeDeliveryDetailsType {
            attribute_name: Some(self.attribute.as_str().to_owned()),
            delivery_medium: Some(self.medium()),
            destination: Some(masked),
        }
    }
}

/// The medium that reaches an attribute.
pub fn medium(attribute: VerifiedAttributeType) -> DeliveryMediumType {
    match attribute {
        VerifiedAttributeType::Email => DeliveryMediumType::Email,
        VerifiedAttributeType::PhoneNumber => DeliveryMediumType::Sms,
    }
}

/// Whether messages of a pool can be sent by this medium.
pub fn can_send(cx: &Cx<'_>, pool: &Pool, medium: DeliveryMediumType) -> bool {
    custom_sender::is_set(pool, medium) || has_transport(cx, medium)
}

/// Whether the server has a transport for this medium.
pub fn has_transport(cx: &Cx<'_>, medium: DeliveryMediumType) -> bool {
    match medium {
        DeliveryMediumType::Email => cx.api.settings.transports.email,
        DeliveryMediumType::Sms => cx.api.settings.transports.sms,
    }
}

/// The fault for a message that the server has no transport for. Also logged, because the person it was meant for
/// cannot fix it.
pub fn undeliverable(pool: &Pool, to: &Address) -> Fault {
    let reason = match to.medium() {
        DeliveryMediumType::Email => "no mail server is set (--smtp-url)",
        DeliveryMediumType::Sms => "this server cannot send text messages",
    };
    let masked = to.details().destination.unwrap_or_default();
    tracing::warn!(pool = %pool.id, to = masked, reason, "message not sent");
    faults::cannot_deliver(to.medium().as_str())
}

/// Number of digits of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digits {
    Six,
    /// Codes that sign in by mail.
    Eight,
}

/// Random digits, uniformly distributed.
///
/// # Errors
/// If the system has no randomness.
pub fn code(cx: &Cx<'_>, digits: Digits) -> Result<String, Fault> {
    let (width, numbers) = match digits {
        Digits::Six => (6, 1_000_000),
        Digits::Eight => (8, 100_000_000),
    };
    // Reject numbers above the last whole multiple: they would favour the small ones.
    let even = u32::MAX - u32::MAX % numbers;
    loop {
        let number = u32::from_be_bytes(cx.random()?);
        if number < even {
            return Ok(format!("{:0width$}", number % numbers));
        }
    }
}

/// Whether new users of the pool confirm with a link instead of a code.
pub fn confirms_by_link(pool: &Pool) -> bool {
    let template = pool.settings.verification_message_template.as_ref();
    template.and_then(|it| it.default_email_option) == Some(DefaultEmailOptionType::ConfirmWithLink)
}

/// When the pool's function writes a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wording {
    /// During the request, which fails with the function.
    AtOnce,
    /// From the outbox, after the answer: for messages that anybody can have sent to whoever has a name, where the time
    /// of the answer, or the function's failure, would tell that somebody has.
    Afterwards,
}

impl Wording {
    /// For a message that anybody can have sent with this client by a name.
    pub fn by_name(client: &Client) -> Self {
        match client.hides_user_existence() {
            true => Wording::Afterwards,
            false => Wording::AtOnce,
        }
    }
}

/// A message to a user, before it is written.
#[derive(Clone, Copy)]
pub struct Letter<'a> {
    pub user: &'a User,
    /// The occasion, for the pool's functions.
    pub occasion: Occasion,
    pub kind: MessageKind,
    pub to: &'a Address,
    pub values: Values<'a>,
    pub wording: Wording,
}

/// The changes that send a message and count it at its address: through the pool's function that sends messages, or
/// with the texts of its function for texts, of the pool, or the built-in ones.
///
/// # Errors
/// CodeDeliveryFailureException if the server has no transport for it; LimitExceededException if the address has
/// reached its messages per hour; those of the function.
pub async fn send(
    cx: &Cx<'_>,
    pool: &Pool,
    letter: Letter<'_>,
    tally: Tally,
) -> Result<Vec<Change>, Fault> {
    let (to, kind) = (letter.to, letter.kind);
    let medium = to.medium();
    if !can_send(cx, pool, medium) {
        return Err(undeliverable(pool, to));
    }
    let counted = destinations::count(cx, pool, medium, &to.value, tally).await?;
    if let Some(delivery) = custom_sender::queue(cx, pool, letter)? {
        return Ok(counted.into_iter().chain([delivery]).collect());
    }
    if letter.wording == Wording::Afterwards {
        let texts = texts::pools(pool, kind)?;
        let message = message(cx, pool, (kind, to, letter.values), texts)?;
        let queued = custom_message::queue(cx, pool, letter, &message)?;
        let change = queued.unwrap_or_else(|| Change::Send(Box::new(message)));
        return Ok(counted.into_iter().chain([change]).collect());
    }
    let texts = texts::of(cx, pool, letter).await?;
    let lacks = template::missing(&texts.1, kind.needs());
    if is_invitation(kind) && !lacks.is_empty() {
        tracing::warn!(pool = %pool.id, missing = ?lacks, "an invitation is not sent: its template lacks placeholders");
        return Ok(Vec::new());
    }
    let message = message(cx, pool, (kind, to, letter.values), texts)?;
    Ok(counted
        .into_iter()
        .chain([Change::Send(Box::new(message))])
        .collect())
}

/// Whether Cognito does not deliver this kind of message, and reports no error, if its text lacks a placeholder.
fn is_invitation(kind: MessageKind) -> bool {
    matches!(
        kind,
        MessageKind::EmailInvitation
            | MessageKind::EmailInvitationWithoutPassword
            | MessageKind::SmsInvitation
            | MessageKind::SmsInvitationWithoutPassword
    )
}

fn message(
    cx: &Cx<'_>,
    pool: &Pool,
    (kind, to, values): (MessageKind, &Address, Values<'_>),
    (subject, body): (String, String),
) -> Result<Message, Fault> {
    let medium = to.medium();
    let from = pool.settings.email_configuration.as_ref();
    let by_mail = |text: Option<String>| text.filter(|_| medium == DeliveryMediumType::Email);
    Ok(Message {
        id: cx.uuid()?,
        pool: pool.id.clone(),
        medium,
        to: to.value.clone(),
        from: by_mail(from.and_then(|it| {
            let identity = it.source_arn.as_deref().and_then(identity_address);
            it.from.clone().or(identity)
        })),
        reply_to: by_mail(from.and_then(|it| it.reply_to_email_address.clone())),
        content: Some(MessageContent {
            subject: kind.subject(&subject, values),
            body: kind.body(&body, values),
            code: values.code.map(str::to_owned),
            link: values.url.map(str::to_owned),
            purpose: kind.purpose(),
        }),
        state: DeliveryState::Queued,
        attempts: 0,
        due: cx.now(),
        error: None,
        created: cx.now(),
    })
}

/// The address in the ARN of an SES identity; `None` if the identity is a whole domain.
fn identity_address(arn: &str) -> Option<String> {
    let (_, identity) = arn.rsplit_once("identity/")?;
    identity.contains('@').then(|| identity.to_owned())
}

/// The changes that send the code of a second factor by mail or text, and the masked destination. Counts for the user
/// and for the address.
///
/// # Errors
/// InvalidParameterException if the user has no such address, or, in the words of sign-in operations, if the server
/// has no transport for it; LimitExceededException after too many this hour.
pub async fn mfa_code(
    cx: &Cx<'_>,
    pool: &Pool,
    user: &User,
    factor: Factor,
    digits: &str,
) -> Result<(Vec<Change>, CodeDeliveryDetailsType), Fault> {
    let attribute = match factor {
        Factor::Sms => VerifiedAttributeType::PhoneNumber,
        Factor::Email => VerifiedAttributeType::Email,
        Factor::Totp => {
            return Err(Fault::internal("authenticator app codes are never sent"));
        }
    };
    let to =
        Address::of(user, attribute).ok_or_else(|| faults::no_attribute_for(medium(attribute)))?;
    let tally = match user.has_verified(attribute) {
        true => Tally::SignIn,
        false => Tally::SignInUnverified,
    };
    let sending = (tally, Wording::AtOnce);
    let mut changes = sign_in_code(cx, pool, user, &to, digits, sending).await?;
    // A limit of 0 is for tests, which sign the same user in all day long.
    if cx.api.settings.limits.messages_per_destination != 0 {
        changes.push(codes::attempts::take(cx, pool, user.sub.as_str(), Quota::SignInCode).await?);
    }
    Ok((changes, to.details()))
}

/// The changes that send a code that signs in, as first factor or second, and count it for the address.
///
/// # Errors
/// In the words of sign-in operations, if the server has no transport for it; LimitExceededException if the address has
/// reached its messages per hour; those of the pool's functions.
pub async fn sign_in_code(
    cx: &Cx<'_>,
    pool: &Pool,
    user: &User,
    to: &Address,
    digits: &str,
    (tally, wording): (Tally, Wording),
) -> Result<Vec<Change>, Fault> {
    if !can_send(cx, pool, to.medium()) {
        undeliverable(pool, to);
        return Err(faults::not_set_up_to_send(to.medium()));
    }
    let kind = match to.medium() {
        DeliveryMediumType::Email => MessageKind::EmailSignIn,
        DeliveryMediumType::Sms => MessageKind::SmsSignIn,
    };
    let values = Values {
        code: Some(digits),
        ..Values::default()
    };
    let letter = Letter {
        user,
        occasion: Occasion::Authentication,
        kind,
        to,
        values,
        wording,
    };
    send(cx, pool, letter, tally).await
}

/// The change that tells a user of something about the account, in the server's own words and through its own transport:
/// to the verified e-mail address, else by text message to the verified number. Not counted per address, so that nobody
/// can silence it. `None` if nothing reaches the user. `kinds`: the message as a mail and as a text message.
///
/// # Errors
/// If the system has no randomness.
pub fn notice(
    cx: &Cx<'_>,
    pool: &Pool,
    user: &User,
    kinds: [MessageKind; 2],
) -> Result<Option<Change>, Fault> {
    let ways = [
        VerifiedAttributeType::Email,
        VerifiedAttributeType::PhoneNumber,
    ];
    let mut ways = ways
        .into_iter()
        .zip(kinds)
        // Anybody can enter anybody's address.
        .filter(|(attribute, _)| user.has_verified(*attribute))
        .filter_map(|(attribute, kind)| Some((Address::of(user, attribute)?, kind)));
    let Some((to, kind)) = ways.find(|(to, _)| has_transport(cx, to.medium())) else {
        return Ok(None);
    };
    let texts = texts::pools(pool, kind)?;
    let message = message(cx, pool, (kind, &to, Values::default()), texts)?;
    Ok(Some(Change::Send(Box::new(message))))
}

/// The changes that send an administrator's invitation, with the temporary password if there is one; none if its text
/// lacks a required placeholder: Cognito does not deliver it then either, and reports no error.
///
/// # Errors
/// CodeDeliveryFailureException if the server has no transport for it.
pub async fn invitation(
    cx: &Cx<'_>,
    pool: &Pool,
    user: &User,
    to: &Address,
    (username, password): (&str, Option<&str>),
) -> Result<Vec<Change>, Fault> {
    let kind = match (to.medium(), password) {
        (DeliveryMediumType::Email, Some(_)) => MessageKind::EmailInvitation,
        (DeliveryMediumType::Email, None) => MessageKind::EmailInvitationWithoutPassword,
        (DeliveryMediumType::Sms, Some(_)) => MessageKind::SmsInvitation,
        (DeliveryMediumType::Sms, None) => MessageKind::SmsInvitationWithoutPassword,
    };
    let values = Values {
        code: password,
        username: Some(username),
        url: None,
    };
    let letter = Letter {
        user,
        occasion: Occasion::AdminCreateUser,
        kind,
        to,
        values,
        wording: Wording::AtOnce,
    };
    send(cx, pool, letter, Tally::Administrator).await
}
