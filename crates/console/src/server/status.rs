//! `/console/server`: settings and health of this server.

use askama::Template;
use cabana_api::{Signatures, built};
use cabana_domain::pool::OPERATORS_POOL;
use cabana_domain::{PoolId, Span};
use cabana_model::Operation;
use cabana_store::{Page, StoreError};

use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::frame::{Frame, Section, When};
use crate::halt::Halt;
use crate::server::facts::Facts;

/// Path of the page.
pub const PAGE: &str = "/console/server";
/// Most pools whose signing keys are counted.
const COUNTED: u32 = 200;

#[derive(Template)]
#[template(path = "server/status.html")]
struct Status {
    frame: Frame,
    form: Form,
    facts: Facts,
    started: When,
    uptime: String,
    /// Failure of the store, if it does not work.
    trouble: Option<String>,
    can_mail: bool,
    region: String,
    account_id: String,
    public_url: String,
    signatures: &'static str,
    keys: String,
    built: usize,
    operations: usize,
}

pub async fn show(desk: Desk) -> Answer {
    let form = Form::resumed(&desk, || Form::new(&desk)).await?;
    desk.page(&view(&desk, form).await?)
}

async fn view(desk: &Desk, form: Form) -> Result<Status, Halt> {
    let api = &desk.console.api;
    let settings = &api.settings;
    let facts = desk.console.settings.facts.clone();
    let trouble = api.store.ready().await.err();
    Ok(Status {
        frame: desk.frame("Server").at(Section::Server),
        form,
        started: When(facts.started),
        uptime: duration(api.clock.now().since(facts.started)),
        trouble: trouble.map(|error| error.to_string()),
        can_mail: settings.transports.email,
        region: settings.region.clone(),
        account_id: settings.account_id.clone(),
        public_url: settings.public_url.clone(),
        signatures: match settings.signatures {
            Signatures::Required => "Every request must be signed with a known key",
            Signatures::KnownKeysOnly => "Checked if the key is known; other requests pass",
        },
        keys: signing_keys(desk).await?,
        built: built().count(),
        operations: Operation::ALL.len(),
        facts,
    })
}

/// Number of signing keys and of their pools, in words.
async fn signing_keys(desk: &Desk) -> Result<String, StoreError> {
    let store = &desk.console.api.store;
    let page = Page {
        limit: COUNTED,
        after: None,
    };
    let pools = store.pools(page).await?;
    let own = [PoolId::new(OPERATORS_POOL)];
    let ids = pools.items.iter().map(|pool| &pool.id).chain(&own);
    let mut keys = 0;
    let mut counted = 0;
    for id in ids {
        keys += store.signing_keys(id).await?.len();
        counted += 1;
    }
    Ok(match pools.next {
        None => format!("{keys}, in {counted} pools including the operators' pool"),
        Some(_) => format!("{keys} in the first {counted} pools, and more"),
    })
}

/// Formats a duration in its two largest units.
fn duration(span: Span) -> String {
    let seconds = span.as_seconds().max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_show_their_two_largest_units() {
        let shown = [59, 3_599, 7_260, 90_000].map(|it| duration(Span::seconds(it)));
        assert_eq!(shown, ["0 min", "59 min", "2 h 1 min", "1 d 1 h"]);
    }
}
