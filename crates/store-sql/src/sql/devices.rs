//! Devices of users.

macro_rules! columns {
    () => {
        "d.device_key, d.version, d.group_key, d.name, d.remembered, d.secrets, d.last_ip,
         d.created, d.modified, d.authenticated, d.expires"
    };
}

/// The number of the user whose pool is `$1` and whose `sub` is `$2`.
macro_rules! owner {
    () => {
        concat!(
            "(SELECT n FROM users WHERE pool = ",
            pool!(),
            " AND sub = $2)"
        )
    };
}

statements! {
    DEVICE = (
        "SELECT ", columns!(), " FROM devices d WHERE d.owner = ", owner!(), " AND d.device_key = $3"
    );
    DEVICES = (
        "SELECT d.created, d.device_key, ", columns!(), " FROM devices d
         WHERE d.owner = ", owner!(), " AND (d.created, d.device_key) < ($3, $4)
         ORDER BY d.created DESC, d.device_key DESC LIMIT $5"
    );
    DEVICE_EXISTS = (
        "SELECT device_key FROM devices WHERE owner = ", owner!(), " AND device_key = $3"
    );
    INSERT_DEVICE = (
        "INSERT INTO devices (owner, device_key, version, group_key, name, remembered, secrets, last_ip,
           created, modified, authenticated, expires)
         SELECT n, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
         FROM users WHERE pool = ", pool!(), " AND sub = $2
         ON CONFLICT (owner, device_key) DO NOTHING"
    );
    UPDATE_DEVICE = (
        "UPDATE devices SET version = version + 1, group_key = $5, name = $6, remembered = $7, secrets = $8,
           last_ip = $9, modified = $10, authenticated = $11, expires = $12
         WHERE owner = ", owner!(), " AND device_key = $3 AND version = $4"
    );
    LIMIT_DEVICES = (
        "DELETE FROM devices WHERE owner = ", owner!(), " AND device_key IN (
           SELECT device_key FROM devices
           WHERE owner = ", owner!(), " AND expires IS NULL AND device_key <> $3
           ORDER BY remembered DESC, authenticated DESC, device_key LIMIT 1000000 OFFSET $4)"
    );
    DELETE_DEVICE = ("DELETE FROM devices WHERE owner = ", owner!(), " AND device_key = $3");
}
