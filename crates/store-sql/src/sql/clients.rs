//! App clients, domains, resource servers, and the access keys of the API.

macro_rules! client {
    () => {
        "c.id, c.version, c.settings, c.secrets, c.created, c.modified, c.sso_minutes"
    };
}

macro_rules! domain {
    () => {
        "d.name, d.version, d.managed_login_version, d.custom, d.created"
    };
}

macro_rules! access_key {
    () => {
        "id, secret, enabled, name, created"
    };
}

statements! {
    CLIENT = (
        "SELECT p.id, ", client!(), " FROM clients c JOIN pools p ON p.n = c.pool WHERE c.id = $1"
    );
    CLIENTS = (
        "SELECT c.created, c.id, ", client!(), " FROM clients c
         WHERE c.pool = ", pool!(), " AND (c.created, c.id) > ($2, $3)
         ORDER BY c.created, c.id LIMIT $4"
    );
    CLIENT_EXISTS = ("SELECT n FROM clients WHERE pool = ", pool!(), " AND id = $2");
    INSERT_CLIENT = (
        "INSERT INTO clients (id, pool, version, settings, secrets, created, modified, sso_minutes)
         SELECT $2, n, $3, $4, $5, $6, $7, $8 FROM pools WHERE id = $1
         ON CONFLICT (id) DO NOTHING"
    );
    UPDATE_CLIENT = (
        "UPDATE clients SET version = version + 1, settings = $4, secrets = $5, modified = $6, sso_minutes = $7
         WHERE pool = ", pool!(), " AND id = $2 AND version = $3"
    );
    INSERT_CLIENT_TOMBSTONE = (
        "INSERT INTO graves (kind, n, due, empty) SELECT 'client', n, 0, 0 FROM clients
         WHERE pool = ", pool!(), " AND id = $2"
    );
    DELETE_CLIENT = ("DELETE FROM clients WHERE pool = ", pool!(), " AND id = $2");

    DOMAIN = (
        "SELECT p.id, ", domain!(), " FROM domains d JOIN pools p ON p.n = d.pool WHERE d.name = $1"
    );
    DOMAINS_OF = ("SELECT ", domain!(), " FROM domains d WHERE d.pool = ", pool!(), " ORDER BY d.name");
    DOMAIN_EXISTS = ("SELECT version FROM domains WHERE pool = ", pool!(), " AND name = $2");
    INSERT_DOMAIN = (
        "INSERT INTO domains (name, pool, version, managed_login_version, custom, created)
         SELECT $2, n, $3, $4, $5, $6 FROM pools WHERE id = $1
         ON CONFLICT (name) DO NOTHING"
    );
    UPDATE_DOMAIN = (
        "UPDATE domains SET version = version + 1, managed_login_version = $4, custom = $5
         WHERE pool = ", pool!(), " AND name = $2 AND version = $3"
    );
    DELETE_DOMAIN = ("DELETE FROM domains WHERE pool = ", pool!(), " AND name = $2");

    RESOURCE_SERVER = (
        "SELECT identifier, version, name, scopes FROM resource_servers
         WHERE pool = ", pool!(), " AND identifier = $2"
    );
    RESOURCE_SERVERS = (
        "SELECT identifier, identifier, version, name, scopes FROM resource_servers
         WHERE pool = ", pool!(), " AND identifier > $2 ORDER BY identifier LIMIT $3"
    );
    INSERT_RESOURCE_SERVER = (
        "INSERT INTO resource_servers (pool, identifier, version, name, scopes)
         SELECT n, $2, $3, $4, $5 FROM pools WHERE id = $1
         ON CONFLICT (pool, identifier) DO NOTHING"
    );
    UPDATE_RESOURCE_SERVER = (
        "UPDATE resource_servers SET version = version + 1, name = $4, scopes = $5
         WHERE pool = ", pool!(), " AND identifier = $2 AND version = $3"
    );
    DELETE_RESOURCE_SERVER = (
        "DELETE FROM resource_servers WHERE pool = ", pool!(), " AND identifier = $2"
    );

    ACCESS_KEY = ("SELECT ", access_key!(), " FROM access_keys WHERE id = $1");
    ACCESS_KEYS = ("SELECT ", access_key!(), " FROM access_keys ORDER BY created, id");
    INSERT_ACCESS_KEY = (
        "INSERT INTO access_keys (id, secret, enabled, name, created) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO NOTHING"
    );
    SET_ACCESS_KEY_ENABLED = ("UPDATE access_keys SET enabled = $2 WHERE id = $1");
    DELETE_ACCESS_KEY = ("DELETE FROM access_keys WHERE id = $1");
}
