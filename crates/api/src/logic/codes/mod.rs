//! Confirmation codes: six digits, sent to an address, good for a while and for five guesses.
//!
//! Only a keyed hash is kept, bound to user and purpose. Where a client hides which users exist,
//! codes that were never sent are imitated by counters, so that guessing at them feels the same.

pub mod attempts;

use std::collections::BTreeMap;

use cabana_domain::code::{Code, CodePurpose, Counter};
use cabana_domain::pool::Pool;
use cabana_domain::template::{MessageKind, Values};
use cabana_domain::user::User;
use cabana_domain::{ClientId, Span, Sub};
use cabana_model::{CodeDeliveryDetailsType, VerifiedAttributeType};
use cabana_store::Change;
use subtle::ConstantTimeEq;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::messages::destinations::Tally;
use crate::logic::messages::{self, Address, Digits};
use crate::logic::users::sign_up_domains::SignUpDomains;
use crate::logic::users::{attributes, credentials};

/// After so many wrong guesses a code is dead.
const GUESSES: u32 = 5;

/// A code on its way.
pub struct Sent {
    /// The code and the message, with its count.
    pub changes: Vec<Change>,
    pub details: CodeDeliveryDetailsType,
}

/// A guess at a code.
pub struct Guess<'a> {
    /// Whose code, if they exist.
    pub user: Option<&'a User>,
    /// Under what [`pretend`] imitates codes, where the client hides who exists.
    pub imitated: Option<(&'a Pool, &'a str)>,
    pub purpose: CodePurpose,
    pub digits: &'a str,
}

/// What a right guess redeems. `take` belongs into the same commit as what the code allows.
pub struct Redeemed {
    pub code: Code,
    pub take: Change,
}

/// How long a code of this purpose is good for.
fn life(purpose: CodePurpose) -> Span {
    match purpose {
        CodePurpose::ForgotPassword => Span::hours(1),
        _ => Span::hours(24),
    }
}

