//! `/console/pools`: the user pools of this server, all or those that match a search.

use askama::Template;
use cabana_model::{ListUserPoolsRequest, UserPoolDescriptionType, op};

use crate::desk::{Answer, Desk};
use crate::frame::{Frame, When};
use crate::pager::{List, Pager};

/// Pools per page: the most that ListUserPools returns at once.
const PAGE: i32 = 60;
/// Most such pages that one search reads; the operator can continue it.
const SEARCHED: usize = 20;

#[derive(Template)]
#[template(path = "pools/list.html")]
struct Pools {
    frame: Frame,
    lines: Vec<Line>,
    search: String,
    pager: Pager,
    /// Whether there are more pools than were read.
    more: bool,
    /// Whether this is a page after the first.
    later: bool,
}

struct Line {
    id: String,
    name: String,
    created: Option<When>,
    modified: Option<When>,
}

pub async fn show(desk: Desk) -> Answer {
    let search = desk.query.get("search").unwrap_or_default().trim();
    let wanted = search.to_lowercase();
    let mut token = desk.query.get("next").map(str::to_owned);
    let later = token.is_some();
    let mut lines = Vec::new();
    for _ in 0..SEARCHED {
        let input = ListUserPoolsRequest {
            max_results: PAGE,
            next_token: token.take(),
        };
        let listed = desk.call::<op::ListUserPools>(&input).await?;
        let found = listed.user_pools.into_iter().flatten().map(line);
        lines.extend(found.filter(|it| it.matches(&wanted)));
        token = listed.next_token;
        if token.is_none() || wanted.is_empty() || lines.len() >= PAGE.unsigned_abs() as usize {
            break;
        }
    }
    let list = List {
        path: "/console/pools",
        kept: &[("search", search)],
        limit: PAGE.unsigned_abs() as usize,
        total: None,
    };
    desk.page(&Pools {
        frame: desk.frame("User pools"),
        pager: list.pager(&desk.query, lines.len(), token.as_deref()),
        more: token.is_some(),
        search: search.to_owned(),
        lines,
        later,
    })
}

impl Pools {
    fn nothing_found(&self) -> &'static str {
        match self.more {
            true => "Not among the pools searched so far",
            false => "No user pool matches",
        }
    }
}

fn line(pool: UserPoolDescriptionType) -> Line {
    Line {
        id: pool.id.unwrap_or_default(),
        name: pool.name.unwrap_or_default(),
        created: pool.creation_date.map(When::from),
        modified: pool.last_modified_date.map(When::from),
    }
}

impl Line {
    /// Whether the name or the id contains `wanted`, which is in lower case.
    fn matches(&self, wanted: &str) -> bool {
        [&self.name, &self.id]
            .into_iter()
            .any(|it| it.to_lowercase().contains(wanted))
    }
}
