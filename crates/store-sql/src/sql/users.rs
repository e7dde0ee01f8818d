//! Users, their login names, and the searches of ListUsers.

macro_rules! columns {
    () => {
        "u.sub, u.version, u.username, u.status, u.enabled, u.attributes, u.pending, u.mfa, u.lockout,
         u.secrets, u.temporary_password_expires, u.tokens_not_before, u.created, u.modified"
    };
}

pub(super) use columns;
/// The number of those columns.
pub const COLUMNS: usize = 14;

/// The columns of passkeys in statements on users.
macro_rules! passkeys {
    () => {
        "p.credential, p.detail, p.sign_count, p.created, p.last_used"
    };
}

/// The columns that lists show: neither secrets nor anything else that takes time to read.
macro_rules! listed {
    () => {
        "u.sub, u.username, u.status, u.enabled, u.attributes, u.mfa, u.created, u.modified"
    };
}
pub(super) use listed as listed_columns;

/// Users whose column is `$2`, oldest first.
macro_rules! equal {
    ($column:literal) => {
        concat!(
            "SELECT u.n, ",
            listed!(),
            " FROM users u WHERE u.pool = ",
            pool!(),
            " AND u.",
            $column,
            " = $2 AND u.n > $3 ORDER BY u.n LIMIT $4"
        )
    };
}

/// Users whose column begins with a prefix: it is less than `$2`, the first text after all that begin with it; the
/// cursor starts at the prefix itself.
macro_rules! prefix {
    ($column:literal) => {
        concat!(
            between!($column, " < $2 AND (u.", $column, ", u.n) > ($3, $4)"),
            " ORDER BY 1, 2 LIMIT $5"
        )
    };
}

/// The same for SQLite, which cannot seek to such a pair if `n` is the row's own number, but walks past all rows that
/// share the first of it. So it comes in two parts: rows that share the cursor's value, and rows after it.
macro_rules! prefix_in_parts {
    ($column:literal) => {
        concat!(
            between!($column, " = $3 AND u.n > $4"),
            " UNION ALL ",
            between!($column, " > $3 AND u.", $column, " < $2"),
            " ORDER BY 1, 2 LIMIT $5"
        )
    };
}

macro_rules! between {
    ($column:literal, $($bounds:expr),+) => {
        concat!(
            "SELECT u.", $column, ", u.n, ", listed!(),
            " FROM users u WHERE u.pool = ", pool!(), " AND u.", $column, $($bounds),+
        )
    };
}

