// The modules of oidc_modules.mjs in a pool with `cabana:dialect` = `standard`: no module differs.

process.env.DIALECT = "standard";
await import("./oidc_modules.mjs");
