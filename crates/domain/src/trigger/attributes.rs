//! `userAttributes`.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::pool::Pool;
use crate::user::User;
use cabana_model::VerifiedAttributeType as V;

/// Names and values, in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs<'a>(pub Vec<(&'a str, &'a str)>);

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// The attributes of a user who exists, with `sub`, status and aliases.
pub fn user_attributes<'a>(pool: &Pool, user: &'a User) -> Pairs<'a> {
    let mut pairs = vec![("sub", user.sub.as_str())];
    for (attribute, name, alias) in [
        (V::Email, "email", "cognito:email_alias"),
        (V::PhoneNumber, "phone_number", "cognito:phone_number_alias"),
    ] {
        if let Some(value) = user.attribute(name)
            && pool.has_alias(name)
            && user.has_verified(attribute)
        {
            pairs.push((alias, value));
        }
    }
    pairs.push(("cognito:user_status", user.status.as_str()));
    let own = user.attributes.iter();
    pairs.extend(own.map(|(name, value)| (name.as_str(), value.as_str())));
    Pairs(pairs)
}
