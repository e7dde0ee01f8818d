//! Identities of a user at other providers, as the user's page shows, links and unlinks them.

use axum::extract::Path;
use cabana_api::Fault;
use cabana_domain::provider::{IdentityKey, SUBJECT};
use cabana_domain::{PoolId, Time};
use cabana_model::{
    AdminDisableProviderForUserRequest, AdminLinkProviderForUserRequest,
    ProviderUserIdentifierType, op,
};
use serde::Deserialize;

use crate::desk::{Answer, Desk};
use crate::form::{Form, Group};
use crate::frame::When;
use crate::users::name::Name;
use crate::users::person::Person;
use crate::users::user::url;

/// Attributes by which the console links people. The API takes others, too.
const LINKED_BY: [(&str, &str); 2] = [
    (SUBJECT, "Name at the provider (subject)"),
    ("email", "Email"),
];

/// An identity, as the attribute `identities` has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    pub user_id: String,
    pub provider_name: String,
    /// Whether the user was made from it.
    pub primary: bool,
    date_created: i64,
}

impl Identity {
    pub fn since(&self) -> When {
        When(Time::from_micros(self.date_created.saturating_mul(1_000)))
    }
}

/// The identities of a user.
pub fn of(person: &Person) -> Vec<Identity> {
    serde_json::from_str(person.attribute("identities")).unwrap_or_default()
}

/// Choice of the provider to link.
pub fn providers(form: &Form, names: &[String]) -> Group {
    let select = form.select("provider", "Provider");
    names
        .iter()
        .fold(select, |select, name| select.option(name, name))
}

/// Choice of what names the person there.
pub fn linked_by(form: &Form) -> Group {
    let select = form.select("by", "Known there by");
    LINKED_BY
        .into_iter()
        .fold(select, |select, (value, label)| select.option(value, label))
}

fn named(provider: &str, attribute: &str, value: &str) -> ProviderUserIdentifierType {
    ProviderUserIdentifierType {
        provider_name: Some(provider.to_owned()),
        provider_attribute_name: Some(attribute.to_owned()),
        provider_attribute_value: Some(value.to_owned()),
    }
}

pub async fn link(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let (page, form) = (url(&pool, &name), Form::sent(&desk));
    let (Some(provider), Some(value)) = (form.given("provider"), form.given("value")) else {
        return desk
            .problem_at(&page, "Choose a provider, and enter whom to link.")
            .await;
    };
    let by = form.given("by").unwrap_or_else(|| SUBJECT.to_owned());
    let input = AdminLinkProviderForUserRequest {
        user_pool_id: pool,
        destination_user: ProviderUserIdentifierType {
            provider_name: Some("Cognito".to_owned()),
            provider_attribute_name: None,
            provider_attribute_value: Some(name.as_str().to_owned()),
        },
        source_user: named(&provider, &by, &value),
    };
    let outcome = desk.call::<op::AdminLinkProviderForUser>(&input).await;
    desk.acted(outcome, &page, "The identity has been linked.")
        .await
}

pub async fn unlink(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let (page, form) = (url(&pool, &name), Form::sent(&desk));
    let (provider, value) = (form.get("provider"), form.get("value"));
    let Some(attribute) = attribute_of(&desk, &pool, &name, provider, value).await? else {
        return desk
            .problem_at(&page, "The user has no such identity.")
            .await;
    };
    let input = AdminDisableProviderForUserRequest {
        user_pool_id: pool,
        user: named(provider, &attribute, value),
    };
    let outcome = desk.call::<op::AdminDisableProviderForUser>(&input).await;
    desk.acted(outcome, &page, "The identity has been unlinked.")
        .await
}

/// The attribute by which an identity of this user is kept: `identities` does not say it, and another user may have the same
/// value by another attribute.
async fn attribute_of(
    desk: &Desk,
    pool: &str,
    name: &Name,
    provider: &str,
    value: &str,
) -> Result<Option<String>, Fault> {
    let (store, pool) = (&desk.console.api.store, PoolId::new(pool));
    let Some(found) = store.identity_provider(&pool, provider).await? else {
        return Ok(None);
    };
    let linked = found.settings.linked_by.iter().map(String::as_str);
    for attribute in [SUBJECT].into_iter().chain(linked) {
        let key = IdentityKey {
            provider: provider.to_owned(),
            attribute: attribute.to_owned(),
            value: value.to_owned(),
        };
        let user = store.user_by_identity(&pool, &key).await?;
        if user.is_some_and(|user| user.username == name.as_str()) {
            return Ok(Some(attribute.to_owned()));
        }
    }
    Ok(None)
}
