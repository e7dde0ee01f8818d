//! `/clients/{client_id}/hosted-ui`: settings of a client for the hosted pages and the OAuth 2.0 endpoints.

use askama::Template;
use axum::extract::Path;
use cabana_api::faults::reason;
use cabana_model::{
    OAuthFlowType as Grant, ResourceServerType, UpdateUserPoolClientRequest, UserPoolClientType, op,
};

use crate::about::About;
use crate::desk::{Answer, Desk};
use crate::form::{Form, Group};
use crate::pool_head;
use crate::settings::integration::resource_servers;
use crate::settings::sheet::{Sheet, blame, may_change};
use crate::settings::{providers, update};

pub const GRANTS: [(Grant, &str, &str); 3] = [
    (
        Grant::Code,
        "Authorization code grant",
        "The app gets a code and fetches the tokens itself. Right for nearly every app.",
    ),
    (
        Grant::Implicit,
        "Implicit grant",
        "Tokens in the address of the page. Only for old apps that support nothing else.",
    ),
    (
        Grant::ClientCredentials,
        "Client credentials",
        "A program signs in as itself. Needs a client secret and custom scopes, and no other grant type.",
    ),
];

/// Scopes of every pool.
pub const SCOPES: [(&str, &str, &str); 5] = [
    ("openid", "OpenID", "An ID token. The next three need it."),
    (
        "email",
        "Email",
        "The email address, and whether it is verified.",
    ),
    (
        "phone",
        "Phone",
        "The phone number, and whether it is verified.",
    ),
    (
        "profile",
        "Profile",
        "All other attributes the app client may read.",
    ),
    (
        "aws.cognito.signin.user.admin",
        "aws.cognito.signin.user.admin",
        "People's access tokens work with the user pool's API, to read and change their own account.",
    ),
];

const FIELDS: [(About<'static>, &str); 14] = [
    (About::Member("callbackURLs"), "callbacks"),
    (About::Member("logoutURLs"), "logouts"),
    (About::Member("defaultRedirectURI"), "default"),
    (About::Reason(reason::callback_missing), "callbacks"),
    (
        About::Reason(reason::default_redirect_not_listed),
        "default",
    ),
    (About::Reason(reason::http_url), "callbacks"),
    (About::Reason(reason::bad_redirect_url), "callbacks"),
    (
        About::Reason(reason::client_credentials_not_alone),
        "grants",
    ),
    (
        About::Reason(reason::client_credentials_without_secret),
        "grants",
    ),
    (About::Reason(reason::client_credentials_scope), "grants"),
    (About::Reason(reason::oauth_settings_missing), "grants"),
    (About::Reason(reason::unknown_scope), "scopes"),
    (About::Reason(reason::scope_without_openid), "scopes"),
    (About::Reason(reason::no_such_provider), "providers"),
];

/// Fields of faults. A URL may be in either list, so the sign-out URLs entered come first.
pub fn field_of(form: &Form) -> Vec<(About<'_>, &'static str)> {
    let logouts = form.raw("logouts").lines().map(str::trim);
    let own = logouts
        .filter(|url| !url.is_empty())
        .map(|url| (About::Member(url), "logouts"));
    own.chain(FIELDS).collect()
}

/// Address of the sign-in page for a client, if the hosted pages serve it.
pub fn login_url(public_url: &str, client: &UserPoolClientType) -> Option<String> {
    let allowed = client.allowed_oauth_flows_user_pool_client == Some(true);
    let grants = client.allowed_oauth_flows.as_deref().unwrap_or_default();
    let kind = if grants.contains(&Grant::Code) {
        "code"
    } else if grants.contains(&Grant::Implicit) {
        "token"
    } else {
        return None;
    };
    let callbacks = client.callback_urls.as_ref();
    let callback = client
        .default_redirect_uri
        .as_ref()
        .or_else(|| callbacks?.first())?;
    let scopes = client.allowed_oauth_scopes.as_deref().unwrap_or_default();
    let query: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", client.client_id.as_deref()?)
        .append_pair("response_type", kind)
        .append_pair("scope", &scopes.join(" "))
        .append_pair("redirect_uri", callback)
        .finish();
    let pool = client.user_pool_id.as_deref()?;
    allowed.then(|| format!("{public_url}/{pool}/login?{query}"))
}

#[derive(Template)]
#[template(path = "settings/client_hosted_ui.html")]
struct Controls<'a> {
    form: &'a Form,
    servers: &'a [ResourceServerType],
    /// Names of the pool's identity providers.
    providers: &'a [String],
}

