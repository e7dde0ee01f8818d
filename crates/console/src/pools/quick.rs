//! `/console/pools/quick`: one page, "Set up your application", that creates a user pool with an app client and a
//! domain.

use askama::Template;
use cabana_domain::formats::check_domain_prefix;
use cabana_model::{
    AdminCreateUserConfigType, CreateResourceServerRequest, CreateUserPoolClientRequest,
    CreateUserPoolDomainRequest, CreateUserPoolRequest, DeletionProtectionType,
    ExplicitAuthFlowsType as Flow, OAuthFlowType, PreventUserExistenceErrorTypes,
    ResourceServerScopeType, UsernameConfigurationType, VerifiedAttributeType,
};

use super::guide::{ADDITIONAL, check_name, check_urls, picked, required_attribute};
use super::make;
use crate::desk::{Answer, Desk};
use crate::form::{Form, Group};
use crate::frame::Frame;
use crate::librechat;
use crate::settings::sheet::may_change;

/// Resource server of an app that has no users, and its scope.
const API: (&str, &str) = ("default", "read");

#[derive(Template)]
#[template(path = "pools/quick.html")]
struct Quick {
    frame: Frame,
    form: Form,
}

impl Quick {
    fn new(desk: &Desk, form: Form) -> Self {
        Self {
            frame: desk
                .frame("Set up your application")
                .below("User pools", "/console/pools"),
            form,
        }
    }

    fn required(&self) -> Group {
        let group = self
            .form
            .checks("required", "Required attributes for sign-up");
        ADDITIONAL
            .into_iter()
            .fold(group, |group, name| group.option(name, name))
    }
}

pub async fn show(desk: Desk) -> Answer {
    may_change(&desk)?;
    let form = Form::new(&desk)
        .with("app_type", "web")
        .with("sign_in", "email")
        .with("self_registration", "on")
        .with("required", "email")
        // LibreChat, an app of the preselected type, shows people by their name.
        .with("required", "name");
    let form = Form::resumed(&desk, || form).await?;
    desk.page(&Quick::new(&desk, form))
}

pub async fn create(desk: Desk) -> Answer {
    may_change(&desk)?;
    let mut form = Form::sent(&desk);
    check(&mut form);
    if !form.is_fine() {
        return desk.refused(&form).await;
    }
    let prefix = prefix(&form, desk.cx().random()?);
    match make::make(&desk, plan(&form, prefix)).await {
        Ok(made) => desk.done(
            &made.quick_start(),
            format!(
                "User pool \"{}\" has been created successfully.",
                pool_name(&form)
            ),
        ),
        Err(mut broken) => match broken.pool.take() {
            Some(pool) => broken.told_at(&desk, &pool).await,
            None => {
                form.add_form_problem(broken.problem()?);
                desk.refused(&form).await
            }
        },
    }
}

/// Whether the app acts for itself, without users.
fn is_machine(form: &Form) -> bool {
    form.get("app_type") == "machine"
}

fn check(form: &mut Form) {
    if !["web", "spa", "mobile", "machine"].contains(&form.get("app_type")) {
        form.add_problem("app_type", "Choose an application type.");
    }
    check_name(form, "name", "Enter a name for the application.");
    // The pool's name is this one with a prefix.
    if form.get("name").chars().count() > 100 {
        form.add_problem("name", "A name has at most 100 characters.");
    }
    if is_machine(form) {
        return;
    }
    if form.all("sign_in").is_empty() {
        form.add_problem("sign_in", "Choose at least one sign-in identifier.");
    }
    let url = form.demand("return_url", "Enter a return URL.");
    if !url.is_empty() {
        check_urls(form, "return_url");
    }
}

fn pool_name(form: &Form) -> String {
    format!("User pool - {}", form.get("name"))
}

/// A domain prefix that no pool has: the permitted characters of the name, and random digits.
fn prefix(form: &Form, chance: [u8; 4]) -> String {
    let words = form.get("name").to_lowercase();
    let words = words.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    let chance = hex::encode(chance);
    let mut name = words.join("-");
    name.truncate(40);
    let named = format!("{name}-{chance}");
    match check_domain_prefix(&named) {
        Ok(()) => named,
        Err(_) => format!("app-{chance}"),
    }
}

fn plan(form: &Form, prefix: String) -> make::Plan {
    let machine = is_machine(form);
    make::Plan {
        pool: pool(form),
        domain: Some(CreateUserPoolDomainRequest {
            domain: prefix,
            ..CreateUserPoolDomainRequest::default()
        }),
        resource_server: machine.then(|| CreateResourceServerRequest {
            identifier: API.0.to_owned(),
            name: format!("API of {}", form.get("name")),
            scopes: Some(vec![ResourceServerScopeType {
                scope_name: API.1.to_owned(),
                scope_description: "Reads".to_owned(),
            }]),
            ..CreateResourceServerRequest::default()
        }),
        client: match machine {
            true => machine_client(form),
            false => client(form),
        },
        ..make::Plan::default()
    }
}

