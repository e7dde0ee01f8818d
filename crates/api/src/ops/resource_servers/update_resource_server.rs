//! Replaces a resource server's name and scopes.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateResourceServer.html>

use cabana_domain::resource_server::ResourceServer;
use cabana_model::{UpdateResourceServerRequest, UpdateResourceServerResponse};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::resource_servers;

pub async fn update_resource_server(
    cx: &Cx<'_>,
    input: UpdateResourceServerRequest,
) -> Result<UpdateResourceServerResponse, Fault> {
    let before = resource_servers::find(cx, &input.user_pool_id, &input.identifier).await?;
    let scopes = resource_servers::scopes(input.scopes)?;
    let server = ResourceServer {
        name: input.name,
        scopes,
        ..before
    };
    cx.commit([Change::UpdateResourceServer(server.clone())])
        .await?;
    Ok(UpdateResourceServerResponse {
        resource_server: resource_servers::describe(server),
    })
}
