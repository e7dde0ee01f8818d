//! `/integration/resource-servers`: the operator's own APIs, and the scopes for their access tokens.

use askama::Template;
use axum::extract::Path;
use cabana_api::faults::reason;
use cabana_model::{
    CreateResourceServerRequest, DeleteResourceServerRequest, DescribeResourceServerRequest,
    ListResourceServersRequest, ResourceServerScopeType, ResourceServerType,
    UpdateResourceServerRequest, UserPoolType, op,
};

use crate::about::About;
use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::halt::Halt;
use crate::pool_head::{self, PoolHead};
use crate::settings::panel::{Cell, Panel};
use crate::settings::sheet::{Sheet, blame};
use crate::sort::{Lines, Sort, folded, whole};

/// Resource servers per call: the most that ListResourceServers returns at once.
const PAGE: i32 = 50;
/// Parameter of their order: the app clients have `sort` on the same page.
pub const SORT: &str = "servers-sort";
const FIELDS: [(About<'static>, &str); 5] = [
    (About::Member("identifier"), "identifier"),
    (About::Reason(reason::resource_server_exists), "identifier"),
    (About::Member("name"), "name"),
    (About::Member("scopes"), "scopes"),
    (About::Reason(reason::scope_repeats), "scopes"),
];

/// Lists all of a pool's resource servers, by identifier.
///
/// # Errors
/// If there is no such pool.
pub async fn all(desk: &Desk, pool: &str) -> Result<Vec<ResourceServerType>, Halt> {
    whole(|token| page(desk, pool, token)).await
}

async fn page(
    desk: &Desk,
    pool: &str,
    token: Option<String>,
) -> Result<Lines<ResourceServerType>, Halt> {
    let input = ListResourceServersRequest {
        user_pool_id: pool.to_owned(),
        max_results: Some(PAGE),
        next_token: token,
    };
    let listed = desk.call::<op::ListResourceServers>(&input).await?;
    Ok((listed.resource_servers, listed.next_token))
}

/// Scopes of a resource server, as tokens carry them.
pub fn scopes(server: &ResourceServerType) -> Vec<String> {
    let identifier = server.identifier.as_deref().unwrap_or_default();
    let own = server.scopes.iter().flatten();
    own.map(|scope| format!("{identifier}/{}", scope.scope_name))
        .collect()
}

/// The panel with the resource servers of a pool. Its links keep the parameters of these names.
pub fn panel(
    desk: &Desk,
    head: &PoolHead,
    mut servers: Vec<ResourceServerType>,
    kept: &[&'static str],
) -> Panel {
    let may = !desk.operator.read_only;
    let path = head.url("/integration#resource-servers");
    let sort = Sort::named(SORT, &desk.query, path, &["identifier", "name", "scopes"])
        .keeping(&desk.query, kept);
    sort.sort(&mut servers, |column, a, b| {
        let name = |it: &ResourceServerType| folded(it.name.as_deref().unwrap_or_default());
        match column {
            "scopes" => scopes(a).len().cmp(&scopes(b).len()),
            _ => name(a).cmp(&name(b)),
        }
    });
    let lines: Vec<_> = servers
        .iter()
        .map(|server| line(head, may, server))
        .collect();
    let heads: &[&str] = if may {
        &["Name", "Identifier", "Custom scopes", "Actions"]
    } else {
        &["Name", "Identifier", "Custom scopes"]
    };
    Panel::new("resource-servers", "Resource servers")
        .count(lines.len())
        .main_action(may, "Create resource server", head.url("/integration/resource-servers/new"))
        .table(
            heads,
            lines,
            "No resource servers. Create one for an API of yours that checks scopes of its own in access tokens.",
        )
        .sorted(
            sort,
            &[("Name", "name"), ("Identifier", "identifier"), ("Custom scopes", "scopes")],
        )
        .hide_when_narrow(&["Custom scopes"])
}

fn line(head: &PoolHead, may: bool, server: &ResourceServerType) -> Vec<Cell> {
    let identifier = server.identifier.clone().unwrap_or_default();
    let name = server.name.clone().unwrap_or_default();
    let encoded: String = form_urlencoded::byte_serialize(identifier.as_bytes()).collect();
    let to = |rest: &str| {
        head.url(&format!(
            "/integration/resource-servers/{rest}?identifier={encoded}"
        ))
    };
    let mut line = vec![
        name.clone().into(),
        Cell::Code(identifier),
        Cell::codes(scopes(server)),
    ];
    if may {
        line.push(Cell::Actions(vec![
            ("Edit", to("edit"), name.clone()),
            ("Delete", to("delete"), name),
        ]));
    }
    line
}

#[derive(Template)]
#[template(path = "settings/resource_server.html")]
struct Controls<'a> {
    form: &'a Form,
    /// Identifier of an existing resource server, which cannot change.
    identifier: Option<&'a str>,
}

fn sheet(pool: &UserPoolType, title: &str) -> Sheet {
    Sheet::of_pool(pool, "/integration", title)
}

fn creation(pool: &UserPoolType) -> Sheet {
    sheet(pool, "Create resource server").submit("Create resource server")
}

pub async fn open(Path(id): Path<String>, desk: Desk) -> Answer {
    let pool = pool_head::describe(&desk, &id).await?;
    let form = Form::resumed(&desk, || Form::new(&desk)).await?;
    let controls = Controls {
        form: &form,
        identifier: None,
    };
    creation(&pool).page(&desk, &form, &controls)
}

pub async fn create(Path(id): Path<String>, desk: Desk) -> Answer {
    let pool = pool_head::describe(&desk, &id).await?;
    let mut form = Form::sent(&desk);
    let input = CreateResourceServerRequest {
        user_pool_id: id,
        name: form.demand("name", "Enter a name."),
        identifier: form.demand("identifier", "Enter an identifier."),
        scopes: Some(read_scopes(&mut form)),
    };
    let sheet = creation(&pool);
    if form.is_fine() {
        match desk.call::<op::CreateResourceServer>(&input).await {
            Ok(_) => return desk.done(sheet.back(), "The resource server has been created."),
            Err(fault) => blame(&mut form, fault, &FIELDS)?,
        }
    }
    desk.refused(&form).await
}

/// Loads the resource server that a request names.
async fn named(desk: &Desk, pool: &str) -> Result<ResourceServerType, Halt> {
    let input = DescribeResourceServerRequest {
        user_pool_id: pool.to_owned(),
        identifier: desk.query.get("identifier").unwrap_or_default().to_owned(),
    };
    let described = desk.call::<op::DescribeResourceServer>(&input).await?;
    Ok(described.resource_server)
}

pub async fn edit(Path(id): Path<String>, desk: Desk) -> Answer {
    let pool = pool_head::describe(&desk, &id).await?;
    let server = named(&desk, &id).await?;
    let filled = || {
        Form::new(&desk)
            .with("name", server.name.clone().unwrap_or_default())
            .with("scopes", written(&server))
    };
    let form = Form::resumed(&desk, filled).await?;
    let controls = Controls {
        form: &form,
        identifier: server.identifier.as_deref(),
    };
    sheet(&pool, "Edit resource server").page(&desk, &form, &controls)
}

pub async fn save(Path(id): Path<String>, desk: Desk) -> Answer {
    let pool = pool_head::describe(&desk, &id).await?;
    let server = named(&desk, &id).await?;
    let mut form = Form::sent(&desk);
    let input = UpdateResourceServerRequest {
        user_pool_id: id,
        identifier: server.identifier.clone().unwrap_or_default(),
        name: form.demand("name", "Enter a name."),
        scopes: Some(read_scopes(&mut form)),
    };
    let sheet = sheet(&pool, "Edit resource server");
    if form.is_fine() {
        match desk.call::<op::UpdateResourceServer>(&input).await {
            Ok(_) => return desk.done(sheet.back(), "The resource server has been saved."),
            Err(fault) => blame(&mut form, fault, &FIELDS)?,
        }
    }
    desk.refused(&form).await
}

#[derive(Template)]
#[template(
    source = "<p>Access tokens will no longer carry any scope of <strong>{{ name }}</strong>, whatever app clients request.</p>",
    ext = "html"
)]
struct Deletion {
    name: String,
}

