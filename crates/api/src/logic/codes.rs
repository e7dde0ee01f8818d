//! Confirmation codes: six digits, sent to an address, good for a while and for five guesses.
//!
//! Only a keyed hash is kept, bound to user and purpose. Where a client hides which users exist,
//! codes that were never sent are imitated by counters, so that guessing at them feels the same.

use cabana_domain::code::{Code, CodePurpose, Counter};
use cabana_domain::pool::Pool;
use cabana_domain::template::{MessageKind, Values};
use cabana_domain::user::User;
use cabana_domain::{ClientId, Span};
use cabana_model::{CodeDeliveryDetailsType, VerifiedAttributeType};
use cabana_store::Change;
use subtle::ConstantTimeEq;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::messages::{self, Address};

/// After so many wrong guesses a code is dead.
const GUESSES: u32 = 5;

/// A code on its way.
pub struct Sent {
    /// The code and the message.
    pub changes: [Change; 2],
    pub details: CodeDeliveryDetailsType,
}

/// What a guess was.
pub enum Guess {
    /// Right. `take` redeems the code and belongs into the same commit as what it allows.
    Right { code: Code, take: Change },
    /// Wrong, or no such code. `count` is to be committed before the caller is told.
    Wrong { count: Option<Change>, fault: Fault },
}

/// How long a code of this purpose is good for.
fn life(purpose: CodePurpose) -> Span {
    match purpose {
        CodePurpose::ForgotPassword => Span::hours(1),
        _ => Span::hours(24),
    }
}

/// The purpose of the code that verifies an attribute.
pub fn verifies(attribute: VerifiedAttributeType) -> CodePurpose {
    match attribute {
        VerifiedAttributeType::Email => CodePurpose::VerifyEmail,
        VerifiedAttributeType::PhoneNumber => CodePurpose::VerifyPhoneNumber,
    }
}

/// Sends a new code in place of the live one for the same purpose. `client` is where a link leads
/// back to, where the pool sends links to new users.
///
/// # Errors
/// CodeDeliveryFailureException if the server has no transport for it.
pub fn send(
    cx: &Cx<'_>,
    pool: &Pool,
    user: &User,
    purpose: CodePurpose,
    to: &Address,
    client: Option<&ClientId>,
) -> Result<Sent, Fault> {
    let digits = messages::six_digits(cx)?;
    let code = Code {
        pool: pool.id.clone(),
        sub: user.sub.clone(),
        purpose,
        hash: hash(cx, user, purpose, &digits),
        attribute: to.attribute.as_str().to_owned(),
        destination: to.value.clone(),
        guesses: 0,
        created: cx.now(),
        expires: cx.now().after(life(purpose)),
    };
    let by_mail = to.attribute == VerifiedAttributeType::Email;
    let link = client
        .filter(|_| by_mail && messages::confirms_by_link(pool))
        .map(|client| link(cx, pool, user, client, &digits));
    let kind = match (purpose, by_mail) {
        (CodePurpose::ForgotPassword, true) => MessageKind::EmailForgotPassword,
        (CodePurpose::ForgotPassword, false) => MessageKind::SmsForgotPassword,
        (_, true) if link.is_some() => MessageKind::EmailVerificationLink,
        (_, true) => MessageKind::EmailVerification,
        (_, false) => MessageKind::SmsVerification,
    };
    let values = Values {
        code: Some(&digits),
        username: None,
        url: link.as_deref(),
    };
    let message = messages::send(cx, pool, kind, to, values)?;
    Ok(Sent {
        changes: [Change::PutCode(code), message],
        details: to.details(),
    })
}

fn hash(cx: &Cx<'_>, user: &User, purpose: CodePurpose, digits: &str) -> [u8; 32] {
    cx.api.sealer.keyed_hash(&[
        b"code",
        user.pool.as_str().as_bytes(),
        user.sub.as_str().as_bytes(),
        purpose.as_str().as_bytes(),
        digits.as_bytes(),
    ])
}

