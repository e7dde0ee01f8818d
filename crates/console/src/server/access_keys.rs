//! `/console/access-keys`: the keys with which programs sign API requests.

use askama::Template;
use axum::extract::Path;
use cabana_api::logic::operators::access_keys::{self, Listed};
use cabana_domain::keys::AccessKey;
use cabana_model::ErrorKind;

use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::frame::{Frame, Section, When};
use crate::halt::Halt;
use crate::news::News;
use crate::sort::{Sort, folded};
use crate::users::blame;
use crate::users::once::Once;

const LIST: &str = "/console/access-keys";

#[derive(Template)]
#[template(path = "server/access_keys.html")]
struct AccessKeys {
    frame: Frame,
    form: Form,
    keys: Vec<Listed>,
    sort: Sort,
    once: Option<Once>,
}

impl AccessKeys {
    fn created(&self, key: &Listed) -> When {
        When(key.created)
    }
}

#[derive(Template)]
#[template(path = "server/access_key_new.html")]
struct New {
    frame: Frame,
    form: Form,
}

pub async fn list(desk: Desk) -> Answer {
    let once = Once::here(&desk);
    let shown = once.is_some();
    let sort = Sort::of(&desk.query, LIST, &["created", "name", "status"]);
    let mut keys = access_keys::list(&desk.cx()).await?;
    sort.sort(&mut keys, |column, a, b| match column {
        "name" => folded(&a.name).cmp(&folded(&b.name)),
        _ => b.enabled.cmp(&a.enabled),
    });
    let view = AccessKeys {
        frame: desk.frame("Access keys").at(Section::AccessKeys),
        keys,
        sort,
        form: Form::resumed(&desk, || Form::new(&desk)).await?,
        once,
    };
    Ok(Once::shown(&desk, shown, desk.page(&view)?))
}

fn form_page(desk: &Desk, form: Form) -> Result<New, Halt> {
    desk.cx().demand_write()?;
    let frame = desk.frame("Create access key").at(Section::AccessKeys);
    Ok(New {
        frame: frame.below("Access keys", LIST),
        form,
    })
}

pub async fn blank(desk: Desk) -> Answer {
    let form = Form::resumed(&desk, || Form::new(&desk)).await?;
    desk.page(&form_page(&desk, form)?)
}

pub async fn create(desk: Desk) -> Answer {
    let mut form = Form::sent(&desk);
    let name = form.demand("name", "Enter a name.");
    if form.is_fine() {
        match access_keys::create(&desk.cx(), &name).await {
            Ok(key) => return show_once(&desk, &key),
            Err(fault) => blame(&mut form, fault, &NAME)?,
        }
    }
    desk.refused(&form).await
}

const NAME: [(ErrorKind, &str); 1] = [(ErrorKind::InvalidParameterException, "name")];

fn show_once(desk: &Desk, key: &AccessKey) -> Answer {
    let settings = &desk.console.api.settings;
    let snippet = format!(
        "[cabana]\naws_access_key_id = {}\naws_secret_access_key = {}\nregion = {}\nendpoint_url = {}\n",
        key.id,
        key.secret.expose(),
        settings.region,
        settings.public_url
    );
    Once::new("New access key")
        .line("Access key ID", &key.id)
        .line("Secret access key", key.secret.expose())
        .snippet("For an AWS shared credentials file", snippet)
        .on(
            desk,
            LIST,
            format!("Access key \u{201c}{}\u{201d} has been created.", key.name),
        )
}

pub async fn enable(Path(id): Path<String>, desk: Desk) -> Answer {
    set_enabled(&desk, &id, true).await
}

pub async fn disable(Path(id): Path<String>, desk: Desk) -> Answer {
    set_enabled(&desk, &id, false).await
}

async fn set_enabled(desk: &Desk, id: &str, enabled: bool) -> Answer {
    let keys = access_keys::list(&desk.cx()).await?;
    let changes = keys
        .iter()
        .any(|key| key.id == id && key.enabled != enabled);
    let outcome = access_keys::set_enabled(&desk.cx(), id, enabled).await;
    let (news, back) = match enabled {
        true => ("The access key has been enabled.", "disable"),
        false => ("The access key has been disabled.", "enable"),
    };
    let news = News::from(news);
    let news = match changes {
        true => news.undone_by(format!("{LIST}/{id}/{back}"), &[]),
        false => news,
    };
    desk.acted(outcome, &desk.as_it_was(LIST), news).await
}

pub async fn delete(Path(id): Path<String>, desk: Desk) -> Answer {
    let outcome = access_keys::delete(&desk.cx(), &id).await;
    let page = desk.as_it_was(LIST);
    desk.acted(outcome, &page, "The access key has been deleted.")
        .await
}
