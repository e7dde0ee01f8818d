//! Step "Integrate your app": the pool's name, its hosted pages, its first app client.

use std::collections::BTreeMap;

use cabana_domain::formats::is_host_name;
use cabana_model::{
    CreateUserPoolClientRequest, CreateUserPoolDomainRequest, CreateUserPoolRequest,
    CustomDomainConfigType, ExplicitAuthFlowsType, OAuthFlowType, PreventUserExistenceErrorTypes,
};

use super::client_fields::{self, Life};
use super::line::{Line, line, yes_no};
use crate::form::Form;

/// Scopes of every pool, with their labels.
pub const SCOPES: [(&str, &str); 5] = [
    ("email", "Email"),
    ("openid", "OpenID"),
    ("phone", "Phone"),
    (
        "aws.cognito.signin.user.admin",
        "aws.cognito.signin.user.admin",
    ),
    ("profile", "Profile"),
];

pub fn beginning(form: Form) -> Form {
    let form = form
        .with("domain_type", "prefix")
        .with("app_type", "public")
        .with("secret", "none")
        .with("session_minutes", "3")
        .with("revocation", "on")
        .with("hide_existence", "on")
        .with("grant_types", "code");
    let form = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        .into_iter()
        .fold(form, |form, flow| form.with("auth_flows", flow));
    let form = Life::ALL.iter().fold(form, |form, life| {
        let (days, minutes) = life.usual;
        form.with(life.days, days.to_string())
            .with(life.minutes, minutes.to_string())
    });
    ["email", "openid", "phone"]
        .into_iter()
        .fold(form, |form, scope| form.with("scopes", scope))
}

pub fn uses_pages(form: &Form) -> bool {
    form.is_on("hosted_ui")
}

/// The domain entered, if the pool gets one.
pub fn domain_name(form: &Form) -> Option<&str> {
    let name = match form.get("domain_type") {
        "custom" => form.get("custom_domain"),
        _ => form.get("prefix"),
    };
    (uses_pages(form) && !name.is_empty()).then_some(name)
}

/// Checks the fields in the order of the page, as the summary lists problems in the order they are found.
pub fn check(form: &mut Form) {
    client_fields::check_name(form, "pool_name", "Enter a user pool name.");
    let pages = uses_pages(form);
    if pages {
        check_domain(form);
    }
    client_fields::check_name(form, "client_name", "Enter an app client name.");
    check_secret(form);
    client_fields::check_urls(form, "callbacks");
    if pages && form.lines("callbacks").is_empty() {
        form.add_problem("callbacks", "Enter at least one callback URL.");
    }
    form.number("session_minutes", 3..=15);
    client_fields::check_lives(form);
    if pages && form.all("grant_types").is_empty() {
        form.add_problem("grant_types", "Choose at least one grant type.");
    }
    if pages && form.all("scopes").is_empty() {
        form.add_problem("scopes", "Choose at least one scope.");
    }
    client_fields::check_urls(form, "sign_outs");
    if let Err(line) = tags(form) {
        let text = format!("Write each tag as key=value: “{line}” is not a tag, or repeats a key.");
        form.add_problem("tags", text);
    }
}

fn check_domain(form: &mut Form) {
    let custom = form.get("domain_type") == "custom";
    let field = if custom { "custom_domain" } else { "prefix" };
    match domain_name(form) {
        None => form.add_problem(field, "Enter a domain."),
        Some(name) if custom && !is_host_name(name) => form.add_problem(
            field,
            "Enter a full host name in lowercase letters, such as auth.example.com.",
        ),
        Some(_) => {}
    }
}

fn check_secret(form: &mut Form) {
    match (form.get("app_type"), form.get("secret") == "generate") {
        ("confidential", false) => form.add_problem(
            "secret",
            "A confidential client needs a secret. For one without, choose Other.",
        ),
        ("public", true) => form.add_problem(
            "secret",
            "A public client cannot keep a secret. For one with a secret, choose Confidential client.",
        ),
        _ => {}
    }
}

