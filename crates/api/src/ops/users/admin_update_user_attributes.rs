//! AdminUpdateUserAttributes: changes a user's attributes.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateUserAttributes.html>

use cabana_model::{AdminUpdateUserAttributesRequest, AdminUpdateUserAttributesResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::Writing;
use crate::logic::users::attributes::{self, Author};
use crate::logic::users::{self, attribute_update};

pub async fn admin_update_user_attributes(
    cx: &Cx<'_>,
    input: AdminUpdateUserAttributesRequest,
) -> Result<AdminUpdateUserAttributesResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = users::get(cx, &pool, &input.username).await?;
    let author = Author::Administrator;
    let given = attributes::pairs(Some(&input.user_attributes))?;
    let wanted = attributes::wanted(&pool, author, Writing::Update, given)?;
    attribute_update::write(cx, &pool, author, user, wanted).await?;
    Ok(AdminUpdateUserAttributesResponse {})
}
