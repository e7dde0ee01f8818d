//! Roles of operators, and what keeps the last administrator in.

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

/// Refuses what would leave nobody who may change anything, and what one would do to oneself by mistake.
///
/// # Errors
/// In words, if it is the operator themself, or the last enabled administrator.
pub async fn may_lose_power(desk: &Desk, target: &Person) -> Result<(), Halt> {
    let administrators = members(desk, Role::Administrator).await?;
    let enabled: Vec<_> = administrators
        .iter()
        .filter(|it| it.enabled)
        .map(Person::sub)
        .collect();
    judge(desk.operator.sub.as_str(), target.sub(), &enabled).map_err(Halt::bad_request)
}

fn judge(own: &str, target: &str, administrators: &[&str]) -> Result<(), &'static str> {
    if administrators == [target] {
        return Err(
            "This is the last administrator who can sign in: without one, nobody could change anything any more. \
             Make somebody else an administrator first.",
        );
    }
    if own == target {
        return Err("You cannot take your own access away. Ask another administrator.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::judge;

    #[test]
    fn the_last_administrator_stays_and_nobody_locks_themselves_out() {
        assert!(
            judge("a", "a", &["a"])
                .unwrap_err()
                .contains("last administrator")
        );
        assert!(
            judge("b", "a", &["a"])
                .unwrap_err()
                .contains("last administrator")
        );
        assert!(
            judge("a", "a", &["a", "b"])
                .unwrap_err()
                .contains("your own")
        );
        assert_eq!(judge("a", "b", &["a", "b"]), Ok(()));
        assert_eq!(judge("a", "reader", &["a"]), Ok(()));
    }
}
