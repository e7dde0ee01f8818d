//! AdminGetDevice: shows a device of a user.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetDevice.html>

use cabana_model::{AdminGetDeviceRequest, AdminGetDeviceResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::{devices, users};

pub async fn admin_get_device(
    cx: &Cx<'_>,
    input: AdminGetDeviceRequest,
) -> Result<AdminGetDeviceResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = users::get(cx, &pool, &input.username).await?;
    let device = devices::find(cx, &pool.id, &user.sub, &input.device_key).await?;
    Ok(AdminGetDeviceResponse {
        device: devices::as_admin(&cx.api.settings, &user, &device),
    })
}
