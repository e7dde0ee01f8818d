//! Lists the tags of a user pool.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListTagsForResource.html>

use cabana_model::{ListTagsForResourceRequest, ListTagsForResourceResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::pools::tags;

pub async fn list_tags_for_resource(
    cx: &Cx<'_>,
    input: ListTagsForResourceRequest,
) -> Result<ListTagsForResourceResponse, Fault> {
    let pool = tags::tagged_pool(cx, &input.resource_arn).await?;
    Ok(ListTagsForResourceResponse {
        tags: Some(pool.settings.user_pool_tags.clone().unwrap_or_default()),
    })
}
