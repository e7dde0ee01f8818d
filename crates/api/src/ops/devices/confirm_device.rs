//! ConfirmDevice: confirms the device of the bearer's sign-in, with a verifier of its secret.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmDevice.html>

use cabana_domain::device;
use cabana_domain::event::EventKind;
use cabana_model::{ConfirmDeviceRequest, ConfirmDeviceResponse};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::devices as refusals;
use crate::logic::devices;
use crate::logic::tokens::access_token;

pub async fn confirm_device(
    cx: &Cx<'_>,
    input: ConfirmDeviceRequest,
) -> Result<ConfirmDeviceResponse, Fault> {
    let who = access_token::verify(cx, &input.access_token).await?;
    let settings = who.pool.device_configuration();
    let settings = settings.ok_or_else(refusals::devices_not_tracked)?;
    if who.authentication.device.as_deref() != Some(input.device_key.as_str()) {
        return Err(refusals::wrong_device_key());
    }
    let verifier = devices::verifier(input.device_secret_verifier_config)?;
    let (user, key) = (&who.user, &input.device_key);
    let mut device = devices::find(cx, &user.pool, &user.sub, key).await?;
    if device.is_confirmed() {
        return Err(refusals::device_confirmed_before());
    }
    let asks = settings.device_only_remembered_on_user_prompt == Some(true);
    device.confirm(verifier, input.device_name, !asks, cx.now());
    let event = cx.event(user, EventKind::ConfirmDevice);
    let event = event.in_app(&who.client.id).on_device(Some(key));
    let limit = Change::LimitDevices {
        pool: user.pool.clone(),
        sub: user.sub.clone(),
        but: key.clone(),
        most: device::MOST,
    };
    cx.commit([Change::UpdateDevice(Box::new(device)), limit, event.into()])
        .await?;
    Ok(ConfirmDeviceResponse {
        user_confirmation_necessary: Some(asks),
    })
}
