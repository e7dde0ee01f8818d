//! The sweep's statements; each deletes a few rows.

/// Up to `$2` rows of a table whose `expires` is before `$1`, the oldest first.
macro_rules! expired {
    ($table:literal, $key:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE (",
            $key,
            ") IN (SELECT ",
            $key,
            " FROM ",
            $table,
            " WHERE expires < $1 ORDER BY expires LIMIT $2)"
        )
    };
}

/// Up to `$2` rows of a table that belong to the pool or client with the number `$1`.
macro_rules! owned {
    ($table:literal, $key:literal, $owner:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE (",
            $key,
            ") IN (SELECT ",
            $key,
            " FROM ",
            $table,
            " WHERE ",
            $owner,
            " = $1 LIMIT $2)"
        )
    };
}

statements! {
    CODES = (expired!("codes", "pool, sub, purpose"));
    AUTHORIZATION_CODES = (expired!("authorization_codes", "hash"));
    FAMILIES = (expired!("families", "id"));
    BROWSER_SESSIONS = (expired!("browser_sessions", "hash"));
    SPENT = (expired!("spent", "mark"));
    COUNTERS = (expired!("counters", "mark"));
    DRAFTS = (expired!("drafts", "mark"));
    DEVICES = (expired!("devices", "owner, device_key"));
    MESSAGES = (
        "DELETE FROM messages WHERE id IN (SELECT id FROM messages
         WHERE state = $3 AND created < $1 ORDER BY created, id LIMIT $2)"
    );
    DELIVERIES = (
        "DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries
         WHERE state = 'failed' AND created < $1 ORDER BY due, id LIMIT $2)"
    );
    // Pool by pool, along the primary key: an index of their own would make each event, and so each sign-in, dearer.
    // SQLite keeps the order of a CROSS JOIN.
    EVENTS = (
        "DELETE FROM events WHERE (pool, happened, id) IN (
         SELECT e.pool, e.happened, e.id FROM pools p CROSS JOIN events e
         WHERE e.pool = p.n AND e.happened < $1 LIMIT $2)"
    );
    AUDIT = (
        "DELETE FROM audit WHERE id IN (SELECT id FROM audit
         WHERE happened < $1 ORDER BY happened, id LIMIT $2)"
    );
    ACTIVITY = (
        "DELETE FROM activity WHERE (pool, day, kind) IN (SELECT pool, day, kind FROM activity
         WHERE day < $1 ORDER BY day LIMIT $2)"
    );

    TOMBSTONES = ("SELECT kind, n, empty FROM graves WHERE due <= $1 ORDER BY due LIMIT $2");
    UPDATE_TOMBSTONE = ("UPDATE graves SET due = $3, empty = $4 WHERE kind = $1 AND n = $2");
    DELETE_TOMBSTONE = ("DELETE FROM graves WHERE kind = $1 AND n = $2");
    SWEEP_USERS = (owned!("users", "n", "pool"));
    SWEEP_GROUPS = (owned!("user_groups", "n", "pool"));
    SWEEP_CODES = (owned!("codes", "pool, sub, purpose", "pool"));
    SWEEP_SESSIONS = (owned!("browser_sessions", "hash", "pool"));
    SWEEP_COUNTS = (owned!("user_counts", "pool, shard", "pool"));
    SWEEP_MESSAGES = (owned!("messages", "id", "pool"));
    SWEEP_DELIVERIES = (owned!("deliveries", "id", "pool"));
    SWEEP_ACTIVITY = (owned!("activity", "pool, day, kind", "pool"));
    SWEEP_EVENTS = (owned!("events", "pool, happened, id", "pool"));
    SWEEP_IDENTITY_PROVIDERS = (owned!("identity_providers", "pool, name", "pool"));
    SWEEP_IDP_IDENTIFIERS = (owned!("idp_identifiers", "pool, identifier", "pool"));
    SWEEP_FAMILIES = (owned!("families", "id", "client"));
}
