//! `/sign-up`: verification, attributes and self-registration of a pool.

pub mod custom_attributes;
pub mod self_service;
pub mod verification;

use axum::extract::Path;
use cabana_domain::schema::STANDARD;
use cabana_model::{SchemaAttributeType, UserPoolType};

use super::panel::{Cell, Panel};
use super::tab;
use crate::desk::{Answer, Desk};
use crate::pool_head::PoolHead;
use crate::sort::{Sort, folded};

pub async fn show(Path(id): Path<String>, desk: Desk) -> Answer {
    let head = PoolHead::of(&desk, &id).await?;
    let may = !desk.operator.read_only;
    let panels = vec![
        verification::panel(&head.pool, may, head.url("/sign-up/verification")),
        required(&head.pool),
        custom(&desk, &head),
        self_service::panel(&head.pool, may, head.url("/sign-up/self-service")),
    ];
    tab::show(&desk, &head, "Sign-up experience", panels)
}

/// Attributes of a pool, with their names.
fn schema(pool: &UserPoolType) -> impl Iterator<Item = (&str, &SchemaAttributeType)> {
    let all = pool.schema_attributes.iter().flatten();
    all.filter_map(|it| Some((it.name.as_deref()?, it)))
}

fn required(pool: &UserPoolType) -> Panel {
    let required = schema(pool).filter(|(name, it)| it.required == Some(true) && *name != "sub");
    Panel::new("required", "Required attributes")
        .lead("Everybody must give these to sign up. They cannot be changed after the user pool is created.")
        .row(
            "Required attributes",
            Cell::codes(required.map(|(name, _)| name.to_owned()).collect()),
        )
}

fn custom(desk: &Desk, head: &PoolHead) -> Panel {
    let own = schema(&head.pool).filter(|(name, _)| !STANDARD.contains(name));
    let mut own: Vec<_> = own.collect();
    let columns = &["added", "name", "type", "mutable"];
    let sort = Sort::of(&desk.query, head.url("/sign-up#custom"), columns);
    sort.sort(&mut own, |column, (name, a), (other, b)| match column {
        "type" => a
            .attribute_data_type
            .map(|it| it.as_str())
            .cmp(&b.attribute_data_type.map(|it| it.as_str())),
        "mutable" => b.mutable.cmp(&a.mutable),
        _ => folded(name).cmp(&folded(other)),
    });
    let lines: Vec<_> = own.into_iter().map(|(name, it)| line(name, it)).collect();
    Panel::new("custom", "Custom attributes")
        .count(lines.len())
        .main_action(
            !desk.operator.read_only,
            "Add custom attributes",
            head.url("/sign-up/custom-attributes"),
        )
        .lead("Up to 50. They can be added, but not renamed or removed.")
        .table(
            &["Name", "Type", "Min", "Max", "Mutable"],
            lines,
            "No custom attributes yet. Add what your app needs to know about people beyond the standard attributes.",
        )
        .sorted(
            sort,
            &[("Name", "name"), ("Type", "type"), ("Mutable", "mutable")],
        )
}

fn line(name: &str, it: &SchemaAttributeType) -> Vec<Cell> {
    let text = it.string_attribute_constraints.as_ref();
    let number = it.number_attribute_constraints.as_ref();
    let min = text
        .and_then(|it| it.min_length.clone())
        .or_else(|| number.and_then(|it| it.min_value.clone()));
    let max = text
        .and_then(|it| it.max_length.clone())
        .or_else(|| number.and_then(|it| it.max_value.clone()));
    let kind = it.attribute_data_type.map_or("", |it| it.as_str());
    let mutable = if it.mutable == Some(true) {
        "Yes"
    } else {
        "No"
    };
    vec![
        Cell::Code(name.to_owned()),
        kind.into(),
        min.unwrap_or_default().into(),
        max.unwrap_or_default().into(),
        mutable.into(),
    ]
}
