// An app in Go with go-oidc and golang.org/x/oauth2.

import assert from "node:assert/strict";
import { check, run } from "../../harness/checks.mjs";
import { BUILT, json, programApp, signIn, stopAll } from "../../harness/party.mjs";

let here;
let visitor;
let claims;

check("go-oidc finds the provider, and its login brings an ID token that it verifies", async () => {
  here = await programApp(`${BUILT}/go-oidc`, ({ issuer, client, secret, base, port }) =>
    [JSON.stringify({ issuer, client, secret, base, port })], { callbacks: ["/callback"], ready: "/me" });
  visitor = here.visitor();
  claims = json(await signIn(visitor, `${here.base}/login`, here.person));
  assert.equal(claims.email, here.person.email);
  assert.equal(claims["cognito:username"], here.person.name);
});

check("userInfo, with Cognito's text for email_verified", async () => {
  const info = json(await visitor.open(`${here.base}/info`));
  assert.deepEqual(info, { sub: claims.sub, email: here.person.email, verified: true });
});

check("a refresh brings another ID token for the same user", async () => {
  const renewed = json(await visitor.open(`${here.base}/renew`));
  assert.deepEqual([renewed.sub, renewed.auth_time], [claims.sub, claims.auth_time]);
});

check("sign-out at the provider ends the session of the hosted pages", async () => {
  const back = await visitor.open(`${here.base}/logout`);
  assert.equal(back.address.href, `${here.base}/me`);
  assert.ok((await visitor.open(`${here.base}/login`)).has("password"));
});

await run();
stopAll();
