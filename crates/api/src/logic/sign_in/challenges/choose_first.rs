//! SELECT_CHALLENGE: the choice among several first factors.

use cabana_domain::flow::{Challenge, FirstFactor};
use cabana_model::ChallengeNameType;

use super::password_srp::{Beginning, begin_srp};
use super::{Outcome, first_code, proceed, web_authn};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::sign_in::{Attempt, Parameters, first_factor};

/// The API's name of a first factor.
pub(super) fn name(factor: FirstFactor) -> ChallengeNameType {
    match factor {
        FirstFactor::PasswordSrp => ChallengeNameType::PasswordSrp,
        FirstFactor::Password => ChallengeNameType::Password,
        FirstFactor::Email => ChallengeNameType::EmailOtp,
        FirstFactor::Sms => ChallengeNameType::SmsOtp,
        FirstFactor::Passkey => ChallengeNameType::WebAuthn,
    }
}

/// The first factor of this name.
pub(in crate::logic::sign_in) fn of_name(name: ChallengeNameType) -> Option<FirstFactor> {
    match name {
        ChallengeNameType::PasswordSrp => Some(FirstFactor::PasswordSrp),
        ChallengeNameType::Password => Some(FirstFactor::Password),
        ChallengeNameType::EmailOtp => Some(FirstFactor::Email),
        ChallengeNameType::SmsOtp => Some(FirstFactor::Sms),
        ChallengeNameType::WebAuthn => Some(FirstFactor::Passkey),
        _ => None,
    }
}

/// Judges the choice.
pub(super) async fn judge(
    cx: &Cx<'_>,
    attempt: Attempt<'_>,
    responses: &Parameters,
) -> Result<Outcome, Fault> {
    attempt.demand_first(cx)?;
    let answer = responses.need("ANSWER")?;
    let factor = answer.parse().ok().and_then(of_name);
    let factor = factor.ok_or_else(|| faults::invalid_first_choice(answer))?;
    take(cx, attempt, factor, responses).await
}

/// Judges an answer to a first factor: to the one that was asked for, or to another that the user has, which chooses
/// it.
pub(super) async fn answer(
    cx: &Cx<'_>,
    attempt: Attempt<'_>,
    factor: FirstFactor,
    responses: &Parameters,
) -> Result<Outcome, Fault> {
    attempt.demand_first(cx)?;
    match (attempt.session.asked, factor.sent_as()) {
        (Some(Challenge::First(asked)), Some(way)) if asked == factor => {
            first_code::judge(cx, attempt, way, responses).await
        }
        (Some(Challenge::First(FirstFactor::Passkey)), _) if factor == FirstFactor::Passkey => {
            web_authn::judge(cx, attempt, responses).await
        }
        _ => take(cx, attempt, factor, responses).await,
    }
}

/// Judges a first factor whose proof comes with its choice, and asks for any other.
pub(in crate::logic::sign_in) async fn take(
    cx: &Cx<'_>,
    mut attempt: Attempt<'_>,
    factor: FirstFactor,
    given: &Parameters,
) -> Result<Outcome, Fault> {
    if !attempt.first_factors(cx).contains(&factor) {
        return Err(faults::invalid_first_choice(name(factor).as_str()));
    }
    let asked = attempt.session.asked == Some(Challenge::First(factor));
    match (factor, given.get("PASSWORD"), given.get("SRP_A")) {
        (FirstFactor::Password, Some(password), _) => {
            let name = attempt.called().to_owned();
            first_factor::judge_password(cx, attempt, &name, password).await
        }
        (FirstFactor::PasswordSrp, _, Some(srp_a)) => {
            let name = attempt.called().to_owned();
            let user = attempt.known.then_some(attempt.user);
            let device = attempt.session.device.clone();
            // Other sign-ins begin with it, and have no state worth keeping.
            let session = attempt.session.goal.is_some().then_some(attempt.session);
            let beginning = Beginning {
                srp_a,
                device,
                session,
            };
            begin_srp(cx, attempt.client, attempt.pool, &name, user, beginning)
        }
        // The answer to a choice may be that to its challenge.
        (FirstFactor::Passkey, ..) if asked && given.get("CREDENTIAL").is_some() => {
            web_authn::judge(cx, attempt, given).await
        }
        (FirstFactor::Password, None, _) if asked => Err(faults::missing_parameter("PASSWORD")),
        (FirstFactor::PasswordSrp, _, None) if asked => Err(faults::missing_parameter("SRP_A")),
        _ => {
            attempt.session.first = Some(factor);
            proceed(cx, attempt).await
        }
    }
}
