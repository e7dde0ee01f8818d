//! GetUserPoolSessionConfiguration: shows whether a pool tracks sessions.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserPoolSessionConfiguration.html>

use cabana_model::{
    GetUserPoolSessionConfigurationRequest, GetUserPoolSessionConfigurationResponse,
};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::sessions;

pub async fn get_user_pool_session_configuration(
    cx: &Cx<'_>,
    input: GetUserPoolSessionConfigurationRequest,
) -> Result<GetUserPoolSessionConfigurationResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let (tracking, token_session) = sessions::shown(&pool);
    Ok(GetUserPoolSessionConfigurationResponse {
        user_pool_id: Some(input.user_pool_id),
        user_session_tracking: Some(tracking),
        token_session: Some(token_session),
    })
}