impl Controls<'_> {
    fn providers(&self) -> Group {
        let group = self.form.checks("providers", "Identity providers");
        let own = group.option("COGNITO", "Cognito user pool");
        let all = self.providers.iter();
        all.fold(own, |group, name| group.option(name, name))
    }

    fn grants(&self) -> Group {
        grant_control(self.form)
    }

    fn scopes(&self) -> Group {
        scope_control(self.form)
    }

    fn custom(&self) -> Option<Group> {
        custom_control(self.form, self.servers)
    }
}

/// Choice of the custom scopes of the pool's resource servers, if there are any.
pub fn custom_control(form: &Form, servers: &[ResourceServerType]) -> Option<Group> {
    let all: Vec<_> = servers.iter().flat_map(resource_servers::scopes).collect();
    let add = |group: Group, scope: &String| group.option(scope, scope);
    let group = form.checks("custom", "Custom scopes");
    (!all.is_empty()).then(|| all.iter().fold(group, add))
}

pub fn grant_control(form: &Form) -> Group {
    let group = form.checks("grants", "OAuth 2.0 grant types");
    group.explained(GRANTS.map(|(grant, name, meaning)| (grant.as_str(), name, meaning)))
}

pub fn scope_control(form: &Form) -> Group {
    let group = form.checks("scopes", "OpenID Connect scopes");
    group.explained(SCOPES)
}

/// Fills the form with the client's settings.
pub fn fill(form: Form, client: &UserPoolClientType) -> Form {
    let lines = |list: &Option<Vec<String>>| list.as_deref().unwrap_or_default().join("\n");
    let used = client.allowed_oauth_flows_user_pool_client == Some(true);
    let form = form
        .ticked("used", used)
        .with("callbacks", lines(&client.callback_urls))
        .with("logouts", lines(&client.logout_urls))
        .with(
            "default",
            client.default_redirect_uri.clone().unwrap_or_default(),
        );
    let providers = client.supported_identity_providers.iter().flatten();
    let form = providers.fold(form, |form, name| form.with("providers", name.as_str()));
    let grants = client.allowed_oauth_flows.iter().flatten();
    let form = grants.fold(form, |form, grant| form.with("grants", grant.as_str()));
    let scopes = client.allowed_oauth_scopes.iter().flatten();
    scopes.fold(form, |form, scope| {
        let own = SCOPES.iter().any(|(it, _, _)| it == scope);
        form.with(if own { "scopes" } else { "custom" }, scope.as_str())
    })
}

/// Reads the form into the request.
pub fn read(form: &mut Form, input: &mut UpdateUserPoolClientRequest) {
    let used = form.is_on("used");
    let grants: Vec<Grant> = form
        .all("grants")
        .iter()
        .filter_map(|grant| grant.parse().ok())
        .collect();
    let scopes = [form.all("scopes"), form.all("custom")].concat();
    let scopes: Vec<_> = scopes.into_iter().map(str::to_owned).collect();
    if used && grants.is_empty() {
        form.add_problem("grants", "Choose at least one grant type.");
    }
    if (used || !grants.is_empty()) && scopes.is_empty() {
        form.add_problem("scopes", "Choose at least one scope.");
    }
    if !grants.is_empty()
        && grants != [Grant::ClientCredentials]
        && used
        && form.lines("callbacks").is_empty()
    {
        form.add_problem("callbacks", "Enter at least one URL.");
    }
    let providers: Vec<_> = form
        .all("providers")
        .into_iter()
        .map(str::to_owned)
        .collect();
    input.allowed_oauth_flows_user_pool_client = Some(used);
    input.callback_urls = Some(form.lines("callbacks"));
    input.logout_urls = Some(form.lines("logouts"));
    input.default_redirect_uri = form.given("default");
    input.supported_identity_providers = Some(providers);
    input.allowed_oauth_flows = Some(grants);
    input.allowed_oauth_scopes = Some(scopes);
}

