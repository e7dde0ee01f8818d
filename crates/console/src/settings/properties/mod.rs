//! `/properties`: name, feature plan, deletion protection and tags of a pool.

pub mod deletion;
pub mod name;
pub mod plan;
pub mod tags;

use axum::extract::Path;

use super::panel::{Cell, Panel};
use super::tab;
use crate::desk::{Answer, Desk};
use crate::pool_head::PoolHead;

pub async fn show(Path(id): Path<String>, desk: Desk) -> Answer {
    let head = PoolHead::of(&desk, &id).await?;
    let may = !desk.operator.read_only;
    let mut panels = vec![
        identity(&desk, &head),
        plan::panel(&head.pool, may, head.url("/properties/plan")),
        deletion::panel(&head.pool, may, head.url("/properties/deletion-protection")),
        tags::panel(&head.pool, may, head.url("/properties/tags")),
    ];
    if may {
        let panel = Panel::new("danger", "Danger zone")
            .lead("Users, app clients and signing keys of this user pool are deleted with it.")
            .danger_action(true, "Delete user pool", head.url("/delete"));
        panels.push(panel);
    }
    tab::show(&desk, &head, "User pool properties", panels)
}

fn identity(desk: &Desk, head: &PoolHead) -> Panel {
    let panel = Panel::new("identity", "User pool name")
        .action(
            !desk.operator.read_only,
            "Edit",
            head.url("/properties/name"),
        )
        .row("User pool name", head.name.as_str())
        .row("Issuer", Cell::Copied(head.issuer.clone(), "issuer"))
        .row(
            "OpenID Connect discovery",
            Cell::Copied(head.discovery_url.clone(), "discovery URL"),
        );
    match head.issuer.starts_with("http://") {
        true => panel.lead(PLAIN_ISSUER),
        false => panel,
    }
}

/// Hint for clients that compare the issuer with the https address they were configured with.
const PLAIN_ISSUER: &str = "Clients that require an https issuer need the tag cabana:issuer, or a server that was \
                            started with --public-url https://… before the first user was created.";
