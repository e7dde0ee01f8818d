//! Hourly quotas per user. Names without an account are counted the same way, so that a limit does not reveal which
//! users exist.

use cabana_domain::code::Counter;
use cabana_domain::pool::Pool;
use cabana_domain::user::User;
use cabana_domain::{Span, Time};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;

const WINDOW: Span = Span::hours(1);

/// The operation that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quota {
    ConfirmSignUp,
    ResendConfirmationCode,
    ForgotPassword,
    ConfirmForgotPassword,
    /// Counts wrong passwords only.
    ChangePassword,
    AttributeCode,
    VerifyAttribute,
    /// Codes sent as second factor of a sign-in.
    SignInCode,
    /// Codes sent as first factor.
    FirstCode,
    /// Counts wrong codes of first factors only.
    FirstCodeGuess,
    /// Notices of what can be repeated at will.
    Notice,
}

impl Quota {
    /// Uses per hour.
    fn limit(self) -> u32 {
        match self {
            Quota::ConfirmSignUp | Quota::VerifyAttribute => 15,
            Quota::ConfirmForgotPassword | Quota::FirstCodeGuess => 20,
            Quota::SignInCode | Quota::FirstCode | Quota::Notice => 10,
            Quota::ResendConfirmationCode
            | Quota::ForgotPassword
            | Quota::ChangePassword
            | Quota::AttributeCode => 5,
        }
    }

    fn window(self) -> Window {
        match self {
            Quota::ConfirmSignUp
            | Quota::ConfirmForgotPassword
            | Quota::ChangePassword
            | Quota::VerifyAttribute
            | Quota::FirstCodeGuess => Window::SinceLast,
            Quota::ResendConfirmationCode
            | Quota::ForgotPassword
            | Quota::AttributeCode
            | Quota::SignInCode
            | Quota::FirstCode
            | Quota::Notice => Window::SinceFirst,
        }
    }

    fn word(self) -> &'static [u8] {
        match self {
            Quota::ConfirmSignUp => b"confirm_sign_up",
            Quota::ResendConfirmationCode => b"resend_confirmation_code",
            Quota::ForgotPassword => b"forgot_password",
            Quota::ConfirmForgotPassword => b"confirm_forgot_password",
            Quota::ChangePassword => b"change_password",
            Quota::AttributeCode => b"attribute_code",
            Quota::VerifyAttribute => b"verify_attribute",
            Quota::SignInCode => b"sign_in_code",
            Quota::FirstCode => b"first_code",
            Quota::FirstCodeGuess => b"first_code_guess",
            Quota::Notice => b"notice",
        }
    }
}

/// End of the hour over which uses are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// An hour after the first use: for operations that people need all day.
    SinceFirst,
    /// An hour after the last use, so that no period of an hour exceeds the limit: for codes that could be guessed.
    SinceLast,
}

/// The key under which a user is counted, by whichever name they are called. A name without an account gets a key of
/// its own, even if it equals the `sub` of another user.
pub fn subject(pool: &Pool, name: &str, user: Option<&User>) -> String {
    match user {
        Some(user) => user.sub.as_str().to_owned(),
        None => format!("name {}", pool.login_key(name)),
    }
}

/// Uses a quota once more. Returns the change that counts the use, to be committed whatever the operation answers.
///
/// # Errors
/// LimitExceededException if the quota of this hour is exhausted.
pub async fn take(cx: &Cx<'_>, pool: &Pool, subject: &str, quota: Quota) -> Result<Change, Fault> {
    Ok(admit(cx, pool, subject, quota).await?.counted(cx))
}

/// Admits an attempt that counts only if it fails.
///
/// # Errors
/// LimitExceededException if the quota of this hour is exhausted.
pub async fn admit(cx: &Cx<'_>, pool: &Pool, subject: &str, quota: Quota) -> Result<Tries, Fault> {
    let key = cx.api.sealer.keyed_hash(&[
        b"quota",
        pool.id.as_str().as_bytes(),
        subject.as_bytes(),
        quota.word(),
    ]);
    Tries::read(cx, key, quota.limit(), quota.window()).await
}

/// Counts one more use under a key with an hourly limit.
///
/// # Errors
/// LimitExceededException if that exceeds `limit`.
pub async fn count(
    cx: &Cx<'_>,
    key: [u8; 32],
    limit: u32,
    window: Window,
) -> Result<Change, Fault> {
    Ok(Tries::read(cx, key, limit, window).await?.counted(cx))
}

/// The uses of this hour, with one more admitted.
pub struct Tries {
    key: [u8; 32],
    from: Option<Counter>,
    count: u32,
    since: Time,
}

impl Tries {
    async fn read(cx: &Cx<'_>, key: [u8; 32], limit: u32, window: Window) -> Result<Self, Fault> {
        let from = cx.store().counter(&key).await?;
        let begins = |counter: &Counter| match window {
            Window::SinceFirst => counter.since,
            Window::SinceLast => counter.last,
        };
        let (count, since) = match from {
            Some(counter) if cx.now() < begins(&counter).after(WINDOW) => {
                (counter.count, counter.since)
            }
            _ => (0, cx.now()),
        };
        if count >= limit {
            return Err(faults::attempt_limit());
        }
        Ok(Self {
            key,
            from,
            count,
            since,
        })
    }

    /// The change that counts this use.
    pub fn counted(&self, cx: &Cx<'_>) -> Change {
        let to = Counter {
            count: self.count + 1,
            since: self.since,
            last: cx.now(),
            expires: cx.now().after(WINDOW),
        };
        let (key, from) = (self.key, self.from);
        Change::PutCounter { key, from, to }
    }

    /// The change that counts nothing, and conflicts with every other use at the same time: none is then judged without
    /// the failures written before it.
    pub fn kept(&self, cx: &Cx<'_>) -> Change {
        let to = Counter {
            count: self.count,
            since: self.since,
            last: self.from.map_or(cx.now(), |counter| counter.last),
            expires: cx.now().after(WINDOW),
        };
        let (key, from) = (self.key, self.from);
        Change::PutCounter { key, from, to }
    }
}

/// Counts the attempt and refuses it.
///
/// # Errors
/// Always: `fault`, or a failure of the store to count the attempt.
pub async fn refuse<T>(cx: &Cx<'_>, counted: Change, fault: Fault) -> Result<T, Fault> {
    cx.commit([counted]).await?;
    Err(fault)
}
