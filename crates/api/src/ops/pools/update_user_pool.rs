//! Changes a user pool's settings. Omitted members are kept, except for those that Cognito resets.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html>

use cabana_domain::pool::Pool;
use cabana_model::{UpdateUserPoolRequest, UpdateUserPoolResponse};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::pools::{mfa, settings, tiers};
use crate::logic::users::addresses;

pub async fn update_user_pool(
    cx: &Cx<'_>,
    input: UpdateUserPoolRequest,
) -> Result<UpdateUserPoolResponse, Fault> {
    let before = cx.pool(&input.user_pool_id).await?;
    let settings = settings::updated(before.settings.clone(), input)?;
    tiers::permit_change(&before, &settings)?;
    let mfa = mfa::following(&before.mfa, &settings)?;
    addresses::check_change(&before, &settings, &mfa)?;
    let pool = Pool {
        settings,
        mfa,
        modified: cx.now(),
        ..(*before).clone()
    };
    cx.commit([Change::UpdatePool(Box::new(pool))]).await?;
    Ok(UpdateUserPoolResponse {})
}
