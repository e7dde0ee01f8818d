//! Pages that create and change a group.

use askama::Template;
use axum::extract::Path;
use cabana_model::{CreateGroupRequest, ErrorKind, GroupType, UpdateGroupRequest, op};

use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::frame::Frame;
use crate::halt::Halt;
use crate::pool_head;
use crate::users::blame;
use crate::users::groups::{find, url};
use crate::users::name::Name;

#[derive(Template)]
#[template(path = "groups/edit.html")]
struct Edit {
    frame: Frame,
    form: Form,
    /// Path that the form is sent to.
    action: String,
    /// Path that Cancel leads to.
    back: String,
    is_new: bool,
}

async fn view(desk: &Desk, pool: &str, group: Option<&Name>, form: Form) -> Result<Edit, Halt> {
    desk.cx().demand_write()?;
    let described = pool_head::describe(desk, pool).await?;
    let groups = format!("/console/pools/{pool}/groups");
    let title = if group.is_some() {
        "Edit group"
    } else {
        "Create group"
    };
    let frame = desk
        .frame(title)
        .below("User pools", "/console/pools")
        .below(
            described.name.unwrap_or_default(),
            format!("/console/pools/{pool}"),
        )
        .below("Groups", groups.as_str());
    Ok(match group {
        None => Edit {
            frame,
            form,
            action: format!("{groups}/new"),
            back: groups,
            is_new: true,
        },
        Some(name) => Edit {
            frame: frame.below(name.as_str(), url(pool, name)),
            form,
            action: format!("{}/edit", url(pool, name)),
            back: url(pool, name),
            is_new: false,
        },
    })
}

pub async fn blank(Path(pool): Path<String>, desk: Desk) -> Answer {
    let form = Form::resumed(&desk, || Form::new(&desk)).await?;
    desk.page(&view(&desk, &pool, None, form).await?)
}

pub async fn create(Path(pool): Path<String>, desk: Desk) -> Answer {
    let mut form = Form::sent(&desk);
    let input = CreateGroupRequest {
        user_pool_id: pool.clone(),
        group_name: Name::demand(&mut form, "name", "Enter a group name."),
        description: form.given("description"),
        role_arn: form.given("role"),
        precedence: form.number("precedence", 0..=i32::MAX),
    };
    if form.is_fine() {
        match desk.call::<op::CreateGroup>(&input).await {
            Ok(_) => {
                let news = format!(
                    "Group \u{201c}{}\u{201d} has been created.",
                    input.group_name
                );
                return desk.done(&url(&pool, &Name::new(input.group_name)), news);
            }
            Err(fault) => blame(
                &mut form,
                fault,
                &[(ErrorKind::GroupExistsException, "name")],
            )?,
        }
    }
    desk.refused(&form).await
}

pub async fn show(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let group = find(&desk, &pool, &name).await?;
    let precedence = group.precedence.map(|it| it.to_string());
    let filled = || {
        Form::new(&desk)
            .with("description", group.description.unwrap_or_default())
            .with("role", group.role_arn.unwrap_or_default())
            .with("precedence", precedence.unwrap_or_default())
    };
    let form = Form::resumed(&desk, filled).await?;
    desk.page(&view(&desk, &pool, Some(&name), form).await?)
}

pub async fn save(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let mut form = Form::sent(&desk);
    let before = find(&desk, &pool, &name).await?;
    kept(&mut form, &before);
    let input = UpdateGroupRequest {
        user_pool_id: pool.clone(),
        group_name: name.as_str().to_owned(),
        // Sent even if empty, which clears it.
        description: Some(form.get("description").to_owned()),
        role_arn: form.given("role"),
        precedence: form.number("precedence", 0..=i32::MAX),
    };
    if form.is_fine() {
        match desk.call::<op::UpdateGroup>(&input).await {
            Ok(_) => return desk.done(&url(&pool, &name), "The group has been saved."),
            Err(fault) => blame(&mut form, fault, &[])?,
        }
    }
    desk.refused(&form).await
}

/// Refuses to empty some values: UpdateGroup keeps members that are left out, so they can only be replaced.
fn kept(form: &mut Form, before: &GroupType) {
    if before.role_arn.is_some() && form.get("role").is_empty() {
        form.add_problem(
            "role",
            "A role can be replaced, but not removed from a group.",
        );
    }
    if before.precedence.is_some() && form.get("precedence").is_empty() {
        form.add_problem(
            "precedence",
            "A precedence can be replaced, but not removed from a group.",
        );
    }
}
