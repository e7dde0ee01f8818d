//! ListDevices: lists the bearer's devices, newest first.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListDevices.html>

use cabana_model::{ListDevicesRequest, ListDevicesResponse, Operation};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::devices;
use crate::logic::tokens::access_token;

pub async fn list_devices(
    cx: &Cx<'_>,
    input: ListDevicesRequest,
) -> Result<ListDevicesResponse, Fault> {
    let user = access_token::verify(cx, &input.access_token).await?.user;
    let token = input.pagination_token.as_deref();
    let operation = Operation::ListDevices;
    let listed = devices::list(cx, operation, &user, input.limit, token, devices::as_user).await?;
    Ok(ListDevicesResponse {
        devices: Some(listed.devices),
        pagination_token: listed.next,
    })
}