fn pool(form: &Form) -> CreateUserPoolRequest {
    let mut pool = CreateUserPoolRequest {
        pool_name: pool_name(form),
        deletion_protection: Some(DeletionProtectionType::Active),
        username_configuration: Some(UsernameConfigurationType {
            case_sensitive: false,
        }),
        ..CreateUserPoolRequest::default()
    };
    if is_machine(form) {
        return pool;
    }
    let has = |name: &str| form.has("sign_in", name);
    let (email, phone) = (has("email"), has("phone_number"));
    super::guide::names(form, &mut pool);
    // By mail, unless people have only a phone number: without a verified attribute no account would ever be confirmed.
    pool.auto_verified_attributes = picked([
        (phone && !email, VerifiedAttributeType::PhoneNumber),
        (email || !phone, VerifiedAttributeType::Email),
    ]);
    let mut required = form.all("required");
    if !phone && !required.contains(&"email") {
        required.push("email");
    }
    let known = required
        .into_iter()
        .filter(|name| ADDITIONAL.contains(name));
    pool.schema = Some(known.map(required_attribute).collect());
    pool.admin_create_user_config = Some(AdminCreateUserConfigType {
        allow_admin_create_user_only: Some(!form.is_on("self_registration")),
        ..AdminCreateUserConfigType::default()
    });
    pool
}

fn client(form: &Form) -> CreateUserPoolClientRequest {
    let url = form.get("return_url").to_owned();
    let librechat = url.strip_suffix(librechat::CALLBACK);
    let sign_outs = librechat.map(|app| vec![format!("{app}{}", librechat::SIGNED_OUT)]);
    CreateUserPoolClientRequest {
        client_name: form.get("name").to_owned(),
        generate_secret: Some(form.get("app_type") == "web"),
        explicit_auth_flows: Some(vec![Flow::AllowUserSrpAuth, Flow::AllowRefreshTokenAuth]),
        allowed_oauth_flows_user_pool_client: Some(true),
        allowed_oauth_flows: Some(vec![OAuthFlowType::Code]),
        allowed_oauth_scopes: Some(
            ["openid", "email", "phone", "profile"]
                .map(str::to_owned)
                .to_vec(),
        ),
        callback_urls: Some(vec![url]),
        logout_urls: sign_outs,
        ..common()
    }
}

fn machine_client(form: &Form) -> CreateUserPoolClientRequest {
    CreateUserPoolClientRequest {
        client_name: form.get("name").to_owned(),
        generate_secret: Some(true),
        explicit_auth_flows: Some(vec![Flow::AllowRefreshTokenAuth]),
        allowed_oauth_flows_user_pool_client: Some(true),
        allowed_oauth_flows: Some(vec![OAuthFlowType::ClientCredentials]),
        allowed_oauth_scopes: Some(vec![format!("{}/{}", API.0, API.1)]),
        ..common()
    }
}

fn common() -> CreateUserPoolClientRequest {
    CreateUserPoolClientRequest {
        supported_identity_providers: Some(vec!["COGNITO".to_owned()]),
        prevent_user_existence_errors: Some(PreventUserExistenceErrorTypes::Enabled),
        enable_token_revocation: Some(true),
        ..CreateUserPoolClientRequest::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(kind: &str, name: &str) -> Form {
        Form::default()
            .with("app_type", kind)
            .with("name", name)
            .with("sign_in", "email")
            .with("return_url", "https://chat.test/oauth/openid/callback")
    }

    #[test]
    fn a_prefix_is_made_of_the_name() {
        let made = |name: &str| prefix(&form("web", name), [1, 2, 3, 4]);
        assert_eq!(made("My LibreChat!"), "my-librechat-01020304");
        assert_eq!(made("AWS things"), "app-01020304");
        assert_eq!(made("Ü"), "app-01020304");
        assert!(check_domain_prefix(&made(&"x-".repeat(60))).is_ok());
    }

    #[test]
    fn an_app_on_a_server_has_a_secret_and_others_none() {
        let of = |kind| plan(&form(kind, "a"), "a".to_owned()).client;
        assert_eq!(of("web").generate_secret, Some(true));
        assert_eq!(of("spa").generate_secret, Some(false));
        assert_eq!(of("mobile").generate_secret, Some(false));
        assert_eq!(of("web").logout_urls.unwrap(), ["https://chat.test/login"]);
    }

    #[test]
    fn a_machine_needs_neither_users_nor_a_page_to_return_to() {
        let mut machine = Form::default()
            .with("app_type", "machine")
            .with("name", "job");
        check(&mut machine);
        assert!(machine.is_fine());
        let plan = plan(&machine, "job".to_owned());
        assert_eq!(plan.client.allowed_oauth_scopes.unwrap(), ["default/read"]);
        assert!(plan.resource_server.is_some() && plan.pool.schema.is_none());
        let mut web = Form::default().with("app_type", "web").with("name", "job");
        check(&mut web);
        assert!(!web.is_fine());
    }

    #[test]
    fn addresses_are_verified_by_mail_where_there_is_one() {
        let verified = |name: &str| {
            let form = form("web", "a").without("sign_in").with("sign_in", name);
            pool(&form).auto_verified_attributes
        };
        assert_eq!(verified("email"), Some(vec![VerifiedAttributeType::Email]));
        assert_eq!(
            verified("username"),
            Some(vec![VerifiedAttributeType::Email])
        );
        assert_eq!(
            verified("phone_number"),
            Some(vec![VerifiedAttributeType::PhoneNumber])
        );
    }
}
