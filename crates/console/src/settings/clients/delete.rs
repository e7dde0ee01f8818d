//! `/clients/{client_id}/delete`: deletes an app client.

use askama::Template;
use axum::extract::Path;
use cabana_model::{DeleteUserPoolClientRequest, UserPoolClientType, UserPoolType, op};

use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::pool_head;
use crate::settings::sheet::{Sheet, blame, may_change};
use crate::settings::update;

#[derive(Template)]
#[template(path = "settings/client_delete.html")]
struct Controls<'a> {
    form: &'a Form,
    name: &'a str,
}

fn sheet(pool: &UserPoolType, client: &UserPoolClientType) -> Sheet {
    Sheet::of_client(pool, client, "Delete app client")
        .submit("Delete app client")
        .danger()
}

pub async fn ask(Path((pool, id)): Path<(String, String)>, desk: Desk) -> Answer {
    let described = pool_head::describe(&desk, &pool).await?;
    let client = update::client(&desk, &pool, &id).await?;
    let form = &Form::resumed(&desk, || Form::new(&desk)).await?;
    let name = client.client_name.as_deref().unwrap_or_default();
    sheet(&described, &client).page(&desk, form, &Controls { form, name })
}

pub async fn delete(Path((pool, id)): Path<(String, String)>, desk: Desk) -> Answer {
    may_change(&desk)?;
    let client = update::client(&desk, &pool, &id).await?;
    let name = client.client_name.as_deref().unwrap_or_default();
    let mut form = Form::sent(&desk);
    if form.get("name") != name {
        form.add_problem("name", "Enter the name of the app client as shown above.");
        return desk.refused(&form).await;
    }
    let input = DeleteUserPoolClientRequest {
        user_pool_id: pool.clone(),
        client_id: id.as_str().into(),
    };
    if let Err(fault) = desk.call::<op::DeleteUserPoolClient>(&input).await {
        blame(&mut form, fault, &[])?;
        return desk.refused(&form).await;
    }
    desk.done(
        &format!("/console/pools/{pool}/integration"),
        format!("App client \"{name}\" has been deleted."),
    )
}
