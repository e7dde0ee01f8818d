//! `/integration/domain`: the domain of a pool's hosted pages, a prefix under the server's own host name.

use askama::Template;
use axum::extract::Path;
use cabana_api::faults::reason;
use cabana_model::{CreateUserPoolDomainRequest, DeleteUserPoolDomainRequest, UserPoolType, op};
use cabana_web::hosts::PublicUrl;

use crate::about::About;
use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::halt::Halt;
use crate::pool_head::{self, PoolHead};
use crate::settings::panel::{Cell, Panel};
use crate::settings::sheet::{Sheet, blame};

/// URL parts before and after a prefix.
pub fn around(desk: &Desk) -> (String, String) {
    let settings = &desk.console.api.settings;
    let public = PublicUrl::parse(&settings.public_url);
    let before = format!("{}://", public.scheme);
    let after = format!(
        ".auth.{}.{}{}{}",
        settings.region, public.host, public.port, public.root
    );
    (before, after)
}

pub fn panel(desk: &Desk, head: &PoolHead) -> Panel {
    let may = !desk.operator.read_only;
    let (before, after) = around(desk);
    let prefix = head.pool.domain.as_deref();
    let custom = head.pool.custom_domain.as_deref();
    let url = prefix.map(|prefix| format!("{before}{prefix}{after}"));
    let custom_url = custom.map(|name| format!("https://{name}"));
    let shown = |url: Option<String>, what| match url {
        Some(url) => Cell::Copied(url, what),
        None => Cell::Nothing,
    };
    let delete = |name: &str| head.url(&format!("/integration/domain/delete?domain={name}"));
    let mut panel = Panel::new("domain", "Domain")
        .lead("Addresses of the hosted pages. The pages are always under this server's own address as well, by user pool ID.")
        .row("Cognito domain", shown(url, "Cognito domain"))
        .row("Custom domain", shown(custom_url, "custom domain"));
    panel = match prefix {
        Some(name) => panel.action(may, "Delete Cognito domain", delete(name)),
        None => panel.main_action(
            may,
            "Create Cognito domain",
            head.url("/integration/domain"),
        ),
    };
    match custom {
        Some(name) => panel.action(may, "Delete custom domain", delete(name)),
        None => panel.action(
            may,
            "Create custom domain",
            head.url("/integration/custom-domain"),
        ),
    }
}

/// Fields of faults.
const FIELDS: [(About<'static>, &str); 7] = [
    (About::Member("domain"), "prefix"),
    (About::Reason(reason::too_many), "prefix"),
    (About::Reason(reason::reserved_word), "prefix"),
    (About::Reason(reason::domain_exists), "prefix"),
    (About::Reason(reason::domain_of_another_pool), "prefix"),
    (About::Reason(reason::pool_has_such_domain), "prefix"),
    (About::Reason(reason::not_a_domain_prefix), "prefix"),
];

#[derive(Template)]
#[template(path = "settings/domain.html")]
struct Controls<'a> {
    form: &'a Form,
    before: String,
    after: String,
}

impl<'a> Controls<'a> {
    fn of(desk: &Desk, form: &'a Form) -> Self {
        let (before, after) = around(desk);
        Self {
            form,
            before,
            after,
        }
    }
}

fn sheet(pool: &UserPoolType) -> Sheet {
    Sheet::of_pool(pool, "/integration", "Create Cognito domain").submit("Create Cognito domain")
}

pub async fn open(Path(id): Path<String>, desk: Desk) -> Answer {
    let pool = pool_head::describe(&desk, &id).await?;
    let form = Form::resumed(&desk, || Form::new(&desk)).await?;
    sheet(&pool).page(&desk, &form, &Controls::of(&desk, &form))
}

pub async fn create(Path(id): Path<String>, desk: Desk) -> Answer {
    let pool = pool_head::describe(&desk, &id).await?;
    let mut form = Form::sent(&desk);
    let prefix = form.demand("prefix", "Enter a prefix.");
    if prefix.contains('.') {
        form.add_problem(
            "prefix",
            "A prefix has no dots. For a full host name, create a custom domain.",
        );
    }
    let sheet = sheet(&pool);
    if form.is_fine() {
        let input = CreateUserPoolDomainRequest {
            domain: prefix,
            user_pool_id: id,
            ..CreateUserPoolDomainRequest::default()
        };
        match desk.call::<op::CreateUserPoolDomain>(&input).await {
            Ok(_) => return desk.done(sheet.back(), "The domain has been created."),
            Err(fault) => blame(&mut form, fault, &FIELDS)?,
        }
    }
    desk.refused(&form).await
}

#[derive(Template)]
#[template(path = "settings/domain_delete.html")]
struct Deletion {
    name: String,
}

fn deletion(pool: &UserPoolType) -> Sheet {
    Sheet::of_pool(pool, "/integration", "Delete domain")
        .submit("Delete domain")
        .danger()
}

/// Finds the pool's domain that a request names.
fn named(pool: &UserPoolType, name: Option<&str>) -> Result<String, Halt> {
    let mut own = [&pool.domain, &pool.custom_domain].into_iter().flatten();
    let found = own.find(|it| Some(it.as_str()) == name);
    found
        .cloned()
        .ok_or_else(|| Halt::not_found("This user pool has no such domain."))
}

pub async fn ask(Path(id): Path<String>, desk: Desk) -> Answer {
    let pool = pool_head::describe(&desk, &id).await?;
    let name = named(&pool, desk.query.get("domain"))?;
    let form = Form::resumed(&desk, || Form::new(&desk)).await?;
    deletion(&pool).page(&desk, &form, &Deletion { name })
}

pub async fn delete(Path(id): Path<String>, desk: Desk) -> Answer {
    let pool = pool_head::describe(&desk, &id).await?;
    let input = DeleteUserPoolDomainRequest {
        domain: named(&pool, desk.query.get("domain"))?,
        user_pool_id: id,
    };
    match desk.call::<op::DeleteUserPoolDomain>(&input).await {
        Ok(_) => desk.done(deletion(&pool).back(), "The domain has been deleted."),
        Err(fault) => {
            let mut form = Form::sent(&desk);
            blame(&mut form, fault, &[])?;
            desk.refused(&form).await
        }
    }
}
