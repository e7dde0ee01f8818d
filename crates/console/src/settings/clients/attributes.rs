//! `/clients/{client_id}/attributes`: the attributes that an app may read and write.

use askama::Template;
use axum::extract::Path;
use cabana_api::logic::clients::attributes::NEVER_WRITTEN;
use cabana_api::logic::tokens::claims::is_listed;
use cabana_model::{SchemaAttributeType, UserPoolClientType, UserPoolType, op};

use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::pool_head;
use crate::settings::panel::{Cell, Panel};
use crate::settings::sheet::{Sheet, blame, may_change};
use crate::settings::update;

fn names(schema: &[SchemaAttributeType]) -> impl Iterator<Item = &str> {
    schema.iter().filter_map(|it| it.name.as_deref())
}

/// Whether the client may read an attribute, and whether it may write it.
fn rights(client: &UserPoolClientType, name: &str) -> (bool, bool) {
    let reads = is_listed(client.read_attributes.as_deref(), name);
    let writes = is_listed(client.write_attributes.as_deref(), name);
    (reads, writes && !NEVER_WRITTEN.contains(&name))
}

pub fn panel(
    client: &UserPoolClientType,
    schema: &[SchemaAttributeType],
    may: bool,
    edit: String,
) -> Panel {
    let panel =
        Panel::new("attributes", "Attribute read and write permissions").action(may, "Edit", edit);
    let all = UserPoolClientType::default();
    if names(schema).all(|name| rights(client, name) == rights(&all, name)) {
        return panel.row("Read and write", "All attributes");
    }
    let yes = |on: bool| if on { Cell::from("Yes") } else { Cell::Nothing };
    let lines = names(schema).map(|name| {
        let (reads, writes) = rights(client, name);
        vec![Cell::Code(name.to_owned()), yes(reads), yes(writes)]
    });
    panel.table(&["Attribute", "Read", "Write"], lines.collect(), "")
}

#[derive(Template)]
#[template(path = "settings/client_attributes.html")]
struct Controls<'a> {
    form: &'a Form,
    lines: Vec<Line>,
}

struct Line {
    name: String,
    required: bool,
    writable: bool,
}

impl<'a> Controls<'a> {
    fn of(form: &'a Form, pool: &UserPoolType) -> Self {
        let schema = pool.schema_attributes.iter().flatten();
        let line = |it: &SchemaAttributeType| {
            let name = it.name.clone()?;
            Some(Line {
                writable: !NEVER_WRITTEN.contains(&name.as_str()),
                required: it.required == Some(true) && name != "sub",
                name,
            })
        };
        let lines = schema.filter_map(line).collect();
        Self { form, lines }
    }
}

fn sheet(pool: &UserPoolType, client: &UserPoolClientType) -> Sheet {
    Sheet::of_client(pool, client, "Edit attribute read and write permissions")
}

pub async fn edit(Path((pool, id)): Path<(String, String)>, desk: Desk) -> Answer {
    let described = pool_head::describe(&desk, &pool).await?;
    let client = update::client(&desk, &pool, &id).await?;
    let schema = described.schema_attributes.as_deref().unwrap_or_default();
    let filled = || {
        names(schema).fold(Form::new(&desk), |form, name| {
            let (reads, writes) = rights(&client, name);
            let form = if reads { form.with("read", name) } else { form };
            if writes {
                form.with("write", name)
            } else {
                form
            }
        })
    };
    let form = Form::resumed(&desk, filled).await?;
    sheet(&described, &client).page(&desk, &form, &Controls::of(&form, &described))
}

pub async fn save(Path((pool, id)): Path<(String, String)>, desk: Desk) -> Answer {
    may_change(&desk)?;
    let described = pool_head::describe(&desk, &pool).await?;
    let client = update::client(&desk, &pool, &id).await?;
    let sheet = sheet(&described, &client);
    let mut form = Form::sent(&desk);
    let (read, write) = read(&mut form, &described);
    if form.is_fine() {
        let mut input = update::request_of_client(&client)?;
        let schema = described.schema_attributes.as_deref().unwrap_or_default();
        let (all_read, all_write) = everything(schema);
        input.read_attributes = Some(read).filter(|it| *it != all_read);
        input.write_attributes = Some(write).filter(|it| *it != all_write);
        match desk.call::<op::UpdateUserPoolClient>(&input).await {
            Ok(_) => return desk.done(sheet.back(), "The attribute permissions have been saved."),
            Err(fault) => blame(&mut form, fault, &[])?,
        }
    }
    desk.refused(&form).await
}

/// The attributes that a client without lists may read and write. Such lists are saved as none, so that attributes
/// added later are included.
fn everything(schema: &[SchemaAttributeType]) -> (Vec<String>, Vec<String>) {
    let client = UserPoolClientType::default();
    let listed = |which: fn((bool, bool)) -> bool| {
        let own = names(schema).filter(|name| which(rights(&client, name)));
        own.map(str::to_owned).collect()
    };
    (listed(|it| it.0), listed(|it| it.1))
}

/// Reads both lists. An empty list would mean every attribute, so neither may be empty.
fn read(form: &mut Form, pool: &UserPoolType) -> (Vec<String>, Vec<String>) {
    let all = |form: &Form, name| -> Vec<String> {
        form.all(name).into_iter().map(str::to_owned).collect()
    };
    let (read, write) = (all(form, "read"), all(form, "write"));
    if read.is_empty() {
        form.add_form_problem("Tick at least one attribute to read: an empty list would mean all.");
    }
    if write.is_empty() {
        form.add_form_problem(
            "Tick at least one attribute to write: an empty list would mean all.",
        );
    }
    let schema = pool.schema_attributes.iter().flatten();
    let required = schema.filter(|it| it.required == Some(true));
    let required = required.filter_map(|it| it.name.as_ref());
    for name in required.filter(|name| *name != "sub") {
        if !write.is_empty() && !write.contains(name) {
            let text = format!(
                "{name} is required, so the app must be able to write it. Otherwise nobody can sign up through the app."
            );
            form.add_form_problem(text);
        }
    }
    (read, write)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_lists_a_client_has_every_attribute_but_for_what_nobody_writes() {
        let client = UserPoolClientType::default();
        assert_eq!(rights(&client, "email"), (true, true));
        assert_eq!(rights(&client, "email_verified"), (true, false));
        assert_eq!(rights(&client, "custom:plan"), (true, true));
        assert_eq!(rights(&client, "identities"), (true, false));
    }

    #[test]
    fn required_attributes_stay_writable() {
        let pool = UserPoolType {
            schema_attributes: Some(vec![SchemaAttributeType {
                name: Some("name".to_owned()),
                required: Some(true),
                ..SchemaAttributeType::default()
            }]),
            ..UserPoolType::default()
        };
        let mut form = Form::default().with("read", "name").with("write", "email");
        read(&mut form, &pool);
        assert!(!form.is_fine());
        let mut form = Form::default().with("read", "email").with("write", "name");
        let lists = read(&mut form, &pool);
        assert!(form.is_fine());
        assert_eq!(lists, (vec!["email".to_owned()], vec!["name".to_owned()]));
    }
}
