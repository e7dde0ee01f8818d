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
use crate::halt::Halt;
use crate::users::account;
use crate::users::name::Name;
use crate::users::operators::rules::{find, group_of, is_somebody_else, role_named, role_text};
use crate::users::operators::{LIST, url};

fn pool() -> String {
    OPERATORS_POOL.to_owned()
}

/// Changes the role. Assigns the new one before removing the old, so that the operator always has one.
pub async fn set_role(Path(name): Path<Name>, desk: Desk) -> Answer {
    let person = find(&desk, &name).await?;
    let role = role_named(Form::sent(&desk).get("role"));
    let role = role.ok_or_else(|| Halt::bad_request("Choose a role."))?;
    let other = match role {
        Role::Administrator => Role::ReadOnly,
        Role::ReadOnly => {
            is_somebody_else(&desk, &person)?;
            Role::Administrator
        }
    };
    let name = person.name.as_str();
    join(&desk, name, group_of(role)).await?;
    leave(&desk, name, group_of(other)).await?;
    let news = format!("The role is now: {}.", role_text(Some(role)).to_lowercase());
    desk.done(&url(&person.name), news)
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
    sign_out_everywhere(&desk, &name).await?;
    desk.done(&url(&name), "The operator has been signed out everywhere.")
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
    if person.sub() == desk.operator.sub.as_str() {
        return Err(Halt {
            link: Some(("To your account", account::PAGE.to_owned())),
            ..Halt::bad_request("Remove your own authenticator app under Your account.")
        });
    }
    sign_out_everywhere(&desk, &person.name).await?;
    let input = AdminDeleteSoftwareTokenRequest {
        user_pool_id: pool(),
        username: person.name.as_str().into(),
    };
    desk.call::<op::AdminDeleteSoftwareToken>(&input).await?;
    let news =
        "The authenticator app has been deleted, and the operator has been signed out everywhere.";
    desk.done(&url(&person.name), news)
}

pub async fn enable(Path(name): Path<Name>, desk: Desk) -> Answer {
    let input = AdminEnableUserRequest {
        user_pool_id: pool(),
        username: name.as_str().into(),
    };
    desk.call::<op::AdminEnableUser>(&input).await?;
    desk.done(&url(&name), "Access has been enabled.")
}

pub async fn disable(Path(name): Path<Name>, desk: Desk) -> Answer {
    let person = find(&desk, &name).await?;
    is_somebody_else(&desk, &person)?;
    let input = AdminDisableUserRequest {
        user_pool_id: pool(),
        username: person.name.as_str().into(),
    };
    desk.call::<op::AdminDisableUser>(&input).await?;
    desk.done(&url(&person.name), "Access has been disabled.")
}

pub async fn delete(Path(name): Path<Name>, desk: Desk) -> Answer {
    let person = find(&desk, &name).await?;
    is_somebody_else(&desk, &person)?;
    let input = AdminDeleteUserRequest {
        user_pool_id: pool(),
        username: person.name.as_str().into(),
    };
    desk.call::<op::AdminDeleteUser>(&input).await?;
    let news = format!(
        "Operator \u{201c}{}\u{201d} has been deleted.",
        person.name.as_str()
    );
    desk.done(LIST, news)
}
