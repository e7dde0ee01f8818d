//! SetUserPoolSessionConfiguration: sets whether a pool tracks sessions, and how many tokens sessions a user may have.
//! A lower limit ends none; the next sign-in does.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserPoolSessionConfiguration.html>

use cabana_domain::pool::Pool;
use cabana_model::{
    SetUserPoolSessionConfigurationRequest, SetUserPoolSessionConfigurationResponse,
    UserSessionTrackingType,
};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::pools::tiers::{self, Feature};
use crate::logic::sessions;

pub async fn set_user_pool_session_configuration(
    cx: &Cx<'_>,
    input: SetUserPoolSessionConfigurationRequest,
) -> Result<SetUserPoolSessionConfigurationResponse, Fault> {
    let before = cx.pool(&input.user_pool_id).await?;
    tiers::demand(&before.settings, Feature::Sessions)?;
    let mut pool = Pool {
        modified: cx.now(),
        ..(*before).clone()
    };
    pool.sessions.tracks = input.user_session_tracking == UserSessionTrackingType::Enabled;
    pool.sessions.most =
        u32::try_from(input.token_session.max_per_user).map_err(Fault::internal)?;
    let (tracking, token_session) = sessions::shown(&pool);
    cx.commit([Change::UpdatePool(Box::new(pool))]).await?;
    Ok(SetUserPoolSessionConfigurationResponse {
        user_pool_id: Some(input.user_pool_id),
        user_session_tracking: Some(tracking),
        token_session: Some(token_session),
    })
}
