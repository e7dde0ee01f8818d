// The modules of oidc_config_logout.mjs in a pool with `cabana:dialect` = `standard`.

process.env.DIALECT = "standard";
await import("./oidc_config_logout.mjs");
