//! Fields of the sign-up form: the attributes the pool requires, and an address to verify.

use cabana_api::logic::users::sign_up_domains::SignUpDomains;
use cabana_domain::pool::Pool;
use cabana_model::VerifiedAttributeType as Verified;

use crate::pages::{Asked, Problem, Wrong};
use crate::params::Params;

/// Longest value of an attribute, in characters.
const LONGEST: usize = 2048;

/// The fields of a pool's form.
pub struct Fields {
    /// Names of the attributes, in the order shown.
    pub attributes: Vec<String>,
    /// The attribute that serves as user name; without one the form has a field `username`.
    pub identifier: Option<&'static str>,
}

/// The form's values.
pub struct Filled {
    pub username: String,
    /// Names and values.
    pub attributes: Vec<(String, String)>,
}

impl Fields {
    /// The fields of a pool's sign-up.
    pub fn of(pool: &Pool) -> Self {
        let identifier = match (
            pool.username_is(Verified::Email),
            pool.username_is(Verified::PhoneNumber),
        ) {
            (true, false) => Some("email"),
            (false, true) => Some("phone_number"),
            _ => None,
        };
        let mut attributes: Vec<String> = identifier.iter().map(|it| (*it).to_owned()).collect();
        let required = pool
            .settings
            .schema_attributes
            .iter()
            .flatten()
            .filter(|it| it.required == Some(true))
            .filter_map(|it| it.name.as_deref())
            .filter(|name| *name != "sub" && !name.ends_with("_verified"));
        for name in required {
            if !attributes.iter().any(|it| it == name) {
                attributes.push(name.to_owned());
            }
        }
        let verified: Vec<&str> = [
            (Verified::Email, "email"),
            (Verified::PhoneNumber, "phone_number"),
        ]
        .into_iter()
        .filter(|(attribute, _)| pool.auto_verifies(*attribute))
        .map(|(_, name)| name)
        .collect();
        // Without an address there is nowhere to send the code.
        let username_is_address = pool.has_username_attributes() && identifier.is_none();
        if let Some(first) = verified.first()
            && !username_is_address
            && !verified
                .iter()
                .any(|name| attributes.iter().any(|it| it == name))
        {
            attributes.insert(0, (*first).to_owned());
        }
        // If the address decides who may sign up, it is always required.
        let decides = SignUpDomains::of(pool).is_some() && !username_is_address;
        if decides && !attributes.iter().any(|it| it == "email") {
            attributes.insert(0, "email".to_owned());
        }
        Self {
            attributes,
            identifier,
        }
    }

    /// The fields as the page shows them, with the values typed.
    pub fn asked(&self, form: &Params) -> Vec<Asked> {
        let asked = |name: &String| {
            let identifies = self.identifier == Some(name.as_str());
            // The sign-in page calls it the user name.
            let username = form.get("username").filter(|_| identifies);
            let value = form.get(&field(name)).or(username).unwrap_or_default();
            Asked {
                value: value.to_owned(),
                identifies,
                name: name.clone(),
            }
        };
        self.attributes.iter().map(asked).collect()
    }

    /// Reads the user name and the attributes.
    ///
    /// # Errors
    /// Problems with values that are missing or too long.
    pub fn read(&self, form: &Params) -> Result<Filled, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut attributes = Vec::new();
        let mut username = form.get("username").map(str::trim);
        if self.identifier.is_none() && username.is_none_or(str::is_empty) {
            problems.push(Problem::at("username", Wrong::Required));
        }
        for name in &self.attributes {
            let identifies = self.identifier == Some(name.as_str());
            let typed = form.get(&field(name)).map(str::trim);
            let typed = typed.filter(|value| !value.is_empty());
            match typed.or(username.filter(|_| identifies)) {
                Some(value) if value.chars().count() > LONGEST => {
                    problems.push(Problem::at(field(name), Wrong::TooLong));
                }
                Some(value) => {
                    if identifies {
                        username = form.get(&field(name)).map(str::trim).or(username);
                    }
                    attributes.push((name.clone(), value.to_owned()));
                }
                None => problems.push(Problem::at(field(name), Wrong::Required)),
            }
        }
        if form.get("password").is_none() {
            problems.push(Problem::at("password", Wrong::Required));
        }
        match problems.is_empty() {
            true => Ok(Filled {
                username: username.unwrap_or_default().to_owned(),
                attributes,
            }),
            false => Err(problems),
        }
    }
}

/// The form field of an attribute.
pub fn field(name: &str) -> String {
    format!("requiredAttributes[{name}]")
}
