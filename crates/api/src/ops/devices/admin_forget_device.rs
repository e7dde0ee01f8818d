//! AdminForgetDevice: deletes a user's device, confirmed or not.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminForgetDevice.html>

use cabana_model::{AdminForgetDeviceRequest, Nothing};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::{devices, users};

pub async fn admin_forget_device(
    cx: &Cx<'_>,
    input: AdminForgetDeviceRequest,
) -> Result<Nothing, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = users::get(cx, &pool, &input.username).await?;
    let device = devices::find(cx, &pool.id, &user.sub, &input.device_key).await?;
    devices::forget(cx, &user, device).await?;
    Ok(Nothing)
}
