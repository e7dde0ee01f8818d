//! `/console/audit`: changes by operators and access keys, newest first.

use askama::Template;
use cabana_api::logic::operators::access_keys::{self, Listed};
use cabana_domain::PoolId;
use cabana_domain::audit::AuditEntry;
use cabana_domain::pool::OPERATORS_POOL;

use crate::desk::{Answer, Desk};
use crate::form::{Form, Group};
use crate::frame::{Frame, Section, When};
use crate::halt::Halt;
use crate::pager::{List, Pager, SHORT_PAGE};
use crate::server::pages;

/// Most pools that the filter offers.
const OFFERED: u32 = 100;

#[derive(Template)]
#[template(path = "server/audit.html")]
struct Audit {
    frame: Frame,
    form: Form,
    lines: Vec<Line>,
    /// Pools to choose from, with their names; `None` if there are too many.
    pools: Option<Vec<(String, String)>>,
    pager: Pager,
}

struct Line {
    at: When,
    who: String,
    /// Id of the access key, if one made the change.
    key: Option<String>,
    source: String,
    action: String,
    pool: Option<String>,
    target: Option<String>,
    detail: Option<String>,
}

impl Audit {
    fn choice(&self) -> Group {
        let select = self.form.select("pool", "User pool").option("", "All");
        let pools = self.pools.iter().flatten();
        let select = pools.fold(select, |select, (id, label)| select.option(id, label));
        select.option(OPERATORS_POOL, "Operators")
    }
}

pub async fn show(desk: Desk) -> Answer {
    let form = Form::new(&desk).filled(&desk.query);
    let pool = form.given("pool").map(PoolId::new);
    let list = format!("audit {}", form.get("pool"));
    let page = pages::asked(&desk, &list)?;
    let store = &desk.console.api.store;
    let found = store.audit_entries(pool.as_ref(), page).await?;
    let next = pages::next(&desk, &list, found.next)?;
    let keys = access_keys::list(&desk.cx()).await?;
    let list = List {
        path: "/console/audit",
        kept: &[("pool", form.get("pool"))],
        limit: SHORT_PAGE,
        total: None,
    };
    desk.page(&Audit {
        frame: desk.frame("Audit log").at(Section::Audit),
        pager: list.pager(&desk.query, found.items.len(), next.as_deref()),
        lines: found.items.into_iter().map(|it| line(it, &keys)).collect(),
        pools: pools(&desk).await?,
        form,
    })
}

async fn pools(desk: &Desk) -> Result<Option<Vec<(String, String)>>, Halt> {
    let page = cabana_store::Page {
        limit: OFFERED,
        after: None,
    };
    let found = desk.console.api.store.pools(page).await?;
    let label = |pool: &cabana_domain::pool::Pool| {
        let name = pool.settings.name.as_deref().unwrap_or_default();
        (pool.id.to_string(), format!("{name} ({})", pool.id))
    };
    let pools = found.items.iter().map(label).collect();
    Ok(found.next.is_none().then_some(pools))
}

fn line(entry: AuditEntry, keys: &[Listed]) -> Line {
    let key = keys.iter().find(|it| it.id == entry.operator);
    Line {
        at: When(entry.at),
        who: key.map_or_else(|| entry.operator.clone(), |key| key.name.clone()),
        key: key.map(|key| key.id.clone()),
        source: entry.source_ip.map(|ip| ip.to_string()).unwrap_or_default(),
        action: entry.action,
        pool: entry.pool.map(|id| id.to_string()),
        target: entry.target,
        detail: entry.detail.map(|detail| indented(&detail)),
    }
}

/// Indents JSON.
fn indented(json: &str) -> String {
    let value = serde_json::from_str::<serde_json::Value>(json);
    let text = value.and_then(|value| serde_json::to_string_pretty(&value));
    text.unwrap_or_else(|_| json.to_owned())
}
