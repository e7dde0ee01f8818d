//! The filter of ListUsers: types (the parser is its author's).

/// One condition on one attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserFilter {
    pub field: SearchField,
    pub op: MatchOp,
    pub value: String,
}

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchOp {
    Equal,
    Prefix,
}

/// What can be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchField {
    Username,
    Email,
    PhoneNumber,
    Name,
    GivenName,
    FamilyName,
    PreferredUsername,
    UserStatus,
    Status,
    Sub,
}
