//! `/clients/{client_id}/refused/{list}`: a URL in an app's request that is not registered for the client, with a
//! button to add it. The error page of the hosted pages links here with the query of the refused request.

use askama::Template;
use axum::extract::Path;
use cabana_api::logic::clients::addresses::{AddressList, plain};
use cabana_model::{UserPoolClientType, op};

use crate::desk::{Answer, Desk};
use crate::form::{Form, Hidden};
use crate::frame::Frame;
use crate::halt::Halt;
use crate::pool_head;
use crate::settings::sheet::{Sheet, blame, may_change};
use crate::settings::update;

#[derive(Template)]
#[template(path = "settings/client_refused.html")]
struct View<'a> {
    frame: Frame,
    form: &'a Form,
    /// Name of the app client.
    name: &'a str,
    after_sign_out: bool,
    url: &'a str,
    allowed: &'a [String],
    /// Path of the app client's page.
    back: &'a str,
    /// Address that repeats the request, once the URL is allowed.
    go_on: Option<String>,
    may: bool,
}

impl View<'_> {
    fn token(&self) -> Hidden {
        self.form.token()
    }
}

type At = Path<(String, String, String)>;

pub async fn show(at: At, desk: Desk) -> Answer {
    let refused = Refused::of(at, &desk).await?;
    let form = Form::resumed(&desk, || Form::new(&desk)).await?;
    refused.page(&desk, &form)
}

pub async fn add(at: At, desk: Desk) -> Answer {
    may_change(&desk)?;
    let refused = Refused::of(at, &desk).await?;
    let mut input = update::request_of_client(&refused.client)?;
    refused.list.add(&mut input, &refused.url);
    let mut form = Form::sent(&desk);
    match desk.call::<op::UpdateUserPoolClient>(&input).await {
        Ok(_) => desk.done(
            &refused.here(&desk),
            "The address has been added. The app's request works now.",
        ),
        Err(fault) => {
            blame(&mut form, fault, &[])?;
            desk.refused(&form).await
        }
    }
}

/// A refused request, read from its query.
struct Refused {
    at: At,
    list: AddressList,
    url: String,
    client: UserPoolClientType,
    sheet: Sheet,
}

impl Refused {
    async fn of(at: At, desk: &Desk) -> Result<Self, Halt> {
        let Path((pool, id, list)) = &at;
        let list = AddressList::named(list);
        let url = list.and_then(|list| {
            let mut names = list.parameters().iter();
            names.find_map(|name| desk.query.get(name))
        });
        let (Some(list), Some(url)) = (list, url) else {
            return Err(Halt::not_found("There is no such page in the console."));
        };
        let described = pool_head::describe(desk, pool).await?;
        let client = update::client(desk, pool, id).await?;
        let title = match list {
            AddressList::Callback => "Refused callback URL",
            AddressList::SignOut => "Refused sign-out URL",
        };
        Ok(Self {
            url: url.to_owned(),
            sheet: Sheet::of_client(&described, &client, title),
            client,
            list,
            at,
        })
    }

    /// Address of this page, with the query of the request.
    fn here(&self, desk: &Desk) -> String {
        let Path((_, _, list)) = &self.at;
        format!(
            "{}/refused/{list}?{}",
            self.sheet.back(),
            desk.query.as_sent()
        )
    }

    fn page(&self, desk: &Desk, form: &Form) -> Answer {
        let allowed = self.list.of(&self.client);
        let shown: Vec<_> = allowed.iter().map(|url| plain(url)).collect();
        let Path((pool, ..)) = &self.at;
        let is_allowed = allowed.contains(&self.url);
        let go_on = is_allowed.then(|| {
            let query = desk.query.as_sent();
            format!("/{pool}{}?{query}", self.list.endpoint())
        });
        let view = View {
            frame: self.sheet.frame(desk),
            form,
            name: self.client.client_name.as_deref().unwrap_or_default(),
            after_sign_out: self.list == AddressList::SignOut,
            url: &plain(&self.url),
            allowed: &shown,
            back: self.sheet.back(),
            go_on,
            may: !desk.operator.read_only,
        };
        desk.page(&view)
    }
}
