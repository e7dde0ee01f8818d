//! Removes tags from a user pool.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UntagResource.html>

use cabana_domain::pool::Pool;
use cabana_model::{UntagResourceRequest, UntagResourceResponse};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::pools::tags;

pub async fn untag_resource(
    cx: &Cx<'_>,
    input: UntagResourceRequest,
) -> Result<UntagResourceResponse, Fault> {
    let before = tags::tagged_pool(cx, &input.resource_arn).await?;
    let mut pool = Pool::clone(&before);
    let all = pool.settings.user_pool_tags.get_or_insert_default();
    all.retain(|name, _| !input.tag_keys.contains(name));
    cx.commit([Change::UpdatePool(Box::new(pool))]).await?;
    Ok(UntagResourceResponse {})
}
