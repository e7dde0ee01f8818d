//! `/sign-in/providers/new`: adds a provider, after its type was chosen.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use cabana_model::{
    CreateIdentityProviderRequest, IdentityProviderTypeType as Kind, SchemaAttributeType,
    UserPoolType, op,
};

use super::edit::{Controls, fields_of};
use super::types::{self, KINDS};
use super::{addresses, url};
use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::frame::Frame;
use crate::pool_head;
use crate::settings::sheet::{Sheet, blame, may_change};

/// Claims that are mapped to the attribute of their name from the beginning, if the provider has them.
const MAPPED: [&str; 2] = ["email", "email_verified"];

#[derive(Template)]
#[template(path = "settings/providers/choose.html")]
struct Choice {
    frame: Frame,
    form: Form,
    url: String,
    kinds: [(Kind, &'static str, &'static str); 6],
}

fn chosen(desk: &Desk) -> Option<Kind> {
    desk.query.get("type")?.parse().ok()
}

fn sheet(pool: &UserPoolType, kind: Kind) -> Sheet {
    let title = format!("Add {}", types::label(kind));
    Sheet::of_pool(pool, "/sign-in", title).submit("Add identity provider")
}

pub async fn open(Path(id): Path<String>, desk: Desk) -> Answer {
    may_change(&desk)?;
    let pool = pool_head::describe(&desk, &id).await?;
    let Some(kind) = chosen(&desk) else {
        let title = "Add identity provider";
        return desk.page(&Choice {
            frame: Sheet::of_pool(&pool, "/sign-in", title).frame(&desk),
            form: Form::resumed(&desk, || Form::new(&desk)).await?,
            url: format!("/console/pools/{id}/sign-in/providers/new"),
            kinds: KINDS,
        });
    };
    let form = Form::resumed(&desk, || types::initial(kind, Form::new(&desk))).await?;
    let controls = Controls {
        form: &form,
        kind,
        is_new: true,
        addresses: Some(addresses::panel(&desk, &pool, kind)),
    };
    sheet(&pool, kind).page(&desk, &form, &controls)
}

pub async fn create(Path(id): Path<String>, desk: Desk) -> Answer {
    let pool = pool_head::describe(&desk, &id).await?;
    let Some(kind) = chosen(&desk) else {
        return desk.problem_at(&desk.path, "Choose a type.").await;
    };
    let mut form = Form::sent(&desk);
    let name = match types::has_own_name(kind) {
        true => form.demand("name", "Enter a name."),
        false => kind.as_str().to_owned(),
    };
    let schema = pool.schema_attributes.as_deref().unwrap_or_default();
    let input = CreateIdentityProviderRequest {
        user_pool_id: id.clone(),
        provider_name: name.clone(),
        provider_type: kind,
        provider_details: types::read(kind, &form, &BTreeMap::new()),
        attribute_mapping: Some(mapping(kind, schema)),
        idp_identifiers: Some(form.lines("identifiers")),
        acr_mapping: None,
    };
    if form.is_fine() {
        match desk.call::<op::CreateIdentityProvider>(&input).await {
            Ok(_) => {
                let news = "The identity provider has been added. Choose it at the app clients that are to offer it.";
                return desk.done(&url(&id, &name), news);
            }
            Err(fault) => blame(&mut form, fault, &fields_of(kind))?,
        }
    }
    desk.refused(&form).await
}

/// The mapping of a new provider: address and its flag, and what the pool requires, from the claims of the same names.
fn mapping(kind: Kind, schema: &[SchemaAttributeType]) -> BTreeMap<String, String> {
    // The names of a SAML provider's attributes are its own.
    if kind == Kind::Saml {
        return BTreeMap::new();
    }
    let has_flag = matches!(kind, Kind::Oidc | Kind::Google | Kind::SignInWithApple);
    let wanted = |it: &&SchemaAttributeType| {
        let name = it.name.as_deref().unwrap_or_default();
        let named = MAPPED.contains(&name) && it.mutable.unwrap_or(true);
        let required = it.required == Some(true) && name != "sub";
        (named || required) && (has_flag || name != "email_verified")
    };
    let names = schema
        .iter()
        .filter(wanted)
        .filter_map(|it| it.name.clone());
    names.map(|name| (name.clone(), name)).collect()
}
