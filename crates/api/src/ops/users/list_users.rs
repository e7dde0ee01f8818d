//! ListUsers: searches the users of a pool.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html>

use cabana_domain::filter::{FilterError, UserFilter};
use cabana_model::{ListUsersRequest, ListUsersResponse, Operation};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::paging;
use crate::logic::users::{self, attributes};

pub async fn list_users(cx: &Cx<'_>, input: ListUsersRequest) -> Result<ListUsersResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let filter = filter(input.filter.as_deref().unwrap_or_default())?;
    let asked = input.attributes_to_get.filter(|names| !names.is_empty());
    let known = |name: &String| attributes::definition(&pool, name).is_some();
    if !asked.iter().flatten().all(known) {
        return Err(faults::no_such_attribute_asked_for());
    }
    let operation = Operation::ListUsers;
    let bound = [
        pool.id.as_str(),
        input.filter.as_deref().unwrap_or_default(),
    ];
    let token = input.pagination_token.as_deref();
    let page = paging::page(cx, operation, &bound, input.limit, token)?;
    let found = cx.store().users(&pool.id, filter.as_ref(), page).await?;
    let visible = |name: &str| match &asked {
        None => true,
        Some(names) => names.iter().any(|it| it == name),
    };
    let users = found.items.into_iter();
    Ok(ListUsersResponse {
        users: Some(
            users
                .map(|user| users::view::user_type(user, visible))
                .collect(),
        ),
        pagination_token: paging::seal_token(cx, operation, &bound, found.next)?,
    })
}

fn filter(text: &str) -> Result<Option<UserFilter>, Fault> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let filter = UserFilter::parse(text).map_err(|error| match error {
        FilterError::Unparsable => faults::bad_filter(),
        FilterError::NotSearchable(name) => faults::not_searchable(&name),
    })?;
    Ok(Some(filter))
}
