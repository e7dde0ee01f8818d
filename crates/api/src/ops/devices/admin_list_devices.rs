//! AdminListDevices: lists a user's devices, newest first.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminListDevices.html>

use cabana_model::{AdminListDevicesRequest, AdminListDevicesResponse, Operation};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::{devices, users};

pub async fn admin_list_devices(
    cx: &Cx<'_>,
    input: AdminListDevicesRequest,
) -> Result<AdminListDevicesResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = users::get(cx, &pool, &input.username).await?;
    let token = input.pagination_token.as_deref();
    let operation = Operation::AdminListDevices;
    let listed = devices::list(cx, operation, &user, input.limit, token, devices::as_admin).await?;
    Ok(AdminListDevicesResponse {
        devices: Some(listed.devices),
        pagination_token: listed.next,
    })
}