/// Reads the tags, one per line.
///
/// # Errors
/// The first line that is not a tag, or repeats a key.
fn tags(form: &Form) -> Result<BTreeMap<String, String>, String> {
    let mut tags = BTreeMap::new();
    for line in form.lines("tags") {
        let pair = line.split_once('=');
        let (key, value) = pair.ok_or_else(|| line.clone())?;
        let twin = tags.insert(key.trim().to_owned(), value.trim().to_owned());
        if key.trim().is_empty() || twin.is_some() {
            return Err(line);
        }
    }
    Ok(tags)
}

pub fn apply(form: &Form, pool: &mut CreateUserPoolRequest) {
    form.get("pool_name").clone_into(&mut pool.pool_name);
    pool.user_pool_tags = tags(form).ok().filter(|it| !it.is_empty());
}

pub fn domain(form: &Form, account: &str) -> Option<CreateUserPoolDomainRequest> {
    let name = domain_name(form)?;
    // Cognito requires the ARN of a certificate; this server uses its own certificate.
    let custom = (form.get("domain_type") == "custom").then(|| CustomDomainConfigType {
        certificate_arn: format!(
            "arn:aws:acm:us-east-1:{account}:certificate/00000000-0000-0000-0000-000000000000"
        ),
        security_policy: None,
    });
    Some(CreateUserPoolDomainRequest {
        domain: name.to_owned(),
        custom_domain_config: custom,
        ..CreateUserPoolDomainRequest::default()
    })
}

fn auth_flows(form: &Form) -> Vec<ExplicitAuthFlowsType> {
    let chosen = form.all("auth_flows").into_iter();
    let mut flows: Vec<_> = chosen.filter_map(|flow| flow.parse().ok()).collect();
    // Always on in the guide: without it nobody stays signed in.
    let fixed = ExplicitAuthFlowsType::AllowRefreshTokenAuth;
    if !flows.contains(&fixed) {
        flows.push(fixed);
    }
    flows
}

pub fn client(form: &Form) -> CreateUserPoolClientRequest {
    let pages = uses_pages(form);
    let grants = form.all("grant_types").into_iter();
    let grants: Vec<OAuthFlowType> = grants.filter_map(|grant| grant.parse().ok()).collect();
    let scopes = form.all("scopes").into_iter().map(str::to_owned).collect();
    let urls = |name: &str| Some(form.lines(name)).filter(|it| pages && !it.is_empty());
    let mut client = CreateUserPoolClientRequest {
        client_name: form.get("client_name").to_owned(),
        generate_secret: Some(form.get("secret") == "generate"),
        explicit_auth_flows: Some(auth_flows(form)),
        auth_session_validity: form.get("session_minutes").parse().ok(),
        enable_token_revocation: Some(form.is_on("revocation")),
        prevent_user_existence_errors: Some(match form.is_on("hide_existence") {
            true => PreventUserExistenceErrorTypes::Enabled,
            false => PreventUserExistenceErrorTypes::Legacy,
        }),
        supported_identity_providers: Some(vec!["COGNITO".to_owned()]),
        allowed_oauth_flows_user_pool_client: Some(pages),
        allowed_oauth_flows: Some(grants).filter(|_| pages),
        allowed_oauth_scopes: Some(scopes).filter(|_| pages),
        callback_urls: urls("callbacks"),
        logout_urls: urls("sign_outs"),
        ..CreateUserPoolClientRequest::default()
    };
    client_fields::apply_lives(form, &mut client);
    client
}

pub fn lines(form: &Form) -> Vec<Line> {
    let pages = uses_pages(form);
    let app = match form.get("app_type") {
        "confidential" => "Confidential client",
        "other" => "Other",
        _ => "Public client",
    };
    let secret = match form.get("secret") {
        "generate" => "Generate a client secret",
        _ => "Don't generate a client secret",
    };
    let mut lines = vec![
        line("User pool name", form.get("pool_name")),
        line("Use the Cognito Hosted UI", yes_no(pages)),
    ];
    if pages {
        lines.push(line("Domain", domain_name(form).unwrap_or_default()));
    }
    lines.extend([
        line("App type", app),
        line("App client name", form.get("client_name")),
        line("Client secret", secret),
    ]);
    if pages {
        lines.extend(page_lines(form));
    }
    let flows: Vec<_> = auth_flows(form).iter().map(|flow| flow.as_str()).collect();
    lines.push(line("Authentication flows", flows.join(", ")));
    lines.push(line(
        "Authentication flow session duration",
        format!("{} minutes", form.get("session_minutes")),
    ));
    lines.extend(
        Life::ALL
            .iter()
            .map(|life| line(life.label, life.words(form))),
    );
    lines.extend([
        line("Enable token revocation", yes_no(form.is_on("revocation"))),
        line(
            "Enable prevent user existence errors",
            yes_no(form.is_on("hide_existence")),
        ),
    ]);
    let tags = form.lines("tags");
    if !tags.is_empty() {
        lines.push(line("Tags", tags.join(", ")));
    }
    lines
}

