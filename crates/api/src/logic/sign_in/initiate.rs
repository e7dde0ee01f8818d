//! The start of a sign-in, shared by InitiateAuth and AdminInitiateAuth.

use cabana_domain::client::Client;
use cabana_domain::flow::Authentication;
use cabana_domain::pool::Pool;
use cabana_model::{
    AdminInitiateAuthResponse, AdminRespondToAuthChallengeResponse, AuthFlowType,
    AuthenticationResultType, ChallengeNameType, ExplicitAuthFlowsType, InitiateAuthResponse,
    RespondToAuthChallengeResponse,
};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::clients::secret_hash;
use crate::logic::devices;
use crate::logic::sessions;
use crate::logic::sign_in::{self, Answer, Issued, Named, Outcome, Parameters};
use crate::logic::tokens::{self, refresh};
use crate::logic::users;

/// The result of every sign-in operation: tokens or a challenge.
pub enum Reply {
    Tokens(Box<AuthenticationResultType>),
    Challenge(Box<Issued>),
}

/// Converts a reply into the output of each operation; their members are the same.
macro_rules! replies {
    ($($response:ident),*) => {$(
        impl From<Reply> for $response {
            fn from(reply: Reply) -> Self {
                match reply {
                    Reply::Tokens(tokens) => Self {
                        authentication_result: Some(*tokens),
                        challenge_parameters: Some(Default::default()),
                        ..Self::default()
                    },
                    Reply::Challenge(issued) => Self {
                        available_challenges: issued.available_challenges(),
                        challenge_name: Some(issued.name),
                        challenge_parameters: Some(issued.parameters),
                        session: issued.session.map(Into::into),
                        ..Self::default()
                    },
                }
            }
        }
    )*};
}

replies!(
    InitiateAuthResponse,
    AdminInitiateAuthResponse,
    RespondToAuthChallengeResponse,
    AdminRespondToAuthChallengeResponse
);

/// Starts a sign-in with one of the flows.
///
/// # Errors
/// In Cognito's words.
pub async fn initiate(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    flow: AuthFlowType,
    parameters: &Parameters,
    session: Option<&str>,
    admin: bool,
) -> Result<Reply, Fault> {
    use AuthFlowType as F;
    let needed = match flow {
        F::UserPasswordAuth if admin => return Err(faults::flow_not_supported()),
        F::UserPasswordAuth => ExplicitAuthFlowsType::AllowUserPasswordAuth,
        F::UserSrpAuth => ExplicitAuthFlowsType::AllowUserSrpAuth,
        F::AdminUserPasswordAuth | F::AdminNoSrpAuth if admin => {
            ExplicitAuthFlowsType::AllowAdminUserPasswordAuth
        }
        F::AdminUserPasswordAuth | F::AdminNoSrpAuth => return Err(faults::flow_not_supported()),
        F::RefreshTokenAuth | F::RefreshToken => {
            return refreshed(cx, client, pool, parameters, flow, admin).await;
        }
        F::UserAuth => ExplicitAuthFlowsType::AllowUserAuth,
        F::CustomAuth => ExplicitAuthFlowsType::AllowCustomAuth,
    };
    if !client.allows_flow(needed) {
        return Err(faults::flow_not_enabled(flow, admin));
    }
    let typed = parameters.need("USERNAME")?;
    parameters.check_secret_hash(client, &[])?;
    let by_sub = match admin {
        true => users::name_of_sub(cx, pool, typed).await?,
        false => None,
    };
    let name = by_sub.as_deref().unwrap_or(typed);
    let outcome = match flow {
        F::UserSrpAuth => sign_in::start_srp(cx, client, pool, name, parameters).await?,
        F::UserAuth => match session {
            Some(session) => {
                sign_in::signed_up::sign_in(cx, client, pool, parameters, session).await?
            }
            None => sign_in::user_auth::start(cx, client, pool, name, parameters).await?,
        },
        F::CustomAuth => sign_in::custom_auth::start(cx, client, pool, name, parameters).await?,
        _ => {
            let password = parameters.need("PASSWORD")?;
            let first = !client.hides_user_existence();
            let named = Named {
                device: parameters.device_key(),
                goal: None,
            };
            sign_in::with_password(cx, client, pool, name, password, first, named).await?
        }
    };
    answered(cx, client, pool, outcome).await
}

