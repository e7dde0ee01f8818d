//! Actions on a user that take a single button.

use axum::extract::Path;
use cabana_api::logic::operators;
use cabana_model::{
    AdminConfirmSignUpRequest, AdminDeleteSoftwareTokenRequest, AdminDeleteUserRequest,
    AdminDisableUserRequest, AdminEnableUserRequest, AdminResetUserPasswordRequest,
    AdminUserGlobalSignOutRequest, op,
};

use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::news::News;
use crate::users::name::Name;
use crate::users::person::Person;
use crate::users::user::url;

/// Defines a handler that calls an operation with pool and user name and redirects to the user's page.
macro_rules! button {
    ($(#[$doc:meta])* $handler:ident, $op:ident, $input:ident { $($rest:tt)* }, $news:literal) => {
        $(#[$doc])*
        pub async fn $handler(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
            let input = $input {
                user_pool_id: pool.clone(),
                username: name.as_str().into(),
                $($rest)*
            };
            let outcome = desk.call::<op::$op>(&input).await;
            desk.acted(outcome, &url(&pool, &name), $news).await
        }
    };
}

/// Enables access. Disabling, on the other hand, ends sessions, which enabling does not bring back: it offers no undo.
pub async fn enable(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let person = Person::of(&desk, &pool, &name).await?;
    let input = AdminEnableUserRequest {
        user_pool_id: pool.clone(),
        username: name.as_str().into(),
    };
    let outcome = desk.call::<op::AdminEnableUser>(&input).await;
    let page = url(&pool, &name);
    let news = News::from("User access has been enabled.");
    let news = match person.enabled {
        true => news,
        false => news.undone_by(format!("{page}/disable"), &[]),
    };
    desk.acted(outcome, &page, news).await
}

button!(
    disable,
    AdminDisableUser,
    AdminDisableUserRequest {},
    "User access has been disabled."
);
button!(
    confirm,
    AdminConfirmSignUp,
    AdminConfirmSignUpRequest {
        client_metadata: None
    },
    "The account has been confirmed."
);
button!(
    /// Sends a code with which the user chooses another password.
    reset_password,
    AdminResetUserPassword,
    AdminResetUserPasswordRequest { client_metadata: None },
    "The password has been reset. The user gets a code to choose another."
);
button!(
    sign_out,
    AdminUserGlobalSignOut,
    AdminUserGlobalSignOutRequest {},
    "The user has been signed out everywhere."
);
button!(
    delete_software_token,
    AdminDeleteSoftwareToken,
    AdminDeleteSoftwareTokenRequest {},
    "The authenticator app has been deleted."
);

/// Deletes a passkey of the user.
pub async fn delete_passkey(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let person = Person::of(&desk, &pool, &name).await?;
    let id = Form::sent(&desk).get("passkey").to_owned();
    let outcome = operators::passkeys::delete(&desk.cx(), &pool, person.sub(), &id).await;
    let news = "The passkey has been deleted.";
    desk.acted(outcome, &url(&pool, &person.name), news).await
}

/// Deletes a user whose access was disabled. Deletion takes these two steps because it cannot be undone.
pub async fn delete(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let person = Person::of(&desk, &pool, &name).await?;
    if person.enabled {
        let text = "Disable user access first; then you can delete the user.";
        return desk.problem_at(&url(&pool, &person.name), text).await;
    }
    let input = AdminDeleteUserRequest {
        user_pool_id: pool.clone(),
        username: person.name.as_str().into(),
    };
    if let Err(fault) = desk.call::<op::AdminDeleteUser>(&input).await {
        return desk.fault_at(&url(&pool, &person.name), fault).await;
    }
    let news = format!(
        "User \u{201c}{}\u{201d} has been deleted.",
        person.name.as_str()
    );
    desk.done(&format!("/console/pools/{pool}/users"), news)
}
