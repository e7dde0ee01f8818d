//! SetUserPoolClientSessionConfiguration: sets how long an app client reuses a browser session.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserPoolClientSessionConfiguration.html>

use cabana_domain::client::Client;
use cabana_domain::pool::Pool;
use cabana_model::{
    SetUserPoolClientSessionConfigurationRequest, SetUserPoolClientSessionConfigurationResponse,
};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::sessions::sessions_not_tracked;
use crate::logic::pools::tiers::{self, Feature};
use crate::logic::sessions;

pub async fn set_user_pool_client_session_configuration(
    cx: &Cx<'_>,
    input: SetUserPoolClientSessionConfigurationRequest,
) -> Result<SetUserPoolClientSessionConfigurationResponse, Fault> {
    let (before, pool) = cx
        .pool_client(&input.user_pool_id, &input.client_id)
        .await?;
    tiers::demand(&pool.settings, Feature::Sessions)?;
    if sessions::tracking(&pool).is_none() {
        return Err(sessions_not_tracked());
    }
    let minutes = u32::try_from(input.sso_session.max_validity_minutes).map_err(Fault::internal)?;
    let client = Client {
        sso_minutes: Some(minutes),
        modified: cx.now(),
        ..(*before).clone()
    };
    let sso_session = sessions::shown_of_client(&client);
    let mut changes = vec![Change::UpdateClient(Box::new(client))];
    // Sign-ins from now on are kept for as long as any client reuses them.
    if minutes > pool.sessions.longest_sso {
        let mut pool = Pool::clone(&pool);
        pool.sessions.longest_sso = minutes;
        changes.push(Change::UpdatePool(Box::new(pool)));
    }
    cx.commit(changes).await?;
    Ok(SetUserPoolClientSessionConfigurationResponse {
        sso_session: Some(sso_session),
        user_pool_id: Some(input.user_pool_id),
        client_id: Some(input.client_id),
    })
}
