// The modules of oidc_modules.mjs in a pool with `cabana:dialect` = `standard`, where no module differs; and what only
// that dialect has, by a client that knows it.

import assert from "node:assert/strict";
import * as client from "openid-client";
import { check } from "../harness/checks.mjs";
import { CALLBACK, newProvider, signIn } from "../harness/provider.mjs";
import { Visitor } from "../harness/visitor.mjs";

process.env.DIALECT = "standard";

check("openid-client pushes its request, reads who answers, and introspects both tokens", async () => {
  const { metadata, person, clients: [{ ClientId, ClientSecret }] } = await newProvider();
  const config = await client.discovery(new URL(metadata.issuer), ClientId, ClientSecret, undefined, {
    execute: [client.allowInsecureRequests] });
  const [verifier, state] = [client.randomPKCECodeVerifier(), client.randomState()];
  const address = await client.buildAuthorizationUrlWithPAR(config, {
    redirect_uri: CALLBACK, scope: "openid email", state, code_challenge_method: "S256",
    code_challenge: await client.calculatePKCECodeChallenge(verifier) });
  assert.deepEqual([...address.searchParams.keys()].sort(), ["client_id", "request_uri"]);
  const page = await signIn(await new Visitor().open(address.href), person);
  const tokens = await client.authorizationCodeGrant(config, page.location, {
    pkceCodeVerifier: verifier, expectedState: state });
  const { sub } = tokens.claims();
  const info = await client.fetchUserInfo(config, tokens.access_token, sub);
  assert.deepEqual(info, { sub, email: person.email, email_verified: true });
  for (const token of [tokens.access_token, tokens.refresh_token]) {
    const told = await client.tokenIntrospection(config, token);
    assert.deepEqual([told.active, told.sub, told.client_id], [true, sub, ClientId]);
  }
  await client.tokenRevocation(config, tokens.refresh_token);
  assert.deepEqual(await client.tokenIntrospection(config, tokens.access_token), { active: false });
});

await import("./oidc_modules.mjs");
