//! AdminUpdateDeviceStatus: sets a user's device to remembered or not remembered.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateDeviceStatus.html>

use cabana_model::{AdminUpdateDeviceStatusRequest, AdminUpdateDeviceStatusResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::{devices, users};

pub async fn admin_update_device_status(
    cx: &Cx<'_>,
    input: AdminUpdateDeviceStatusRequest,
) -> Result<AdminUpdateDeviceStatusResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = users::get(cx, &pool, &input.username).await?;
    let status = input.device_remembered_status;
    devices::remember(cx, &pool, &user, &input.device_key, status).await?;
    Ok(AdminUpdateDeviceStatusResponse {})
}
