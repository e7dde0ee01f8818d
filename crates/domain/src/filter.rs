//! The filter of ListUsers: one condition on one attribute, `email ^= "ann"`.
//!
//! White space around the operator may be left out, and the name may be in quotation marks too. Inside the value's
//! quotes `\"` is a quotation mark and `\\` a backslash; any other backslash stands for itself.

use std::fmt;

/// Longest filter, in characters.
pub const MAXIMUM_LENGTH: usize = 256;

/// One condition on one attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserFilter {
    pub field: SearchField,
    pub op: MatchOp,
    /// In capitals for [`SearchField::UserStatus`], as statuses are stored; else as given.
    pub value: String,
}

/// The comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchOp {
    Equal,
    Prefix,
}

/// The attributes that can be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchField {
    Username,
    Email,
    PhoneNumber,
    Name,
    GivenName,
    FamilyName,
    PreferredUsername,
    /// `cognito:user_status`: `CONFIRMED` and so on, in any case.
    UserStatus,
    /// `status`: `Enabled` or `Disabled`, in this case.
    Status,
    Sub,
}

/// The reason a filter was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    #[error("not of the form attribute = \"value\" or attribute ^= \"value\"")]
    Unparsable,
    /// The attribute is unknown or cannot be searched, like all custom attributes.
    #[error("not a searchable attribute: {0}")]
    NotSearchable(String),
}

impl SearchField {
    pub const ALL: [SearchField; 10] = [
        SearchField::Username,
        SearchField::Email,
        SearchField::PhoneNumber,
        SearchField::Name,
        SearchField::GivenName,
        SearchField::FamilyName,
        SearchField::PreferredUsername,
        SearchField::UserStatus,
        SearchField::Status,
        SearchField::Sub,
    ];

    /// The attribute's name in filters.
    pub fn name(self) -> &'static str {
        match self {
            SearchField::Username => "username",
            SearchField::Email => "email",
            SearchField::PhoneNumber => "phone_number",
            SearchField::Name => "name",
            SearchField::GivenName => "given_name",
            SearchField::FamilyName => "family_name",
            SearchField::PreferredUsername => "preferred_username",
            SearchField::UserStatus => "cognito:user_status",
            SearchField::Status => "status",
            SearchField::Sub => "sub",
        }
    }
}

impl UserFilter {
    /// Parses a filter. The empty string is not a filter; callers treat it as none.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        if text.chars().count() > MAXIMUM_LENGTH {
            return Err(FilterError::Unparsable);
        }
        let (name, op, quoted) = split(text).ok_or(FilterError::Unparsable)?;
        let value = unquoted(quoted).ok_or(FilterError::Unparsable)?;
        let field = SearchField::ALL
            .into_iter()
            .find(|field| field.name() == name)
            .ok_or_else(|| FilterError::NotSearchable(name.to_owned()))?;
        let value = if field == SearchField::UserStatus {
            value.to_ascii_uppercase()
        } else {
            value
        };
        Ok(Self { field, op, value })
    }
}

/// The filter as text that [`UserFilter::parse`] reads back.
impl fmt::Display for UserFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let op = match self.op {
            MatchOp::Equal => "=",
            MatchOp::Prefix => "^=",
        };
        let value = self.value.replace('\\', r"\\").replace('"', "\\\"");
        write!(f, "{} {op} \"{value}\"", self.field.name())
    }
}

/// Splits into name, operator, and the rest with its quotation marks.
fn split(text: &str) -> Option<(&str, MatchOp, &str)> {
    let (left, right) = text.split_once('=')?;
    let (left, op) = match left.strip_suffix('^') {
        Some(left) => (left, MatchOp::Prefix),
        None => (left, MatchOp::Equal),
    };
    let name = bare(left.trim())?;
    let well_formed =
        !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || "\"\\^".contains(c));
    well_formed.then(|| (name, op, right.trim()))
}

/// The name without the quotation marks it may be in.
fn bare(name: &str) -> Option<&str> {
    match name.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"'),
        None => Some(name),
    }
}

