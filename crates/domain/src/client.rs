//! An app client: an app's registration in a pool.

use cabana_model::{
    ExplicitAuthFlowsType, FeatureType, PreventUserExistenceErrorTypes, Secret, TimeUnitsType,
    UserPoolClientType,
};
use serde::{Deserialize, Serialize};

use crate::session::SSO_MINUTES;
use crate::{ClientId, PoolId, Span, Time};

/// An app client. `settings` is the answer of DescribeUserPoolClient without IDs, dates and secret.
#[derive(Clone, Debug, PartialEq)]
pub struct Client {
    pub id: ClientId,
    pub pool: PoolId,
    /// Incremented by each write; an update names the version it was read at.
    pub version: i64,
    pub settings: UserPoolClientType,
    /// Empty for a public client; at most two while a secret is rotated. Sealed at rest.
    pub secrets: Vec<ClientSecret>,
    /// `SSOSession.MaxValidityMinutes` of SetUserPoolClientSessionConfiguration; `None` until it is set.
    pub sso_minutes: Option<u32>,
    pub created: Time,
    pub modified: Time,
}

/// One of a client's secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientSecret {
    /// `<client id>--<creation time in seconds since the epoch>`.
    pub id: String,
    pub value: Secret,
    pub created: Time,
}

impl Client {
    /// Whether the client must authenticate with a secret.
    pub fn is_confidential(&self) -> bool {
        !self.secrets.is_empty()
    }

    /// Whether unknown users must be indistinguishable from known ones (`PreventUserExistenceErrors`).
    pub fn hides_user_existence(&self) -> bool {
        self.settings.prevent_user_existence_errors == Some(PreventUserExistenceErrorTypes::Enabled)
    }

    /// Whether a flow is allowed; an unset list means refresh, SRP and custom.
    pub fn allows_flow(&self, flow: ExplicitAuthFlowsType) -> bool {
        use ExplicitAuthFlowsType as F;
        match self.settings.explicit_auth_flows.as_deref() {
            None | Some([]) => matches!(
                flow,
                F::AllowRefreshTokenAuth | F::AllowUserSrpAuth | F::AllowCustomAuth
            ),
            Some(flows) => {
                let legacy = |flow| match flow {
                    F::AllowAdminUserPasswordAuth => flows.contains(&F::AdminNoSrpAuth),
                    F::AllowUserPasswordAuth => flows.contains(&F::UserPasswordAuth),
                    F::AllowCustomAuth => flows.contains(&F::CustomAuthFlowOnly),
                    F::AllowUserSrpAuth => flows
                        .iter()
                        .all(|f| matches!(f, F::AdminNoSrpAuth | F::UserPasswordAuth)),
                    F::AllowRefreshTokenAuth => flows.iter().all(|f| {
                        matches!(
                            f,
                            F::AdminNoSrpAuth | F::UserPasswordAuth | F::CustomAuthFlowOnly
                        )
                    }),
                    _ => false,
                };
                flows.contains(&flow) || legacy(flow)
            }
        }
    }

    /// Whether tokens carry `origin_jti` and can be revoked one by one.
    pub fn revokes_tokens(&self) -> bool {
        self.settings.enable_token_revocation.unwrap_or(true)
    }

    /// The grace period of refresh token rotation, or `None` if tokens do not rotate.
    pub fn rotation_grace(&self) -> Option<Span> {
        let rotation = self.settings.refresh_token_rotation.as_ref()?;
        (rotation.feature == FeatureType::Enabled)
            .then(|| Span::seconds(i64::from(rotation.retry_grace_period_seconds.unwrap_or(0))))
    }

    /// Lifetime of an access token.
    pub fn access_token_life(&self) -> Span {
        let unit = self
            .settings
            .token_validity_units
            .as_ref()
            .and_then(|units| units.access_token);
        life(
            self.settings.access_token_validity,
            unit,
            TimeUnitsType::Hours,
            1,
        )
    }

    /// Lifetime of an ID token.
    pub fn id_token_life(&self) -> Span {
        let unit = self
            .settings
            .token_validity_units
            .as_ref()
            .and_then(|units| units.id_token);
        life(
            self.settings.id_token_validity,
            unit,
            TimeUnitsType::Hours,
            1,
        )
    }

    /// Lifetime of a refresh token.
    pub fn refresh_token_life(&self) -> Span {
        let unit = self
            .settings
            .token_validity_units
            .as_ref()
            .and_then(|units| units.refresh_token);
        life(
            Some(self.settings.refresh_token_validity.unwrap_or(0)),
            unit,
            TimeUnitsType::Days,
            30,
        )
    }

    /// How long after a sign-in the client reuses a browser session, in a pool that tracks sessions; zero: never.
    pub fn sso_life(&self) -> Span {
        Span::minutes(self.sso_minutes.unwrap_or(SSO_MINUTES).into())
    }

    /// Lifetime of a `Session` between two challenges.
    pub fn session_life(&self) -> Span {
        Span::minutes(i64::from(self.settings.auth_session_validity.unwrap_or(3)))
    }
}

/// A validity with its unit; unset or 0 means `default`, counted in the default unit.
fn life(
    value: Option<i32>,
    unit: Option<TimeUnitsType>,
    default_unit: TimeUnitsType,
    default: i64,
) -> Span {
    let (value, unit) = match value {
        None | Some(0) => (default, default_unit),
        Some(value) => (i64::from(value), unit.unwrap_or(default_unit)),
    };
    match unit {
        TimeUnitsType::Seconds => Span::seconds(value),
        TimeUnitsType::Minutes => Span::minutes(value),
        TimeUnitsType::Hours => Span::hours(value),
        TimeUnitsType::Days => Span::days(value),
    }
}
