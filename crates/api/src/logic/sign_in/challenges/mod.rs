//! The challenges: one file each, and the dispatch to them.
//!
//! Each file adds the parameters of its challenge (`issue`) and judges an answer (`judge`). A right answer adds a
//! proof and continues with [`proceed`], the only place that decides which challenge follows.

mod choose_factor;
pub(super) mod choose_first;
mod claim;
pub(super) mod custom;
mod device_srp;
mod first_code;
mod new_password;
mod password_srp;
mod recovery_code;
mod sent_code;
mod set_up_factor;
mod totp;
pub(super) mod web_authn;

use std::collections::BTreeMap;

use cabana_domain::Span;
use cabana_domain::client::Client;
use cabana_domain::factor::Factor;
use cabana_domain::flow::{AuthSession, Challenge, FirstFactor};
use cabana_domain::pool::Pool;
use cabana_domain::trigger::BadAnswer;
use cabana_domain::user::User;
use cabana_model::ChallengeNameType;

use super::session::{Admitted, admit_named, read_session, spend_session};
use super::{Attempt, Outcome, Parameters, commit, proceed, seal_session, stand_in, step_up};
use crate::Caller;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::mfa::set_up;

pub use choose_factor::choose;
pub use device_srp::{answer_device, start_device};
pub use password_srp::{answer_srp, start_srp};
pub use recovery_code::{keep_recovery_codes, recover};
pub use totp::{TOTP_CODE, totp_use};
pub use web_authn::passkey_options;

/// The API's name of a challenge.
pub fn challenge_name(challenge: Challenge) -> ChallengeNameType {
    match challenge {
        Challenge::ChooseFirst => ChallengeNameType::SelectChallenge,
        Challenge::First(factor) => choose_first::name(factor),
        Challenge::NewPassword => ChallengeNameType::NewPasswordRequired,
        Challenge::Factor(Factor::Totp) => ChallengeNameType::SoftwareTokenMfa,
        Challenge::Factor(Factor::Sms) => ChallengeNameType::SmsMfa,
        Challenge::Factor(Factor::Email) => ChallengeNameType::EmailOtp,
        Challenge::ChooseFactor => ChallengeNameType::SelectMfaType,
        // Pages only; the API has no name for the codes.
        Challenge::SetUpFactor | Challenge::RecoveryCodes => ChallengeNameType::MfaSetup,
        Challenge::Custom => ChallengeNameType::CustomChallenge,
        Challenge::Device => ChallengeNameType::DeviceSrpAuth,
    }
}

/// Adds the parameters of a challenge.
async fn prepare(
    cx: &Cx<'_>,
    attempt: &mut Attempt<'_>,
    challenge: Challenge,
    draft: &mut Draft,
) -> Result<(), Fault> {
    match challenge {
        Challenge::First(FirstFactor::Passkey) => web_authn::issue(cx, attempt, draft)?,
        Challenge::First(first) => {
            if let Some(factor) = first.sent_as() {
                first_code::issue(cx, attempt, factor, draft).await?;
            }
        }
        Challenge::NewPassword => new_password::issue(attempt, draft),
        Challenge::Factor(factor @ (Factor::Sms | Factor::Email)) => {
            sent_code::issue(cx, attempt, factor, draft).await?;
        }
        Challenge::ChooseFactor => choose_factor::issue(cx, attempt, draft),
        Challenge::SetUpFactor => set_up_factor::issue(attempt, draft),
        Challenge::Custom => custom::issue(cx, attempt, draft).await?,
        Challenge::RecoveryCodes => recovery_code::issue(cx, draft)?,
        // No parameters: the choice is listed beside them, the code comes from the user's own app, and the device
        // begins its exchange.
        Challenge::ChooseFirst | Challenge::Factor(Factor::Totp) | Challenge::Device => {}
    }
    Ok(())
}

