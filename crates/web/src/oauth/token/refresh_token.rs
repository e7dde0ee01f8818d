//! The refresh grant: the same as InitiateAuth's REFRESH_TOKEN_AUTH, rotation included. The scopes remain those of the
//! sign-in; a `scope` parameter changes nothing. Tokens that are bound to a device are refused, as in Cognito: only the
//! API refreshes them.

use cabana_api::logic::tokens::refresh;
use cabana_api::{Fault, again};
use cabana_domain::client::Client;
use cabana_model::ExplicitAuthFlowsType;

use super::{Answer, missing};
use crate::authorize::errors::{Kind, Refusal};
use crate::visit::Visit;

pub async fn redeem(visit: &Visit, client: &Client) -> Result<Answer, Refusal> {
    let token = visit
        .form
        .get("refresh_token")
        .ok_or_else(|| missing("refresh_token"))?;
    let allowed = client.allows_flow(ExplicitAuthFlowsType::AllowRefreshTokenAuth)
        || client.rotation_grace().is_some();
    if !allowed {
        return Err(Refusal::new(
            Kind::UnauthorizedClient,
            "ExplicitAuthFlows of the app client lacks ALLOW_REFRESH_TOKEN_AUTH",
        ));
    }
    let issued = again(&visit.web.api, |run| async {
        let cx = visit.cx().in_run(run);
        let found = refresh::find(&cx, client, visit.pool(), token, None).await?;
        refresh::redeem(&cx, client, visit.pool(), found).await
    })
    .await;
    issued
        .map(Answer::from)
        .map_err(|fault: Fault| fault.into())
}
