//! User search: the keys in the indexes, and the statement for each filter.

use cabana_domain::filter::{MatchOp, SearchField, UserFilter};
use cabana_store::Sealer;

use crate::dialect::Dialect;
use crate::sql::users as sql;
use crate::value::{Value, params};

/// Characters of an attribute that ListUsers compares; its filter is shorter. An index entry of PostgreSQL holds at
/// most 2,704 bytes.
const LONGEST_SEARCHED: usize = 512;
/// Bytes of a login name that an index holds as it is.
const LONGEST_NAME: usize = 512;

/// An attribute folded for comparison: in lower case, and no longer than any filter.
pub fn folded(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .take(LONGEST_SEARCHED)
        .collect()
}

/// A login name as the unique index holds it: a longer one is replaced by its hash.
pub fn name_key(sealer: &Sealer, name: &str) -> String {
    if name.len() <= LONGEST_NAME {
        return name.to_owned();
    }
    let hash = sealer.keyed_hash(&[b"login name", name.as_bytes()]);
    let mut key = String::from("\u{1}");
    for byte in hash {
        key.push_str(&format!("{byte:02x}"));
    }
    key
}

/// The database query for a filter.
#[derive(Debug, PartialEq)]
pub enum Search {
    /// No user can match.
    Nobody,
    Everybody,
    /// `sql` takes the pool, this value, the number to start behind, the limit.
    Equal(&'static str, Value),
    /// `sql` takes the pool, the end, the start, the number to start behind, the limit.
    Prefix {
        sql: &'static str,
        start: String,
        end: String,
    },
}

impl Search {
    /// The search for a filter; all users if there is none.
    pub fn new(filter: Option<&UserFilter>, dialect: Dialect) -> Self {
        let Some(filter) = filter else {
            return Self::Everybody;
        };
        if filter.field == SearchField::Status {
            return enabled(filter);
        }
        let value = match filter.field {
            SearchField::Username => filter.value.clone(),
            SearchField::UserStatus => filter.value.to_uppercase(),
            _ => folded(&filter.value),
        };
        let (equal, prefix, in_parts) = statements(filter.field);
        match filter.op {
            MatchOp::Equal => Self::Equal(equal, Value::from(&value)),
            MatchOp::Prefix => {
                // As it will be stored, so that the end sorts after the start.
                let start = value.replace('\0', "\u{FFFD}");
                Self::Prefix {
                    sql: match dialect {
                        Dialect::Sqlite => in_parts,
                        Dialect::Postgres => prefix,
                    },
                    end: end_of(&start),
                    start,
                }
            }
        }
    }

