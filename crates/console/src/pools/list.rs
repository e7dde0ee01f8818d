//! `/console/pools`: the user pools of this server.

use askama::Template;
use cabana_model::{ListUserPoolsRequest, UserPoolDescriptionType, op};

use crate::desk::{Answer, Desk};
use crate::frame::{Frame, When};

/// Pools on a page: as many as the operation gives at once.
const PAGE: i32 = 60;

#[derive(Template)]
#[template(path = "pools/list.html")]
struct Pools {
    frame: Frame,
    lines: Vec<Line>,
    /// Where the list goes on.
    next: Option<String>,
}

struct Line {
    id: String,
    name: String,
    created: Option<When>,
    modified: Option<When>,
}

pub async fn show(desk: Desk) -> Answer {
    let input = ListUserPoolsRequest {
        max_results: PAGE,
        next_token: desk.query.get("next").map(str::to_owned),
    };
    let listed = desk.call::<op::ListUserPools>(&input).await?;
    desk.page(&Pools {
        frame: desk.frame("User pools"),
        lines: listed.user_pools.into_iter().flatten().map(line).collect(),
        next: listed.next_token,
    })
}

fn line(pool: UserPoolDescriptionType) -> Line {
    Line {
        id: pool.id.unwrap_or_default(),
        name: pool.name.unwrap_or_default(),
        created: pool.creation_date.map(When::from),
        modified: pool.last_modified_date.map(When::from),
    }
}
