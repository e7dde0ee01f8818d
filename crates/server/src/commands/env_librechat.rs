//! `cabana env librechat`: the lines of LibreChat's `.env` that make it sign in here.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use cabana_domain::client::Client;
use cabana_store::SharedStore;

use super::{EnvArguments, existing_store, small_runtime};
use crate::config::{Config, Problem};
use crate::demo_pool::{self, LIBRECHAT_CALLBACK, LIBRECHAT_SIGNED_OUT};
use crate::{catalog, data_dir, edge, tls};

/// The scopes LibreChat needs.
const SCOPES: [&str; 3] = ["openid", "profile", "email"];

/// The variable that makes Node.js trust an authority of one's own.
const CA: &str = "NODE_EXTRA_CA_CERTS";
const CA_HINT: &str = "# Node.js reads this one only from the environment that it is started in:\n\
                       #   export \"$(grep '^NODE_EXTRA_CA_CERTS=' .env | tail -n 1)\"\n";

/// Prints the lines.
///
/// # Errors
/// If the client is not there, or not fit for LibreChat.
pub fn print(config: &Config, arguments: &EnvArguments) -> Result<(), Problem> {
    let client = small_runtime()?.block_on(async {
        let store = existing_store(config).await?;
        chosen(&store, arguments).await
    })?;
    let secret: [u8; 32] = edge::random()?;
    let ca = tls::ca_path(&data_dir::tls_dir(&config.data_dir));
    let ca = (config.tls.is_none() && ca.exists()).then(|| std::path::absolute(&ca).unwrap_or(ca));
    let base = https(&config.public_url(config.listen));
    print!(
        "{}",
        lines(&client, &base, ca.as_deref(), &hex::encode(secret))?
    );
    Ok(())
}

async fn chosen(store: &SharedStore, arguments: &EnvArguments) -> Result<Arc<Client>, Problem> {
    let pool = match &arguments.pool {
        Some(pool) => Some(catalog::find_pool(store, pool).await?),
        None => None,
    };
    if let Some(client) = &arguments.client {
        return catalog::find_client(store, pool.as_ref().map(|pool| &pool.id), client).await;
    }
    if let Some(pool) = pool {
        return catalog::find_client(store, Some(&pool.id), demo_pool::CLIENT).await;
    }
    let demo = demo_pool::find_in(store).await?;
    demo.map(Arc::new).ok_or_else(|| {
        Problem::new("there is no demo client here: name an app client with --client")
    })
}

/// LibreChat talks to its provider over TLS only, even on this machine.
fn https(public_url: &str) -> String {
    public_url
        .strip_prefix("http://")
        .map_or_else(|| public_url.to_owned(), |rest| format!("https://{rest}"))
}

fn lines(
    client: &Client,
    base: &str,
    ca: Option<&Path>,
    session_secret: &str,
) -> Result<String, Problem> {
    let name = catalog::client_name(client);
    let callbacks = client.settings.callback_urls.iter().flatten();
    let app = callbacks
        .into_iter()
        .find_map(|url| url.strip_suffix(LIBRECHAT_CALLBACK));
    let app = app.ok_or_else(|| {
        Problem::new(format!(
            "the app client {name} has no callback URL of LibreChat: add http://localhost:3080{LIBRECHAT_CALLBACK}"
        ))
    })?;
    let allowed = client
        .settings
        .allowed_oauth_scopes
        .as_deref()
        .unwrap_or_default();
    let scopes: Vec<&str> = SCOPES
        .into_iter()
        .filter(|scope| allowed.iter().any(|it| it == scope))
        .collect();
    let secret = client
        .secrets
        .first()
        .map(|it| it.value.expose().to_owned());
    let mut pairs = vec![
        ("DOMAIN_CLIENT", app.to_owned()),
        ("DOMAIN_SERVER", app.to_owned()),
        ("OPENID_CLIENT_ID", client.id.as_str().to_owned()),
        ("OPENID_CLIENT_SECRET", secret.unwrap_or_default()),
        (
            "OPENID_ISSUER",
            format!("{base}/{}/.well-known/openid-configuration", client.pool),
        ),
        ("OPENID_SESSION_SECRET", session_secret.to_owned()),
        ("OPENID_SCOPE", scopes.join(" ")),
        ("OPENID_CALLBACK_URL", LIBRECHAT_CALLBACK.to_owned()),
        ("ALLOW_SOCIAL_LOGIN", "true".to_owned()),
        ("OPENID_NAME_CLAIM", "name".to_owned()),
        ("OPENID_USE_END_SESSION_ENDPOINT", "true".to_owned()),
    ];
    if !client.is_confidential() {
        pairs.push(("OPENID_USE_PKCE", "true".to_owned()));
    }
    pairs.extend(ca.map(|ca| (CA, ca.display().to_string())));
    // Begins with an empty line, as the file it is appended to may end without one.
    let mut out = format!(
        "\n# LibreChat signs in through the app client {name} of the user pool {}\n",
        client.pool
    );
    for warning in warnings(client, app, &scopes) {
        let _ = writeln!(out, "# Warning: {warning}");
    }
    for (name, value) in pairs {
        out.push_str(&setting(name, &value));
    }
    Ok(out)
}

fn setting(name: &str, value: &str) -> String {
    // `export` would keep the quotes, and no reader of the file needs them around spaces.
    let (hint, special): (&str, &[char]) = if name == CA {
        (CA_HINT, &['#'])
    } else {
        ("", &[' ', '#', '$'])
    };
    let quote = if value.contains(special) { "\"" } else { "" };
    format!("{hint}{name}={quote}{value}{quote}\n")
}

/// What will not work as it is.
fn warnings(client: &Client, app: &str, scopes: &[&str]) -> Vec<String> {
    let mut warnings = Vec::new();
    if scopes.len() < SCOPES.len() {
        warnings.push("the app client lacks one of the scopes openid, profile, email".to_owned());
    }
    let signed_out = format!("{app}{LIBRECHAT_SIGNED_OUT}");
    if !client
        .settings
        .logout_urls
        .iter()
        .flatten()
        .any(|url| *url == signed_out)
    {
        warnings.push(format!(
            "add {signed_out} to the app client's sign-out URLs, or signing out ends on an error"
        ));
    }
    warnings
}

#[cfg(test)]
mod tests;