fn page_lines(form: &Form) -> Vec<Line> {
    let scopes = form.all("scopes");
    let names = SCOPES.iter().filter(|(scope, _)| scopes.contains(scope));
    let names: Vec<_> = names.map(|(_, name)| *name).collect();
    let grants = form
        .all("grant_types")
        .into_iter()
        .map(|grant| match grant {
            "implicit" => "Implicit grant",
            _ => "Authorization code grant",
        });
    let mut lines = vec![
        line("Allowed callback URLs", form.lines("callbacks").join(", ")),
        line("Identity providers", "Cognito user pool"),
        line(
            "OAuth 2.0 grant types",
            grants.collect::<Vec<_>>().join(", "),
        ),
        line("OpenID Connect scopes", names.join(", ")),
    ];
    let sign_outs = form.lines("sign_outs");
    if !sign_outs.is_empty() {
        lines.push(line("Allowed sign-out URLs", sign_outs.join(", ")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named() -> Form {
        beginning(Form::default())
            .with("pool_name", "Chat")
            .with("client_name", "librechat")
    }

    fn changed(form: &Form, name: &str, value: &str) -> Form {
        form.without(name).with(name, value)
    }

    fn is_fine(form: &Form) -> bool {
        let mut form = form.clone();
        check(&mut form);
        form.is_fine()
    }

    #[test]
    fn a_name_for_both_is_enough_without_pages() {
        assert!(is_fine(&named()));
        let client = client(&named());
        assert_eq!(client.allowed_oauth_scopes, None);
        assert_eq!(client.generate_secret, Some(false));
        assert!(domain(&named(), "0").is_none());
    }

    #[test]
    fn the_pages_need_a_domain_and_a_callback() {
        let form = named().with("hosted_ui", "on");
        assert!(!is_fine(&form));
        let form = form.with("prefix", "chat").with(
            "callbacks",
            "http://localhost:3080/oauth/openid/callback\nhttps://a.test/x",
        );
        assert!(is_fine(&form));
        let client = client(&form);
        let scopes = client.allowed_oauth_scopes.unwrap();
        assert_eq!(scopes, ["email", "openid", "phone"]);
        assert_eq!(client.callback_urls.unwrap().len(), 2);
        assert_eq!(client.refresh_token_validity, Some(30));
        assert!(!is_fine(&changed(&form, "callbacks", "http://a.test/x")));
        let custom = changed(&form, "domain_type", "custom").with("custom_domain", "login.a.test");
        assert!(is_fine(&custom));
        assert!(domain(&custom, "0").unwrap().custom_domain_config.is_some());
    }

    #[test]
    fn what_is_wrong_is_listed_in_the_order_of_the_page() {
        let mut form = beginning(Form::default())
            .with("hosted_ui", "on")
            .with("sign_outs", "http://a.test/x");
        check(&mut form);
        let summary = form.summary().to_string();
        let texts = [
            "user pool name",
            "a domain",
            "app client name",
            "one callback",
            "a.test",
        ];
        let places = texts.map(|text| summary.find(text));
        assert!(
            places.iter().all(Option::is_some) && places.is_sorted(),
            "{summary}"
        );
    }

    #[test]
    fn the_secret_suits_the_app() {
        assert!(!is_fine(&changed(&named(), "app_type", "confidential")));
        assert!(!is_fine(&changed(&named(), "secret", "generate")));
        let both = changed(
            &changed(&named(), "app_type", "confidential"),
            "secret",
            "generate",
        );
        assert!(is_fine(&both));
    }

    #[test]
    fn tags_are_pairs() {
        assert!(is_fine(&named().with("tags", "team=web\nstage = prod=1")));
        assert!(!is_fine(&named().with("tags", "team")));
        assert!(!is_fine(&named().with("tags", "a=1\na=2")));
    }
}
