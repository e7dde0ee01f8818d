//! UpdateDeviceStatus: sets a device of the bearer to remembered or not remembered.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateDeviceStatus.html>

use cabana_model::{UpdateDeviceStatusRequest, UpdateDeviceStatusResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::devices;
use crate::logic::tokens::access_token;

pub async fn update_device_status(
    cx: &Cx<'_>,
    input: UpdateDeviceStatusRequest,
) -> Result<UpdateDeviceStatusResponse, Fault> {
    let who = access_token::verify(cx, &input.access_token).await?;
    let status = input.device_remembered_status;
    devices::remember(cx, &who.pool, &who.user, &input.device_key, status).await?;
    Ok(UpdateDeviceStatusResponse {})
}
