//! GetDevice: shows a device of the bearer.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetDevice.html>

use cabana_model::{GetDeviceRequest, GetDeviceResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::devices;
use crate::logic::tokens::access_token;

pub async fn get_device(cx: &Cx<'_>, input: GetDeviceRequest) -> Result<GetDeviceResponse, Fault> {
    let user = access_token::verify_given(cx, input.access_token.as_ref())
        .await?
        .user;
    let device = devices::confirmed(cx, &user.pool, &user.sub, &input.device_key).await?;
    Ok(GetDeviceResponse {
        device: devices::as_user(&cx.api.settings, &user, &device),
    })
}
