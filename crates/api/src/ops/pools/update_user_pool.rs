//! Replaces a user pool's settings; what is left out goes back to its default.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html>

use cabana_domain::pool::Pool;
use cabana_model::{UpdateUserPoolRequest, UpdateUserPoolResponse};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::pools::{mfa, settings, tiers};

pub async fn update_user_pool(
    cx: &Cx<'_>,
    input: UpdateUserPoolRequest,
) -> Result<UpdateUserPoolResponse, Fault> {
    let before = cx.pool(&input.user_pool_id).await?;
    if names_both_lives(&input) {
        return Err(faults::two_lives_of_temporary_passwords());
    }
    let settings = settings::replaced(before.settings.clone(), input)?;
    tiers::permit_change(&before, &settings)?;
    let mfa = mfa::following(&before.mfa, &settings)?;
    let pool = Pool {
        settings,
        mfa,
        modified: cx.now(),
        ..(*before).clone()
    };
    cx.commit([Change::UpdatePool(Box::new(pool))]).await?;
    Ok(UpdateUserPoolResponse {})
}

/// Whether the life of temporary passwords is given under its newer and its older name.
fn names_both_lives(input: &UpdateUserPoolRequest) -> bool {
    let policy = input
        .policies
        .as_ref()
        .and_then(|it| it.password_policy.as_ref());
    let admin = input.admin_create_user_config.as_ref();
    policy.is_some_and(|it| it.temporary_password_validity_days.is_some())
        && admin.is_some_and(|it| it.unused_account_validity_days.is_some())
}
