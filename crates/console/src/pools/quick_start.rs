//! `/console/pools/{id}/quick-start`: code to paste into an app that signs in through this pool.

use askama::Template;
use axum::extract::Path;
use cabana_model::{
    ListUserPoolClientsRequest, OAuthFlowType, UserPoolClientType, UserPoolType, op,
};

use super::snippets::{self, Snippet};
use crate::desk::{Answer, Desk};
use crate::form::{Form, Group};
use crate::frame::Frame;
use crate::halt::Halt;
use crate::librechat;
use crate::pool_head::{self, describe};
use crate::settings::update;

/// App clients to choose from: the most that ListUserPoolClients returns at once.
const CLIENTS: i32 = 60;

#[derive(Template)]
#[template(path = "pools/quick_start.html")]
struct QuickStart {
    frame: Frame,
    pool: String,
    form: Form,
    /// Ids and names of the app clients.
    clients: Vec<(String, String)>,
    /// Whether the chosen one has a secret.
    confidential: bool,
    snippets: Vec<Snippet>,
    /// The reason that there are no lines for LibreChat.
    not_librechat: Option<String>,
}

impl QuickStart {
    fn select(&self) -> Group {
        let select = self.form.select("client", "App client");
        self.clients
            .iter()
            .fold(select, |select, (id, name)| select.option(id, name))
    }
}

pub async fn show(Path(id): Path<String>, desk: Desk) -> Answer {
    let pool = describe(&desk, &id).await?;
    let name = pool.name.clone().unwrap_or_default();
    let clients = clients(&desk, &id).await?;
    let first = clients.first().map(|(id, _)| id.as_str());
    let chosen = desk.query.get("client").or(first);
    let client = match chosen {
        Some(client) => Some(update::client(&desk, &id, client).await?),
        None => None,
    };
    let mut page = QuickStart {
        frame: desk
            .frame("Quick start")
            .below("User pools", "/console/pools")
            .below(name, format!("/console/pools/{id}")),
        form: Form::new(&desk).with("client", chosen.unwrap_or_default()),
        pool: id,
        clients,
        confidential: false,
        snippets: Vec::new(),
        not_librechat: None,
    };
    if let Some(client) = client {
        fill(&desk, &mut page, &pool, client).await?;
    }
    desk.page(&page)
}

async fn fill(
    desk: &Desk,
    page: &mut QuickStart,
    pool: &UserPoolType,
    mut client: UserPoolClientType,
) -> Result<(), Halt> {
    page.confidential = client.client_secret.is_some();
    if page.confidential && desk.operator.read_only {
        client.client_secret = Some("ASK_AN_ADMINISTRATOR".into());
    }
    let settings = &desk.console.api.settings;
    let base = librechat::https(&settings.public_url);
    let place = librechat::Place {
        base: &base,
        issuer: &pool_head::issuer(desk, &page.pool).await?,
        authority: desk.console.settings.facts.authority.as_deref(),
    };
    let session: [u8; 32] = desk.cx().random()?;
    let code = client.allowed_oauth_flows.iter().flatten();
    let has_users = code.into_iter().any(|it| *it == OAuthFlowType::Code);
    match librechat::env(pool, &client, &place, &hex::encode(session)) {
        Ok(env) => page.snippets.push(Snippet {
            id: "librechat",
            title: "LibreChat: .env",
            about: "Add these lines to the .env file of LibreChat and start it again.",
            code: env.lines.trim_start().to_owned(),
        }),
        // A client without users cannot be LibreChat's, so no reason is given.
        Err(why) => page.not_librechat = Some(why).filter(|_| has_users),
    }
    let place = snippets::Place {
        public_url: &settings.public_url,
        secure_url: &base,
        region: &settings.region,
        pool: &page.pool,
    };
    page.snippets.extend(snippets::of(&place, &client));
    Ok(())
}

async fn clients(desk: &Desk, pool: &str) -> Result<Vec<(String, String)>, Halt> {
    let input = ListUserPoolClientsRequest {
        user_pool_id: pool.to_owned(),
        max_results: Some(CLIENTS),
        ..ListUserPoolClientsRequest::default()
    };
    let listed = desk.call::<op::ListUserPoolClients>(&input).await?;
    let described = listed.user_pool_clients.into_iter().flatten();
    let named = described.map(|client| {
        let id = client.client_id.map(|id| id.into_inner());
        (
            id.unwrap_or_default(),
            client.client_name.unwrap_or_default(),
        )
    });
    Ok(named.collect())
}
