//! `/clients/{client_id}`: an app client.

use askama::Template;
use axum::extract::Path;
use cabana_model::{ClientSecretDescriptorType, SchemaAttributeType, UserPoolClientType};

use super::hosted_ui::{GRANTS, SCOPES, login_url};
use super::tokens::Token;
use super::{attributes, information, list, secrets, sessions};
use crate::desk::{Answer, Desk};
use crate::frame::Frame;
use crate::pool_head;
use crate::settings::panel::{Cell, Panel};
use crate::settings::update;
use crate::settings::words::counted;
use crate::users::once::Once;

#[derive(Template)]
#[template(path = "settings/client.html")]
struct View {
    frame: Frame,
    name: String,
    /// Path of the quick start page, with code for apps.
    quick_start: String,
    panels: Vec<Panel>,
    /// A secret that was added.
    once: Option<Once>,
}

pub async fn show(Path((pool, id)): Path<(String, String)>, desk: Desk) -> Answer {
    let described = pool_head::describe(&desk, &pool).await?;
    let client = update::client(&desk, &pool, &id).await?;
    let secrets = secrets::all(&desk, &pool, &id).await?;
    let home = format!("/console/pools/{pool}");
    let here = format!("{home}/clients/{id}");
    let name = client.client_name.clone().unwrap_or_default();
    let schema = described.schema_attributes.unwrap_or_default();
    let session = sessions::panel(&desk, &pool, &id, format!("{here}/sessions")).await?;
    let mut panels = panels(&desk, &client, &schema, &secrets, &here);
    panels.extend(session);
    panels.extend(danger(&desk, &here));
    let once = Once::here(&desk);
    let shown = once.is_some();
    let view = View {
        frame: desk
            .frame(name.as_str())
            .below("User pools", "/console/pools")
            .below(described.name.unwrap_or_default(), home.as_str())
            .below("App integration", format!("{home}/integration")),
        quick_start: format!("{home}/quick-start?client={id}"),
        panels,
        name,
        once,
    };
    Ok(Once::shown(&desk, shown, desk.page(&view)?))
}

fn panels(
    desk: &Desk,
    client: &UserPoolClientType,
    schema: &[SchemaAttributeType],
    of_client: &[ClientSecretDescriptorType],
    here: &str,
) -> Vec<Panel> {
    let may = !desk.operator.read_only;
    let mut panels = vec![
        information_panel(desk, client, here),
        hosted_ui(desk, client, here),
    ];
    if client.client_secret.is_some() {
        panels.insert(1, secrets::panel(of_client, may, here));
    }
    panels.push(attributes::panel(
        client,
        schema,
        may,
        format!("{here}/attributes"),
    ));
    panels
}

fn danger(desk: &Desk, here: &str) -> Option<Panel> {
    let panel = Panel::new("danger", "Danger zone")
        .lead("Nobody will be able to sign in through this app client any more.")
        .danger_action(true, "Delete app client", format!("{here}/delete"));
    (!desk.operator.read_only).then_some(panel)
}

fn information_panel(desk: &Desk, client: &UserPoolClientType, here: &str) -> Panel {
    let may = !desk.operator.read_only;
    let id = client.client_id.clone().unwrap_or_default().into_inner();
    let flows = information::flows(client);
    let flows = flows.iter().map(|flow| flow.as_str().to_owned()).collect();
    let session = client.auth_session_validity.unwrap_or(3);
    let name = client.client_name.clone().unwrap_or_default();
    let panel = Panel::new("information", "App client information")
        .action(may, "Edit", format!("{here}/edit"))
        .row("App client name", name)
        .row("Client ID", Cell::Copied(id, "client ID"))
        .row("Client secret", secret(desk, client))
        .row("Authentication flows", Cell::codes(flows))
        .row(
            "Authentication flow session duration",
            counted(session, "minute"),
        );
    let tokens = [Token::Refresh, Token::Access, Token::Id];
    let panel = tokens.into_iter().fold(panel, |panel, token| {
        panel.row(token.title(), token.shown(client))
    });
    panel
        .row(
            "Advanced authentication settings",
            Cell::list(advanced(client)),
        )
        .row("Refresh token rotation", rotation(client))
        .row("Created time", Cell::at(client.creation_date))
        .row("Last updated time", Cell::at(client.last_modified_date))
}

/// The client secret, for administrators. `?show=secret` shows it to browsers without script.
fn secret(desk: &Desk, client: &UserPoolClientType) -> Cell {
    match &client.client_secret {
        None => Cell::Text("None: this is a public client".to_owned()),
        Some(_) if desk.operator.read_only => Cell::Text("Shown to administrators only".to_owned()),
        Some(secret) => Cell::Secret {
            value: secret.expose().to_owned(),
            shown: desk.query.get("show") == Some("secret"),
        },
    }
}

fn advanced(client: &UserPoolClientType) -> Vec<String> {
    let on = [
        (
            client.enable_token_revocation.unwrap_or(true),
            "Enable token revocation",
        ),
        (
            information::hides_users(client),
            "Enable prevent user existence errors",
        ),
    ];
    let on = on.into_iter().filter(|(on, _)| *on);
    on.map(|(_, words)| words.to_owned()).collect()
}

fn rotation(client: &UserPoolClientType) -> String {
    if !information::rotates(client) {
        return "Disabled".to_owned();
    }
    match information::grace(client) {
        0 => "Enabled, without grace period".to_owned(),
        grace => format!(
            "Enabled, with a grace period of {}",
            counted(grace, "second")
        ),
    }
}

fn hosted_ui(desk: &Desk, client: &UserPoolClientType, here: &str) -> Panel {
    let list = |urls: &Option<Vec<String>>| Cell::codes(urls.clone().unwrap_or_default());
    let scopes = client.allowed_oauth_scopes.as_deref().unwrap_or_default();
    let name = |scope: &String| SCOPES.iter().find(|(it, _, _)| it == scope);
    let own = scopes.iter().filter_map(name);
    let custom = scopes.iter().filter(|&scope| name(scope).is_none());
    let grants = client.allowed_oauth_flows.iter().flatten();
    let grants = grants.filter_map(|grant| GRANTS.iter().find(|(it, _, _)| it == grant));
    let providers = client.supported_identity_providers.iter().flatten();
    let providers = providers.map(|name| match name.as_str() {
        "COGNITO" => "Cognito user pool".to_owned(),
        _ => name.clone(),
    });
    let view = login_url(&desk.console.api.settings.public_url, client);
    Panel::new("hosted-ui", "Hosted UI")
        .action(
            !desk.operator.read_only,
            "Edit",
            format!("{here}/hosted-ui"),
        )
        .row(
            "Status",
            list::status(client.allowed_oauth_flows_user_pool_client),
        )
        .maybe(
            "Hosted pages",
            view.map(|url| Cell::Link {
                text: "View Hosted UI".to_owned(),
                url,
            }),
        )
        .row("Allowed callback URLs", list(&client.callback_urls))
        .row("Allowed sign-out URLs", list(&client.logout_urls))
        .maybe(
            "Default redirect URL",
            client.default_redirect_uri.clone().map(Cell::Code),
        )
        .row("Identity providers", Cell::list(providers.collect()))
        .row(
            "OAuth grant types",
            Cell::list(grants.map(|it| it.1.to_owned()).collect()),
        )
        .row(
            "OpenID Connect scopes",
            Cell::list(own.map(|it| it.1.to_owned()).collect()),
        )
        .row("Custom scopes", Cell::codes(custom.cloned().collect()))
}