fn deletion(pool: &UserPoolType) -> Sheet {
    sheet(pool, "Delete resource server")
        .submit("Delete resource server")
        .danger()
}

pub async fn ask(Path(id): Path<String>, desk: Desk) -> Answer {
    let pool = pool_head::describe(&desk, &id).await?;
    let server = named(&desk, &id).await?;
    let name = server.name.unwrap_or_default();
    let form = Form::resumed(&desk, || Form::new(&desk)).await?;
    deletion(&pool).page(&desk, &form, &Deletion { name })
}

pub async fn delete(Path(id): Path<String>, desk: Desk) -> Answer {
    let pool = pool_head::describe(&desk, &id).await?;
    let input = DeleteResourceServerRequest {
        user_pool_id: id,
        identifier: desk.query.get("identifier").unwrap_or_default().to_owned(),
    };
    match desk.call::<op::DeleteResourceServer>(&input).await {
        Ok(_) => desk.done(
            deletion(&pool).back(),
            "The resource server has been deleted.",
        ),
        Err(fault) => {
            let mut form = Form::sent(&desk);
            blame(&mut form, fault, &[])?;
            desk.refused(&form).await
        }
    }
}

/// Writes a line for each scope: its name, a space, its description.
fn written(server: &ResourceServerType) -> String {
    let own = server.scopes.iter().flatten();
    let lines = own.map(|scope| format!("{} {}", scope.scope_name, scope.scope_description));
    lines.collect::<Vec<_>>().join("\n")
}

fn read_scopes(form: &mut Form) -> Vec<ResourceServerScopeType> {
    let mut scopes = Vec::new();
    for line in form.lines("scopes") {
        let (name, description) = line.split_once(char::is_whitespace).unwrap_or((&line, ""));
        let description = description.trim();
        if description.is_empty() {
            let text = format!("Enter what {name} allows after its name.");
            form.add_problem("scopes", text);
        }
        if name.contains('/') {
            let text = format!(
                "{name} cannot contain a slash: the server adds the identifier and a slash before it."
            );
            form.add_problem("scopes", text);
        }
        scopes.push(ResourceServerScopeType {
            scope_name: name.to_owned(),
            scope_description: description.to_owned(),
        });
    }
    scopes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_lines_of_a_name_and_what_it_means() {
        let mut form =
            Form::default().with("scopes", "read  See all orders\n\nwrite Change orders");
        let scopes = read_scopes(&mut form);
        assert!(form.is_fine());
        let pairs: Vec<_> = scopes
            .iter()
            .map(|it| (it.scope_name.as_str(), it.scope_description.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [("read", "See all orders"), ("write", "Change orders")]
        );
        let server = ResourceServerType {
            scopes: Some(scopes),
            ..ResourceServerType::default()
        };
        assert_eq!(written(&server), "read See all orders\nwrite Change orders");
    }

    #[test]
    fn a_scope_without_meaning_or_with_a_slash_is_told() {
        for wrong in ["read", "api/read See"] {
            let mut form = Form::default().with("scopes", wrong);
            read_scopes(&mut form);
            assert!(!form.is_fine(), "{wrong}");
        }
    }
}
