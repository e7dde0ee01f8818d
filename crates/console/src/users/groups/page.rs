//! A group with its members.

use askama::Template;
use axum::extract::Path;
use cabana_model::{
    AdminAddUserToGroupRequest, AdminRemoveUserFromGroupRequest, ErrorKind, GroupType,
    ListUsersInGroupRequest, op,
};

use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::frame::{Frame, When};
use crate::halt::Halt;
use crate::pager::{List, Pager};
use crate::pool_head;
use crate::users::blame;
use crate::users::groups::{find, url};
use crate::users::name::Name;
use crate::users::person::Person;

/// Members per page: the most that ListUsersInGroup returns at once.
const PAGE: usize = 60;

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
    let input = ListUsersInGroupRequest {
        user_pool_id: pool.to_owned(),
        group_name: name.as_str().to_owned(),
        next_token: desk.query.get("next").map(str::to_owned),
        ..ListUsersInGroupRequest::default()
    };
    let listed = desk.call::<op::ListUsersInGroup>(&input).await?;
    let home = url(pool, &name);
    let members = listed.users.into_iter().flatten().map(Person::from);
    let members: Vec<_> = members.collect();
    let list = List {
        path: &home,
        kept: &[],
        limit: PAGE,
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
    if form.is_fine() {
        let input = AdminAddUserToGroupRequest {
            user_pool_id: pool.clone(),
            group_name: name.as_str().to_owned(),
            username: user.as_str().into(),
        };
        match desk.call::<op::AdminAddUserToGroup>(&input).await {
            Ok(_) => {
                let news = format!("\u{201c}{user}\u{201d} is now in the group.");
                return desk.done(&url(&pool, &name), news);
            }
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
    desk.refused_at(&url(&pool, &name), &form).await
}

pub async fn remove(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let page = url(&pool, &name);
    let Some(user) = Form::sent(&desk).given("user") else {
        return desk.problem_at(&page, "Choose a user.").await;
    };
    let input = AdminRemoveUserFromGroupRequest {
        user_pool_id: pool,
        group_name: name.as_str().to_owned(),
        username: user.as_str().into(),
    };
    let removed = desk.call::<op::AdminRemoveUserFromGroup>(&input).await;
    let news = format!("\u{201c}{user}\u{201d} is no longer in the group.");
    desk.acted(removed, &page, news).await
}
