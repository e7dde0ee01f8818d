//! Formats of values that people type: addresses, phone numbers, dates, URLs, prefixes.

mod url;

use std::str::FromStr;

use time::{Date, Month};

pub use url::{LONGEST_URL, UrlError, check_callback_url};

/// Whether this is an e-mail address by Cognito's loose rules: something, one `@`, a domain with a dot. White space and
/// the characters that separate addresses in a header are refused.
pub fn looks_like_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let well_formed =
        |c: char| !c.is_whitespace() && !c.is_control() && !"@<>()[],;:\\\"".contains(c);
    !local.is_empty()
        && domain.contains('.')
        && domain.split('.').all(|label| !label.is_empty())
        && local.chars().chain(domain.chars()).all(well_formed)
}

/// Whether this is a phone number in E.164 form: `+` and one to fifteen digits.
pub fn looks_like_phone(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (1..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Whether this is a date of the form `YYYY-MM-DD`. OpenID Connect's year `0000` (year omitted) is accepted.
pub fn is_birthdate(text: &str) -> bool {
    birthdate(text).is_some()
}

fn birthdate(text: &str) -> Option<Date> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let month: u8 = digits(month, 2)?;
    Date::from_calendar_date(
        digits(year, 4)?,
        Month::try_from(month).ok()?,
        digits(day, 2)?,
    )
    .ok()
}

fn digits<T: FromStr>(text: &str, length: usize) -> Option<T> {
    let right = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    right.then(|| text.parse().ok()).flatten()
}

/// Words that Cognito reserves: no domain prefix may contain one.
pub const RESERVED_IN_PREFIXES: [&str; 3] = ["aws", "amazon", "cognito"];

/// The reason a domain prefix was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PrefixError {
    #[error(
        "a prefix has 1 to 63 lower-case letters, digits and hyphens, and no hyphen at either end"
    )]
    Form,
    #[error("a prefix may not contain the reserved word {0}")]
    Reserved(&'static str),
}

/// Validates the prefix of a hosted domain.
pub fn check_domain_prefix(prefix: &str) -> Result<(), PrefixError> {
    if !is_host_label(prefix) {
        return Err(PrefixError::Form);
    }
    match RESERVED_IN_PREFIXES
        .into_iter()
        .find(|word| prefix.contains(word))
    {
        Some(word) => Err(PrefixError::Reserved(word)),
        None => Ok(()),
    }
}

/// Whether this has the form of a host name of several labels, in lower-case letters.
pub fn is_host_name(name: &str) -> bool {
    name.len() <= 253 && name.contains('.') && name.split('.').all(is_host_label)
}

fn is_host_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_told_from_other_names() {
        for address in [
            "a@b.c",
            "ann.o'neil+tag@mail.example.com",
            "ünal@bücher.example",
            "a@b.c.d",
        ] {
            assert!(looks_like_email(address), "{address}");
        }
        for other in [
            "",
            "@",
            "ann",
            "ann@",
            "@b.c",
            "ann@localhost",
            "a@b@c.d",
            "a b@c.d",
            "a@b .c",
            "a@b..c",
            "a@.b",
            "a@b.",
            "Ann <a@b.c>",
            "<a@b.c>",
            "a@b.c,d@e.f",
            "a,d@e.f",
            "a@b.c\n",
            "a@b.c\r\nBcc: d@e.f",
            "a\0@b.c",
        ] {
            assert!(!looks_like_email(other), "{other:?}");
        }
    }

    #[test]
    fn numbers_are_told_from_other_names() {
        for number in ["+1", "+12065551234", "+123456789012345"] {
            assert!(looks_like_phone(number), "{number}");
        }
        for other in [
            "",
            "+",
            "12065551234",
            "+1234567890123456",
            "+1 206",
            "+1-206",
            "++1",
            "+1a",
            "+١٢٣",
            " +1",
        ] {
            assert!(!looks_like_phone(other), "{other:?}");
        }
    }

    #[test]
    fn birthdates_are_dates() {
        for date in ["1970-01-01", "2024-02-29", "0000-12-31", "9999-12-31"] {
            assert!(is_birthdate(date), "{date}");
        }
        for other in [
            "",
            "1970",
            "1970-1-1",
            "70-01-01",
            "1970-13-01",
            "1970-00-01",
            "1970-01-00",
            "1970-01-32",
            "2023-02-29",
            "1970/01/01",
            "1970-01-01T",
            "1970-01-01-",
            "-970-01-01",
            "+970-01-01",
            "01.01.1970",
            "1970-01-0١",
        ] {
            assert!(!is_birthdate(other), "{other:?}");
        }
    }

    #[test]
    fn host_names_have_several_labels_in_lower_case() {
        for (name, fine) in [
            ("login.example.com", true),
            ("login", false),
            ("https://login.example.com", false),
            ("login..example.com", false),
            ("Login.example.com", false),
            ("-login.example.com", false),
            ("login.example.com.", false),
        ] {
            assert_eq!(is_host_name(name), fine, "{name}");
        }
        let label = "a".repeat(63);
        assert!(is_host_name(&format!("{label}.{label}.com")));
        assert!(!is_host_name(&format!("a{label}.com")));
        assert!(!is_host_name(&format!(
            "{label}.{label}.{label}.{label}.com"
        )));
    }

    #[test]
    fn prefixes_are_host_labels_without_reserved_words() {
        for prefix in ["a", "0", "my-app", "a--b", &"a".repeat(63)] {
            assert_eq!(check_domain_prefix(prefix), Ok(()), "{prefix}");
        }
        for prefix in [
            "",
            "-a",
            "a-",
            "A",
            "a.b",
            "a_b",
            "ä",
            "a b",
            &"a".repeat(64),
        ] {
            assert_eq!(
                check_domain_prefix(prefix),
                Err(PrefixError::Form),
                "{prefix}"
            );
        }
        for (prefix, word) in [
            ("aws", "aws"),
            ("my-amazon-app", "amazon"),
            ("notcognito", "cognito"),
        ] {
            assert_eq!(
                check_domain_prefix(prefix),
                Err(PrefixError::Reserved(word))
            );
        }
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in "\\PC*") {
            let _ = (looks_like_email(&text), looks_like_phone(&text), is_birthdate(&text));
            let _ = check_domain_prefix(&text);
        }
    }
}
