//! `/sign-in/providers`: other identity providers through which people sign in to a pool.

mod addresses;
mod create;
mod edit;
mod mapping;
mod page;
mod trial;
mod types;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use cabana_model::{
    DescribeIdentityProviderRequest, IdentityProviderType, IdentityProviderTypeType as Kind,
    ListIdentityProvidersRequest, ProviderDescription, UserPoolType, op,
};

use super::at;
use super::panel::{Cell, Panel};
use super::sheet::Sheet;
use crate::Console;
use crate::desk::Desk;
use crate::halt::Halt;
use crate::pool_head::PoolHead;
use crate::sort::{Lines, whole};
use crate::users::name::Name;

/// Providers per call: the most that ListIdentityProviders returns at once.
const PAGE: i32 = 60;

pub fn routes() -> Router<Arc<Console>> {
    let of_one = |rest: &str| at(&format!("/sign-in/providers/{{provider}}{rest}"));
    Router::new()
        .route(
            &at("/sign-in/providers/new"),
            get(create::open).post(create::create),
        )
        .route(&of_one(""), get(page::show))
        .route(&of_one("/edit"), get(edit::edit).post(edit::save))
        .route(&of_one("/mapping"), get(mapping::edit).post(mapping::save))
        .route(&of_one("/delete"), get(edit::ask).post(edit::delete))
        .route(&of_one("/test"), get(trial::begin))
        .route(&of_one("/test/result"), get(trial::result))
}

/// Path of a provider's page.
fn url(pool: &str, name: &str) -> String {
    let name = Name::new(name).segment();
    format!("/console/pools/{pool}/sign-in/providers/{name}")
}

/// All providers of a pool, by name.
///
/// # Errors
/// If there is no such pool.
pub async fn all(desk: &Desk, pool: &str) -> Result<Vec<ProviderDescription>, Halt> {
    whole(|token| page_of(desk, pool, token)).await
}

/// Names of all providers of a pool.
///
/// # Errors
/// If there is no such pool.
pub async fn names(desk: &Desk, pool: &str) -> Result<Vec<String>, Halt> {
    let all = all(desk, pool).await?.into_iter();
    Ok(all.filter_map(|it| it.provider_name).collect())
}

async fn page_of(
    desk: &Desk,
    pool: &str,
    token: Option<String>,
) -> Result<Lines<ProviderDescription>, Halt> {
    let input = ListIdentityProvidersRequest {
        user_pool_id: pool.to_owned(),
        max_results: Some(PAGE),
        next_token: token,
    };
    let listed = desk.call::<op::ListIdentityProviders>(&input).await?;
    Ok((listed.providers, listed.next_token))
}

/// A provider. The API hides its secret from read-only operators.
///
/// # Errors
/// If there is no such provider.
async fn described(desk: &Desk, pool: &str, name: &Name) -> Result<IdentityProviderType, Halt> {
    let input = DescribeIdentityProviderRequest {
        user_pool_id: pool.to_owned(),
        provider_name: name.as_str().to_owned(),
    };
    let found = desk.call::<op::DescribeIdentityProvider>(&input).await?;
    Ok(found.identity_provider)
}

fn kind(provider: &IdentityProviderType) -> Kind {
    provider.provider_type.unwrap_or(Kind::Oidc)
}

/// A page below a provider's, which leads back to it.
fn sheet(pool: &UserPoolType, name: &Name, title: &'static str) -> Sheet {
    let url = url(pool.id.as_deref().unwrap_or_default(), name.as_str());
    Sheet::of_pool(pool, "/sign-in", title).below(name.as_str(), url)
}

/// The panel with a pool's providers.
///
/// # Errors
/// If there is no such pool.
pub async fn panel(desk: &Desk, head: &PoolHead) -> Result<Panel, Halt> {
    let line = |provider: ProviderDescription| {
        let name = provider.provider_name.unwrap_or_default();
        vec![
            Cell::Link {
                url: url(&head.id, &name),
                text: name,
            },
            provider.provider_type.map_or("", types::label).into(),
            Cell::at(provider.creation_date),
        ]
    };
    let lines: Vec<_> = all(desk, &head.id).await?.into_iter().map(line).collect();
    Ok(Panel::new("providers", "Federated identity provider sign-in")
        .count(lines.len())
        .lead("Services where people already have an account: their company's, Google, another user pool. App clients choose which of them they offer.")
        .main_action(
            !desk.operator.read_only,
            "Add identity provider",
            head.url("/sign-in/providers/new"),
        )
        .table(
            &["Name", "Type", "Created time"],
            lines,
            "No identity providers. People sign in with an account of this user pool.",
        )
        .hide_when_narrow(&["Created time"]))
}
