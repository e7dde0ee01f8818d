//! The client credentials grant: a token for a machine, with the same code as GetClientToken.

use cabana_api::limits::Category;
use cabana_api::logic::clients::oauth;
use cabana_api::logic::tokens;
use cabana_api::{Cx, Fault, faults};
use cabana_domain::client::Client;
use cabana_model::{ErrorKind, OAuthFlowType};
use serde_json::{Map, Value};

use super::Answer;
use crate::authorize;
use crate::authorize::errors::{Kind, Refusal};
use crate::visit::Visit;

pub async fn issue(visit: &Visit, client: &Client) -> Result<Answer, Refusal> {
    let asked: Option<Vec<String>> = visit.form.get("scope").map(|scopes| {
        let scopes = scopes.split_ascii_whitespace();
        scopes.map(str::to_owned).collect()
    });
    let metadata = metadata(visit)?;
    let cx = visit.cx().with_client_metadata(metadata.as_ref());
    let counted = cx
        .api
        .limits
        .category(Category::ClientAuthentication, cx.now());
    counted.map_err(|_| Kind::TooManyRequests)?;
    let token = match tokens::client_credentials::demand_grant(client) {
        Ok(()) => {
            let refusal = faults::scope_not_allowed;
            tokens::client_credentials::issue(&cx, client, visit.pool(), asked.as_deref(), refusal)
                .await
        }
        Err(fault) => Err(fault),
    };
    match token {
        Ok(token) => Ok(Answer {
            id_token: None,
            access_token: token.access_token,
            refresh_token: None,
            expires_in: token.expires_in,
            token_type: "Bearer",
            scope: Some(token.scopes.join(" ")),
        }),
        Err(fault) if fault.kind == ErrorKind::NotAuthorizedException => Err(denied(client)),
        Err(fault) if fault.kind == ErrorKind::ScopeDoesNotExistException => {
            let asked = asked.unwrap_or_default();
            Err(bad_scope(&cx, visit, &asked, fault).await?)
        }
        Err(fault) => Err(fault.into()),
    }
}

/// Values for the function that changes the token (`aws_client_metadata`, a JSON object).
fn metadata(visit: &Visit) -> Result<Option<Map<String, Value>>, Refusal> {
    const NAME: &str = "aws_client_metadata";
    let Some(given) = visit.form.get(NAME) else {
        return Ok(None);
    };
    let read = serde_json::from_str(given);
    read.map(Some)
        .map_err(|_| Refusal::new(Kind::InvalidRequest, format!("{NAME} is no JSON object")))
}

/// As documented: scopes that exist but are not the client's fail the grant. The standard has one error for all.
async fn bad_scope(
    cx: &Cx<'_>,
    visit: &Visit,
    asked: &[String],
    fault: Fault,
) -> Result<Refusal, Fault> {
    let there = oauth::active(cx, &visit.pool().id, asked).await?;
    let mut refusal = Refusal::from(fault);
    let exist = asked.iter().all(|scope| there.contains(scope));
    if exist && !visit.pool().speaks_standard() {
        refusal.kind = Kind::InvalidGrant;
    }
    Ok(refusal)
}

/// Cognito's recorded error for a client without `AllowedOAuthFlowsUserPoolClient`; the description names the setting.
fn denied(client: &Client) -> Refusal {
    if client.settings.allowed_oauth_flows_user_pool_client != Some(true) {
        return Refusal::new(Kind::InvalidGrant, authorize::NO_FLOWS);
    }
    match authorize::demand_flow(&client.settings, OAuthFlowType::ClientCredentials) {
        Err(refusal) => refusal,
        Ok(()) => Refusal::new(Kind::UnauthorizedClient, "the app client has no secret"),
    }
}
