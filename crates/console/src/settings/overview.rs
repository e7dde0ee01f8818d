//! `/console/pools/{id}`: the first page of a pool.

use askama::Template;
use axum::extract::Path;

use crate::desk::{Answer, Desk};
use crate::frame::Frame;
use crate::pool_head::{PoolHead, Tab};

#[derive(Template)]
#[template(path = "settings/overview.html")]
struct Overview {
    frame: Frame,
    head: PoolHead,
}

pub async fn show(Path(id): Path<String>, desk: Desk) -> Answer {
    let head = PoolHead::of(&desk, &id, Tab::Overview).await?;
    let frame = head.frame(&desk, &head.name);
    desk.page(&Overview { frame, head })
}