    /// The statement, the parameters between the pool and the cursor, and the start of the first page.
    pub fn parts(self) -> Option<(&'static str, Vec<Value>, Vec<Value>)> {
        match self {
            Self::Nobody => None,
            Self::Everybody => Some((sql::USERS, vec![], params![i64::MIN])),
            Self::Equal(sql, value) => Some((sql, vec![value], params![i64::MIN])),
            Self::Prefix { sql, start, end } => {
                Some((sql, params![&end], params![&start, i64::MIN]))
            }
        }
    }
}

/// `status` has two values only, and they are compared case-sensitively.
fn enabled(filter: &UserFilter) -> Search {
    let matches = |word: &str| match filter.op {
        MatchOp::Equal => word == filter.value,
        MatchOp::Prefix => word.starts_with(&filter.value),
    };
    match (matches("Enabled"), matches("Disabled")) {
        (true, true) => Search::Everybody,
        (true, false) => Search::Equal(sql::WITH_ENABLED, Value::from(true)),
        (false, true) => Search::Equal(sql::WITH_ENABLED, Value::from(false)),
        (false, false) => Search::Nobody,
    }
}

/// Statements for equality, for a prefix, and for a prefix in parts.
fn statements(field: SearchField) -> (&'static str, &'static str, &'static str) {
    macro_rules! of {
        ($equal:ident, $prefix:ident, $in_parts:ident) => {
            (sql::$equal, sql::$prefix, sql::$in_parts)
        };
    }
    match field {
        SearchField::Username => of!(WITH_USERNAME, LIKE_USERNAME, LIKE_USERNAME_IN_PARTS),
        SearchField::Email => of!(WITH_EMAIL, LIKE_EMAIL, LIKE_EMAIL_IN_PARTS),
        SearchField::PhoneNumber => of!(
            WITH_PHONE_NUMBER,
            LIKE_PHONE_NUMBER,
            LIKE_PHONE_NUMBER_IN_PARTS
        ),
        SearchField::Name => of!(WITH_NAME, LIKE_NAME, LIKE_NAME_IN_PARTS),
        SearchField::GivenName => of!(WITH_GIVEN_NAME, LIKE_GIVEN_NAME, LIKE_GIVEN_NAME_IN_PARTS),
        SearchField::FamilyName => of!(
            WITH_FAMILY_NAME,
            LIKE_FAMILY_NAME,
            LIKE_FAMILY_NAME_IN_PARTS
        ),
        SearchField::PreferredUsername => of!(
            WITH_PREFERRED_USERNAME,
            LIKE_PREFERRED_USERNAME,
            LIKE_PREFERRED_USERNAME_IN_PARTS
        ),
        SearchField::UserStatus | SearchField::Status => {
            of!(WITH_STATUS, LIKE_STATUS, LIKE_STATUS_IN_PARTS)
        }
        SearchField::Sub => of!(WITH_SUB, LIKE_SUB, LIKE_SUB_IN_PARTS),
    }
}

/// The first text after all that begin with `prefix`, byte by byte: UTF-8 sorts as its characters do.
fn end_of(prefix: &str) -> String {
    let mut end: Vec<char> = prefix.chars().collect();
    while let Some(last) = end.pop() {
        let next = match last {
            '\u{D7FF}' => Some('\u{E000}'),
            other => char::from_u32(u32::from(other) + 1),
        };
        if let Some(next) = next {
            end.push(next);
            return end.into_iter().collect();
        }
    }
    // After every text of assigned characters.
    "\u{10FFFF}".repeat(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_prefix_is_the_first_text_behind_it() {
        assert_eq!(end_of("ann"), "ano");
        assert_eq!(end_of("a\u{10FFFF}"), "b");
        assert_eq!(end_of("\u{D7FF}"), "\u{E000}");
        for prefix in ["", "a", "é", "\u{7F}", "\u{7FF}", "\u{FFFF}"] {
            let end = end_of(prefix);
            assert!(prefix < end.as_str(), "{prefix:?}");
            assert!(format!("{prefix}\u{1F600}zz") < end, "{prefix:?}");
        }
    }

    #[test]
    fn status_compares_its_two_words_only() {
        let search = |op, value: &str| {
            let value = value.to_owned();
            let filter = UserFilter {
                field: SearchField::Status,
                op,
                value,
            };
            Search::new(Some(&filter), Dialect::Sqlite)
        };
        let enabled = |on: bool| Search::Equal(sql::WITH_ENABLED, Value::from(on));
        assert_eq!(search(MatchOp::Equal, "Enabled"), enabled(true));
        assert_eq!(search(MatchOp::Equal, "enabled"), Search::Nobody);
        assert_eq!(search(MatchOp::Prefix, "Dis"), enabled(false));
        assert_eq!(search(MatchOp::Prefix, ""), Search::Everybody);
    }

    #[test]
    fn a_login_name_too_long_for_an_index_becomes_a_hash() {
        let sealer = Sealer::new(&[1; 32]).unwrap();
        let long = "x".repeat(2_000);
        assert_eq!(name_key(&sealer, "ann"), "ann");
        assert_eq!(name_key(&sealer, &long).len(), 65);
        assert_ne!(
            name_key(&sealer, &long),
            name_key(&sealer, &"x".repeat(2_001))
        );
    }
}
