//! Token families.

statements! {
    FAMILY = (
        "SELECT f.id, p.id, c.id, f.sub, f.scopes, f.source, f.resource, f.event_id, f.auth_time,
           f.methods, f.authentication, f.issued, f.expires, f.refresh_hash, f.previous_hash, f.previous_good_until,
           f.earlier, f.revoked, f.level_asked, f.claims, f.session, f.device_type, f.last_ip, f.active, f.origin
         FROM families f JOIN clients c ON c.n = f.client JOIN pools p ON p.n = f.pool
         WHERE f.id = $1"
    );
    INSERT_FAMILY = (
        "INSERT INTO families (id, pool, client, sub, scopes, source, resource, event_id, auth_time,
           methods, authentication, issued, expires, revoked, level_asked, claims, refresh_hash, previous_hash,
           previous_good_until, earlier, last_ip, active, session, device_type, origin)
         SELECT $3, pool, n, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
           $22, $23, $24, $25
         FROM clients
         WHERE pool = ", pool!(), " AND id = $2
         ON CONFLICT (id) DO NOTHING"
    );
    ROTATE_FAMILY = (
        "UPDATE families SET refresh_hash = $3, previous_hash = $4, previous_good_until = $5, earlier = $6,
           last_ip = $7, active = $8
         WHERE id = $1 AND refresh_hash = $2 AND revoked = 0"
    );
    REVOKE_FAMILY = ("UPDATE families SET revoked = 1 WHERE id = $1");
}
