//! A pool's settings and its app clients.

mod chart;
mod clients;
mod extensions;
mod integration;
mod messaging;
mod overview;
pub mod panel;
mod properties;
pub mod providers;
pub mod sheet;
mod sign_in;
mod sign_up;
mod tab;
pub mod update;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{MethodRouter, get, post};
use cabana_model::{UpdateUserPoolRequest, UserPoolType};

use crate::Console;
use crate::guard::not_the_operators;
use sheet::{Edits, edit_client, edit_pool, save_client, save_pool};

pub fn routes() -> Router<Arc<Console>> {
    Router::new()
        .route(&at(""), get(overview::show))
        .merge(sign_in_and_up())
        .merge(providers::routes())
        .merge(rest())
        .merge(for_apps())
        .merge(of_one_client())
        .route_layer(from_fn(not_the_operators))
}

/// Route below a pool's.
fn at(rest: &str) -> String {
    format!("/console/pools/{{id}}{rest}")
}

fn sign_in_and_up() -> Router<Arc<Console>> {
    Router::new()
        .route(&at("/sign-in"), get(sign_in::show))
        .route(
            &at("/sign-in/choices"),
            of_pool::<sign_in::first_factors::FirstFactors>(),
        )
        .route(
            &at("/sign-in/password-policy"),
            of_pool::<sign_in::password_policy::PasswordPolicy>(),
        )
        .route(
            &at("/sign-in/mfa"),
            get(sign_in::mfa::edit).post(sign_in::mfa::save),
        )
        .route(
            &at("/sign-in/passkey"),
            get(sign_in::passkey::edit).post(sign_in::passkey::save),
        )
        .route(&at("/sign-in/levels"), of_pool::<sign_in::levels::Levels>())
        .route(
            &at("/sign-in/device-tracking"),
            of_pool::<sign_in::device_tracking::DeviceTracking>(),
        )
        .route(
            &at("/sign-in/sessions"),
            get(sign_in::sessions::edit).post(sign_in::sessions::save),
        )
        .route(
            &at("/sign-in/recovery"),
            of_pool::<sign_in::recovery::Recovery>(),
        )
        .route(&at("/sign-up"), get(sign_up::show))
        .route(
            &at("/sign-up/verification"),
            of_pool::<sign_up::verification::Verification>(),
        )
        .route(
            &at("/sign-up/custom-attributes"),
            get(sign_up::custom_attributes::open).post(sign_up::custom_attributes::add),
        )
        .route(
            &at("/sign-up/self-service"),
            of_pool::<sign_up::self_service::SelfService>(),
        )
}

fn rest() -> Router<Arc<Console>> {
    Router::new()
        .route(&at("/messaging"), get(messaging::show))
        .route(
            &at("/messaging/email"),
            of_pool::<messaging::email::Email>(),
        )
        .route(
            &at("/messaging/verification"),
            of_pool::<messaging::verification::Verification>(),
        )
        .route(
            &at("/messaging/invitation"),
            of_pool::<messaging::invitation::Invitation>(),
        )
        .route(
            &at("/messaging/mfa"),
            get(messaging::mfa_message::edit).post(messaging::mfa_message::save),
        )
        .route(&at("/extensions"), get(extensions::show))
        .route(
            &at("/extensions/edit"),
            of_pool::<extensions::edit::Functions>(),
        )
        .route(
            &at("/extensions/{trigger}"),
            get(extensions::function::show),
        )
        .route(
            &at("/extensions/{trigger}/test"),
            post(extensions::function::test),
        )
        .route(&at("/properties"), get(properties::show))
        .route(&at("/properties/name"), of_pool::<properties::name::Name>())
        .route(&at("/properties/plan"), of_pool::<properties::plan::Plan>())
        .route(&at("/properties/tags"), of_pool::<properties::tags::Tags>())
        .route(
            &at("/properties/deletion-protection"),
            get(properties::deletion::ask).post(properties::deletion::save),
        )
}

fn for_apps() -> Router<Arc<Console>> {
    use integration::{custom_domain, domain, resource_servers as servers};
    Router::new()
        .route(&at("/integration"), get(integration::show))
        .route(&at("/sign-in-page"), get(clients::sign_in_page::open))
        .route(
            &at("/integration/domain"),
            get(domain::open).post(domain::create),
        )
        .route(
            &at("/integration/domain/delete"),
            get(domain::ask).post(domain::delete),
        )
        .route(
            &at("/integration/custom-domain"),
            get(custom_domain::open).post(custom_domain::create),
        )
        .route(
            &at("/integration/resource-servers/new"),
            get(servers::open).post(servers::create),
        )
        .route(
            &at("/integration/resource-servers/edit"),
            get(servers::edit).post(servers::save),
        )
        .route(
            &at("/integration/resource-servers/delete"),
            get(servers::ask).post(servers::delete),
        )
        .route(
            &at("/clients/new"),
            get(clients::create::open).post(clients::create::create),
        )
}

fn of_one_client() -> Router<Arc<Console>> {
    use clients::{
        attributes, delete, hosted_ui, information::Information, page, refused, secrets, sessions,
    };
    let at = |rest: &str| at(&format!("/clients/{{client_id}}{rest}"));
    Router::new()
        .route(&at(""), get(page::show))
        .route(
            &at("/edit"),
            get(edit_client::<Information>).post(save_client::<Information>),
        )
        .route(
            &at("/hosted-ui"),
            get(hosted_ui::edit).post(hosted_ui::save),
        )
        .route(
            &at("/attributes"),
            get(attributes::edit).post(attributes::save),
        )
        .route(&at("/sessions"), get(sessions::edit).post(sessions::save))
        .route(&at("/secrets/new"), get(secrets::open).post(secrets::add))
        .route(
            &at("/secrets/delete"),
            get(secrets::ask).post(secrets::delete),
        )
        .route(&at("/delete"), get(delete::ask).post(delete::delete))
        .route(
            &at("/refused/{list}"),
            get(refused::show).post(refused::add),
        )
}

/// Handlers of a page that edits some of a pool's settings.
fn of_pool<E>() -> MethodRouter<Arc<Console>>
where
    E: Edits<Of = UserPoolType, Input = UpdateUserPoolRequest> + 'static,
{
    get(edit_pool::<E>).post(save_pool::<E>)
}
