//! The list of groups.

use askama::Template;
use axum::extract::Path;
use cabana_model::{GroupType, ListGroupsRequest, op};

use crate::desk::{Answer, Desk};
use crate::frame::{Frame, When};
use crate::pager::{List, Pager};
use crate::pool_head::PoolHead;
use crate::users::name::Name;

/// Groups per page: the most that ListGroups returns at once.
const PAGE: usize = 60;

#[derive(Template)]
#[template(path = "groups/list.html")]
struct Groups {
    frame: Frame,
    head: PoolHead,
    lines: Vec<Line>,
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
    let input = ListGroupsRequest {
        user_pool_id: id,
        next_token: desk.query.get("next").map(str::to_owned),
        ..ListGroupsRequest::default()
    };
    let listed = desk.call::<op::ListGroups>(&input).await?;
    let lines: Vec<_> = listed.groups.into_iter().flatten().map(line).collect();
    let list = List {
        path: &head.url("/groups"),
        kept: &[],
        limit: PAGE,
        total: None,
    };
    desk.page(&Groups {
        frame: head.frame(&desk, "Groups"),
        pager: list.pager(&desk.query, lines.len(), listed.next_token.as_deref()),
        head,
        lines,
    })
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
