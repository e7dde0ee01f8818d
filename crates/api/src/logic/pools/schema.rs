//! The attributes of a pool's users: the standard ones, as adjusted at the pool's creation, and custom ones.

use cabana_domain::schema::{IDENTITIES, STANDARD, standard, standard_attributes};
use cabana_model::{
    AttributeDataType, NumberAttributeConstraintsType, SchemaAttributeType,
    StringAttributeConstraintsType,
};

use crate::fault::Fault;
use crate::faults;

/// Maximum number of custom attributes of a pool.
const MOST_CUSTOM: usize = 50;
/// Maximum length of any attribute's value, in characters.
const LONGEST: u64 = 2048;

/// The attributes of a new pool: all standard ones, adjusted as requested, then the custom ones.
///
/// # Errors
/// If a definition breaks a rule.
pub fn of_new_pool(wanted: &[SchemaAttributeType]) -> Result<Vec<SchemaAttributeType>, Fault> {
    let mut schema = standard_attributes();
    for given in wanted {
        let name = name_of(given)?;
        match schema
            .iter_mut()
            .find(|it| it.name.as_deref() == Some(name) && STANDARD.contains(&name))
        {
            Some(attribute) => *attribute = changed_standard(name, given)?,
            None => add_custom(&mut schema, given)?,
        }
    }
    Ok(schema)
}

/// Adds a custom attribute.
///
/// # Errors
/// If the definition breaks a rule, the name is taken, or the pool has reached its maximum.
pub fn add_custom(
    schema: &mut Vec<SchemaAttributeType>,
    given: &SchemaAttributeType,
) -> Result<(), Fault> {
    let developer_only = given.developer_only_attribute.unwrap_or(false);
    let prefix = if developer_only {
        "dev:custom:"
    } else {
        "custom:"
    };
    let name = format!("{prefix}{}", name_of(given)?);
    if schema
        .iter()
        .any(|it| it.name.as_deref() == Some(name.as_str()))
    {
        return Err(faults::attribute_exists(&name));
    }
    let is_own = |it: &&SchemaAttributeType| {
        let name = it.name.as_deref();
        name.is_none_or(|name| !STANDARD.contains(&name))
    };
    if schema.iter().filter(is_own).count() >= MOST_CUSTOM {
        return Err(faults::too_many_attributes());
    }
    if given.required == Some(true) {
        return Err(faults::required_custom_attribute());
    }
    let data_type = given
        .attribute_data_type
        .ok_or_else(faults::attribute_without_type)?;
    let text = (data_type == AttributeDataType::String).then(|| {
        given
            .string_attribute_constraints
            .clone()
            .unwrap_or_default()
    });
    let number = (data_type == AttributeDataType::Number).then(|| {
        given
            .number_attribute_constraints
            .clone()
            .unwrap_or_default()
    });
    check_lengths(&name, text.as_ref())?;
    check_values(&name, number.as_ref())?;
    schema.push(SchemaAttributeType {
        name: Some(name),
        attribute_data_type: Some(data_type),
        developer_only_attribute: Some(developer_only),
        mutable: Some(given.mutable.unwrap_or(true)),
        required: Some(false),
        string_attribute_constraints: text,
        number_attribute_constraints: number,
    });
    Ok(())
}

/// A standard attribute with the adjustments that a new pool may make. Constraints only take effect together with the
/// attribute's type, as in Cognito.
fn changed_standard(name: &str, given: &SchemaAttributeType) -> Result<SchemaAttributeType, Fault> {
    let usual = standard(name).ok_or_else(faults::attribute_without_name)?;
    let other_type = given.attribute_data_type.is_some()
        && given.attribute_data_type != usual.attribute_data_type;
    if other_type || given.developer_only_attribute == Some(true) {
        return Err(faults::standard_attribute_fixed(name));
    }
    if matches!(name, "sub" | IDENTITIES) {
        return Ok(usual);
    }
    let constrained = given.attribute_data_type.is_some();
    let text = given
        .string_attribute_constraints
        .clone()
        .filter(|_| constrained);
    let number = given
        .number_attribute_constraints
        .clone()
        .filter(|_| constrained);
    check_lengths(name, text.as_ref())?;
    check_values(name, number.as_ref())?;
    Ok(SchemaAttributeType {
        mutable: given.mutable.or(usual.mutable),
        required: given.required.or(usual.required),
        string_attribute_constraints: usual
            .string_attribute_constraints
            .map(|it| text.unwrap_or(it)),
        number_attribute_constraints: usual
            .number_attribute_constraints
            .map(|it| number.unwrap_or(it)),
        ..usual
    })
}

fn name_of(given: &SchemaAttributeType) -> Result<&str, Fault> {
    given
        .name
        .as_deref()
        .ok_or_else(faults::attribute_without_name)
}

fn check_lengths(name: &str, limits: Option<&StringAttributeConstraintsType>) -> Result<(), Fault> {
    let Some(limits) = limits else { return Ok(()) };
    let read = |text: &Option<String>| match text {
        None => Ok(None),
        Some(text) => text
            .parse::<u64>()
            .map(Some)
            .map_err(|_| faults::bad_string_constraints(name)),
    };
    let (min, max) = (read(&limits.min_length)?, read(&limits.max_length)?);
    if max.into_iter().chain(min).any(|length| length > LONGEST) {
        return Err(faults::string_constraint_too_long(name));
    }
    match (min, max) {
        (Some(min), Some(max)) if max < min => Err(faults::lengths_crossed(name)),
        _ => Ok(()),
    }
}

fn check_values(name: &str, limits: Option<&NumberAttributeConstraintsType>) -> Result<(), Fault> {
    let Some(limits) = limits else { return Ok(()) };
    let read = |text: &Option<String>| match text {
        None => Ok(None),
        Some(text) => text
            .parse::<i64>()
            .map(Some)
            .map_err(|_| faults::bad_number_constraints(name)),
    };
    match (read(&limits.min_value)?, read(&limits.max_value)?) {
        (Some(min), Some(max)) if max < min => Err(faults::values_crossed(name)),
        _ => Ok(()),
    }
}
