//! `/console/pools/{id}/users/{name}/attributes`: a user's attributes, standard and custom.

use askama::Template;
use axum::extract::Path;
use cabana_domain::schema::IDENTITIES;
use cabana_model::{
    AdminDeleteUserAttributesRequest, AdminUpdateUserAttributesRequest, AttributeDataType,
    AttributeType, ErrorKind, SchemaAttributeType, op,
};

use crate::desk::{Answer, Desk};
use crate::form::{Check, Field, Form};
use crate::frame::Frame;
use crate::halt::Halt;
use crate::pool_head;
use crate::users::blame;
use crate::users::create::attribute;
use crate::users::name::Name;
use crate::users::person::Person;
use crate::users::user::{frame, url};

/// Attributes that can be verified, with the attribute that tells whether they are.
const FLAGS: [(&str, &str); 2] = [
    ("email", "email_verified"),
    ("phone_number", "phone_number_verified"),
];

#[derive(Template)]
#[template(path = "users/attributes.html")]
struct Attributes {
    frame: Frame,
    form: Form,
    url: String,
    /// Attributes that can be changed.
    open: Vec<SchemaAttributeType>,
    /// Names of attributes that cannot be changed once the user exists.
    fixed: Vec<String>,
}

impl Attributes {
    fn field(&self, definition: &SchemaAttributeType) -> Field {
        let name = name(definition);
        let field = self.form.text(&control(name), name);
        match definition.attribute_data_type {
            Some(AttributeDataType::Number) => field.hint("A whole number."),
            Some(AttributeDataType::DateTime) => field.hint("A date and time."),
            Some(AttributeDataType::Boolean) => field.hint("true or false."),
            _ => field,
        }
    }

    fn flag(&self, definition: &SchemaAttributeType) -> Option<Check> {
        let flag = flag_of(name(definition))?;
        let label = match flag {
            "email_verified" => "Mark email address as verified",
            _ => "Mark phone number as verified",
        };
        Some(self.form.check(&control(flag), label))
    }
}

fn name(definition: &SchemaAttributeType) -> &str {
    definition.name.as_deref().unwrap_or_default()
}

fn flag_of(attribute: &str) -> Option<&'static str> {
    let found = FLAGS.iter().find(|(name, _)| *name == attribute);
    found.map(|(_, flag)| *flag)
}

/// Name of an attribute's control. The prefix keeps it apart from other fields of the form, which attributes may be
/// named like.
fn control(attribute: &str) -> String {
    format!("a.{attribute}")
}

/// Attributes of a pool that an administrator can enter.
async fn schema(desk: &Desk, pool: &str) -> Result<Vec<SchemaAttributeType>, Halt> {
    let pool = pool_head::describe(desk, pool).await?;
    let made_here = |it: &SchemaAttributeType| {
        let name = name(it);
        matches!(name, "sub" | IDENTITIES) || FLAGS.iter().any(|(_, flag)| *flag == name)
    };
    let all = pool.schema_attributes.into_iter().flatten();
    Ok(all.filter(|it| !made_here(it)).collect())
}

async fn view(desk: &Desk, pool: &str, person: &Person, form: Form) -> Result<Attributes, Halt> {
    desk.cx().demand_write()?;
    let url = url(pool, &person.name);
    let frame = frame(desk, pool, "Edit user attributes").await?;
    let (open, fixed): (Vec<_>, Vec<_>) = schema(desk, pool)
        .await?
        .into_iter()
        .partition(|it| it.mutable != Some(false));
    Ok(Attributes {
        frame: frame.below(person.name.as_str(), url.as_str()),
        fixed: fixed.iter().map(|it| name(it).to_owned()).collect(),
        form,
        url,
        open,
    })
}

pub async fn show(Path((pool, user)): Path<(String, Name)>, desk: Desk) -> Answer {
    let person = Person::of(&desk, &pool, &user).await?;
    let schema = schema(&desk, &pool).await?;
    let filled = || {
        schema.iter().fold(Form::new(&desk), |form, definition| {
            let name = name(definition);
            let form = form.with(&control(name), person.attribute(name));
            match flag_of(name) {
                Some(flag) => form.ticked(&control(flag), person.verified(name) == Some(true)),
                None => form,
            }
        })
    };
    let form = Form::resumed(&desk, filled).await?;
    desk.page(&view(&desk, &pool, &person, form).await?)
}

pub async fn save(Path((pool, user)): Path<(String, Name)>, desk: Desk) -> Answer {
    let mut form = Form::sent(&desk);
    let person = Person::of(&desk, &pool, &user).await?;
    let page = url(&pool, &person.name);
    let changed = changed(&form, &person, &schema(&desk, &pool).await?);
    if changed.is_empty() {
        return desk.done(&page, "There were no changes to save.");
    }
    let input = AdminUpdateUserAttributesRequest {
        user_pool_id: pool.clone(),
        username: person.name.as_str().into(),
        user_attributes: changed,
        ..AdminUpdateUserAttributesRequest::default()
    };
    match desk.call::<op::AdminUpdateUserAttributes>(&input).await {
        Ok(_) => desk.done(&page, "The attributes have been saved."),
        Err(fault) => {
            let fields = [(ErrorKind::AliasExistsException, "a.email")];
            blame(&mut form, fault, &fields)?;
            desk.refused(&form).await
        }
    }
}

/// Attributes that the form changes. An empty value deletes the attribute.
fn changed(form: &Form, person: &Person, schema: &[SchemaAttributeType]) -> Vec<AttributeType> {
    let mut changed = Vec::new();
    for definition in schema.iter().filter(|it| it.mutable != Some(false)) {
        let name = name(definition);
        let now = form.get(&control(name));
        let differs = now != person.attribute(name);
        if differs {
            changed.push(attribute(name, now));
        }
        let Some(flag) = flag_of(name).filter(|_| !now.is_empty()) else {
            continue;
        };
        let marked = form.is_on(&control(flag));
        // The API marks a changed address as not verified by itself.
        if (differs && marked) || (!differs && person.verified(name) != Some(marked)) {
            changed.push(attribute(flag, if marked { "true" } else { "false" }));
        }
    }
    changed
}

pub async fn delete(Path((pool, user)): Path<(String, Name)>, desk: Desk) -> Answer {
    let page = url(&pool, &user);
    let Some(name) = Form::sent(&desk).given("attribute") else {
        return desk.problem_at(&page, "Choose an attribute.").await;
    };
    let input = AdminDeleteUserAttributesRequest {
        user_pool_id: pool,
        username: user.as_str().into(),
        user_attribute_names: vec![name.clone()],
    };
    let deleted = desk.call::<op::AdminDeleteUserAttributes>(&input).await;
    desk.acted(deleted, &page, format!("{name} has been deleted."))
        .await
}
