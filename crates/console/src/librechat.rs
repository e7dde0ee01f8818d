//! The lines of LibreChat's `.env` that make it sign its users in through an app client.

use std::fmt::Write as _;
use std::path::Path;

use cabana_model::{UserPoolClientType, UserPoolType};

use self::people::Claims;

mod people;

/// LibreChat's callback, below its address.
pub const CALLBACK: &str = "/oauth/openid/callback";
/// LibreChat's redirect path after signing out, below its address.
pub const SIGNED_OUT: &str = "/login";
/// The scopes LibreChat needs.
pub const SCOPES: [&str; 3] = ["openid", "profile", "email"];

/// Variable that makes Node.js trust a private certificate authority.
const CA: &str = "NODE_EXTRA_CA_CERTS";
const CA_HINT: &str = "# Node.js reads this one only from the environment that it is started in:\n\
                       #   export \"$(grep '^NODE_EXTRA_CA_CERTS=' .env | tail -n 1)\"\n";

/// The same URL in https: LibreChat talks to its provider over TLS only, even on this machine.
pub fn https(public_url: &str) -> String {
    public_url
        .strip_prefix("http://")
        .map_or_else(|| public_url.to_owned(), |rest| format!("https://{rest}"))
}

/// Addresses of this server that LibreChat needs.
pub struct Place<'a> {
    /// Base URL over TLS.
    pub base: &'a str,
    /// Issuer in the pool's tokens.
    pub issuer: &'a str,
    /// Certificate of the authority that LibreChat must trust, unless it does already.
    pub authority: Option<&'a Path>,
}

/// The lines, and the warnings once more on their own, for callers who do not read the comments.
#[derive(Debug)]
pub struct Env {
    pub lines: String,
    pub warnings: Vec<String>,
}

/// The lines for a client from DescribeUserPoolClient, of a pool from DescribeUserPool.
///
/// # Errors
/// If the client has no callback URL of LibreChat, as a sentence for the operator.
pub fn env(
    pool: &UserPoolType,
    client: &UserPoolClientType,
    place: &Place<'_>,
    session_secret: &str,
) -> Result<Env, String> {
    let name = client.client_name.as_deref().unwrap_or_default();
    let pool_id = client.user_pool_id.as_deref().unwrap_or_default();
    let app = app(client).ok_or_else(|| {
        format!("the app client {name} has no callback URL of LibreChat: add http://localhost:3080{CALLBACK}")
    })?;
    let allowed = client.allowed_oauth_scopes.as_deref().unwrap_or_default();
    let scopes: Vec<&str> = SCOPES
        .into_iter()
        .filter(|scope| allowed.iter().any(|it| it == scope))
        .collect();
    let exposed = |secret: &Option<cabana_model::Secret>| {
        let secret = secret.as_ref().map(|it| it.expose().to_owned());
        secret.unwrap_or_default()
    };
    let base = place.base;
    let mut pairs = vec![
        ("DOMAIN_CLIENT", app.to_owned()),
        ("DOMAIN_SERVER", app.to_owned()),
        ("OPENID_CLIENT_ID", exposed(&client.client_id)),
        ("OPENID_CLIENT_SECRET", exposed(&client.client_secret)),
        (
            "OPENID_ISSUER",
            format!("{base}/{pool_id}/.well-known/openid-configuration"),
        ),
        ("OPENID_SESSION_SECRET", session_secret.to_owned()),
        ("OPENID_SCOPE", scopes.join(" ")),
        ("OPENID_CALLBACK_URL", CALLBACK.to_owned()),
        ("ALLOW_SOCIAL_LOGIN", "true".to_owned()),
    ];
    let claims = Claims::of(pool, client);
    let claim = |name, claim: Option<&str>| claim.map(|claim| (name, claim.to_owned()));
    pairs.extend(claim("OPENID_NAME_CLAIM", claims.name));
    pairs.extend(claim("OPENID_USERNAME_CLAIM", claims.username));
    pairs.push(("OPENID_USE_END_SESSION_ENDPOINT", "true".to_owned()));
    if client.client_secret.is_none() {
        pairs.push(("OPENID_USE_PKCE", "true".to_owned()));
    }
    let authority = place.authority;
    pairs.extend(authority.map(|ca| (CA, ca.display().to_string())));
    // Begins with an empty line, as the file may end without a line break.
    let mut out = format!(
        "\n# LibreChat signs in through the app client {name} of the user pool {pool_id}\n"
    );
    let mut warnings = warnings(client, app, &scopes);
    warnings.extend(claims.warning);
    for warning in &warnings {
        let _ = writeln!(out, "# Warning: {warning}");
    }
    for (name, value) in pairs {
        if name == "OPENID_ISSUER" {
            out.push_str(&issuer_hint(place, pool_id));
        }
        out.push_str(&setting(name, &value));
    }
    Ok(Env {
        lines: out,
        warnings,
    })
}

