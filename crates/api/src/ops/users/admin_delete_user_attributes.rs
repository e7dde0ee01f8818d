//! AdminDeleteUserAttributes: deletes some of a user's attributes.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUserAttributes.html>

use cabana_model::{AdminDeleteUserAttributesRequest, AdminDeleteUserAttributesResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::users::attributes::Author;
use crate::logic::users::{self, attribute_update};

pub async fn admin_delete_user_attributes(
    cx: &Cx<'_>,
    input: AdminDeleteUserAttributesRequest,
) -> Result<AdminDeleteUserAttributesResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = users::get(cx, &pool, &input.username).await?;
    let names = &input.user_attribute_names;
    attribute_update::delete(cx, &pool, Author::Administrator, user, names).await?;
    Ok(AdminDeleteUserAttributesResponse {})
}
