//! Attributes of a user: the standard ones of OpenID Connect and the pool's own.

use cabana_model::{
    AttributeDataType, NumberAttributeConstraintsType, SchemaAttributeType,
    StringAttributeConstraintsType,
};

/// Names of the standard attributes in the order DescribeUserPool shows them.
pub const STANDARD: [&str; 21] = [
    "sub",
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "email_verified",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_number_verified",
    "address",
    "updated_at",
    IDENTITIES,
];

/// The attribute that lists the identity providers a user signs in through. Only the server writes it.
pub const IDENTITIES: &str = "identities";

/// The definition of a standard attribute; `None` if there is none of this name.
pub fn standard(name: &str) -> Option<SchemaAttributeType> {
    if !STANDARD.contains(&name) {
        return None;
    }
    let (data_type, length, number) = match name {
        "email_verified" | "phone_number_verified" => (AttributeDataType::Boolean, None, None),
        "updated_at" => (AttributeDataType::Number, None, Some("0")),
        "sub" => (AttributeDataType::String, Some(Some(("1", "2048"))), None),
        "birthdate" => (AttributeDataType::String, Some(Some(("10", "10"))), None),
        IDENTITIES => (AttributeDataType::String, Some(None), None),
        _ => (AttributeDataType::String, Some(Some(("0", "2048"))), None),
    };
    Some(SchemaAttributeType {
        name: Some(name.to_owned()),
        attribute_data_type: Some(data_type),
        developer_only_attribute: Some(false),
        mutable: Some(name != "sub"),
        required: Some(name == "sub"),
        string_attribute_constraints: length.map(|bounds| {
            let (min, max) = bounds.unzip();
            StringAttributeConstraintsType {
                min_length: min.map(str::to_owned),
                max_length: max.map(str::to_owned),
            }
        }),
        number_attribute_constraints: number.map(|min| NumberAttributeConstraintsType {
            min_value: Some(min.to_owned()),
            max_value: None,
        }),
    })
}

/// All standard attributes, as a new pool has them.
pub fn standard_attributes() -> Vec<SchemaAttributeType> {
    STANDARD.iter().filter_map(|name| standard(name)).collect()
}
