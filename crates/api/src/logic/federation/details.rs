//! `ProviderDetails`: which members each type of provider has, and what is added to those that were sent.

use std::collections::BTreeMap;

use cabana_federation::address;
use cabana_federation::oidc::SecretKey;
use cabana_model::IdentityProviderTypeType as Kind;

use crate::fault::Fault;
use crate::faults::providers;

type Details = BTreeMap<String, String>;

/// The one member that is never shown.
pub const PRIVATE_KEY: &str = "private_key";

/// The claim that names a person, for each type.
pub fn subject_claim(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Oidc | Kind::Google | Kind::SignInWithApple => Some("sub"),
        Kind::Facebook => Some("id"),
        Kind::LoginWithAmazon => Some("user_id"),
        Kind::Saml => None,
    }
}

/// The members of a type: those it needs, and those it may have.
fn members(kind: Kind) -> (&'static [&'static str], &'static [&'static str]) {
    const ENDPOINTS: &[&str] = &[
        "client_secret",
        "authorize_url",
        "token_url",
        "token_request_method",
        "attributes_url",
        "attributes_url_add_attributes",
        "attributes_request_method",
        "jwks_uri",
        "oidc_issuer",
        "api_version",
    ];
    match kind {
        Kind::Oidc => (
            &[
                "client_id",
                "authorize_scopes",
                "oidc_issuer",
                "attributes_request_method",
            ],
            ENDPOINTS,
        ),
        Kind::Google | Kind::LoginWithAmazon | Kind::Facebook => (
            &["client_id", "client_secret", "authorize_scopes"],
            ENDPOINTS,
        ),
        Kind::SignInWithApple => (
            &[
                "client_id",
                "team_id",
                "key_id",
                PRIVATE_KEY,
                "authorize_scopes",
            ],
            ENDPOINTS,
        ),
        // They have rules of their own.
        Kind::Saml => (&[], &[]),
    }
}

/// Addresses among the members.
const ADDRESSES: [&str; 5] = [
    "oidc_issuer",
    "authorize_url",
    "token_url",
    "attributes_url",
    "jwks_uri",
];

/// The details with what Cognito adds. A private key that was not sent is kept: it is never shown, so who sends back
/// what was shown cannot send it.
///
/// # Errors
/// InvalidParameterException.
pub fn complete(kind: Kind, mut wanted: Details, before: &Details) -> Result<Details, Fault> {
    if let (None, Some(key)) = (wanted.get(PRIVATE_KEY), before.get(PRIVATE_KEY)) {
        wanted.insert(PRIVATE_KEY.to_owned(), key.clone());
    }
    let (needed, allowed) = members(kind);
    for member in needed {
        if wanted.get(*member).is_none_or(|it| it.trim().is_empty()) {
            return Err(providers::provider_detail_missing(member, kind.as_str()));
        }
    }
    let known = |name: &str| needed.contains(&name) || allowed.contains(&name);
    if let Some(other) = wanted.keys().find(|name| !known(name)) {
        return Err(providers::provider_detail_unknown(other, kind.as_str()));
    }
    for (member, value) in added(kind, &wanted) {
        wanted.entry(member.to_owned()).or_insert(value);
    }
    check_values(kind, &wanted)?;
    Ok(wanted)
}

/// The members that are added if they were not sent.
fn added(kind: Kind, wanted: &Details) -> Vec<(&'static str, String)> {
    let fixed: &[(&str, &str)] = match kind {
        Kind::Oidc => &[("attributes_url_add_attributes", "false")],
        Kind::Google => &[
            (
                "attributes_url",
                "https://people.googleapis.com/v1/people/me?personFields=",
            ),
            ("attributes_url_add_attributes", "true"),
            (
                "authorize_url",
                "https://accounts.google.com/o/oauth2/v2/auth",
            ),
            ("oidc_issuer", "https://accounts.google.com"),
            ("token_request_method", "POST"),
            ("token_url", "https://www.googleapis.com/oauth2/v4/token"),
        ],
        Kind::LoginWithAmazon => &[
            ("attributes_url", "https://api.amazon.com/user/profile"),
            ("attributes_url_add_attributes", "false"),
            ("authorize_url", "https://www.amazon.com/ap/oa"),
            ("token_request_method", "POST"),
            ("token_url", "https://api.amazon.com/auth/o2/token"),
        ],
        Kind::SignInWithApple => &[
            ("attributes_url_add_attributes", "false"),
            ("authorize_url", "https://appleid.apple.com/auth/authorize"),
            ("oidc_issuer", "https://appleid.apple.com"),
            ("token_request_method", "POST"),
            ("token_url", "https://appleid.apple.com/auth/token"),
        ],
        Kind::Facebook => {
            let version = wanted.get("api_version").filter(|it| !it.is_empty());
            let version = version.map_or("v17.0", String::as_str);
            let graph = format!("https://graph.facebook.com/{version}");
            let dialog = format!("https://www.facebook.com/{version}/dialog/oauth");
            return vec![
                ("api_version", version.to_owned()),
                ("attributes_url", format!("{graph}/me?fields=")),
                ("attributes_url_add_attributes", "true".to_owned()),
                ("authorize_url", dialog),
                ("token_request_method", "GET".to_owned()),
                ("token_url", format!("{graph}/oauth/access_token")),
            ];
        }
        Kind::Saml => &[],
    };
    let owned = fixed
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()));
    owned.collect()
}

fn check_values(kind: Kind, details: &Details) -> Result<(), Fault> {
    for member in ADDRESSES {
        if let Some(value) = details.get(member) {
            address::parse(value).map_err(|why| providers::bad_provider_detail(member, why))?;
        }
    }
    if details
        .get("oidc_issuer")
        .is_some_and(|it| it.ends_with('/'))
    {
        let why = "it must not end in a slash";
        return Err(providers::bad_provider_detail("oidc_issuer", why));
    }
    for method in ["attributes_request_method", "token_request_method"] {
        match details.get(method).map(String::as_str) {
            None | Some("GET" | "POST") => {}
            Some(_) => return Err(providers::bad_provider_detail(method, "it is GET or POST")),
        }
    }
    let scopes = details.get("authorize_scopes").map_or("", String::as_str);
    if kind == Kind::Oidc && !scopes.split_ascii_whitespace().any(|it| it == "openid") {
        let why = "it must contain openid";
        return Err(providers::bad_provider_detail("authorize_scopes", why));
    }
    if let Some(Err(_)) = details.get(PRIVATE_KEY).map(|it| SecretKey::parse(it)) {
        let why = "it is not a private key of P-256 in PKCS #8";
        return Err(providers::bad_provider_detail(PRIVATE_KEY, why));
    }
    if kind == Kind::Facebook
        && details
            .get("api_version")
            .is_some_and(|it| !is_graph_version(it))
    {
        let why = "it is of the form v17.0";
        return Err(providers::bad_provider_detail("api_version", why));
    }
    Ok(())
}

/// Whether this is a version of Facebook's Graph API: it becomes a part of addresses.
fn is_graph_version(text: &str) -> bool {
    text.strip_prefix('v')
        .and_then(|rest| rest.split_once('.'))
        .is_some_and(|(major, minor)| {
            [major, minor]
                .iter()
                .all(|it| (1..=3).contains(&it.len()) && it.bytes().all(|b| b.is_ascii_digit()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_the_graph_api_are_told_from_paths() {
        assert!(is_graph_version("v17.0") && is_graph_version("v2.12"));
        for text in ["17.0", "v17", "v17.0/..", "v.0", "v17.", "vv.1", "v1.0.0"] {
            assert!(!is_graph_version(text), "{text}");
        }
    }
}
