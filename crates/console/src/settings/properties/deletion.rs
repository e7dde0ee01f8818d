//! `/properties/deletion-protection`: protection of a pool from deletion by mistake.

use askama::Template;
use axum::extract::Path;
use cabana_model::{DeletionProtectionType as Protection, UpdateUserPoolRequest, UserPoolType};

use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::pool_head;
use crate::settings::panel::{Cell, Panel};
use crate::settings::sheet::{Sheet, blame};
use crate::settings::update;

fn is_active(pool: &UserPoolType) -> bool {
    pool.deletion_protection == Some(Protection::Active)
}

pub fn panel(pool: &UserPoolType, may: bool, url: String) -> Panel {
    let (state, action) = if is_active(pool) {
        (Cell::Tag("good", "Active".to_owned()), "Deactivate")
    } else {
        (Cell::Tag("", "Inactive".to_owned()), "Activate")
    };
    Panel::new("deletion-protection", "Deletion protection")
        .action(may, action, url)
        .row("Status", state)
}

#[derive(Template)]
#[template(path = "settings/deletion_protection.html")]
struct Controls<'a> {
    form: &'a Form,
    active: bool,
}

/// Asks to confirm the change to the other state. The form names the state it wants, so that two operators who send it
/// at the same time do not undo each other's change.
pub async fn ask(Path(id): Path<String>, desk: Desk) -> Answer {
    let pool = pool_head::describe(&desk, &id).await?;
    let active = is_active(&pool);
    let (title, submit, wanted) = if active {
        (
            "Deactivate deletion protection",
            "Deactivate",
            Protection::Inactive,
        )
    } else {
        (
            "Activate deletion protection",
            "Activate",
            Protection::Active,
        )
    };
    let named = || Form::new(&desk).with("wanted", wanted.as_str());
    let form = Form::resumed(&desk, named).await?;
    let sheet = Sheet::of_pool(&pool, "/properties", title).submit(submit);
    let form = &form;
    sheet.page(&desk, form, &Controls { form, active })
}

pub async fn save(Path(id): Path<String>, desk: Desk) -> Answer {
    let wanted = if Form::sent(&desk).has("wanted", Protection::Active.as_str()) {
        Protection::Active
    } else {
        Protection::Inactive
    };
    let change = |input: &mut UpdateUserPoolRequest| input.deletion_protection = Some(wanted);
    if let Err(fault) = update::update_pool(&desk, &id, change).await {
        let mut form = Form::sent(&desk);
        blame(&mut form, fault, &[])?;
        return desk.refused(&form).await;
    }
    let news = match wanted {
        Protection::Active => "Deletion protection is active.",
        Protection::Inactive => "Deletion protection is inactive.",
    };
    desk.done(&format!("/console/pools/{id}/properties"), news)
}
