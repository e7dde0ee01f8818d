//! Confirmation codes: six digits, sent to an address, valid for a limited time and for five attempts.
//!
//! Only a keyed hash is stored, bound to user and purpose. If a client hides which users exist, codes that were never
//! sent are imitated by counters, so that attempts on them get the same answers.

pub mod attempts;

use std::collections::BTreeMap;

use cabana_domain::code::{Code, CodePurpose, Counter};
use cabana_domain::pool::Pool;
use cabana_domain::template::{MessageKind, Values};
use cabana_domain::trigger::Occasion;
use cabana_domain::user::User;
use cabana_domain::{ClientId, Span, Sub};
use cabana_model::{CodeDeliveryDetailsType, VerifiedAttributeType};
use cabana_store::Change;
use subtle::ConstantTimeEq;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::messages::destinations::Tally;
use crate::logic::messages::{self, Address, Digits, Letter, Wording};
use crate::logic::users::sign_up_domains::SignUpDomains;
use crate::logic::users::{attributes, credentials};

/// Wrong attempts after which a code is dead.
const GUESSES: u32 = 5;

/// How a code is sent.
#[derive(Clone, Copy)]
pub struct Sending<'a> {
    pub occasion: Occasion,
    pub to: &'a Address,
    /// The client that a link leads back to, if the pool sends links to new users.
    pub link: Option<&'a ClientId>,
    pub tally: Tally,
    pub wording: Wording,
}

/// A code to be sent.
pub struct Sent {
    /// Store the code, enqueue its message and count it.
    pub changes: Vec<Change>,
    pub details: CodeDeliveryDetailsType,
}

/// An attempt at a code.
pub struct Guess<'a> {
    /// The owner of the code, if they exist.
    pub user: Option<&'a User>,
    /// Pool and subject under which [`pretend`] imitates codes, if the client hides which users exist.
    pub imitated: Option<(&'a Pool, &'a str)>,
    pub purpose: CodePurpose,
    pub digits: &'a str,
}

/// The result of a right attempt. Commit `take` together with the change that the code authorizes.
pub struct Redeemed {
    pub code: Code,
    pub take: Change,
}

/// Validity of a code of this purpose.
fn life(purpose: CodePurpose) -> Span {
    match purpose {
        CodePurpose::ForgotPassword => Span::hours(1),
        _ => Span::hours(24),
    }
}

/// Destination of a sign-up code: the first of phone and e-mail that the user has and the pool verifies
/// automatically; the e-mail address if its domain decides who may sign up.
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

/// The purpose of a code that is sent on this occasion to this address.
fn purpose_of(occasion: Occasion, to: &Address) -> CodePurpose {
    match occasion {
        Occasion::ForgotPassword => CodePurpose::ForgotPassword,
        Occasion::UpdateUserAttribute | Occasion::VerifyUserAttribute => verifies(to.attribute),
        _ => CodePurpose::ConfirmSignUp,
    }
}

/// The changes that send a new code, which replaces the live one of the same purpose.
///
/// # Errors
/// CodeDeliveryFailureException if the server has no transport for it; LimitExceededException if the address has
/// reached its messages per hour.
pub async fn send(
    cx: &Cx<'_>,
    pool: &Pool,
    user: &User,
    sending: Sending<'_>,
) -> Result<Sent, Fault> {
    let Sending { occasion, to, .. } = sending;
    let purpose = purpose_of(occasion, to);
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
    let link = sending
        .link
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
    let letter = Letter {
        user,
        occasion,
        kind,
        to,
        values,
        wording: sending.wording,
    };
    let mut changes = messages::send(cx, pool, letter, sending.tally).await?;
    changes.push(Change::PutCode(code));
    Ok(Sent {
        changes,
        details: to.details(),
    })
}

/// The hash of a code. A code that sets a new password is bound to the present password, and invalid after a sign-out
/// everywhere.
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

/// Judges an attempt. A wrong one is counted, and `counted` committed, before the caller learns the result; after a
/// right one the caller still has to commit `counted`.
///
/// # Errors
/// CodeMismatchException; ExpiredCodeException if there is no live code; TooManyFailedAttemptsException if the code
/// has had too many attempts.
pub async fn redeem(cx: &Cx<'_>, guess: Guess<'_>, counted: &Change) -> Result<Redeemed, Fault> {
    let live = match (guess.user, guess.imitated) {
        (Some(user), _) => live(cx, user, guess.purpose)
            .await?
            .map(|code| (user, code)),
        // Read the store for an absent user as well, here and below, so that timing reveals nothing.
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
    // The answer to a wrong attempt depends only on what anonymous callers did, not on whether there is a code: a
    // code that an administrator sent stays hidden from everyone else. ConfirmSignUp does reveal it, as in Cognito.
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

/// Answers an attempt at a code that was only pretended to be sent.
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

/// Imitates sending a code to a user who does not exist or cannot receive one.
///
/// # Errors
/// A failure of the store.
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

/// Whether the address that a code went to is still the user's: a verified one if the code authenticates them; if the
/// code verifies an address, also one that awaits verification.
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

/// The fault for any attempt at a dead code, in the words of its operation.
fn dead(purpose: CodePurpose) -> Fault {
    match purpose {
        CodePurpose::ConfirmSignUp | CodePurpose::ForgotPassword => faults::too_many_failures(),
        CodePurpose::VerifyEmail | CodePurpose::VerifyPhoneNumber => faults::code_expired(),
    }
}
