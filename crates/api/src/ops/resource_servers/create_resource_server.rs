//! Creates a resource server: an API with scopes that access tokens may carry.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateResourceServer.html>

use cabana_domain::resource_server::ResourceServer;
use cabana_model::{CreateResourceServerRequest, CreateResourceServerResponse};
use cabana_store::{Change, Counted, StoreError};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::{self, resource_servers};

pub async fn create_resource_server(
    cx: &Cx<'_>,
    input: CreateResourceServerRequest,
) -> Result<CreateResourceServerResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let server = ResourceServer {
        pool: pool.id.clone(),
        identifier: input.identifier,
        version: 1,
        name: input.name,
        scopes: resource_servers::scopes(input.scopes)?,
    };
    logic::quotas::demand_room(cx, Counted::ResourceServersOf(&pool.id)).await?;
    match cx
        .try_commit([Change::InsertResourceServer(server.clone())])
        .await
    {
        Err(StoreError::Conflict(_)) => {
            return Err(faults::resource_server_exists(
                &server.identifier,
                pool.id.as_str(),
            ));
        }
        result => result?,
    }
    Ok(CreateResourceServerResponse {
        resource_server: resource_servers::describe(server),
    })
}
