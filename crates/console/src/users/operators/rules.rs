//! Roles of operators, and the rule that keeps them from locking themselves out.

use cabana_api::logic::operators::{ADMINISTRATORS, READ_ONLY, Role};
use cabana_domain::pool::OPERATORS_POOL;
use cabana_model::{AdminListGroupsForUserRequest, ListUsersInGroupRequest, op};

use crate::desk::Desk;
use crate::halt::Halt;
use crate::users::name::Name;
use crate::users::person::Person;

/// Most pages of members that are read; more than any server has operators for.
const MOST_PAGES: usize = 50;

/// Label of a role.
pub fn role_text(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::Administrator) => "Administrator",
        Some(Role::ReadOnly) => "Read-only",
        None => "None",
    }
}

/// Group of a role.
pub fn group_of(role: Role) -> &'static str {
    match role {
        Role::Administrator => ADMINISTRATORS,
        Role::ReadOnly => READ_ONLY,
    }
}

/// Role that a form names.
pub fn role_named(group: &str) -> Option<Role> {
    let roles = [Role::Administrator, Role::ReadOnly];
    roles.into_iter().find(|role| group_of(*role) == group)
}

/// Finds an operator by name.
///
/// # Errors
/// If there is no such operator.
pub async fn find(desk: &Desk, name: &Name) -> Result<Person, Halt> {
    Person::of(desk, OPERATORS_POOL, name).await
}

/// Role of an operator, whether enabled or disabled.
///
/// # Errors
/// If there is no such operator.
pub async fn role(desk: &Desk, name: &Name) -> Result<Option<Role>, Halt> {
    let input = AdminListGroupsForUserRequest {
        user_pool_id: OPERATORS_POOL.to_owned(),
        username: name.as_str().into(),
        ..AdminListGroupsForUserRequest::default()
    };
    let groups = desk.call::<op::AdminListGroupsForUser>(&input).await?;
    let groups: Vec<_> = groups.groups.into_iter().flatten().collect();
    let is_in = |role: &Role| {
        let mut names = groups.iter().filter_map(|it| it.group_name.as_deref());
        names.any(|name| name == group_of(*role))
    };
    Ok([Role::Administrator, Role::ReadOnly]
        .into_iter()
        .find(is_in))
}

/// Lists the operators with this role.
///
/// # Errors
/// If the store does not answer.
pub async fn members(desk: &Desk, role: Role) -> Result<Vec<Person>, Halt> {
    let mut members = Vec::new();
    let mut input = ListUsersInGroupRequest {
        user_pool_id: OPERATORS_POOL.to_owned(),
        group_name: group_of(role).to_owned(),
        ..ListUsersInGroupRequest::default()
    };
    for _ in 0..MOST_PAGES {
        let page = desk.call::<op::ListUsersInGroup>(&input).await?;
        members.extend(page.users.into_iter().flatten().map(Person::from));
        input.next_token = page.next_token;
        if input.next_token.is_none() {
            break;
        }
    }
    Ok(members)
}

/// Whether the target is the operator who acts, and might lock themself out. The operations keep the last
/// administrator.
pub fn is_me(desk: &Desk, target: &Person) -> bool {
    target.sub() == desk.operator.sub.as_str()
}