/// The text between the quotation marks, which must be the first and the last character.
fn unquoted(quoted: &str) -> Option<String> {
    let mut rest = quoted.strip_prefix('"')?.chars().peekable();
    let mut value = String::with_capacity(quoted.len());
    while let Some(character) = rest.next() {
        match character {
            '"' => return rest.next().is_none().then_some(value),
            '\\' => value.push(
                rest.next_if(|next| matches!(next, '"' | '\\'))
                    .unwrap_or('\\'),
            ),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn filter(field: SearchField, op: MatchOp, value: &str) -> Result<UserFilter, FilterError> {
        Ok(UserFilter {
            field,
            op,
            value: value.to_owned(),
        })
    }

    #[test]
    fn conditions_are_read() {
        use MatchOp::{Equal, Prefix};
        use SearchField as F;
        for (text, expected) in [
            (
                r#"family_name = "Reddy""#,
                filter(F::FamilyName, Equal, "Reddy"),
            ),
            (
                r#"given_name ^= "Jon""#,
                filter(F::GivenName, Prefix, "Jon"),
            ),
            (r#"email="a@b.c""#, filter(F::Email, Equal, "a@b.c")),
            (r#"email^="a""#, filter(F::Email, Prefix, "a")),
            (" \t sub  =  \"1\" \n", filter(F::Sub, Equal, "1")),
            (r#""email" = "a@b.c""#, filter(F::Email, Equal, "a@b.c")),
            (r#""email"^="a""#, filter(F::Email, Prefix, "a")),
            (r#" "sub"="1""#, filter(F::Sub, Equal, "1")),
            (
                r#""cognito:user_status"="confirmed""#,
                filter(F::UserStatus, Equal, "CONFIRMED"),
            ),
            (r#"username = "a = b""#, filter(F::Username, Equal, "a = b")),
            (
                r#"name = "say \"hi\"""#,
                filter(F::Name, Equal, "say \"hi\""),
            ),
            (
                r#"name = "back\\slash \n""#,
                filter(F::Name, Equal, r"back\slash \n"),
            ),
            (
                r#"phone_number ^= "+49""#,
                filter(F::PhoneNumber, Prefix, "+49"),
            ),
            (
                r#"preferred_username = """#,
                filter(F::PreferredUsername, Equal, ""),
            ),
            (
                r#"cognito:user_status = "Confirmed""#,
                filter(F::UserStatus, Equal, "CONFIRMED"),
            ),
            (r#"status = "Enabled""#, filter(F::Status, Equal, "Enabled")),
        ] {
            assert_eq!(UserFilter::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_condition_cannot_be_parsed() {
        for text in [
            "",
            "email",
            "email =",
            "email = a",
            "email = 'a'",
            r#"= "a""#,
            r#"email "a""#,
            r#"email = "a"#,
            r#"email = a""#,
            r#"email = "a" b"#,
            r#"email = "a" and name = "b""#,
            r#"email = "a"b""#,
            r#"email = "a\""#,
            r#"email == "a""#,
            r#"email ^ = "a""#,
            r#"email ^^= "a""#,
            r#"email != "a""#,
            r#"e mail = "a""#,
            r#""email = "a""#,
            r#"email" = "a""#,
            r#""" = "a""#,
            r#"" = "a""#,
            r#"" email " = "a""#,
            r#"'email' = 'a'"#,
        ] {
            assert_eq!(
                UserFilter::parse(text),
                Err(FilterError::Unparsable),
                "{text}"
            );
        }
    }

    #[test]
    fn other_attributes_are_named_in_the_refusal() {
        for name in [
            "custom:team",
            "address",
            "Email",
            "email_verified",
            "email!",
        ] {
            for written in [name.to_owned(), format!("\"{name}\"")] {
                let refused = UserFilter::parse(&format!("{written} = \"x\""));
                assert_eq!(refused, Err(FilterError::NotSearchable(name.to_owned())));
            }
        }
    }

    #[test]
    fn long_filters_are_refused() {
        let of_length = |length: usize| format!("name = \"{}\"", "ä".repeat(length - 9));
        assert!(UserFilter::parse(&of_length(256)).is_ok());
        assert_eq!(
            UserFilter::parse(&of_length(257)),
            Err(FilterError::Unparsable)
        );
    }

    proptest! {
        #[test]
        fn filters_are_read_back(index in 0..10_usize, prefix: bool, value in "\\PC{0,100}") {
            let field = SearchField::ALL[index];
            let value = if field == SearchField::UserStatus { value.to_ascii_uppercase() } else { value };
            let op = if prefix { MatchOp::Prefix } else { MatchOp::Equal };
            let filter = UserFilter { field, op, value };
            prop_assert_eq!(UserFilter::parse(&filter.to_string()), Ok(filter));
        }

        #[test]
        fn arbitrary_text_never_panics(text in "\\PC*") {
            let _ = UserFilter::parse(&text);
        }

        #[test]
        fn text_that_is_nearly_a_filter_never_panics(text in "[a-z\"\\\\^= ä]{0,40}") {
            if let Ok(filter) = UserFilter::parse(&text) {
                prop_assert_eq!(UserFilter::parse(&filter.to_string()), Ok(filter));
            }
        }
    }
}