/// Dispatches an answer to its challenge.
async fn judge(
    cx: &Cx<'_>,
    attempt: Attempt<'_>,
    name: ChallengeNameType,
    responses: &Parameters,
) -> Result<Outcome, Fault> {
    use ChallengeNameType as Name;
    // EMAIL_OTP is both a first factor and a second.
    let asked = attempt.session.asked;
    if let Some(factor) = choose_first::of_name(name)
        && matches!(asked, Some(Challenge::ChooseFirst | Challenge::First(_)))
        && attempt.session.custom.is_none()
    {
        return choose_first::answer(cx, attempt, factor, responses).await;
    }
    match name {
        Name::SelectChallenge => choose_first::judge(cx, attempt, responses).await,
        Name::NewPasswordRequired => new_password::judge(cx, attempt, responses).await,
        Name::SoftwareTokenMfa => totp::judge(cx, attempt, responses).await,
        Name::SmsMfa => sent_code::judge_sms(cx, attempt, responses).await,
        Name::EmailOtp => sent_code::judge_email(cx, attempt, responses).await,
        Name::SelectMfaType => choose_factor::judge(cx, attempt, responses).await,
        Name::MfaSetup => set_up_factor::judge(cx, attempt, responses).await,
        Name::CustomChallenge => custom::judge(cx, attempt, responses).await,
        // No session awaits it: a first factor has been shown, or it is answered with another session, or with none.
        _ => Err(faults::session_foreign()),
    }
}

/// A challenge as issued to the client.
#[derive(Clone, Debug)]
pub struct Issued {
    pub challenge: Challenge,
    /// The API's name of the challenge.
    pub name: ChallengeNameType,
    /// `None` for PASSWORD_VERIFIER, whose state is in its secret block.
    pub session: Option<String>,
    pub parameters: BTreeMap<String, String>,
    /// The first factors that the user can choose from while one is asked for: `AvailableChallenges`.
    pub available: Vec<FirstFactor>,
    /// The second factors that the user can choose from while one is asked for, with the masked addresses of codes. For
    /// pages: the API's clients get `MFAS_CAN_CHOOSE` where Cognito sends it.
    pub ways: Vec<(Factor, Option<String>)>,
    /// Whether a recovery code can be used instead.
    pub recovers: bool,
}

impl Issued {
    /// `AvailableChallenges`.
    pub fn available_challenges(&self) -> Option<Vec<ChallengeNameType>> {
        let names = self.available.iter().copied().map(choose_first::name);
        (!self.available.is_empty()).then(|| names.collect())
    }
}

/// A challenge in preparation.
struct Draft {
    parameters: BTreeMap<String, String>,
    /// The session that will await the answer.
    session: AuthSession,
}

impl Draft {
    /// Adds a parameter for the client.
    fn say(&mut self, name: &str, value: String) {
        self.parameters.insert(name.to_owned(), value);
    }
}

/// Lifetime of the session of a challenge. On our own pages there is time to install an authenticator app, to save codes,
/// and to look for a security key or a password; API clients get what their `AuthSessionValidity` says, and so do codes.
fn life(cx: &Cx<'_>, client: &Client, challenge: Challenge) -> Span {
    let takes_time = match challenge {
        Challenge::SetUpFactor | Challenge::RecoveryCodes | Challenge::ChooseFirst => true,
        Challenge::First(factor) => factor.sent_as().is_none(),
        _ => false,
    };
    match (takes_time, &cx.caller) {
        (true, Caller::InProcess) => set_up::LIFE.max(client.session_life()),
        _ => client.session_life(),
    }
}

/// The longest `Session` that a client may send, in characters.
const LONGEST_SESSION: usize = 4_096;

/// Issues a challenge under a new session, and commits the changes so far.
pub async fn issue(
    cx: &Cx<'_>,
    mut attempt: Attempt<'_>,
    challenge: Challenge,
) -> Result<Outcome, Fault> {
    let is_custom = attempt.session.custom.is_some();
    if is_custom && challenge == Challenge::First(FirstFactor::PasswordSrp) {
        return custom::ask_password(cx, attempt).await;
    }
    let is_first = matches!(challenge, Challenge::ChooseFirst | Challenge::First(_));
    let begins = is_first && !attempt.session.has_first_factor();
    let is_sent = matches!(challenge, Challenge::First(factor) if factor.sent_as().is_some());
    // Choosing again and again must not prolong a sign-in. Codes that are sent have a quota.
    let expires = match (attempt.session.asked, challenge) {
        (Some(Challenge::Factor(_)), Challenge::Factor(Factor::Totp)) => attempt.session.expires,
        (Some(Challenge::ChooseFirst | Challenge::First(_)), _)
            if is_first && !begins && !is_sent =>
        {
            attempt.session.expires
        }
        _ => cx.now().after(life(cx, attempt.client, challenge)),
    };
    let expires = step_up::end(&attempt.session, expires);
    let session = AuthSession {
        id: cx.uuid()?,
        asked: Some(challenge),
        typed: attempt.session.typed.clone().filter(|_| begins),
        sent: None,
        totp_seed: None,
        passkey_challenge: None,
        recovery_seed: None,
        expires,
        ..attempt.session.clone()
    };
    let mut draft = Draft {
        parameters: BTreeMap::new(),
        session,
    };
    // Whoever has shown nothing yet does not learn the real name.
    if !begins && challenge != Challenge::Custom {
        draft.say("USER_ID_FOR_SRP", attempt.user.username.clone());
    }
    prepare(cx, &mut attempt, challenge, &mut draft).await?;
    let ways = choose_factor::ways(cx, &attempt, challenge);
    let recovers = recovery_code::can_be_used(cx, &attempt, challenge);
    let available = match is_first {
        true => attempt.first_factors(cx),
        false => Vec::new(),
    };
    let device = attempt.device.take();
    let (user, mut changes) = attempt.into_changes();
    let session = seal_session(cx, draft.session, &user)?;
    if is_custom && session.len() > LONGEST_SESSION {
        tracing::warn!(pool = %user.pool, length = session.len(), "the rounds and private parameters of a custom challenge are too long");
        return Err(faults::bad_answer(BadAnswer::Unrecognizable));
    }
    let device = device.filter(|_| challenge == Challenge::Device);
    changes.extend(device.map(|device| device_srp::keep(cx, device, &session)));
    commit(cx, changes).await?;
    Ok(Outcome::Challenge(Box::new(Issued {
        challenge,
        name: challenge_name(challenge),
        session: Some(session),
        parameters: draft.parameters,
        available,
        ways,
        recovers,
    })))
}

