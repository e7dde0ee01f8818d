//! The list of operators.

use std::collections::BTreeSet;

use askama::Template;
use cabana_api::logic::operators::Role;
use cabana_domain::pool::OPERATORS_POOL;
use cabana_model::{ListUsersRequest, op};

use crate::desk::{Answer, Desk};
use crate::frame::{Frame, Section};
use crate::halt::Halt;
use crate::pager::{List, PAGE, Pager};
use crate::pool_head;
use crate::sort::{Lines, MOST, Sort};
use crate::users::operators::LIST;
use crate::users::operators::rules::{members, role_text};
use crate::users::person::{Person, compared};

#[derive(Template)]
#[template(path = "users/operators.html")]
struct Operators {
    frame: Frame,
    lines: Vec<Line>,
    sort: Sort,
    pager: Pager,
}

struct Line {
    person: Person,
    role: &'static str,
    is_me: bool,
}

pub async fn show(desk: Desk) -> Answer {
    let administrators = subs(&desk, Role::Administrator).await?;
    let readers = subs(&desk, Role::ReadOnly).await?;
    let role = |person: &Person| match person.sub() {
        sub if administrators.contains(sub) => Some(Role::Administrator),
        sub if readers.contains(sub) => Some(Role::ReadOnly),
        _ => None,
    };
    let total = count(&desk).await?;
    let columns = &["created", "name", "email", "role", "status"];
    let sort = Sort::of(&desk.query, LIST, columns).only_if(total <= MOST.into());
    let order = |column: &str, a: &Person, b: &Person| match column {
        "role" => role_text(role(a)).cmp(role_text(role(b))),
        _ => compared(column, a, b),
    };
    let (people, next) = sort
        .page(&desk.query, PAGE, |token| page(&desk, token), order)
        .await?;
    let line = |person: Person| Line {
        role: role_text(role(&person)),
        is_me: person.sub() == desk.operator.sub.as_str(),
        person,
    };
    let list = List {
        path: LIST,
        kept: &sort.parameters(),
        limit: PAGE,
        total: Some(total),
    };
    desk.page(&Operators {
        frame: desk.frame("Operators").at(Section::Operators),
        pager: list.pager(&desk.query, people.len(), next.as_deref()),
        lines: people.into_iter().map(line).collect(),
        sort,
    })
}

async fn page(desk: &Desk, token: Option<String>) -> Result<Lines<Person>, Halt> {
    let input = ListUsersRequest {
        user_pool_id: OPERATORS_POOL.to_owned(),
        limit: Some(PAGE.into()),
        pagination_token: token,
        ..ListUsersRequest::default()
    };
    let listed = desk.call::<op::ListUsers>(&input).await?;
    let people = listed.users.into_iter().flatten().map(Person::from);
    Ok((people.collect(), listed.pagination_token))
}

/// The number of operators.
async fn count(desk: &Desk) -> Result<u64, Halt> {
    let pool = pool_head::describe(desk, OPERATORS_POOL).await?;
    let users = pool.estimated_number_of_users.unwrap_or_default();
    Ok(u64::try_from(users).unwrap_or_default())
}

async fn subs(desk: &Desk, role: Role) -> Result<BTreeSet<String>, Halt> {
    let members = members(desk, role).await?;
    Ok(members.iter().map(|it| it.sub().to_owned()).collect())
}
