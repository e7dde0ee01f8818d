//! `/properties`: what a pool is called and how it is kept.

pub mod deletion;
pub mod name;
pub mod plan;
pub mod tags;

use axum::extract::Path;
use cabana_domain::pool::ISSUER_TAG;
use cabana_model::UserPoolType;

use super::panel::{Cell, Panel};
use super::tab;
use crate::desk::{Answer, Desk};
use crate::pool_head::{PoolHead, Tab};

pub async fn show(Path(id): Path<String>, desk: Desk) -> Answer {
    let head = PoolHead::of(&desk, &id, Tab::Properties).await?;
    let may = !desk.operator.read_only;
    let panels = vec![
        identity(&desk, &head),
        plan::panel(&head.pool, may, head.url("/properties/plan")),
        deletion::panel(&head.pool, may, head.url("/properties/deletion-protection")),
        tags::panel(&head.pool, may, head.url("/properties/tags")),
    ];
    tab::show(&desk, head, "User pool properties", panels)
}

fn identity(desk: &Desk, head: &PoolHead) -> Panel {
    let public = &desk.console.api.settings.public_url;
    let discovery = format!("{public}/{}/.well-known/openid-configuration", head.id);
    Panel::new("identity", "User pool name")
        .action(
            !desk.operator.read_only,
            "Edit",
            head.url("/properties/name"),
        )
        .row("User pool name", head.name.as_str())
        .row("Issuer", Cell::Copied(issuer(&head.pool, public), "issuer"))
        .row(
            "OpenID Connect discovery",
            Cell::Copied(discovery, "discovery URL"),
        )
}

/// What the pool's tokens name as their issuer.
fn issuer(pool: &UserPoolType, public_url: &str) -> String {
    let tags = pool.user_pool_tags.as_ref();
    let own = tags.and_then(|tags| tags.get(ISSUER_TAG)).cloned();
    let id = pool.id.as_deref().unwrap_or_default();
    own.unwrap_or_else(|| format!("{public_url}/{id}"))
}