/// An answer to a challenge, as received.
pub struct Answer<'a> {
    pub challenge: ChallengeNameType,
    pub session: &'a str,
    pub responses: &'a Parameters,
}

/// Judges an answer and continues the sign-in.
///
/// # Errors
/// In Cognito's words. A wrong code is counted, and the session stays usable.
pub async fn answer(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    answer: &Answer<'_>,
) -> Result<Outcome, Fault> {
    let name = answer.responses.need("USERNAME")?;
    let mut attempt = resume(cx, client, pool, answer.session, name).await?;
    check_secret_hash(&attempt, answer.responses)?;
    let device = answer.responses.device_key();
    attempt.name_device(cx, device).await?;
    judge(cx, attempt, answer.challenge, answer.responses).await
}

/// Requires the client's secret, over any name of the user.
fn check_secret_hash(attempt: &Attempt<'_>, responses: &Parameters) -> Result<(), Fault> {
    let names = [attempt.user.username.as_str(), attempt.user.sub.as_str()];
    responses.check_secret_hash(attempt.client, &names)
}

/// The attempt that a session of this client belongs to, under this name; the session is used up with its changes.
async fn resume<'a>(
    cx: &Cx<'_>,
    client: &'a Client,
    pool: &'a Pool,
    session: &str,
    name: &str,
) -> Result<Attempt<'a>, Fault> {
    resume_read(cx, client, pool, read_session(cx, session)?, name).await
}

/// The same for a session that has been read.
async fn resume_read<'a>(
    cx: &Cx<'_>,
    client: &'a Client,
    pool: &'a Pool,
    session: AuthSession,
    name: &str,
) -> Result<Attempt<'a>, Fault> {
    let Admitted {
        session,
        user,
        passkeys,
    } = admit_named(cx, client, pool, session, name).await?;
    let known = user.is_some();
    let device = match (&session.device, session.is_admitted()) {
        (Some(key), true) => cx.store().device(&pool.id, &session.sub, key).await?,
        _ => None,
    };
    cx.set_app(&client.id);
    let changes = vec![spend_session(cx, &session)];
    let custom = session.custom.as_ref().and_then(|it| it.typed.as_ref());
    let typed = custom.or(session.typed.as_ref());
    let stand_in = || stand_in::user(cx, pool, typed.map_or(name, String::as_str));
    let user = user.unwrap_or_else(stand_in);
    let mut attempt = Attempt {
        provider: None,
        vouched: None,
        client,
        pool,
        user,
        known,
        passkeys: None,
        session,
        device,
        changed: false,
        names: None,
        changes,
    };
    if let Some(own) = passkeys {
        attempt.take_passkeys(cx, own).await?;
    }
    Ok(attempt)
}

/// Whether a name refers to the user: the real name, `sub`, or any name they may have signed in with.
pub(super) fn is_called(pool: &Pool, user: &User, name: &str) -> bool {
    let name = pool.login_key(name);
    let is = |own: &str| pool.login_key(own) == name;
    is(&user.username)
        || is(user.sub.as_str())
        || ["email", "phone_number", "preferred_username"]
            .into_iter()
            .filter_map(|attribute| user.attribute(attribute))
            .any(is)
}
