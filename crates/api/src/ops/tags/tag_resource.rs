//! Adds tags to a user pool, or changes their values.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_TagResource.html>

use cabana_domain::pool::Pool;
use cabana_model::{TagResourceRequest, TagResourceResponse};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::pools::tags;

pub async fn tag_resource(
    cx: &Cx<'_>,
    input: TagResourceRequest,
) -> Result<TagResourceResponse, Fault> {
    let before = tags::tagged_pool(cx, &input.resource_arn).await?;
    let mut pool = Pool::clone(&before);
    let all = pool.settings.user_pool_tags.get_or_insert_default();
    all.extend(input.tags);
    tags::check(all)?;
    cx.commit([Change::UpdatePool(Box::new(pool))]).await?;
    Ok(TagResourceResponse {})
}
