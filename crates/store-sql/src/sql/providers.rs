//! Identity providers, and whom their people are.

use super::users::columns as user;

macro_rules! columns {
    () => {
        "i.name, i.version, i.kind, i.identifiers, i.settings, i.created, i.modified"
    };
}

statements! {
    IDENTITY_PROVIDER = (
        "SELECT ", columns!(), " FROM identity_providers i WHERE i.pool = ", pool!(), " AND i.name = $2"
    );
    IDENTITY_PROVIDER_BY_IDENTIFIER = (
        "SELECT ", columns!(), " FROM idp_identifiers k
         JOIN identity_providers i ON i.pool = k.pool AND i.name = k.provider
         WHERE k.pool = ", pool!(), " AND k.identifier = $2"
    );
    IDENTITY_PROVIDERS = (
        "SELECT i.name, i.name, i.kind, i.created, i.modified FROM identity_providers i
         WHERE i.pool = ", pool!(), " AND i.name > $2 ORDER BY i.name LIMIT $3"
    );
    IDENTITY_PROVIDER_EXISTS = (
        "SELECT version FROM identity_providers WHERE pool = ", pool!(), " AND name = $2"
    );
    INSERT_IDENTITY_PROVIDER = (
        "INSERT INTO identity_providers (pool, name, version, kind, identifiers, settings, created, modified)
         SELECT n, $2, $3, $4, $5, $6, $7, $8 FROM pools WHERE id = $1
         ON CONFLICT (pool, name) DO NOTHING"
    );
    UPDATE_IDENTITY_PROVIDER = (
        "UPDATE identity_providers SET version = version + 1, identifiers = $4, settings = $5, modified = $6
         WHERE pool = ", pool!(), " AND name = $2 AND version = $3"
    );
    DELETE_IDENTITY_PROVIDER = (
        "DELETE FROM identity_providers WHERE pool = ", pool!(), " AND name = $2"
    );
    INSERT_IDP_IDENTIFIER = (
        "INSERT INTO idp_identifiers (pool, identifier, provider)
         SELECT n, $2, $3 FROM pools WHERE id = $1
         ON CONFLICT (pool, identifier) DO NOTHING"
    );
    DELETE_IDP_IDENTIFIERS = (
        "DELETE FROM idp_identifiers WHERE pool = ", pool!(), " AND provider = $2"
    );

    SAML_KEY = ("SELECT pkcs8, certificate, created FROM saml_keys WHERE pool = ", pool!());
    INSERT_SAML_KEY = (
        "INSERT INTO saml_keys (pool, pkcs8, certificate, created) SELECT n, $2, $3, $4 FROM pools WHERE id = $1
         ON CONFLICT (pool) DO NOTHING"
    );
    DELETE_SAML_KEY_OF_POOL = ("DELETE FROM saml_keys WHERE pool = ", pool!());

    USER_BY_IDENTITY = (
        "SELECT ", user!(), " FROM identities k JOIN users u ON u.n = k.owner
         WHERE k.pool = ", pool!(), " AND k.provider = $2 AND k.attribute = $3 AND k.value = $4"
    );
    INSERT_IDENTITY = (
        "INSERT INTO identities (pool, provider, attribute, value, owner, created)
         SELECT u.pool, $3, $4, $5, u.n, $6 FROM users u WHERE u.pool = ", pool!(), " AND u.sub = $2
         ON CONFLICT (pool, provider, attribute, value) DO NOTHING"
    );
    DELETE_IDENTITY = (
        "DELETE FROM identities WHERE pool = ", pool!(), " AND provider = $3 AND attribute = $4 AND value = $5
         AND owner = (SELECT n FROM users WHERE pool = ", pool!(), " AND sub = $2)"
    );
}
