//! Tracked sessions. Statements on token sessions take those that are not revoked, as the index does.

statements! {
    /// Both kinds, each along an index of its own.
    SESSIONS = (
        "SELECT f.issued, f.session, 'TOKEN', f.session, f.device_type, f.last_ip, f.active, c.id, f.issued,
           f.origin
         FROM families f JOIN clients c ON c.n = f.client
         WHERE f.pool = ", pool!(), " AND f.sub = $2 AND f.session IS NOT NULL AND f.revoked = 0
           AND f.issued >= $3 AND f.expires > $4 AND (f.issued, f.session) < ($5, $6)
         UNION ALL
         SELECT b.created, b.session, 'SSO', b.session, b.device_type, b.last_ip, b.active, b.client, b.created,
           NULL
         FROM browser_sessions b
         WHERE b.pool = ", pool!(), " AND b.sub = $2 AND b.session IS NOT NULL
           AND b.auth_time >= $3 AND b.expires > $4 AND (b.created, b.session) < ($5, $6)
         ORDER BY 1 DESC, 2 DESC LIMIT $7"
    );
    /// Makes lists for one user wait for each other on PostgreSQL, so that each sees what the others have done.
    LOCK_USER = ("UPDATE users SET modified = modified WHERE pool = ", pool!(), " AND sub = $2");
    LIMIT_SESSIONS = (
        "UPDATE families SET revoked = 1 WHERE id IN (
           SELECT id FROM families
           WHERE pool = ", pool!(), " AND sub = $2 AND session IS NOT NULL AND revoked = 0
             AND session <> $3 AND expires > $4
           ORDER BY active DESC, session LIMIT 1000000 OFFSET $5)"
    );
    TOUCH_TOKEN_SESSION = (
        "UPDATE families SET last_ip = $4, active = $5
         WHERE pool = ", pool!(), " AND sub = $2 AND session = $3 AND revoked = 0"
    );
    TOUCH_BROWSER_SESSION = (
        "UPDATE browser_sessions SET last_ip = $2, active = $3 WHERE session = $1"
    );
    TOUCH_ORIGIN = ("UPDATE browser_sessions SET active = $2 WHERE session = $1");
    REVOKE_TOKEN_SESSION = (
        "UPDATE families SET revoked = 1
         WHERE pool = ", pool!(), " AND sub = $2 AND session = $3 AND revoked = 0"
    );
    DELETE_ORIGIN = (
        "DELETE FROM browser_sessions WHERE session = (
           SELECT origin FROM families
           WHERE pool = ", pool!(), " AND sub = $2 AND session = $3 AND revoked = 0)"
    );
    DELETE_BROWSER_SESSION = (
        "DELETE FROM browser_sessions WHERE pool = ", pool!(), " AND sub = $2 AND session = $3"
    );
    DELETE_CODES_OF_ORIGIN = ("DELETE FROM authorization_codes WHERE origin = $1");
    REVOKE_FAMILIES_OF_ORIGIN = ("UPDATE families SET revoked = 1 WHERE origin = $1 AND revoked = 0");
}
