//! Counts for quotas: each walks along one index, and stops at the limit.

statements! {
    COUNT_POOLS = (
        "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM pools LIMIT $1) AS counted"
    );
    COUNT_CLIENTS = (
        "SELECT CAST(COUNT(*) AS BIGINT) FROM
           (SELECT 1 AS one FROM clients WHERE pool = ", pool!(), " LIMIT $2) AS counted"
    );
    COUNT_RESOURCE_SERVERS = (
        "SELECT CAST(COUNT(*) AS BIGINT) FROM
           (SELECT 1 AS one FROM resource_servers WHERE pool = ", pool!(), " LIMIT $2) AS counted"
    );
    COUNT_IDENTITY_PROVIDERS = (
        "SELECT CAST(COUNT(*) AS BIGINT) FROM
           (SELECT 1 AS one FROM identity_providers WHERE pool = ", pool!(), " LIMIT $2) AS counted"
    );
    COUNT_GROUPS = (
        "SELECT CAST(COUNT(*) AS BIGINT) FROM
           (SELECT 1 AS one FROM user_groups WHERE pool = ", pool!(), " LIMIT $2) AS counted"
    );
}
