//! The list of operators.

use std::collections::BTreeSet;

use askama::Template;
use cabana_api::logic::operators::Role;
use cabana_domain::pool::OPERATORS_POOL;
use cabana_model::{ListUsersRequest, op};

use crate::desk::{Answer, Desk};
use crate::frame::{Frame, Section};
use crate::pager::{List, Pager};
use crate::users::operators::rules::{members, role_text};
use crate::users::person::Person;

/// Operators per page: the most that ListUsers returns at once.
const PAGE: usize = 60;

#[derive(Template)]
#[template(path = "users/operators.html")]
struct Operators {
    frame: Frame,
    lines: Vec<Line>,
    pager: Pager,
}

struct Line {
    person: Person,
    role: &'static str,
    is_me: bool,
}

pub async fn show(desk: Desk) -> Answer {
    let input = ListUsersRequest {
        user_pool_id: OPERATORS_POOL.to_owned(),
        pagination_token: desk.query.get("next").map(str::to_owned),
        ..ListUsersRequest::default()
    };
    let listed = desk.call::<op::ListUsers>(&input).await?;
    let administrators = subs(&desk, Role::Administrator).await?;
    let readers = subs(&desk, Role::ReadOnly).await?;
    let role = |sub: &str| match (administrators.contains(sub), readers.contains(sub)) {
        (true, _) => Some(Role::Administrator),
        (false, true) => Some(Role::ReadOnly),
        (false, false) => None,
    };
    let line = |person: Person| Line {
        role: role_text(role(person.sub())),
        is_me: person.sub() == desk.operator.sub.as_str(),
        person,
    };
    let people = listed.users.into_iter().flatten().map(Person::from);
    let lines: Vec<_> = people.map(line).collect();
    let list = List {
        path: "/console/operators",
        kept: &[],
        limit: PAGE,
        total: None,
    };
    let token = listed.pagination_token.as_deref();
    desk.page(&Operators {
        frame: desk.frame("Operators").at(Section::Operators),
        pager: list.pager(&desk.query, lines.len(), token),
        lines,
    })
}

async fn subs(desk: &Desk, role: Role) -> Result<BTreeSet<String>, crate::halt::Halt> {
    let members = members(desk, role).await?;
    Ok(members.iter().map(|it| it.sub().to_owned()).collect())
}