pub async fn edit(Path((pool, id)): Path<(String, String)>, desk: Desk) -> Answer {
    may_change(&desk)?;
    let described = pool_head::describe(&desk, &pool).await?;
    let client = update::client(&desk, &pool, &id).await?;
    let servers = resource_servers::all(&desk, &pool).await?;
    let form = Form::resumed(&desk, || fill(Form::new(&desk), &client)).await?;
    let providers = providers::names(&desk, &pool).await?;
    let controls = Controls {
        form: &form,
        servers: &servers,
        providers: &providers,
    };
    Sheet::of_client(&described, &client, "Edit Hosted UI").page(&desk, &form, &controls)
}

pub async fn save(Path((pool, id)): Path<(String, String)>, desk: Desk) -> Answer {
    may_change(&desk)?;
    let described = pool_head::describe(&desk, &pool).await?;
    let client = update::client(&desk, &pool, &id).await?;
    let sheet = Sheet::of_client(&described, &client, "Edit Hosted UI");
    let mut form = Form::sent(&desk);
    let mut input = update::request_of_client(&client)?;
    read(&mut form, &mut input);
    if form.is_fine() {
        match desk.call::<op::UpdateUserPoolClient>(&input).await {
            Ok(_) => return desk.done(sheet.back(), "The hosted UI settings have been saved."),
            Err(fault) => {
                let as_sent = form.clone();
                blame(&mut form, fault, &field_of(&as_sent))?;
            }
        }
    }
    desk.refused(&form).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client() -> UserPoolClientType {
        UserPoolClientType {
            user_pool_id: Some("us-east-1_abc".to_owned()),
            client_id: Some("id".into()),
            allowed_oauth_flows_user_pool_client: Some(true),
            allowed_oauth_flows: Some(vec![Grant::Code]),
            allowed_oauth_scopes: Some(vec!["openid".to_owned(), "orders/read".to_owned()]),
            callback_urls: Some(vec!["https://app.example/cb?x=1".to_owned()]),
            supported_identity_providers: Some(vec!["COGNITO".to_owned()]),
            ..UserPoolClientType::default()
        }
    }

    #[test]
    fn what_is_filled_in_is_what_is_read() {
        let client = client();
        let mut form = fill(Form::default(), &client);
        let mut input = UpdateUserPoolClientRequest::default();
        read(&mut form, &mut input);
        assert!(form.is_fine());
        assert_eq!(input.allowed_oauth_flows, client.allowed_oauth_flows);
        assert_eq!(input.allowed_oauth_scopes, client.allowed_oauth_scopes);
        assert_eq!(input.callback_urls, client.callback_urls);
        assert_eq!(
            input.supported_identity_providers,
            client.supported_identity_providers
        );
    }

    #[test]
    fn the_link_asks_for_what_the_client_may() {
        let mut client = client();
        let url = login_url("https://id.example", &client).unwrap();
        assert_eq!(
            url,
            "https://id.example/us-east-1_abc/login?client_id=id&response_type=code\
             &scope=openid+orders%2Fread&redirect_uri=https%3A%2F%2Fapp.example%2Fcb%3Fx%3D1"
        );
        client.allowed_oauth_flows_user_pool_client = Some(false);
        assert_eq!(login_url("https://id.example", &client), None);
    }

    #[test]
    fn a_client_of_the_hosted_pages_needs_grants_scopes_and_callbacks() {
        let mut form = Form::default().ticked("used", true);
        read(&mut form, &mut UpdateUserPoolClientRequest::default());
        let said = form.summary().to_string();
        assert!(
            said.contains("grant type") && said.contains("scope"),
            "{said}"
        );
    }
}
