//! GetUserPoolClientSessionConfiguration: shows how long an app client reuses a browser session.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserPoolClientSessionConfiguration.html>

use cabana_model::{
    GetUserPoolClientSessionConfigurationRequest, GetUserPoolClientSessionConfigurationResponse,
};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::sessions;

pub async fn get_user_pool_client_session_configuration(
    cx: &Cx<'_>,
    input: GetUserPoolClientSessionConfigurationRequest,
) -> Result<GetUserPoolClientSessionConfigurationResponse, Fault> {
    let (client, _) = cx
        .pool_client(&input.user_pool_id, &input.client_id)
        .await?;
    Ok(GetUserPoolClientSessionConfigurationResponse {
        sso_session: Some(sessions::shown_of_client(&client)),
        user_pool_id: Some(input.user_pool_id),
        client_id: Some(input.client_id),
    })
}
