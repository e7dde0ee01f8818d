//! `/clients/new`: creates an app client.

use askama::Template;
use axum::extract::Path;
use cabana_model::{
    CreateUserPoolClientRequest, PreventUserExistenceErrorTypes, ResourceServerType,
    UpdateUserPoolClientRequest, UserPoolType, op,
};

use super::hosted_ui;
use super::information::{self, Information};
use crate::desk::{Answer, Desk};
use crate::form::{Form, Group};
use crate::pool_head;
use crate::settings::integration::resource_servers;
use crate::settings::sheet::{Edits, Sheet, blame, may_change};

#[derive(Template)]
#[template(path = "settings/client_new.html")]
struct Controls<'a> {
    form: &'a Form,
    servers: Vec<ResourceServerType>,
}

impl Controls<'_> {
    fn flows(&self) -> Group {
        information::flow_control(self.form, &[])
    }

    fn grants(&self) -> Group {
        hosted_ui::grant_control(self.form)
    }

    fn scopes(&self) -> Group {
        hosted_ui::scope_control(self.form)
    }

    fn custom(&self) -> Option<Group> {
        hosted_ui::custom_control(self.form, &self.servers)
    }
}

fn sheet(pool: &UserPoolType) -> Sheet {
    Sheet::of_pool(pool, "/integration", "Create app client").submit("Create app client")
}

pub async fn open(Path(id): Path<String>, desk: Desk) -> Answer {
    let pool = pool_head::describe(&desk, &id).await?;
    let blank = || {
        Form::new(&desk)
            .with("type", "public")
            .with("secret", "usual")
            .with("flows", "ALLOW_USER_SRP_AUTH")
            .with("flows", "ALLOW_REFRESH_TOKEN_AUTH")
            .ticked("used", true)
            .with("providers", "COGNITO")
            .with("grants", "code")
            .with("scopes", "email")
            .with("scopes", "openid")
            .with("scopes", "phone")
    };
    let form = Form::resumed(&desk, blank).await?;
    let servers = resource_servers::all(&desk, &id).await?;
    let controls = Controls {
        form: &form,
        servers,
    };
    sheet(&pool).page(&desk, &form, &controls)
}

pub async fn create(Path(id): Path<String>, desk: Desk) -> Answer {
    may_change(&desk)?;
    let mut form = Form::sent(&desk);
    let input = read(&mut form, &id);
    if form.is_fine() {
        match desk.call::<op::CreateUserPoolClient>(&input).await {
            Ok(created) => {
                let client = created.user_pool_client.unwrap_or_default();
                let client = client.client_id.unwrap_or_default().into_inner();
                let name = form.get("name");
                return desk.done(
                    &format!("/console/pools/{id}/clients/{client}"),
                    format!("App client \"{name}\" has been created successfully."),
                );
            }
            Err(fault) => {
                let as_sent = form.clone();
                let own = Information::FIELDS.iter().copied();
                let is_here = |(_, field): &(_, &str)| matches!(*field, "name" | "flows");
                let mut fields: Vec<_> = own.filter(is_here).collect();
                fields.extend(hosted_ui::field_of(&as_sent));
                blame(&mut form, fault, &fields)?;
            }
        }
    }
    desk.refused(&form).await
}

fn read(form: &mut Form, pool: &str) -> CreateUserPoolClientRequest {
    let client_name = form.demand("name", "Enter a name.");
    let flows = information::read_flows(form);
    let mut shared = UpdateUserPoolClientRequest::default();
    hosted_ui::read(form, &mut shared);
    if !form.is_on("used") {
        // The preselected grants and scopes are for the hosted pages only.
        shared.allowed_oauth_flows = None;
        shared.allowed_oauth_scopes = None;
    }
    let secret = match form.get("secret") {
        "generate" => true,
        "none" => false,
        _ => form.has("type", "confidential"),
    };
    CreateUserPoolClientRequest {
        user_pool_id: pool.to_owned(),
        client_name,
        generate_secret: Some(secret),
        explicit_auth_flows: Some(flows),
        enable_token_revocation: Some(true),
        prevent_user_existence_errors: Some(PreventUserExistenceErrorTypes::Enabled),
        allowed_oauth_flows_user_pool_client: shared.allowed_oauth_flows_user_pool_client,
        allowed_oauth_flows: shared.allowed_oauth_flows,
        allowed_oauth_scopes: shared.allowed_oauth_scopes,
        callback_urls: shared.callback_urls,
        logout_urls: shared.logout_urls,
        supported_identity_providers: shared.supported_identity_providers,
        ..CreateUserPoolClientRequest::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> Form {
        Form::default()
            .with("name", "app")
            .with("flows", "ALLOW_USER_SRP_AUTH")
            .with("providers", "COGNITO")
            .with("grants", "code")
            .with("scopes", "openid")
    }

    #[test]
    fn the_app_type_decides_on_the_secret_unless_something_else_is_said() {
        for (kind, secret, expected) in [
            ("public", "usual", false),
            ("confidential", "usual", true),
            ("other", "usual", false),
            ("public", "generate", true),
            ("confidential", "none", false),
        ] {
            let mut form = form().with("type", kind).with("secret", secret);
            let input = read(&mut form, "us-east-1_abc");
            assert!(form.is_fine());
            assert_eq!(input.generate_secret, Some(expected), "{kind} {secret}");
        }
    }

    #[test]
    fn what_is_wrong_is_listed_in_the_order_of_the_page() {
        let mut form = Form::default().ticked("used", true);
        read(&mut form, "us-east-1_abc");
        let summary = form.summary().to_string();
        let places =
            ["Enter a name.", "least one flow", "least one scope"].map(|text| summary.find(text));
        assert!(
            places.iter().all(Option::is_some) && places.is_sorted(),
            "{summary}"
        );
    }

    #[test]
    fn a_client_without_hosted_pages_has_no_grants() {
        let input = read(&mut form(), "us-east-1_abc");
        assert_eq!(input.allowed_oauth_flows, None);
        let mut with = form()
            .ticked("used", true)
            .with("callbacks", "https://app.example/cb");
        let input = read(&mut with, "us-east-1_abc");
        assert!(with.is_fine());
        assert_eq!(input.allowed_oauth_scopes, Some(vec!["openid".to_owned()]));
    }
}
