//! The navigation of a user pool's pages: the entries of the rail, and the other pools to switch to.

use askama::Template;
use askama::filters::HtmlSafe;
use cabana_domain::PoolId;
use cabana_domain::pool::{OPERATORS_POOL, Pool};
use cabana_store::Page;

use crate::Console;
use crate::halt::Halt;
use crate::icon::{Icon, icon};

/// Most other pools that the switcher offers; the list of pools has the rest.
const OFFERED: u32 = 12;

/// The tabs of a user pool, under the names of the AWS console: the end of the path, the icon and the name.
const TABS: [(&str, &str, &str); 10] = [
    ("", "overview", "Overview"),
    ("users", "users", "Users"),
    ("groups", "groups", "Groups"),
    ("events", "events", "Events"),
    ("sign-in", "sign-in", "Sign-in experience"),
    ("sign-up", "sign-up", "Sign-up experience"),
    ("messaging", "mail", "Messaging"),
    ("integration", "app", "App integration"),
    ("extensions", "bolt", "Extensions"),
    ("properties", "properties", "User pool properties"),
];

/// An entry of the rail.
#[derive(Template)]
#[template(
    source = r#"<a href="{{ url }}"{% if here %} aria-current="page"{% endif %}>{{ icon }}{{ name }}</a>"#,
    ext = "html"
)]
pub struct Entry {
    pub url: String,
    pub icon: Icon,
    pub name: &'static str,
    pub here: bool,
}

impl HtmlSafe for Entry {}

/// The user pool that a page belongs to.
#[derive(Clone, Debug)]
pub struct PoolNav {
    pub id: String,
    pub name: String,
    /// Ids and names of other pools.
    pub others: Vec<(String, String)>,
    /// Path of the tab that the page is in.
    tab: &'static str,
}

impl PoolNav {
    /// Finds the pool that this path of the console names.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn of(console: &Console, path: &str) -> Result<Option<Self>, Halt> {
        let Some(rest) = path.strip_prefix("/console/pools/") else {
            return Ok(None);
        };
        let (id, rest) = rest.split_once('/').unwrap_or((rest, ""));
        let store = &console.api.store;
        let found = match id {
            OPERATORS_POOL => None,
            id => store.pool(&PoolId::new(id)).await?,
        };
        let Some(pool) = found else {
            return Ok(None);
        };
        let page = Page {
            limit: OFFERED,
            after: None,
        };
        let others = store.pools(page).await?.items;
        Ok(Some(Self {
            name: name(&pool),
            others: others
                .iter()
                .filter(|it| it.id.as_str() != id)
                .map(|it| (it.id.to_string(), name(it)))
                .collect(),
            tab: tab(rest),
            id: id.to_owned(),
        }))
    }

    /// Path below the pool's, such as `url("/users")`.
    pub fn url(&self, rest: &str) -> String {
        format!("/console/pools/{}{rest}", self.id)
    }

    pub fn initial(&self) -> String {
        initial(&self.name)
    }

    /// Entries of the rail.
    pub fn entries(&self) -> Vec<Entry> {
        let entry = |(path, drawing, name): (&'static str, &'static str, &'static str)| Entry {
            url: match path {
                "" => self.url(""),
                _ => self.url(&format!("/{path}")),
            },
            icon: icon(drawing),
            here: self.tab == path,
            name,
        };
        TABS.into_iter().map(entry).collect()
    }
}

fn name(pool: &Pool) -> String {
    pool.settings.name.clone().unwrap_or_default()
}

/// The address of a page with this query, which comes before the part of the page that the path may name.
pub fn with_query(path: &str, query: &str) -> String {
    let (page, part) = match path.find('#') {
        Some(at) => path.split_at(at),
        None => (path, ""),
    };
    match query {
        "" => path.to_owned(),
        query => format!("{page}?{query}{part}"),
    }
}

/// The tab of a page, by its path below the pool's.
fn tab(rest: &str) -> &'static str {
    let first = rest.split('/').next().unwrap_or_default();
    let first = match first {
        "clients" => "integration",
        "delete" => "properties",
        other => other,
    };
    let mut tabs = TABS.into_iter().map(|(path, ..)| path);
    tabs.find(|path| *path == first).unwrap_or("quick-start")
}

/// First character of a name, in place of a picture.
pub fn initial(name: &str) -> String {
    name.chars().take(1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_below_a_room_belongs_to_it() {
        let tabs = ["", "users/ann/events", "clients/1", "delete", "quick-start"].map(tab);
        assert_eq!(
            tabs,
            ["", "users", "integration", "properties", "quick-start"]
        );
    }
}
