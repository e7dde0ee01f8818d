//! Issuing a challenge: what the client is told, and the session that waits for the answer.

use std::collections::BTreeMap;

use cabana_domain::factor::Factor;
use cabana_domain::flow::{AuthSession, Challenge, SentCode};
use cabana_domain::user::User;
use cabana_model::{ChallengeNameType, DeliveryMediumType, VerifiedAttributeType};
use serde_json::{Map, Value, json};

use super::{Attempt, Outcome, seal_session};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::messages::{self, Digits};
use crate::logic::users::{addresses, credentials};

/// A challenge on its way to the client.
#[derive(Clone, Debug)]
pub struct Issued {
    pub name: ChallengeNameType,
    /// None for PASSWORD_VERIFIER, whose state is in its secret block.
    pub session: Option<String>,
    pub parameters: BTreeMap<String, String>,
}

/// The wire's name of a challenge.
pub fn challenge_name(challenge: Challenge) -> ChallengeNameType {
    match challenge {
        Challenge::Password => ChallengeNameType::PasswordVerifier,
        Challenge::NewPassword => ChallengeNameType::NewPasswordRequired,
        Challenge::Factor(Factor::Totp) => ChallengeNameType::SoftwareTokenMfa,
        Challenge::Factor(Factor::Sms) => ChallengeNameType::SmsMfa,
        Challenge::Factor(Factor::Email) => ChallengeNameType::EmailOtp,
        Challenge::ChooseFactor => ChallengeNameType::SelectMfaType,
        Challenge::SetUpFactor => ChallengeNameType::MfaSetup,
    }
}

/// Issues a challenge under a new session, and writes what has changed so far.
pub(super) async fn issue(
    cx: &Cx<'_>,
    mut attempt: Attempt<'_>,
    challenge: Challenge,
) -> Result<Outcome, Fault> {
    let mut parameters = BTreeMap::new();
    parameters.insert("USER_ID_FOR_SRP".to_owned(), attempt.user.username.clone());
    let mut session = AuthSession {
        id: cx.uuid()?,
        asked: Some(challenge),
        sent: None,
        totp_seed: None,
        expires: cx.now().after(attempt.client.session_life()),
        ..attempt.session.clone()
    };
    match challenge {
        Challenge::NewPassword => new_password(&attempt, &mut parameters),
        Challenge::Factor(factor @ (Factor::Sms | Factor::Email)) => {
            let sent = send_code(cx, &mut attempt, &session, factor, &mut parameters).await?;
            session.sent = Some(sent);
        }
        Challenge::ChooseFactor => {
            let names: Vec<_> = addresses::factors(attempt.pool, &attempt.user)
                .into_iter()
                .map(Factor::setting_name)
                .collect();
            parameters.insert("MFAS_CAN_CHOOSE".to_owned(), json!(names).to_string());
        }
        Challenge::SetUpFactor => {
            parameters.insert(
                "MFAS_CAN_SETUP".to_owned(),
                json!([Factor::Totp.setting_name()]).to_string(),
            );
        }
        Challenge::Password | Challenge::Factor(Factor::Totp) => {}
    }
    let (user, changes) = attempt.into_changes();
    super::commit(cx, changes).await?;
    Ok(Outcome::Challenge(Box::new(Issued {
        name: challenge_name(challenge),
        session: Some(seal_session(cx, session, &user)?),
        parameters,
    })))
}

/// Required attributes the user does not have yet, and those they have.
fn new_password(attempt: &Attempt<'_>, parameters: &mut BTreeMap<String, String>) {
    let missing: Vec<_> = missing_required(attempt.pool, &attempt.user)
        .map(|name| format!("userAttributes.{name}"))
        .collect();
    let have: Map<String, Value> = attempt
        .user
        .attributes
        .iter()
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    parameters.insert("requiredAttributes".to_owned(), json!(missing).to_string());
    parameters.insert("userAttributes".to_owned(), Value::Object(have).to_string());
}

/// Names of required attributes the user lacks.
pub(super) fn missing_required<'p>(
    pool: &'p cabana_domain::pool::Pool,
    user: &'p User,
) -> impl Iterator<Item = &'p str> {
    pool.settings
        .schema_attributes
        .iter()
        .flatten()
        .filter(|it| it.required == Some(true))
        .filter_map(|it| it.name.as_deref())
        .filter(|name| user.attribute(name).is_none())
}

async fn send_code(
    cx: &Cx<'_>,
    attempt: &mut Attempt<'_>,
    session: &AuthSession,
    factor: Factor,
    parameters: &mut BTreeMap<String, String>,
) -> Result<SentCode, Fault> {
    let digits = messages::code(
        cx,
        match factor {
            Factor::Email => Digits::Eight,
            Factor::Sms | Factor::Totp => Digits::Six,
        },
    )?;
    let (changes, details) =
        messages::mfa_code(cx, attempt.pool, &attempt.user, factor, &digits).await?;
    attempt.changes.extend(changes);
    let destination = details.destination.unwrap_or_default();
    let attribute = match factor {
        Factor::Sms => VerifiedAttributeType::PhoneNumber,
        Factor::Email | Factor::Totp => VerifiedAttributeType::Email,
    };
    let address = credentials::address_mark(cx, &attempt.user, attribute);
    let medium = details.delivery_medium.unwrap_or(DeliveryMediumType::Email);
    parameters.insert(
        "CODE_DELIVERY_DELIVERY_MEDIUM".to_owned(),
        medium.as_str().to_owned(),
    );
    parameters.insert("CODE_DELIVERY_DESTINATION".to_owned(), destination.clone());
    Ok(SentCode {
        hash: code_hash(cx, session, &digits),
        address: address.unwrap_or_default(),
        destination,
    })
}

/// The hash of a code, bound to the session it was sent for.
pub(super) fn code_hash(cx: &Cx<'_>, session: &AuthSession, digits: &str) -> [u8; 32] {
    cx.api
        .sealer
        .keyed_hash(&[b"mfa", session.id.as_bytes(), digits.as_bytes()])
}
