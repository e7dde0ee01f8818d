//! A group with its members.

use askama::Template;
use axum::extract::Path;
use cabana_model::{ErrorKind, GroupType, ListUsersInGroupRequest, op};

use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::frame::{Frame, When};
use crate::halt::Halt;
use crate::news::News;
use crate::pager::{List, Pager, SHORT_PAGE};
use crate::pool_head;
use crate::sort::Sort;
use crate::users::blame;
use crate::users::groups::{find, url};
use crate::users::memberships::{join, leave};
use crate::users::name::Name;
use crate::users::person::{Person, compared};

#[derive(Template)]
#[template(path = "groups/page.html")]
struct Page {
    frame: Frame,
    form: Form,
    group: GroupType,
    name: Name,
    url: String,
    pool_url: String,
    members: Vec<Person>,
    sort: Sort,
    /// Whether this is a page of the members after the first.
    later: bool,
    /// The foot of the list of members.
    pager: Pager,
}

impl Page {
    fn created(&self) -> Option<When> {
        self.group.creation_date.map(When::from)
    }

    fn modified(&self) -> Option<When> {
        self.group.last_modified_date.map(When::from)
    }
}

async fn view(desk: &Desk, pool: &str, name: Name, form: Form) -> Result<Page, Halt> {
    let group = find(desk, pool, &name).await?;
    let described = pool_head::describe(desk, pool).await?;
    let pool_url = format!("/console/pools/{pool}");
    let token = desk.query.get("next").map(str::to_owned);
    let later = token.is_some();
    let input = ListUsersInGroupRequest {
        user_pool_id: pool.to_owned(),
        group_name: name.as_str().to_owned(),
        limit: Some(SHORT_PAGE.into()),
        next_token: token,
    };
    let listed = desk.call::<op::ListUsersInGroup>(&input).await?;
    let home = url(pool, &name);
    let members = listed.users.into_iter().flatten().map(Person::from);
    let mut members: Vec<_> = members.collect();
    // Members are not counted, and a group may have as many as its pool has users: only one page of them is sorted.
    let is_whole = !later && listed.next_token.is_none();
    let columns = &["added", "name", "email", "status"];
    let sort = Sort::of(&desk.query, home.as_str(), columns).only_if(is_whole);
    sort.sort(&mut members, compared);
    let list = List {
        path: &home,
        kept: &[],
        limit: SHORT_PAGE,
        total: None,
    };
    Ok(Page {
        frame: desk
            .frame(name.as_str())
            .below("User pools", "/console/pools")
            .below(described.name.unwrap_or_default(), pool_url.as_str())
            .below("Groups", format!("{pool_url}/groups")),
        pager: list.pager(&desk.query, members.len(), listed.next_token.as_deref()),
        url: home,
        members,
        sort,
        later,
        form,
        group,
        name,
        pool_url,
    })
}

pub async fn show(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let form = Form::resumed(&desk, || Form::new(&desk)).await?;
    desk.page(&view(&desk, &pool, name, form).await?)
}

pub async fn add(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let mut form = Form::sent(&desk);
    let user = form.demand("user", "Enter a user name.");
    let home = url(&pool, &name);
    let page = desk.as_it_was(&home);
    if form.is_fine() {
        match join(&desk, &pool, &user, name.as_str()).await {
            Ok(false) => {
                let news = format!("\u{201c}{user}\u{201d} was in the group already.");
                return desk.done(&page, news);
            }
            Ok(true) => {
                let news = News::from(format!("\u{201c}{user}\u{201d} is now in the group."))
                    .undone_by(format!("{home}/members/remove"), &[("user", &user)]);
                return desk.done(&page, news);
            }
            Err(fault) if desk.is_undo() => return desk.fault_at(&page, fault).await,
            Err(fault) if fault.kind == ErrorKind::ResourceNotFoundException => {
                return Err(fault.into());
            }
            Err(fault) => blame(
                &mut form,
                fault,
                &[(ErrorKind::UserNotFoundException, "user")],
            )?,
        }
    }
    desk.refused_at(&page, &form).await
}

pub async fn remove(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let page = url(&pool, &name);
    let Some(user) = Form::sent(&desk).given("user") else {
        return desk.problem_at(&page, "Choose a user.").await;
    };
    let left = leave(&desk, &pool, &user, name.as_str()).await;
    let news = match left {
        Ok(false) => format!("\u{201c}{user}\u{201d} was not in the group.").into(),
        _ => News::from(format!("\u{201c}{user}\u{201d} is no longer in the group."))
            .undone_by(format!("{page}/members/add"), &[("user", &user)]),
    };
    desk.acted(left, &desk.as_it_was(&page), news).await
}