/// Continues a sign-in with an answer to a challenge.
///
/// # Errors
/// In Cognito's words.
pub async fn respond(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    challenge: ChallengeNameType,
    responses: &Parameters,
    session: Option<&str>,
) -> Result<Reply, Fault> {
    responses.need("USERNAME")?;
    let outcome = match challenge {
        ChallengeNameType::PasswordVerifier => {
            sign_in::answer_srp(cx, client, pool, responses).await?
        }
        ChallengeNameType::DeviceSrpAuth => {
            sign_in::start_device(cx, client, pool, responses, session).await?
        }
        ChallengeNameType::DevicePasswordVerifier => {
            sign_in::answer_device(cx, client, pool, responses, session).await?
        }
        _ => {
            let session = session.ok_or_else(|| faults::missing_parameter("Session"))?;
            sign_in::answer(
                cx,
                client,
                pool,
                &Answer {
                    challenge,
                    session,
                    responses,
                },
            )
            .await?
        }
    };
    answered(cx, client, pool, outcome).await
}

async fn answered(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    outcome: Outcome,
) -> Result<Reply, Fault> {
    match outcome {
        Outcome::Challenge(issued) => Ok(Reply::Challenge(issued)),
        Outcome::SignedIn(signed_in) => {
            let tracked = devices::track(cx, pool, client, &signed_in)?;
            let authentication = Authentication {
                device: tracked.key,
                ..signed_in.authentication().clone()
            };
            let grant = tokens::Grant {
                occasion: signed_in.occasion(),
                level_asked: signed_in.level_asked(),
                ..tokens::Grant::api(authentication)
            };
            let issued = tokens::issue(cx, pool, client, signed_in.user(), grant).await;
            let (issued, family) = match issued {
                Ok(issued) => issued,
                Err(fault) => return Err(signed_in.refused(cx, fault).await?),
            };
            let changes = sessions::begun(cx, pool, family);
            sign_in::finish(cx, *signed_in, changes.chain(tracked.change)).await?;
            Ok(Reply::Tokens(Box::new(AuthenticationResultType {
                new_device_metadata: tracked.new,
                ..result(issued)
            })))
        }
    }
}

async fn refreshed(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    parameters: &Parameters,
    flow: AuthFlowType,
    admin: bool,
) -> Result<Reply, Fault> {
    if client.rotation_grace().is_some() {
        return Err(faults::rotation_instead());
    }
    if !client.allows_flow(ExplicitAuthFlowsType::AllowRefreshTokenAuth) {
        return Err(faults::flow_not_enabled(flow, admin));
    }
    let token = parameters.need("REFRESH_TOKEN")?;
    let device = parameters.device_key();
    let redeemed = refresh::find(cx, client, pool, token, device).await?;
    let given = parameters.get("SECRET_HASH");
    // The real name only: the caller need not know whose token it is, so no alias is accepted.
    let checked = secret_hash::check(client, &[&redeemed.user.username], given);
    checked.map_err(|fault| match given {
        Some(_) => faults::refresh_secret_hash_wrong(client.id.as_str()),
        None => fault,
    })?;
    let issued = refresh::redeem(cx, client, pool, redeemed).await?;
    Ok(Reply::Tokens(Box::new(result(issued))))
}

/// Tokens in the API's shape.
pub fn result(issued: tokens::Tokens) -> AuthenticationResultType {
    AuthenticationResultType {
        access_token: Some(issued.access_token.into()),
        id_token: issued.id_token.map(Into::into),
        refresh_token: issued.refresh_token.map(Into::into),
        expires_in: i32::try_from(issued.expires_in).ok(),
        token_type: Some("Bearer".to_owned()),
        new_device_metadata: None,
    }
}
