//! Adds custom attributes to a user pool; they cannot be removed.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddCustomAttributes.html>

use cabana_domain::pool::Pool;
use cabana_model::{AddCustomAttributesRequest, AddCustomAttributesResponse};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::pools::schema;

pub async fn add_custom_attributes(
    cx: &Cx<'_>,
    input: AddCustomAttributesRequest,
) -> Result<AddCustomAttributesResponse, Fault> {
    let before = cx.pool(&input.user_pool_id).await?;
    let mut pool = Pool {
        modified: cx.now(),
        ..(*before).clone()
    };
    let attributes = pool.settings.schema_attributes.get_or_insert_default();
    input
        .custom_attributes
        .iter()
        .try_for_each(|it| schema::add_custom(attributes, it))?;
    cx.commit([Change::UpdatePool(Box::new(pool))]).await?;
    Ok(AddCustomAttributesResponse {})
}
