//! `/sign-up/custom-attributes`: adds custom attributes.

use askama::Template;
use axum::extract::Path;
use cabana_model::{
    AddCustomAttributesRequest, AttributeDataType as Type, NumberAttributeConstraintsType,
    SchemaAttributeType, StringAttributeConstraintsType, UserPoolType, op,
};

use crate::desk::{Answer, Desk};
use crate::form::{Check, Field, Form, Group};
use crate::pool_head;
use crate::settings::sheet::{Sheet, blame};

/// Most attributes that can be added at a time.
const ROWS: usize = 5;

#[derive(Template)]
#[template(path = "settings/custom_attributes.html")]
struct Controls<'a> {
    form: &'a Form,
}

impl Controls<'_> {
    fn rows(&self) -> std::ops::RangeInclusive<usize> {
        1..=ROWS
    }

    fn name(&self, row: &usize) -> Field {
        self.form.text(&format!("name{row}"), "Name").machine()
    }

    fn kind(&self, row: &usize) -> Group {
        let group = self.form.select(&format!("type{row}"), "Type");
        let add = |group: Group, kind: &Type| group.option(kind.as_str(), kind.as_str());
        Type::ALL.iter().fold(group, add)
    }

    fn min(&self, row: &usize) -> Field {
        self.form.text(&format!("min{row}"), "Min").kind("number")
    }

    fn max(&self, row: &usize) -> Field {
        self.form.text(&format!("max{row}"), "Max").kind("number")
    }

    fn mutable(&self, row: &usize) -> Check {
        self.form.check(&format!("mutable{row}"), "Mutable")
    }
}

fn sheet(pool: &UserPoolType) -> Sheet {
    Sheet::of_pool(pool, "/sign-up", "Add custom attributes")
        .lead("An attribute cannot be removed, and its name, type and limits cannot be changed. App clients with their own lists of attributes need the new ones added to them.")
        .submit("Add custom attributes")
}

pub async fn open(Path(id): Path<String>, desk: Desk) -> Answer {
    let pool = pool_head::describe(&desk, &id).await?;
    let blank = || {
        (1..=ROWS).fold(Form::new(&desk), |form, row| {
            form.ticked(&format!("mutable{row}"), true)
        })
    };
    let form = Form::resumed(&desk, blank).await?;
    sheet(&pool).page(&desk, &form, &Controls { form: &form })
}

pub async fn add(Path(id): Path<String>, desk: Desk) -> Answer {
    let pool = pool_head::describe(&desk, &id).await?;
    let mut form = Form::sent(&desk);
    let attributes = read(&mut form);
    let sheet = sheet(&pool);
    if form.is_fine() {
        let input = AddCustomAttributesRequest {
            user_pool_id: id,
            custom_attributes: attributes,
        };
        match desk.call::<op::AddCustomAttributes>(&input).await {
            Ok(_) => return desk.done(sheet.back(), "The custom attributes have been added."),
            Err(fault) => blame(&mut form, fault, &[])?,
        }
    }
    desk.refused(&form).await
}

/// Reads the rows that have a name.
fn read(form: &mut Form) -> Vec<SchemaAttributeType> {
    let rows: Vec<_> = (1..=ROWS).filter_map(|row| attribute(form, row)).collect();
    if rows.is_empty() && form.is_fine() {
        form.add_problem("name1", "Enter a name.");
    }
    rows
}

fn attribute(form: &mut Form, row: usize) -> Option<SchemaAttributeType> {
    let name = form.given(&format!("name{row}"))?;
    // The server adds the prefix; an operator who types it means the same attribute.
    let name = name.strip_prefix("custom:").unwrap_or(&name).to_owned();
    let fits = |c: char| c.is_alphanumeric() || c.is_ascii_punctuation();
    if !(1..=20).contains(&name.chars().count()) || !name.chars().all(fits) {
        let text = "Enter a name of 1 to 20 letters, digits and punctuation characters.";
        form.add_problem(&format!("name{row}"), text);
    }
    let kind: Type = form
        .get(&format!("type{row}"))
        .parse()
        .unwrap_or(Type::String);
    let min = limit(form, &format!("min{row}"));
    let max = limit(form, &format!("max{row}"));
    let has_limits = min.is_some() || max.is_some();
    if has_limits && !matches!(kind, Type::String | Type::Number) {
        let text = "Only attributes of type String and Number have limits.";
        form.add_problem(&format!("min{row}"), text);
    }
    Some(SchemaAttributeType {
        name: Some(name),
        attribute_data_type: Some(kind),
        mutable: Some(form.is_on(&format!("mutable{row}"))),
        string_attribute_constraints: (has_limits && kind == Type::String).then(|| {
            StringAttributeConstraintsType {
                min_length: min.clone(),
                max_length: max.clone(),
            }
        }),
        number_attribute_constraints: (has_limits && kind == Type::Number).then(|| {
            NumberAttributeConstraintsType {
                min_value: min.clone(),
                max_value: max.clone(),
            }
        }),
        ..SchemaAttributeType::default()
    })
}

fn limit(form: &mut Form, name: &str) -> Option<String> {
    form.number(name, i32::MIN..=i32::MAX)
        .map(|number| number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_without_a_name_are_left_out() {
        let mut form = Form::default()
            .with("name2", "custom:plan")
            .with("type2", "Number")
            .with("max2", "10");
        let rows = read(&mut form);
        assert!(form.is_fine());
        let [row] = rows.as_slice() else {
            panic!("{rows:?}")
        };
        assert_eq!(row.name.as_deref(), Some("plan"));
        assert_eq!(row.mutable, Some(false));
        assert_eq!(row.string_attribute_constraints, None);
        let limits = row.number_attribute_constraints.as_ref().unwrap();
        assert_eq!(limits.max_value.as_deref(), Some("10"));
    }

    #[test]
    fn an_empty_form_and_a_bad_limit_are_told() {
        let mut form = Form::default();
        read(&mut form);
        assert!(!form.is_fine());
        let mut form = Form::default()
            .with("name1", "a")
            .with("type1", "Boolean")
            .with("min1", "1");
        read(&mut form);
        assert!(!form.is_fine());
    }
}
