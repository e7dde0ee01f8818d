//! The events of a pool, and of one user.

use askama::Template;
use axum::extract::Path;
use cabana_domain::{PoolId, Sub};

use super::line::{Line, line};
use crate::desk::{Answer, Desk};
use crate::frame::Frame;
use crate::halt::Halt;
use crate::pager::{List, Pager, SHORT_PAGE};
use crate::pool_head::PoolHead;
use crate::server::pages;
use crate::users::name::Name;
use crate::users::person::Person;
use crate::users::user;

#[derive(Template)]
#[template(path = "events/list.html")]
struct Events {
    frame: Frame,
    /// Only in the list of one user.
    user: Option<Name>,
    /// Path of the pool's list of users.
    users: String,
    lines: Vec<Line>,
    pager: Pager,
}

/// Lines of a page, and the foot of the list.
async fn read(
    desk: &Desk,
    pool: &str,
    user: Option<&Sub>,
    path: &str,
) -> Result<(Vec<Line>, Pager), Halt> {
    let list = format!("events {path}");
    let page = pages::asked(desk, &list)?;
    let store = &desk.console.api.store;
    let found = store.events(&PoolId::new(pool), user, page).await?;
    let next = pages::next(desk, &list, found.next)?;
    let list = List {
        path,
        kept: &[],
        limit: SHORT_PAGE,
        total: None,
    };
    let pager = list.pager(&desk.query, found.items.len(), next.as_deref());
    Ok((found.items.into_iter().map(line).collect(), pager))
}

pub async fn of_pool(Path(pool): Path<String>, desk: Desk) -> Answer {
    let head = PoolHead::of(&desk, &pool).await?;
    let (lines, pager) = read(&desk, &pool, None, &head.url("/events")).await?;
    desk.page(&Events {
        frame: head.frame(&desk, "Events"),
        users: head.url("/users"),
        user: None,
        lines,
        pager,
    })
}

pub async fn of_user(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let person = Person::of(&desk, &pool, &name).await?;
    let home = user::url(&pool, &person.name);
    let sub = Sub::new(person.sub());
    let (lines, pager) = read(&desk, &pool, Some(&sub), &format!("{home}/events")).await?;
    let frame = user::frame(&desk, &pool, "Events").await?;
    desk.page(&Events {
        frame: frame.below(person.name.as_str(), home),
        users: format!("/console/pools/{pool}/users"),
        user: Some(person.name),
        lines,
        pager,
    })
}
