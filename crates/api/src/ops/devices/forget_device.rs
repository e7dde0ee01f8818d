//! ForgetDevice: deletes a device of the bearer.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgetDevice.html>

use cabana_model::{ForgetDeviceRequest, Nothing};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::devices;
use crate::logic::tokens::access_token;

pub async fn forget_device(cx: &Cx<'_>, input: ForgetDeviceRequest) -> Result<Nothing, Fault> {
    let user = access_token::verify_given(cx, input.access_token.as_ref())
        .await?
        .user;
    let device = devices::confirmed(cx, &user.pool, &user.sub, &input.device_key).await?;
    devices::forget(cx, &user, device).await?;
    Ok(Nothing)
}