/// Comment on an issuer that differs from the one in the tokens: the reason that the long form works, and the settings
/// that other apps need.
fn issuer_hint(place: &Place<'_>, pool_id: &str) -> String {
    let Place { base, issuer, .. } = place;
    if *issuer == format!("{base}/{pool_id}") {
        return String::new();
    }
    format!(
        "# The tokens name the issuer {issuer}; LibreChat does not compare it with this long form.\n\
         # For apps that do: start with --public-url {base} before the first user, later set the tag cabana:issuer.\n"
    )
}

/// Address of the LibreChat that uses this client, if one does.
pub fn app(client: &UserPoolClientType) -> Option<&str> {
    let mut callbacks = client.callback_urls.iter().flatten();
    callbacks.find_map(|url| url.strip_suffix(CALLBACK))
}

fn setting(name: &str, value: &str) -> String {
    // `export` would keep the quotes, and no reader of the file needs quotes around spaces.
    let (hint, special): (&str, &[char]) = if name == CA {
        (CA_HINT, &['#'])
    } else {
        ("", &[' ', '#', '$'])
    };
    let quote = if value.contains(special) { "\"" } else { "" };
    format!("{hint}{name}={quote}{value}{quote}\n")
}

/// Warnings about settings that will not work.
fn warnings(client: &UserPoolClientType, app: &str, scopes: &[&str]) -> Vec<String> {
    let mut warnings = Vec::new();
    if scopes.len() < SCOPES.len() {
        warnings.push("the app client lacks one of the scopes openid, profile, email".to_owned());
    }
    let signed_out = format!("{app}{SIGNED_OUT}");
    let mut known = client.logout_urls.iter().flatten();
    if !known.any(|url| *url == signed_out) {
        warnings.push(format!(
            "add {signed_out} to the app client's sign-out URLs, or signing out ends on an error"
        ));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::people::tests::pool;
    use super::*;

    fn client(
        secret: Option<&str>,
        callback: &str,
        logout: &str,
        scopes: &[&str],
    ) -> UserPoolClientType {
        UserPoolClientType {
            client_id: Some("0123456789abcdefghijklmnop".into()),
            user_pool_id: Some("us-east-1_AbCdEfGhI".to_owned()),
            client_name: Some("chat".to_owned()),
            client_secret: secret.map(Into::into),
            callback_urls: Some(vec![
                "https://other.test/back".to_owned(),
                callback.to_owned(),
            ]),
            logout_urls: Some(vec![logout.to_owned()]),
            allowed_oauth_scopes: Some(scopes.iter().map(|scope| (*scope).to_owned()).collect()),
            ..UserPoolClientType::default()
        }
    }

    fn lines(client: &UserPoolClientType) -> Result<Env, String> {
        let place = Place {
            base: "https://a.test",
            issuer: "https://a.test/us-east-1_AbCdEfGhI",
            authority: None,
        };
        env(&pool(&[], &["email", "name"]), client, &place, "x")
    }

    const CHAT: &str = "https://chat.test/oauth/openid/callback";

    #[test]
    fn the_settings_are_complete() {
        let scopes = ["email", "openid", "profile", "phone"];
        let client = client(Some("s3cret"), CHAT, "https://chat.test/login", &scopes);
        let ca = Path::new("/data/my tls/ca.pem");
        let place = Place {
            base: "https://localhost:9229",
            issuer: "http://localhost:9229/us-east-1_AbCdEfGhI",
            authority: Some(ca),
        };
        let env = env(&pool(&[], &["email", "name"]), &client, &place, "ab12").unwrap();
        assert!(env.warnings.is_empty());
        let expected = "\n# LibreChat signs in through the app client chat of the user pool us-east-1_AbCdEfGhI\n\
                        DOMAIN_CLIENT=https://chat.test\n\
                        DOMAIN_SERVER=https://chat.test\n\
                        OPENID_CLIENT_ID=0123456789abcdefghijklmnop\n\
                        OPENID_CLIENT_SECRET=s3cret\n\
                        # The tokens name the issuer http://localhost:9229/us-east-1_AbCdEfGhI; LibreChat does not \
                        compare it with this long form.\n\
                        # For apps that do: start with --public-url https://localhost:9229 before the first user, \
                        later set the tag cabana:issuer.\n\
                        OPENID_ISSUER=https://localhost:9229/us-east-1_AbCdEfGhI/.well-known/openid-configuration\n\
                        OPENID_SESSION_SECRET=ab12\n\
                        OPENID_SCOPE=\"openid profile email\"\n\
                        OPENID_CALLBACK_URL=/oauth/openid/callback\n\
                        ALLOW_SOCIAL_LOGIN=true\n\
                        OPENID_NAME_CLAIM=name\n\
                        OPENID_USE_END_SESSION_ENDPOINT=true\n\
                        # Node.js reads this one only from the environment that it is started in:\n\
                        #   export \"$(grep '^NODE_EXTRA_CA_CERTS=' .env | tail -n 1)\"\n\
                        NODE_EXTRA_CA_CERTS=/data/my tls/ca.pem\n";
        assert_eq!(env.lines, expected);
    }

    #[test]
    fn a_public_client_is_told_to_use_pkce() {
        let client = client(None, CHAT, "https://chat.test/login", &SCOPES);
        let text = lines(&client).unwrap().lines;
        assert!(
            text.contains("OPENID_CLIENT_SECRET=\n") && text.contains("OPENID_USE_PKCE=true\n"),
            "{text}"
        );
        assert!(
            !text.contains("NODE_EXTRA_CA_CERTS")
                && !text.contains("long form")
                && !text.contains("Warning"),
            "{text}"
        );
    }

    #[test]
    fn what_will_not_work_is_said() {
        let incomplete = client(Some("s"), CHAT, "https://chat.test", &["openid"]);
        let env = lines(&incomplete).unwrap();
        let text = env.lines;
        assert_eq!(env.warnings.len(), 2);
        assert!(
            text.contains(
                "# Warning: add https://chat.test/login to the app client's sign-out URLs"
            ),
            "{text}"
        );
        assert!(
            text.contains("# Warning: the app client lacks one of the scopes"),
            "{text}"
        );
        let stranger = client(
            Some("s"),
            "https://chat.test/back",
            "https://chat.test/login",
            &SCOPES,
        );
        let refused = lines(&stranger).unwrap_err();
        assert!(
            refused.contains("no callback URL of LibreChat"),
            "{refused}"
        );
    }

    #[test]
    fn the_address_is_tls_even_where_the_public_one_is_not() {
        assert_eq!(https("http://localhost:9229"), "https://localhost:9229");
        assert_eq!(
            https("https://login.example.com"),
            "https://login.example.com"
        );
    }
}
