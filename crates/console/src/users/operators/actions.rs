//! Actions on an operator that take a single button.

use axum::extract::Path;
use cabana_api::Fault;
use cabana_api::logic::operators::Role;
use cabana_domain::pool::OPERATORS_POOL;
use cabana_model::{
    AdminAddUserToGroupRequest, AdminDeleteSoftwareTokenRequest, AdminDeleteUserRequest,
    AdminDisableUserRequest, AdminEnableUserRequest, AdminRemoveUserFromGroupRequest,
    AdminUserGlobalSignOutRequest, op,
};

use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::news::News;
use crate::users::name::Name;
use crate::users::operators::rules::{self, find, group_of, is_me, role_named, role_text};
use crate::users::operators::{LIST, url};

fn pool() -> String {
    OPERATORS_POOL.to_owned()
}

/// Problem of an action on the operator who acts.
const OWN_ACCESS: &str = "You cannot remove your own access. Ask another administrator.";

/// Changes the role. Assigns the new one before removing the old, so that the operator always has one.
pub async fn set_role(Path(name): Path<Name>, desk: Desk) -> Answer {
    let person = find(&desk, &name).await?;
    let page = url(&person.name);
    let Some(role) = role_named(Form::sent(&desk).get("role")) else {
        return desk.problem_at(&page, "Choose a role.").await;
    };
    let other = match role {
        Role::Administrator => Role::ReadOnly,
        Role::ReadOnly => Role::Administrator,
    };
    if role == Role::ReadOnly && is_me(&desk, &person) {
        return desk.problem_at(&page, OWN_ACCESS).await;
    }
    let before = rules::role(&desk, &person.name).await?;
    let changed = change_role(&desk, person.name.as_str(), role, other).await;
    let news = format!("The role is now: {}.", role_text(Some(role)).to_lowercase());
    let news = match before {
        Some(before) if before != role => {
            News::from(news).undone_by(format!("{page}/role"), &[("role", group_of(before))])
        }
        _ => news.into(),
    };
    desk.acted(changed, &page, news).await
}

async fn change_role(desk: &Desk, name: &str, role: Role, other: Role) -> Result<(), Fault> {
    join(desk, name, group_of(role)).await?;
    leave(desk, name, group_of(other)).await
}

async fn join(desk: &Desk, name: &str, group: &str) -> Result<(), Fault> {
    let input = AdminAddUserToGroupRequest {
        user_pool_id: pool(),
        username: name.into(),
        group_name: group.to_owned(),
    };
    desk.call::<op::AdminAddUserToGroup>(&input).await.map(drop)
}

async fn leave(desk: &Desk, name: &str, group: &str) -> Result<(), Fault> {
    let input = AdminRemoveUserFromGroupRequest {
        user_pool_id: pool(),
        username: name.into(),
        group_name: group.to_owned(),
    };
    desk.call::<op::AdminRemoveUserFromGroup>(&input)
        .await
        .map(drop)
}

pub async fn sign_out(Path(name): Path<Name>, desk: Desk) -> Answer {
    let outcome = sign_out_everywhere(&desk, &name).await;
    let news = "The operator has been signed out everywhere.";
    desk.acted(outcome, &url(&name), news).await
}

async fn sign_out_everywhere(desk: &Desk, name: &Name) -> Result<(), Fault> {
    let input = AdminUserGlobalSignOutRequest {
        user_pool_id: pool(),
        username: name.as_str().into(),
    };
    desk.call::<op::AdminUserGlobalSignOut>(&input)
        .await
        .map(drop)
}

/// Deletes a lost authenticator app, and signs the operator out, as somebody else may have found it.
pub async fn delete_software_token(Path(name): Path<Name>, desk: Desk) -> Answer {
    let person = find(&desk, &name).await?;
    let page = url(&person.name);
    if is_me(&desk, &person) {
        let text = "Remove your own authenticator app under Your account.";
        return desk.problem_at(&page, text).await;
    }
    let input = AdminDeleteSoftwareTokenRequest {
        user_pool_id: pool(),
        username: person.name.as_str().into(),
    };
    let outcome = match sign_out_everywhere(&desk, &person.name).await {
        Ok(()) => desk.call::<op::AdminDeleteSoftwareToken>(&input).await,
        Err(fault) => Err(fault),
    };
    let news =
        "The authenticator app has been deleted, and the operator has been signed out everywhere.";
    desk.acted(outcome, &page, news).await
}

pub async fn enable(Path(name): Path<Name>, desk: Desk) -> Answer {
    let person = find(&desk, &name).await?;
    let page = url(&person.name);
    let input = AdminEnableUserRequest {
        user_pool_id: pool(),
        username: person.name.as_str().into(),
    };
    let outcome = desk.call::<op::AdminEnableUser>(&input).await;
    let news = News::from("Access has been enabled.");
    let news = match person.enabled {
        true => news,
        false => news.undone_by(format!("{page}/disable"), &[]),
    };
    desk.acted(outcome, &page, news).await
}

pub async fn disable(Path(name): Path<Name>, desk: Desk) -> Answer {
    let person = find(&desk, &name).await?;
    let page = url(&person.name);
    if is_me(&desk, &person) {
        return desk.problem_at(&page, OWN_ACCESS).await;
    }
    let input = AdminDisableUserRequest {
        user_pool_id: pool(),
        username: person.name.as_str().into(),
    };
    let outcome = desk.call::<op::AdminDisableUser>(&input).await;
    desk.acted(outcome, &page, "Access has been disabled.")
        .await
}

pub async fn delete(Path(name): Path<Name>, desk: Desk) -> Answer {
    let person = find(&desk, &name).await?;
    let page = url(&person.name);
    if is_me(&desk, &person) {
        return desk.problem_at(&page, OWN_ACCESS).await;
    }
    let input = AdminDeleteUserRequest {
        user_pool_id: pool(),
        username: person.name.as_str().into(),
    };
    if let Err(fault) = desk.call::<op::AdminDeleteUser>(&input).await {
        return desk.fault_at(&page, fault).await;
    }
    let news = format!(
        "Operator \u{201c}{}\u{201d} has been deleted.",
        person.name.as_str()
    );
    desk.done(LIST, news)
}
