//! Roles of operators, and what keeps them from locking themselves out.

use cabana_api::logic::operators::{ADMINISTRATORS, READ_ONLY, Role};
use cabana_domain::pool::OPERATORS_POOL;
use cabana_model::{AdminListGroupsForUserRequest, ListUsersInGroupRequest, op};

use crate::desk::Desk;
use crate::halt::Halt;
use crate::users::name::Name;
use crate::users::person::Person;

/// More pages of members than there are ever operators.
const MOST_PAGES: usize = 50;

/// A role in words.
pub fn role_text(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::Administrator) => "Administrator",
        Some(Role::ReadOnly) => "Read-only",
        None => "None",
    }
}

/// The group of a role.
pub fn group_of(role: Role) -> &'static str {
    match role {
        Role::Administrator => ADMINISTRATORS,
        Role::ReadOnly => READ_ONLY,
    }
}

/// The role a form names.
pub fn role_named(group: &str) -> Option<Role> {
    let roles = [Role::Administrator, Role::ReadOnly];
    roles.into_iter().find(|role| group_of(*role) == group)
}

/// An operator, by name.
///
/// # Errors
/// If there is none of this name.
pub async fn find(desk: &Desk, name: &Name) -> Result<Person, Halt> {
    Person::of(desk, OPERATORS_POOL, name).await
}

/// The role of one operator, whether enabled or not.
///
/// # Errors
/// If there is none of this name.
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

/// Everybody with a role.
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

/// Refuses what operators would do to themselves by mistake. That the last administrator stays, the operations see to.
///
/// # Errors
/// In words, if it is the operator themself.
pub fn is_somebody_else(desk: &Desk, target: &Person) -> Result<(), Halt> {
    match target.sub() == desk.operator.sub.as_str() {
        true => Err(Halt::bad_request(
            "You cannot take your own access away. Ask another administrator.",
        )),
        false => Ok(()),
    }
}
