//! `/console/pools`: the user pools of this server, all or those that match a search.

use std::cmp::Ordering;

use askama::Template;
use cabana_model::{ListUserPoolsRequest, Timestamp, UserPoolDescriptionType, op};
use cabana_store::Counted;

use crate::desk::{Answer, Desk};
use crate::frame::{Frame, When};
use crate::halt::Halt;
use crate::pager::{List, PAGE, Pager};
use crate::sort::{self, Lines, Sort, cut, folded, whole};

const LIST: &str = "/console/pools";
/// Most pages of a long list that one search reads; the operator can continue it.
const SEARCHED: usize = 20;

#[derive(Template)]
#[template(path = "pools/list.html")]
struct Pools {
    frame: Frame,
    lines: Vec<Line>,
    search: String,
    sort: Sort,
    pager: Pager,
    /// Whether there are more pools than were read.
    more: bool,
    /// Whether this is a page after the first.
    later: bool,
}

struct Line {
    id: String,
    name: String,
    created: Option<Timestamp>,
    modified: Option<Timestamp>,
}

pub async fn show(desk: Desk) -> Answer {
    let search = desk.query.get("search").unwrap_or_default().trim();
    let wanted = search.to_lowercase();
    let total = sort::count(&desk, Counted::Pools).await?;
    let sort = Sort::of(&desk.query, LIST, &["created", "name", "modified"])
        .keeping(&desk.query, &["search"])
        .only_if(total.is_some());
    let read = |token| page(&desk, &wanted, token);
    let (lines, next, total) = match (total, search) {
        (Some(_), search) if !search.is_empty() => {
            // What was found is counted, as the list is read whole.
            let mut found = whole(read).await?;
            sort.sort(&mut found, compared);
            let total = u64::try_from(found.len()).ok();
            let (lines, next) = cut(found, &desk.query, PAGE);
            (lines, next, total)
        }
        (Some(total), _) => {
            let (lines, next) = sort.page(&desk.query, PAGE, read, compared).await?;
            (lines, next, Some(total))
        }
        (None, _) => {
            let (lines, next) = found(&desk, &wanted).await?;
            (lines, next, None)
        }
    };
    let list = List {
        path: LIST,
        kept: &sort.parameters(),
        limit: PAGE,
        total,
    };
    desk.page(&Pools {
        frame: desk.frame("User pools"),
        pager: list.pager(&desk.query, lines.len(), next.as_deref()),
        more: next.is_some(),
        search: search.to_owned(),
        later: desk.query.has("next"),
        lines,
        sort,
    })
}

/// The pools of one page of the list that match.
async fn page(desk: &Desk, wanted: &str, token: Option<String>) -> Result<Lines<Line>, Halt> {
    let input = ListUserPoolsRequest {
        max_results: PAGE.into(),
        next_token: token,
    };
    let listed = desk.call::<op::ListUserPools>(&input).await?;
    let found = listed.user_pools.into_iter().flatten().map(line);
    let found = found.filter(|it| it.matches(wanted)).collect();
    Ok((found, listed.next_token))
}

/// Pools that match, of a list that is too long to be read whole: from the next pages, until there is a page of them.
async fn found(desk: &Desk, wanted: &str) -> Result<Lines<Line>, Halt> {
    let mut token = desk.query.get("next").map(str::to_owned);
    let mut lines = Vec::new();
    for _ in 0..SEARCHED {
        let (found, next) = page(desk, wanted, token).await?;
        lines.extend(found);
        token = next;
        if token.is_none() || wanted.is_empty() || lines.len() >= PAGE.into() {
            break;
        }
    }
    Ok((lines, token))
}

fn compared(column: &str, a: &Line, b: &Line) -> Ordering {
    match column {
        "name" => folded(&a.name).cmp(&folded(&b.name)),
        _ => a.modified.cmp(&b.modified),
    }
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
        created: pool.creation_date,
        modified: pool.last_modified_date,
    }
}

impl Line {
    fn created(&self) -> Option<When> {
        self.created.map(When::from)
    }

    fn modified(&self) -> Option<When> {
        self.modified.map(When::from)
    }

    /// Whether the name or the id contains `wanted`, which is in lower case.
    fn matches(&self, wanted: &str) -> bool {
        [&self.name, &self.id]
            .into_iter()
            .any(|it| it.to_lowercase().contains(wanted))
    }
}
