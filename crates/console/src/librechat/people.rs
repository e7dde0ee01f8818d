//! Claims from which LibreChat takes a person's name.
//!
//! Without `OPENID_NAME_CLAIM` it takes first and last name, then the user name. If a claim is set here and absent from
//! a token, the person has no name at all, so only claims that every token has are set.

use cabana_model::{UserPoolClientType, UserPoolType, UsernameAttributeType};

/// The claims to name in LibreChat's settings.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Claims {
    pub name: Option<&'static str>,
    pub username: Option<&'static str>,
    /// Warning about a missing claim without which LibreChat turns people away.
    pub warning: Option<String>,
}

impl Claims {
    pub fn of(pool: &UserPoolType, client: &UserPoolClientType) -> Self {
        let has = |name: &str| is_everybodys(pool, name) && may_read(client, name);
        // Pools that sign people in with an address give them random user names, which nobody should be shown under.
        let random_names = has_username_attributes(pool);
        let name = match () {
            () if has("name") => Some("name"),
            () if has("given_name") || has("family_name") || !random_names => None,
            () => Some("email"),
        };
        let username = (random_names && !has("preferred_username")).then_some("email");
        let warning = (!has("email")).then(|| {
            "not everybody's token has an email address, and LibreChat turns away people who have none: require email in \
             the user pool, and let the app client read it"
                .to_owned()
        });
        Self {
            name,
            username,
            warning,
        }
    }
}

fn has_username_attributes(pool: &UserPoolType) -> bool {
    let mut attributes = pool.username_attributes.iter().flatten();
    attributes.next().is_some()
}

/// Whether every user of the pool has this attribute: it is required, or people can sign up with nothing else.
fn is_everybodys(pool: &UserPoolType, name: &str) -> bool {
    let only_email = pool.username_attributes.as_deref() == Some(&[UsernameAttributeType::Email]);
    let mut schema = pool.schema_attributes.iter().flatten();
    (name == "email" && only_email)
        || schema.any(|it| it.name.as_deref() == Some(name) && it.required == Some(true))
}

/// Whether the client may read this attribute. A client without a list may read all of them.
fn may_read(client: &UserPoolClientType, name: &str) -> bool {
    let chosen = client.read_attributes.as_deref().unwrap_or_default();
    chosen.is_empty() || chosen.iter().any(|it| it == name)
}

#[cfg(test)]
pub mod tests {
    use cabana_model::SchemaAttributeType;

    use super::*;

    /// Pool that requires these attributes.
    pub fn pool(username_attributes: &[UsernameAttributeType], required: &[&str]) -> UserPoolType {
        let required = required.iter().map(|name| SchemaAttributeType {
            name: Some((*name).to_owned()),
            required: Some(true),
            ..SchemaAttributeType::default()
        });
        UserPoolType {
            username_attributes: Some(username_attributes.to_vec()).filter(|it| !it.is_empty()),
            schema_attributes: Some(required.collect()),
            ..UserPoolType::default()
        }
    }

    fn named(
        username_attributes: &[UsernameAttributeType],
        required: &[&str],
    ) -> (Option<&'static str>, Option<&'static str>, bool) {
        let pool = pool(username_attributes, required);
        let claims = Claims::of(&pool, &UserPoolClientType::default());
        (claims.name, claims.username, claims.warning.is_some())
    }

    #[test]
    fn only_claims_that_everybody_has_are_named() {
        use UsernameAttributeType::{Email, PhoneNumber};
        let (name, email) = (Some("name"), Some("email"));
        for (by, required, expected) in [
            (&[][..], &["email", "name"][..], (name, None, false)),
            (&[], &["email"], (None, None, false)),
            (&[], &[], (None, None, true)),
            (&[Email], &["email", "name"], (name, email, false)),
            (&[Email], &[], (email, email, false)),
            (&[Email], &["given_name"], (None, email, false)),
            (&[Email], &["preferred_username"], (email, None, false)),
            (&[Email, PhoneNumber], &[], (email, email, true)),
            (&[PhoneNumber], &["email"], (email, email, false)),
        ] {
            assert_eq!(named(by, required), expected, "{by:?} {required:?}");
        }
    }

    #[test]
    fn what_the_client_may_not_read_is_not_named() {
        let client = UserPoolClientType {
            read_attributes: Some(vec!["email".to_owned()]),
            ..UserPoolClientType::default()
        };
        let pool = pool(&[], &["email", "name"]);
        assert_eq!(Claims::of(&pool, &client), Claims::default());
    }
}
