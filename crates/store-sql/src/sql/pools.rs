//! Pools, their signing keys and their counts.

macro_rules! columns {
    () => {
        "id, version, settings, mfa, issuer, created, modified, sessions"
    };
}

statements! {
    POOL = ("SELECT ", columns!(), " FROM pools WHERE id = $1");
    /// All but the operators' pool.
    POOLS = (
        "SELECT created, id, ", columns!(), " FROM pools WHERE (created, id) > ($1, $2) AND id <> 'cabana_Operators'
         ORDER BY created, id LIMIT $3"
    );
    POOL_EXISTS = ("SELECT n FROM pools WHERE id = $1");
    INSERT_POOL = (
        "INSERT INTO pools (id, version, settings, mfa, issuer, created, modified, sessions)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING"
    );
    UPDATE_POOL = (
        "UPDATE pools SET version = version + 1, settings = $3, mfa = $4, modified = $5, sessions = $6
         WHERE id = $1 AND version = $2"
    );
    KEEP_ISSUER = ("UPDATE pools SET issuer = $2 WHERE id = $1 AND issuer IS NULL");
    DELETE_POOL = ("DELETE FROM pools WHERE id = $1");
    INSERT_POOL_TOMBSTONE = ("INSERT INTO graves (kind, n, due, empty) SELECT 'pool', n, 0, 0 FROM pools WHERE id = $1");
    INSERT_CLIENT_TOMBSTONES_OF_POOL = (
        "INSERT INTO graves (kind, n, due, empty) SELECT 'client', n, 0, 0 FROM clients WHERE pool = ", pool!()
    );
    DELETE_CLIENTS_OF_POOL = ("DELETE FROM clients WHERE pool = ", pool!());
    DELETE_DOMAINS_OF_POOL = ("DELETE FROM domains WHERE pool = ", pool!());
    DELETE_RESOURCE_SERVERS_OF_POOL = ("DELETE FROM resource_servers WHERE pool = ", pool!());
    DELETE_SIGNING_KEYS_OF_POOL = ("DELETE FROM signing_keys WHERE pool = ", pool!());

    SIGNING_KEYS = (
        "SELECT kid, usage, pkcs8, modulus, exponent, created FROM signing_keys
         WHERE pool = ", pool!(), " ORDER BY usage, created DESC, kid"
    );
    INSERT_SIGNING_KEY = (
        "INSERT INTO signing_keys (pool, kid, usage, pkcs8, modulus, exponent, created)
         SELECT n, $2, $3, $4, $5, $6, $7 FROM pools WHERE id = $1
         ON CONFLICT (pool, kid) DO NOTHING"
    );

    COUNT_USERS = (
        "SELECT CAST(COALESCE(SUM(users), 0) AS BIGINT) FROM user_counts WHERE pool = ", pool!()
    );
    ADD_TO_COUNT = (
        "INSERT INTO user_counts (pool, shard, users) SELECT n, $2, $3 FROM pools WHERE id = $1
         ON CONFLICT (pool, shard) DO UPDATE SET users = user_counts.users + excluded.users"
    );

    ACTIVITY = (
        "SELECT day, kind, events FROM activity WHERE pool = ", pool!(), " AND day >= $2
         ORDER BY day, kind"
    );
    ADD_ACTIVITY = (
        "INSERT INTO activity (pool, day, kind, events) SELECT n, $2, $3, $4 FROM pools WHERE id = $1
         ON CONFLICT (pool, day, kind) DO UPDATE SET events = activity.events + excluded.events"
    );
}
