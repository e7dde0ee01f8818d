//! Groups: look-up and description in replies.

use cabana_domain::group::Group;
use cabana_domain::pool::Pool;
use cabana_model::GroupType;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;

/// A group by name.
///
/// # Errors
/// ResourceNotFoundException.
pub async fn get(cx: &Cx<'_>, pool: &Pool, name: &str) -> Result<Group, Fault> {
    let group = cx.store().group(&pool.id, name).await?;
    group.ok_or_else(faults::no_such_group)
}

/// A group in replies.
pub fn view(group: &Group) -> GroupType {
    GroupType {
        creation_date: Some(group.created.into()),
        description: group.description.clone(),
        group_name: Some(group.name.clone()),
        last_modified_date: Some(group.modified.into()),
        precedence: group.precedence,
        role_arn: group.role_arn.clone(),
        user_pool_id: Some(group.pool.as_str().to_owned()),
    }
}