/// The link that confirms a new user.
fn link(cx: &Cx<'_>, pool: &Pool, user: &User, client: &ClientId, digits: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", client.as_str())
        .append_pair("user_name", &user.username)
        .append_pair("confirmation_code", digits)
        .finish();
    let base = cx.api.settings.public_url.trim_end_matches('/');
    format!("{base}/{}/confirmUser?{query}", pool.id)
}

/// Judges a guess at the user's live code.
///
/// # Errors
/// If the store does not answer.
pub async fn guess(
    cx: &Cx<'_>,
    user: &User,
    purpose: CodePurpose,
    given: &str,
) -> Result<Guess, Fault> {
    let Some(code) = live(cx, user, purpose).await? else {
        return Ok(Guess::Wrong {
            count: None,
            fault: faults::code_expired(),
        });
    };
    let (pool, sub, hash_kept) = (user.pool.clone(), user.sub.clone(), code.hash);
    if bool::from(hash_kept.ct_eq(&hash(cx, user, purpose, given))) {
        let take = Change::TakeCode {
            pool,
            sub,
            purpose,
            hash: hash_kept,
        };
        return Ok(Guess::Right { code, take });
    }
    let count = Change::GuessCode {
        pool,
        sub,
        purpose,
        hash: hash_kept,
        guesses: code.guesses,
    };
    Ok(Guess::Wrong {
        count: Some(count),
        fault: faults::code_mismatch(),
    })
}

/// The same where the client hides who exists: without a live code the guess is at an imitated one,
/// if `pretend` made one for this subject.
///
/// # Errors
/// If the store does not answer.
pub async fn guess_hidden(
    cx: &Cx<'_>,
    pool: &Pool,
    subject: &str,
    user: Option<&User>,
    purpose: CodePurpose,
    given: &str,
) -> Result<Guess, Fault> {
    if let Some(user) = user
        && live(cx, user, purpose).await?.is_some()
    {
        return guess(cx, user, purpose, given).await;
    }
    let key = imitation(cx, pool, subject, purpose);
    let from = cx.store().counter(&key).await?;
    let Some(counter) = from.filter(|it| cx.now() < it.expires && it.count < GUESSES) else {
        return Ok(Guess::Wrong {
            count: None,
            fault: faults::code_expired(),
        });
    };
    let to = Counter {
        count: counter.count + 1,
        last: cx.now(),
        ..counter
    };
    Ok(Guess::Wrong {
        count: Some(Change::PutCounter { key, from, to }),
        fault: faults::code_mismatch(),
    })
}

/// Imitates the sending of a code to somebody who does not exist or cannot get one.
///
/// # Errors
/// If the store does not answer.
pub async fn pretend(
    cx: &Cx<'_>,
    pool: &Pool,
    subject: &str,
    purpose: CodePurpose,
) -> Result<Change, Fault> {
    let key = imitation(cx, pool, subject, purpose);
    let from = cx.store().counter(&key).await?;
    let to = Counter {
        count: 0,
        since: cx.now(),
        last: cx.now(),
        expires: cx.now().after(life(purpose)),
    };
    Ok(Change::PutCounter { key, from, to })
}

fn imitation(cx: &Cx<'_>, pool: &Pool, subject: &str, purpose: CodePurpose) -> [u8; 32] {
    cx.api.sealer.keyed_hash(&[
        b"imitated_code",
        pool.id.as_str().as_bytes(),
        subject.as_bytes(),
        purpose.as_str().as_bytes(),
    ])
}

async fn live(cx: &Cx<'_>, user: &User, purpose: CodePurpose) -> Result<Option<Code>, Fault> {
    let code = cx.store().code(&user.pool, &user.sub, purpose).await?;
    Ok(code.filter(|code| cx.now() < code.expires && code.guesses < GUESSES))
}
