//! `/sign-in/providers/{provider}/mapping`: the claims of a provider that become attributes, and the `acr` values for the
//! pool's levels.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use cabana_model::{
    IdentityProviderTypeType as Kind, SchemaAttributeType, UpdateIdentityProviderRequest,
    UserPoolType, op,
};

use super::{described, kind, sheet};
use crate::about::About;
use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::pool_head;
use crate::settings::sheet::blame;
use crate::users::name::Name;

const LEVELS: [&str; 4] = ["Level1", "Level2", "Level3", "Level4"];
const FIELDS: [(About<'static>, &str); 1] = [(About::Member("AcrMapping"), "Level1")];

#[derive(Template)]
#[template(path = "settings/providers/mapping.html")]
struct Controls<'a> {
    form: &'a Form,
    /// Field and label of each attribute.
    attributes: Vec<(String, String)>,
    levels: &'static [&'static str],
}

/// Whether a provider may write an attribute.
fn is_mapped(attribute: &SchemaAttributeType) -> bool {
    let name = attribute.name.as_deref().unwrap_or_default();
    !["", "sub", "identities"].contains(&name) && !name.starts_with("dev:")
}

/// Attributes of a pool, the required ones first.
fn attributes(pool: &UserPoolType) -> Vec<&SchemaAttributeType> {
    let all = pool.schema_attributes.iter().flatten();
    let mut all: Vec<_> = all.filter(|it| is_mapped(it)).collect();
    let is_own = |it: &SchemaAttributeType| it.name.as_deref().is_some_and(|it| it.contains(':'));
    all.sort_by_key(|it| (it.required != Some(true), is_own(it), it.name.clone()));
    all
}

fn label(attribute: &SchemaAttributeType) -> String {
    let name = attribute.name.as_deref().unwrap_or_default();
    let mut label = name.to_owned();
    if attribute.required == Some(true) {
        label.push_str(" – required");
    }
    if attribute.mutable == Some(false) {
        label.push_str(" – cannot change after the first sign-in");
    }
    label
}

fn lead(kind: Kind) -> &'static str {
    match kind {
        Kind::Saml => {
            "The name of the SAML attribute that fills each attribute of a user, at each sign-in. Those without one are left as they are."
        }
        _ => {
            "The claim of the provider that fills each attribute of a user, at each sign-in. Those without one are left as they are."
        }
    }
}

fn field(name: &str) -> String {
    format!("claim {name}")
}

pub async fn edit(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let of = pool_head::describe(&desk, &pool).await?;
    let provider = described(&desk, &pool, &name).await?;
    let kind = kind(&provider);
    let levels: &[_] = match kind {
        Kind::Oidc => &LEVELS,
        _ => &[],
    };
    let mapping = provider.attribute_mapping.unwrap_or_default();
    let acr = provider.acr_mapping.unwrap_or_default();
    let filled = || {
        let form = mapping
            .iter()
            .fold(Form::new(&desk), |form, (name, claim)| {
                form.with(&field(name), claim.as_str())
            });
        let levels = acr.iter();
        levels.fold(form, |form, (level, value)| {
            form.with(level, value.as_str())
        })
    };
    let form = Form::resumed(&desk, filled).await?;
    let pair =
        |it: &&SchemaAttributeType| (field(it.name.as_deref().unwrap_or_default()), label(it));
    let controls = Controls {
        form: &form,
        attributes: attributes(&of).iter().map(pair).collect(),
        levels,
    };
    sheet(&of, &name, "Edit attribute mapping")
        .lead(lead(kind))
        .page(&desk, &form, &controls)
}

pub async fn save(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let of = pool_head::describe(&desk, &pool).await?;
    let provider = described(&desk, &pool, &name).await?;
    let mut form = Form::sent(&desk);
    let names = attributes(&of).into_iter().filter_map(|it| it.name.clone());
    let mapped = names.filter_map(|name| Some((name.clone(), form.given(&field(&name))?)));
    let mut mapping: BTreeMap<_, _> = mapped.collect();
    // The user name is always the provider's; a SAML provider may have it from another claim.
    let before = provider.attribute_mapping.clone().unwrap_or_default();
    mapping.extend(before.into_iter().filter(|(name, _)| name == "username"));
    let levels = LEVELS.into_iter();
    let acr = levels.filter_map(|level| Some((level.to_owned(), form.given(level)?)));
    let input = UpdateIdentityProviderRequest {
        user_pool_id: pool,
        provider_name: name.as_str().to_owned(),
        attribute_mapping: Some(mapping),
        acr_mapping: (kind(&provider) == Kind::Oidc).then(|| acr.collect()),
        ..UpdateIdentityProviderRequest::default()
    };
    let sheet = sheet(&of, &name, "Edit attribute mapping");
    match desk.call::<op::UpdateIdentityProvider>(&input).await {
        Ok(_) => return desk.done(sheet.back(), "The attribute mapping has been saved."),
        Err(fault) => blame(&mut form, fault, &FIELDS)?,
    }
    desk.refused(&form).await
}
