//! Users, groups and operators, and an operator's own account.

pub mod account;
mod actions;
mod attributes;
mod blame;
mod create;
mod devices;
mod groups;
mod identities;
mod list;
mod memberships;
mod mfa;
pub mod name;
pub mod once;
mod operators;
mod password;
pub mod person;
mod sessions;
mod set_password;
pub mod user;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{get, post};

use crate::Console;
use crate::guard::not_the_operators;

pub use blame::blame;

pub fn routes() -> Router<Arc<Console>> {
    Router::new()
        .merge(users())
        .merge(groups::routes())
        .route_layer(from_fn(not_the_operators))
        .merge(operators::routes())
        .merge(account::routes())
}

fn users() -> Router<Arc<Console>> {
    const USER: &str = "/console/pools/{id}/users/{name}";
    let below = |rest: &str| format!("{USER}/{rest}");
    Router::new()
        .route("/console/pools/{id}/users", get(list::show))
        .route(
            "/console/pools/{id}/users/new",
            get(create::show).post(create::create),
        )
        .route(USER, get(user::show))
        .route(
            &below("attributes"),
            get(attributes::show).post(attributes::save),
        )
        .route(&below("attributes/delete"), post(attributes::delete))
        .route(
            &below("password"),
            get(set_password::show).post(set_password::set),
        )
        .route(&below("mfa"), get(mfa::show).post(mfa::save))
        .route(&below("devices"), get(devices::show))
        .route(&below("devices/forget"), post(devices::forget))
        .route(&below("sessions"), get(sessions::show))
        .route(&below("sessions/end"), post(sessions::end))
        .route(&below("groups/add"), post(memberships::add))
        .route(&below("groups/remove"), post(memberships::remove))
        .route(
            &below("software-token/delete"),
            post(actions::delete_software_token),
        )
        .route(&below("passkeys/delete"), post(actions::delete_passkey))
        .route(&below("identities/link"), post(identities::link))
        .route(&below("identities/unlink"), post(identities::unlink))
        .route(&below("enable"), post(actions::enable))
        .route(&below("disable"), post(actions::disable))
        .route(&below("confirm"), post(actions::confirm))
        .route(&below("reset-password"), post(actions::reset_password))
        .route(&below("sign-out"), post(actions::sign_out))
        .route(&below("delete"), post(actions::delete))
}
