//! Shows an app client, its secret included.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPoolClient.html>

use cabana_model::{DescribeUserPoolClientRequest, DescribeUserPoolClientResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::clients::view;

pub async fn describe_user_pool_client(
    cx: &Cx<'_>,
    input: DescribeUserPoolClientRequest,
) -> Result<DescribeUserPoolClientResponse, Fault> {
    let (client, _) = cx
        .pool_client(&input.user_pool_id, &input.client_id)
        .await?;
    Ok(DescribeUserPoolClientResponse {
        user_pool_client: Some(view::describe(&client)),
    })
}