statements! {
    USER = ("SELECT ", columns!(), " FROM users u WHERE u.pool = ", pool!(), " AND u.sub = $2");
    USER_BY_NAME = (
        "SELECT ", columns!(), " FROM user_names k JOIN users u ON u.n = k.owner
         WHERE k.pool = ", pool!(), " AND k.name = $2"
    );
    /// A row for each passkey, in no order; without one, a row without.
    USER_WITH_PASSKEYS = (
        "SELECT ", columns!(), ", ", passkeys!(), " FROM user_names k JOIN users u ON u.n = k.owner
         LEFT JOIN passkeys p ON p.owner = u.n WHERE k.pool = ", pool!(), " AND k.name = $2"
    );
    /// The same by `sub`, if `$4` is 1, after the single-use marker `$3`; without a user, a row without.
    BETWEEN_STEPS = (
        "SELECT s.mark, ", columns!(), ", ", passkeys!(), " FROM (SELECT 1) AS o
         LEFT JOIN spent s ON s.mark = $3
         LEFT JOIN users u ON u.pool = ", pool!(), " AND u.sub = $2
         LEFT JOIN passkeys p ON p.owner = u.n AND $4 = 1"
    );
    SUMMARY_BY_NAME = (
        "SELECT ", listed!(), " FROM user_names k JOIN users u ON u.n = k.owner
         WHERE k.pool = ", pool!(), " AND k.name = $2"
    );
    USER_EXISTS = ("SELECT n FROM users WHERE pool = ", pool!(), " AND sub = $2");

    USERS = (
        "SELECT u.n, ", listed!(), " FROM users u WHERE u.pool = ", pool!(), " AND u.n > $2
         ORDER BY u.n LIMIT $3"
    );
    WITH_SUB = (equal!("sub"));
    WITH_USERNAME = (equal!("username"));
    WITH_STATUS = (equal!("status"));
    WITH_ENABLED = (equal!("enabled"));
    WITH_EMAIL = (equal!("email"));
    WITH_PHONE_NUMBER = (equal!("phone_number"));
    WITH_NAME = (equal!("name"));
    WITH_GIVEN_NAME = (equal!("given_name"));
    WITH_FAMILY_NAME = (equal!("family_name"));
    WITH_PREFERRED_USERNAME = (equal!("preferred_username"));
    LIKE_SUB = (prefix!("sub"));
    LIKE_USERNAME = (prefix!("username"));
    LIKE_STATUS = (prefix!("status"));
    LIKE_EMAIL = (prefix!("email"));
    LIKE_PHONE_NUMBER = (prefix!("phone_number"));
    LIKE_NAME = (prefix!("name"));
    LIKE_GIVEN_NAME = (prefix!("given_name"));
    LIKE_FAMILY_NAME = (prefix!("family_name"));
    LIKE_PREFERRED_USERNAME = (prefix!("preferred_username"));
    LIKE_SUB_IN_PARTS = (prefix_in_parts!("sub"));
    LIKE_USERNAME_IN_PARTS = (prefix_in_parts!("username"));
    LIKE_STATUS_IN_PARTS = (prefix_in_parts!("status"));
    LIKE_EMAIL_IN_PARTS = (prefix_in_parts!("email"));
    LIKE_PHONE_NUMBER_IN_PARTS = (prefix_in_parts!("phone_number"));
    LIKE_NAME_IN_PARTS = (prefix_in_parts!("name"));
    LIKE_GIVEN_NAME_IN_PARTS = (prefix_in_parts!("given_name"));
    LIKE_FAMILY_NAME_IN_PARTS = (prefix_in_parts!("family_name"));
    LIKE_PREFERRED_USERNAME_IN_PARTS = (prefix_in_parts!("preferred_username"));

    INSERT_USER = (
        "INSERT INTO users (pool, sub, version, username, status, enabled, email, phone_number, name,
           given_name, family_name, preferred_username, attributes, pending, mfa, lockout, secrets,
           temporary_password_expires, tokens_not_before, created, modified)
         SELECT n, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
           $20, $21 FROM pools WHERE id = $1
         ON CONFLICT (pool, sub) DO NOTHING"
    );
    /// Columns that every update writes; none is indexed.
    UPDATE_USER = (
        "UPDATE users SET version = version + 1, attributes = $4, pending = $5, mfa = $6, lockout = $7,
           secrets = $8, temporary_password_expires = $9, tokens_not_before = $10, modified = $11
         WHERE pool = ", pool!(), " AND sub = $2 AND version = $3"
    );
    /// Searchable columns, written only if they differ, so that most updates leave the indexes alone.
    UPDATE_USER_SEARCH = (
        "UPDATE users SET username = $3, status = $4, enabled = $5, email = $6, phone_number = $7,
           name = $8, given_name = $9, family_name = $10, preferred_username = $11
         WHERE pool = ", pool!(), " AND sub = $2 AND
           (username IS DISTINCT FROM $3 OR status IS DISTINCT FROM $4 OR enabled IS DISTINCT FROM $5
            OR email IS DISTINCT FROM $6 OR phone_number IS DISTINCT FROM $7
            OR name IS DISTINCT FROM $8 OR given_name IS DISTINCT FROM $9
            OR family_name IS DISTINCT FROM $10 OR preferred_username IS DISTINCT FROM $11)"
    );
    DELETE_USER = ("DELETE FROM users WHERE pool = ", pool!(), " AND sub = $2");
    DELETE_CODES_OF_USER = ("DELETE FROM codes WHERE pool = ", pool!(), " AND sub = $2");
    DELETE_FAMILIES_OF_USER = ("DELETE FROM families WHERE pool = ", pool!(), " AND sub = $2");
    DELETE_SESSIONS_OF_USER = ("DELETE FROM browser_sessions WHERE pool = ", pool!(), " AND sub = $2");

    INSERT_NAME = (
        "INSERT INTO user_names (pool, name, kind, owner)
         SELECT u.pool, $3, $4, u.n FROM users u WHERE u.pool = ", pool!(), " AND u.sub = $2
         ON CONFLICT (pool, name) DO NOTHING"
    );
    DELETE_NAMES_OF_USER = (
        "DELETE FROM user_names
         WHERE owner = (SELECT n FROM users WHERE pool = ", pool!(), " AND sub = $2)"
    );
    RELEASE_NAME = ("DELETE FROM user_names WHERE pool = ", pool!(), " AND name = $2 AND kind = $3");
}
