//! Shows a resource server.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeResourceServer.html>

use cabana_model::{DescribeResourceServerRequest, DescribeResourceServerResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::resource_servers;

pub async fn describe_resource_server(
    cx: &Cx<'_>,
    input: DescribeResourceServerRequest,
) -> Result<DescribeResourceServerResponse, Fault> {
    let server = resource_servers::find(cx, &input.user_pool_id, &input.identifier).await?;
    Ok(DescribeResourceServerResponse {
        resource_server: resource_servers::describe(server),
    })
}
