//! DeleteUserAttributes: deletes some of the bearer's attributes.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserAttributes.html>

use cabana_model::{DeleteUserAttributesRequest, DeleteUserAttributesResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::tokens::access_token;
use crate::logic::users::attribute_update;
use crate::logic::users::attributes::Author;

pub async fn delete_user_attributes(
    cx: &Cx<'_>,
    input: DeleteUserAttributesRequest,
) -> Result<DeleteUserAttributesResponse, Fault> {
    let who = access_token::verify(cx, &input.access_token).await?;
    let author = Author::Client(&who.client);
    let names = &input.user_attribute_names;
    attribute_update::delete(cx, &who.pool, author, who.user, names).await?;
    Ok(DeleteUserAttributesResponse {})
}