/// Where the code of somebody who signed up goes: the first of phone and e-mail that they have and
/// the pool verifies by itself; the e-mail, where that decides who may sign up.
pub fn sign_up_address(pool: &Pool, user: &User) -> Option<Address> {
    let email_only = SignUpDomains::of(pool).is_some();
    attributes::VERIFIABLE
        .into_iter()
        .filter(|attribute| pool.auto_verifies(*attribute))
        .filter(|attribute| !email_only || *attribute == VerifiedAttributeType::Email)
        .find_map(|attribute| Address::of(user, attribute))
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
/// CodeDeliveryFailureException if the server has no transport for it; LimitExceededException if the
/// address has had what it gets in an hour.
pub async fn send(
    cx: &Cx<'_>,
    pool: &Pool,
    user: &User,
    purpose: CodePurpose,
    to: &Address,
    client: Option<&ClientId>,
    tally: Tally,
) -> Result<Sent, Fault> {
    let digits = messages::code(cx, Digits::Six)?;
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
    let mut changes = messages::send(cx, pool, kind, to, values, tally).await?;
    changes.push(Change::PutCode(code));
    Ok(Sent {
        changes,
        details: to.details(),
    })
}

/// The hash of a code. A code that sets a new password is bound to the present password, and ends when the user is
/// signed out everywhere.
fn hash(cx: &Cx<'_>, user: &User, purpose: CodePurpose, digits: &str) -> [u8; 32] {
    let password = credentials::password_mark(cx, user);
    let mut parts: Vec<&[u8]> = vec![
        b"code",
        user.pool.as_str().as_bytes(),
        user.sub.as_str().as_bytes(),
        purpose.as_str().as_bytes(),
        digits.as_bytes(),
    ];
    if purpose == CodePurpose::ForgotPassword {
        parts.push(&password);
    }
    cx.api.sealer.keyed_hash(&parts)
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

/// Judges a guess. A wrong one is counted, together with `counted`, before the caller learns of it;
/// after a right one `counted` is still to be committed.
///
/// # Errors
/// CodeMismatchException; ExpiredCodeException where there is no code to guess at;
/// TooManyFailedAttemptsException for one that was guessed at too often.
pub async fn redeem(cx: &Cx<'_>, guess: Guess<'_>, counted: &Change) -> Result<Redeemed, Fault> {
    let live = match (guess.user, guess.imitated) {
        (Some(user), _) => live(cx, user, guess.purpose)
            .await?
            .map(|code| (user, code)),
        // Asked for nobody as for somebody, here and below, so that time does not tell.
        (None, Some((pool, subject))) => {
            let nobody = Sub::new(subject);
            cx.store().code(&pool.id, &nobody, guess.purpose).await?;
            None
        }
        (None, None) => None,
    };
    let imitated = match guess.imitated {
        Some((pool, subject)) => Some(imitate(cx, pool, subject, guess.purpose).await?),
        None => None,
    };
    let none_live = live.is_none();
    let (count, fault) = match live {
        Some((_, code)) if code.guesses >= GUESSES => (None, dead(guess.purpose)),
        Some((user, code)) => {
            let given = hash(cx, user, guess.purpose, guess.digits);
            if bool::from(code.hash.ct_eq(&given)) {
                let take = taking(&code);
                return Ok(Redeemed { code, take });
            }
            (Some(counting(code)), faults::code_mismatch())
        }
        None => (None, faults::code_expired()),
    };
    let changes = std::iter::once(counted.clone()).chain(count);
    // What anybody sees of a wrong guess hangs on what anybody did, not on whether there is a code: one
    // that an administrator had sent shows itself to nobody else. ConfirmSignUp tells, as in Cognito.
    let hides = none_live || guess.purpose == CodePurpose::ForgotPassword;
    let (also, fault) = match imitated.filter(|_| hides) {
        Some(imitated) => imitated,
        None => (None, fault),
    };
    cx.commit(changes.chain(also)).await?;
    Err(fault)
}

fn taking(code: &Code) -> Change {
    Change::TakeCode {
        pool: code.pool.clone(),
        sub: code.sub.clone(),
        purpose: code.purpose,
        hash: code.hash,
    }
}

fn counting(code: Code) -> Change {
    Change::GuessCode {
        pool: code.pool,
        sub: code.sub,
        purpose: code.purpose,
        hash: code.hash,
        guesses: code.guesses,
    }
}

/// What a guess at a code gets that was only pretended to be sent.
async fn imitate(
    cx: &Cx<'_>,
    pool: &Pool,
    subject: &str,
    purpose: CodePurpose,
) -> Result<(Option<Change>, Fault), Fault> {
    let key = imitation(cx, pool, subject, purpose);
    let from = cx.store().counter(&key).await?;
    let Some(counter) = from.filter(|it| cx.now() < it.expires) else {
        return Ok((None, faults::code_expired()));
    };
    if counter.count >= GUESSES {
        return Ok((None, dead(purpose)));
    }
    let to = Counter {
        count: counter.count + 1,
        last: cx.now(),
        ..counter
    };
    let count = Change::PutCounter { key, from, to };
    Ok((Some(count), faults::code_mismatch()))
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
    Ok(code.filter(|code| cx.now() < code.expires && is_for(user, code)))
}

/// Whether the address a code went to is still the user's: a verified one if the code lets them in; if the code
/// verifies an address, it may be the one that awaits verification.
fn is_for(user: &User, code: &Code) -> bool {
    let Ok(attribute) = code.attribute.parse::<VerifiedAttributeType>() else {
        return false;
    };
    let is_among = |addresses: &BTreeMap<String, String>| {
        addresses.get(attribute.as_str()) == Some(&code.destination)
    };
    match code.purpose {
        CodePurpose::ConfirmSignUp => is_among(&user.attributes),
        CodePurpose::ForgotPassword => is_among(&user.attributes) && user.has_verified(attribute),
        CodePurpose::VerifyEmail | CodePurpose::VerifyPhoneNumber => {
            is_among(&user.attributes) || is_among(&user.pending)
        }
    }
}

/// What any guess at a code gets that was guessed at too often, in the words of its operation.
fn dead(purpose: CodePurpose) -> Fault {
    match purpose {
        CodePurpose::ConfirmSignUp | CodePurpose::ForgotPassword => faults::too_many_failures(),
        CodePurpose::VerifyEmail | CodePurpose::VerifyPhoneNumber => faults::code_expired(),
    }
}
