//! Deletes a resource server. Issued tokens keep its scopes until they expire.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteResourceServer.html>

use cabana_model::{DeleteResourceServerRequest, Nothing};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::resource_servers;

pub async fn delete_resource_server(
    cx: &Cx<'_>,
    input: DeleteResourceServerRequest,
) -> Result<Nothing, Fault> {
    let server = resource_servers::find(cx, &input.user_pool_id, &input.identifier).await?;
    cx.commit([Change::DeleteResourceServer {
        pool: server.pool,
        identifier: server.identifier,
    }])
    .await?;
    Ok(Nothing)
}
