//! Sign-in right after sign-up, by USER_AUTH: the code that confirmed the account is the first factor.
//!
//! SignUp returns a ticket that grants nothing. ConfirmSignUp exchanges it for one that starts a sign-in, valid once
//! and as long as any session.

use cabana_domain::client::Client;
use cabana_domain::factor::Factor;
use cabana_domain::flow::Proof;
use cabana_domain::pool::Pool;
use cabana_domain::user::User;
use cabana_domain::{ClientId, PoolId, Span, Sub, Time, digest};
use cabana_model::{AuthFactorType, ExplicitAuthFlowsType, VerifiedAttributeType};
use cabana_store::Change;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::challenges::is_called;
use super::session::SPENT;
use super::{Attempt, Outcome, Parameters, proceed, step_up};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::pools::tiers::{self, Feature};
use crate::logic::sign_in;
use crate::logic::triggers::pre_authentication;
use crate::logic::users::credentials;

const KIND: &str = "signed_up";
/// As long as the awaited code is valid.
const WAIT: Span = Span::hours(24);

/// A ticket of a user who signed up.
#[derive(Serialize, Deserialize)]
pub struct SignedUp {
    /// Key of the single-use marker.
    id: String,
    pool: PoolId,
    client: ClientId,
    sub: Sub,
    /// The factor by which the confirmed code was sent; `None` before confirmation.
    shown: Option<Factor>,
    /// Marks of the user's credentials, and of the address that the code went to: a change of either invalidates the
    /// ticket.
    #[serde(default, with = "digest")]
    credentials: [u8; 32],
    #[serde(default, with = "digest")]
    address: [u8; 32],
    expires: Time,
}

/// The `Session` of SignUp, if the client allows USER_AUTH.
///
/// # Errors
/// If the system has no randomness.
pub fn begin(cx: &Cx<'_>, client: &Client, user: &User) -> Result<Option<String>, Fault> {
    if !client.allows_flow(ExplicitAuthFlowsType::AllowUserAuth) {
        return Ok(None);
    }
    let ticket = SignedUp {
        id: cx.uuid()?,
        pool: user.pool.clone(),
        client: client.id.clone(),
        sub: user.sub.clone(),
        shown: None,
        credentials: [0; 32],
        address: [0; 32],
        expires: cx.now().after(WAIT),
    };
    sign_in::ticket::seal(cx.api, KIND, &ticket).map(Some)
}

/// Opens a ticket of this client.
///
/// # Errors
/// NotAuthorizedException if it is invalid or too old.
pub fn open(cx: &Cx<'_>, client: &Client, session: &str) -> Result<SignedUp, Fault> {
    let ticket: Option<SignedUp> = sign_in::ticket::open(cx.api, KIND, session);
    let ticket = ticket
        .filter(|it| it.client == client.id && it.pool == client.pool)
        .ok_or_else(faults::session_foreign)?;
    if ticket.expires <= cx.now() {
        return Err(faults::session_expired());
    }
    Ok(ticket)
}

impl SignedUp {
    /// Whether the ticket belongs to the user.
    pub fn is_of(&self, user: &User) -> bool {
        self.sub == user.sub
    }

    /// Whether the user has the same credentials and the same address as when the code was confirmed.
    fn is_as_before(&self, cx: &Cx<'_>, user: &User) -> bool {
        let attribute = match self.shown {
            Some(Factor::Sms) => VerifiedAttributeType::PhoneNumber,
            _ => VerifiedAttributeType::Email,
        };
        let address = credentials::address_mark(cx, user, attribute);
        let same = self.credentials.ct_eq(&credentials::mark(cx, user))
            & self.address.ct_eq(&address.unwrap_or_default());
        address.is_some() && bool::from(same)
    }
}

/// The `Session` of ConfirmSignUp, after a right code sent to this attribute. The bearer of SignUp's session gets it.
/// Amplify sends none: without it, whoever has the code gets one too, if such a code is a first factor in this pool.
/// `user` is the user as stored in the same list.
///
/// # Errors
/// If the system has no randomness.
pub fn confirmed(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    user: &User,
    ticket: Option<&SignedUp>,
    attribute: VerifiedAttributeType,
) -> Result<Option<String>, Fault> {
    let (shown, name) = match attribute {
        VerifiedAttributeType::Email => (Factor::Email, AuthFactorType::EmailOtp),
        VerifiedAttributeType::PhoneNumber => (Factor::Sms, AuthFactorType::SmsOtp),
    };
    let is_first_factor =
        client.allows_flow(ExplicitAuthFlowsType::AllowUserAuth) && pool.allows_first_factor(name);
    if ticket.is_none() && !is_first_factor {
        return Ok(None);
    }
    let ticket = SignedUp {
        id: cx.uuid()?,
        pool: user.pool.clone(),
        client: client.id.clone(),
        sub: user.sub.clone(),
        shown: Some(shown),
        credentials: credentials::mark(cx, user),
        address: credentials::address_mark(cx, user, attribute).unwrap_or_default(),
        expires: cx.now().after(client.session_life()),
    };
    sign_in::ticket::seal(cx.api, KIND, &ticket).map(Some)
}

/// Starts a sign-in with the `Session` of ConfirmSignUp; the pool may still require a second factor.
///
/// # Errors
/// NotAuthorizedException for an invalid session; FeatureUnavailableInTierException.
pub async fn sign_in(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    parameters: &Parameters,
    session: &str,
) -> Result<Outcome, Fault> {
    tiers::demand(&pool.settings, Feature::Passwordless)?;
    let goal = step_up::goal(pool, parameters)?;
    let ticket = open(cx, client, session)?;
    let shown = ticket.shown.ok_or_else(faults::session_foreign)?;
    let user = cx.store().user(&pool.id, &ticket.sub).await?;
    let user = user.ok_or_else(faults::session_foreign)?;
    if !ticket.is_as_before(cx, &user) {
        return Err(faults::session_expired());
    }
    if !is_called(pool, &user, parameters.need("USERNAME")?) {
        return Err(faults::session_foreign());
    }
    pre_authentication::run(cx, client, pool, &user.username, Some(&user)).await?;
    let mut attempt = Attempt::begin(cx, client, pool, user)?;
    attempt.session.goal = goal;
    attempt.name_device(cx, parameters.device_key()).await?;
    attempt.session.proven.push(Proof::FirstCode(shown));
    attempt.changes.push(Change::Spend {
        what: SPENT,
        key: cx
            .api
            .sealer
            .keyed_hash(&[b"signed_up", ticket.id.as_bytes()]),
        expires: ticket.expires,
    });
    proceed(cx, attempt).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tickets_of_earlier_and_later_programs_are_read() {
        let golden = format!(
            r#"{{"id":"a","pool":"us-east-1_a","client":"c","sub":"s","shown":"Email","credentials":{mark:?},
                "address":{mark:?},"expires":9,"later":1}}"#,
            mark = [7; 32]
        );
        let ticket: SignedUp = serde_json::from_str(&golden).unwrap();
        assert_eq!(
            (ticket.shown, ticket.address),
            (Some(Factor::Email), [7; 32])
        );
        let of_schema_3 =
            r#"{"id":"a","pool":"us-east-1_a","client":"c","sub":"s","shown":null,"expires":9}"#;
        let ticket: SignedUp = serde_json::from_str(of_schema_3).unwrap();
        assert_eq!((ticket.shown, ticket.credentials), (None, [0; 32]));
        let unknown = golden.replace("Email", "Pigeon");
        assert!(serde_json::from_str::<SignedUp>(&unknown).is_err());
    }
}
