//! Single-use values, and counters.

statements! {
    CODE = (
        "SELECT hash, attribute, destination, guesses, created, expires FROM codes
         WHERE pool = ", pool!(), " AND sub = $2 AND purpose = $3"
    );
    PUT_CODE = (
        "INSERT INTO codes (pool, sub, purpose, hash, attribute, destination, guesses, created, expires)
         SELECT n, $2, $3, $4, $5, $6, $7, $8, $9 FROM pools WHERE id = $1
         ON CONFLICT (pool, sub, purpose) DO UPDATE SET hash = excluded.hash,
           attribute = excluded.attribute, destination = excluded.destination,
           guesses = excluded.guesses, created = excluded.created, expires = excluded.expires"
    );
    TAKE_CODE = (
        "DELETE FROM codes WHERE pool = ", pool!(), " AND sub = $2 AND purpose = $3 AND hash = $4"
    );
    GUESS_CODE = (
        "UPDATE codes SET guesses = guesses + 1
         WHERE pool = ", pool!(), " AND sub = $2 AND purpose = $3 AND hash = $4 AND guesses = $5"
    );

    AUTHORIZATION_CODE = (
        "SELECT a.hash, p.id, c.id, a.sub, a.redirect_uri, a.scopes, a.code_challenge, a.nonce,
           a.resource, a.auth_time, a.methods, a.authentication, a.level_asked, a.claims,
           a.expires, a.origin
         FROM authorization_codes a JOIN clients c ON c.n = a.client JOIN pools p ON p.n = c.pool
         WHERE a.hash = $1"
    );
    INSERT_AUTHORIZATION_CODE = (
        "INSERT INTO authorization_codes (client, hash, sub, redirect_uri, scopes, code_challenge,
           nonce, resource, auth_time, methods, authentication, level_asked, claims, expires, origin)
         SELECT n, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16 FROM clients
         WHERE pool = ", pool!(), " AND id = $2
         ON CONFLICT (hash) DO NOTHING"
    );
    TAKE_AUTHORIZATION_CODE = ("DELETE FROM authorization_codes WHERE hash = $1");

    BROWSER_SESSION = (
        "SELECT b.hash, p.id, b.sub, b.auth_time, b.methods, b.authentication, b.expires,
           b.session, b.device_type, b.last_ip, b.active, b.client, b.created
         FROM browser_sessions b JOIN pools p ON p.n = b.pool WHERE b.hash = $1"
    );
    INSERT_BROWSER_SESSION = (
        "INSERT INTO browser_sessions (pool, hash, sub, auth_time, methods, authentication, expires, session,
           device_type, last_ip, active, client, created)
         SELECT n, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 FROM pools WHERE id = $1
         ON CONFLICT (hash) DO NOTHING"
    );
    DELETE_BROWSER_SESSION = ("DELETE FROM browser_sessions WHERE hash = $1");

    SPEND = ("INSERT INTO spent (mark, expires) VALUES ($1, $2) ON CONFLICT (mark) DO NOTHING");

    SPENT = ("SELECT mark FROM spent WHERE mark = $1");

    COUNTER = ("SELECT hits, since, latest, expires FROM counters WHERE mark = $1");
    START_COUNTER = (
        "INSERT INTO counters (mark, hits, since, latest, expires) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (mark) DO NOTHING"
    );
    SET_COUNTER = (
        "UPDATE counters SET hits = $2, since = $3, latest = $4, expires = $5
         WHERE mark = $1 AND hits = $6 AND since = $7 AND latest = $8 AND expires = $9"
    );
}
