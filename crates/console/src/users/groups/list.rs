//! The list of groups.

use std::cmp::Ordering;

use askama::Template;
use axum::extract::Path;
use cabana_domain::PoolId;
use cabana_model::{GroupType, ListGroupsRequest, op};
use cabana_store::Counted;

use crate::desk::{Answer, Desk};
use crate::frame::{Frame, When};
use crate::halt::Halt;
use crate::pager::{List, PAGE, Pager};
use crate::pool_head::PoolHead;
use crate::sort::{self, Lines, Sort};
use crate::users::name::Name;

#[derive(Template)]
#[template(path = "groups/list.html")]
struct Groups {
    frame: Frame,
    head: PoolHead,
    lines: Vec<Line>,
    sort: Sort,
    pager: Pager,
}

struct Line {
    name: Name,
    description: String,
    precedence: Option<i32>,
    modified: Option<When>,
    created: Option<When>,
}

pub async fn show(Path(id): Path<String>, desk: Desk) -> Answer {
    let head = PoolHead::of(&desk, &id).await?;
    let path = head.url("/groups");
    let total = sort::count(&desk, Counted::GroupsOf(&PoolId::new(id.as_str()))).await?;
    let columns = &["name", "description", "precedence", "modified", "created"];
    let sort = Sort::of(&desk.query, path.as_str(), columns).only_if(total.is_some());
    let (groups, next) = sort
        .page(&desk.query, PAGE, |token| page(&desk, &id, token), compared)
        .await?;
    let list = List {
        path: &path,
        kept: &sort.parameters(),
        limit: PAGE,
        total,
    };
    desk.page(&Groups {
        frame: head.frame(&desk, "Groups"),
        pager: list.pager(&desk.query, groups.len(), next.as_deref()),
        lines: groups.into_iter().map(line).collect(),
        head,
        sort,
    })
}

async fn page(desk: &Desk, pool: &str, token: Option<String>) -> Result<Lines<GroupType>, Halt> {
    let input = ListGroupsRequest {
        user_pool_id: pool.to_owned(),
        limit: Some(PAGE.into()),
        next_token: token,
    };
    let listed = desk.call::<op::ListGroups>(&input).await?;
    Ok((listed.groups.unwrap_or_default(), listed.next_token))
}

fn compared(column: &str, a: &GroupType, b: &GroupType) -> Ordering {
    // A group without precedence comes after all that have one, as it does for its members.
    let precedence = |it: &GroupType| (it.precedence.is_none(), it.precedence);
    match column {
        "description" => a.description.cmp(&b.description),
        "precedence" => precedence(a).cmp(&precedence(b)),
        "modified" => a.last_modified_date.cmp(&b.last_modified_date),
        _ => a.creation_date.cmp(&b.creation_date),
    }
}

fn line(group: GroupType) -> Line {
    Line {
        name: Name::new(group.group_name.unwrap_or_default()),
        description: group.description.unwrap_or_default(),
        precedence: group.precedence,
        modified: group.last_modified_date.map(When::from),
        created: group.creation_date.map(When::from),
    }
}
