//! `/clients/{client_id}/secrets`: a second client secret beside the first, for a rotation without downtime.

use askama::Template;
use axum::extract::Path;
use cabana_model::{
    AddUserPoolClientSecretRequest, ClientSecretDescriptorType, DeleteUserPoolClientSecretRequest,
    ListUserPoolClientSecretsRequest, UserPoolClientType, UserPoolType, op,
};

use crate::about::About;
use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::halt::Halt;
use crate::pool_head;
use crate::settings::panel::{Cell, Panel};
use crate::settings::sheet::{Sheet, blame};
use crate::settings::update;
use crate::users::once::Once;

/// News of an added secret.
const ADDED: &str =
    "The client secret has been added. This page shows the older one until you delete that.";
/// Most secrets of a client.
const MOST: usize = 2;

/// Secrets of a client, oldest first, without their values.
///
/// # Errors
/// If there is no such client.
pub async fn all(
    desk: &Desk,
    pool: &str,
    client: &str,
) -> Result<Vec<ClientSecretDescriptorType>, Halt> {
    let input = ListUserPoolClientSecretsRequest {
        user_pool_id: pool.to_owned(),
        client_id: client.into(),
        ..ListUserPoolClientSecretsRequest::default()
    };
    let listed = desk.call::<op::ListUserPoolClientSecrets>(&input).await?;
    Ok(listed.client_secrets.unwrap_or_default())
}

pub fn panel(secrets: &[ClientSecretDescriptorType], may: bool, here: &str) -> Panel {
    let (more, less) = (may && secrets.len() < MOST, may && secrets.len() > 1);
    let lines = secrets.iter().map(|secret| {
        let id = secret.client_secret_id.clone().unwrap_or_default();
        let mut line = vec![
            Cell::Code(id.clone()),
            Cell::at(secret.client_secret_create_date),
        ];
        if less {
            let url = format!("{here}/secrets/delete?secret={id}");
            line.push(Cell::Actions(vec![("Delete", url, id)]));
        }
        line
    });
    let heads: &[&str] = if less {
        &["Secret ID", "Created", "Actions"]
    } else {
        &["Secret ID", "Created"]
    };
    Panel::new("secrets", "Client secret rotation")
        .lead("To change the secret without downtime, add a second one, give it to the app, then delete the first. Until then both work.")
        .action(more, "Add client secret", format!("{here}/secrets/new"))
        .table(heads, lines.collect(), "")
}

#[derive(Template)]
#[template(path = "settings/secret_add.html")]
struct Adding<'a> {
    form: &'a Form,
}

fn adding(pool: &UserPoolType, client: &UserPoolClientType) -> Sheet {
    Sheet::of_client(pool, client, "Add client secret").submit("Add client secret")
}

pub async fn open(Path((pool, id)): Path<(String, String)>, desk: Desk) -> Answer {
    let described = pool_head::describe(&desk, &pool).await?;
    let client = update::client(&desk, &pool, &id).await?;
    let form = &Form::resumed(&desk, || Form::new(&desk)).await?;
    adding(&described, &client).page(&desk, form, &Adding { form })
}

pub async fn add(Path((pool, id)): Path<(String, String)>, desk: Desk) -> Answer {
    let described = pool_head::describe(&desk, &pool).await?;
    let client = update::client(&desk, &pool, &id).await?;
    let sheet = adding(&described, &client);
    let mut form = Form::sent(&desk);
    let input = AddUserPoolClientSecretRequest {
        user_pool_id: pool,
        client_id: id.as_str().into(),
        client_secret: form.given("client_secret").map(Into::into),
    };
    match desk.call::<op::AddUserPoolClientSecret>(&input).await {
        Ok(added) => {
            let secret = added.client_secret_descriptor.unwrap_or_default();
            let Some(value) = secret.client_secret_value else {
                return desk.done(sheet.back(), ADDED);
            };
            Once::new("New client secret")
                .line("Client secret", value.expose())
                .on(&desk, sheet.back(), ADDED)
        }
        Err(fault) => {
            // The API's message about the constraints is written for programs.
            match About::Member("clientSecret").is_of(&fault) {
                true => {
                    form.add_problem("client_secret", "Enter 24 to 64 letters, digits, _ or +.")
                }
                false => blame(&mut form, fault, &[])?,
            }
            desk.refused(&form).await
        }
    }
}

#[derive(Template)]
#[template(
    source = "<p>Apps that still use the client secret <code>{{ id }}</code> are refused from now on. Its value cannot be recovered.</p>",
    ext = "html"
)]
struct Deletion {
    id: String,
}

fn deletion(pool: &UserPoolType, client: &UserPoolClientType) -> Sheet {
    Sheet::of_client(pool, client, "Delete client secret")
        .submit("Delete client secret")
        .danger()
}

pub async fn ask(Path((pool, id)): Path<(String, String)>, desk: Desk) -> Answer {
    let described = pool_head::describe(&desk, &pool).await?;
    let client = update::client(&desk, &pool, &id).await?;
    let secrets = all(&desk, &pool, &id).await?;
    let wanted = desk.query.get("secret");
    let found = secrets
        .into_iter()
        .filter_map(|secret| secret.client_secret_id)
        .find(|secret| Some(secret.as_str()) == wanted);
    let id = found.ok_or_else(|| Halt::not_found("This app client has no such secret."))?;
    let form = Form::resumed(&desk, || Form::new(&desk)).await?;
    deletion(&described, &client).page(&desk, &form, &Deletion { id })
}

pub async fn delete(Path((pool, id)): Path<(String, String)>, desk: Desk) -> Answer {
    let described = pool_head::describe(&desk, &pool).await?;
    let client = update::client(&desk, &pool, &id).await?;
    let input = DeleteUserPoolClientSecretRequest {
        user_pool_id: pool,
        client_id: id.as_str().into(),
        client_secret_id: desk.query.get("secret").unwrap_or_default().to_owned(),
    };
    match desk.call::<op::DeleteUserPoolClientSecret>(&input).await {
        Ok(_) => desk.done(
            deletion(&described, &client).back(),
            "The client secret has been deleted.",
        ),
        Err(fault) => {
            let mut form = Form::sent(&desk);
            blame(&mut form, fault, &[])?;
            desk.refused(&form).await
        }
    }
}
