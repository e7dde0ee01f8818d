// A real OpenID provider beside the server, in this process: `oidc-provider`, which lets in whoever says their name.

import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

// Its advice to operators would be read as a check's result.
for (const way of ["info", "warn"]) {
  const say = console[way];
  console[way] = (...all) => String(all[0]).includes("oidc-provider") || say(...all);
}

export const CLIENT = { client_id: "cabana", client_secret: "a secret of the other side" };

/**
 * Starts the provider. `redirect_uris` are the addresses that people may come back to, `claims(name)` is what it says of
 * somebody besides their subject, which is their name.
 */
export async function openidProvider(redirect_uris, claims = () => ({})) {
  let provider;
  const server = createServer((request, response) => answer(provider, request, response));
  await new Promise((ready) => server.listen(0, "localhost", ready));
  server.unref();
  const issuer = `http://localhost:${server.address().port}`;
  /** Signs with a new key from now on; the earlier one is published no more, and every session is gone. */
  const rotate = () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const jwk = { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256" };
    provider = new Provider(issuer, configuration(redirect_uris, claims, jwk));
  };
  rotate();
  return { issuer, rotate };
}

function configuration(redirect_uris, claims, jwk) {
  return {
    jwks: { keys: [jwk] },
    clients: [{ ...CLIENT, redirect_uris, token_endpoint_auth_method: "client_secret_post" }],
    cookies: { keys: ["a key for cookies"] },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "teams", "age", "address"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/sign-in/${uid}` },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId, ...claims(accountId) }) }),
    // Nobody is asked for consent.
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client.clientId, accountId: oidc.session.accountId,
      });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
    ttl: { Grant: 600, Interaction: 600, Session: 600, AccessToken: 600, IdToken: 600 },
  };
}

async function answer(provider, request, response) {
  const { pathname } = new URL(request.url, "http://localhost");
  if (!pathname.startsWith("/sign-in/")) return provider.callback()(request, response);
  if (request.method === "GET") {
    response.setHeader("content-type", "text/html; charset=utf-8");
    return response.end(`<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Other side</title>
<h1>The other side</h1><form method="post"><label>Name <input name="name"></label><button name="go" value="in">Go</button>
<button name="go" value="no">No</button></form>`);
  }
  let body = "";
  for await (const chunk of request) body += chunk;
  const sent = new URLSearchParams(body);
  const result = sent.get("go") === "no"
    ? { error: "access_denied", error_description: "changed their mind" }
    : { login: { accountId: sent.get("name") } };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

/** Members of CreateIdentityProvider for this provider. */
export function asProvider(issuer, name = "Corp", more = {}) {
  return {
    ProviderName: name, ProviderType: "OIDC",
    ProviderDetails: {
      ...CLIENT, authorize_scopes: "openid email profile", oidc_issuer: issuer, attributes_request_method: "GET",
    },
    AttributeMapping: { email: "email", email_verified: "email_verified", name: "name" },
    ...more,
  };
}
