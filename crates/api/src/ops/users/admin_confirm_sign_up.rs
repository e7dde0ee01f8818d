//! AdminConfirmSignUp: confirms a user without a code. Verifies no address.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminConfirmSignUp.html>

use cabana_domain::event::EventKind;
use cabana_domain::trigger::Occasion;
use cabana_model::{AdminConfirmSignUpRequest, AdminConfirmSignUpResponse, UserStatusType};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::triggers::post_confirmation;
use crate::logic::users;

pub async fn admin_confirm_sign_up(
    cx: &Cx<'_>,
    input: AdminConfirmSignUpRequest,
) -> Result<AdminConfirmSignUpResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let before = users::get(cx, &pool, &input.username).await?;
    if before.status != UserStatusType::Unconfirmed {
        return Err(faults::cannot_confirm(before.status));
    }
    let mut user = before.clone();
    user.status = UserStatusType::Confirmed;
    user.modified = cx.now();
    let event = cx.emit(&before, EventKind::Confirm);
    cx.commit([users::update(&pool, &before, user.clone()), event])
        .await?;
    post_confirmation::run(cx, &pool, &user, Occasion::ConfirmSignUp).await?;
    Ok(AdminConfirmSignUpResponse {})
}
