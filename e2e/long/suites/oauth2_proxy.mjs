// oauth2-proxy in front of an app: sign-in, groups, refresh with rotation, bearer tokens, sign-out.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { check, run } from "../../harness/checks.mjs";
import { BUILT, json, programApp, signIn, stopAll } from "../../harness/party.mjs";
import { PASSWORD, api, newApp, newUser } from "../../harness/server.mjs";

const upstream = createServer((request, answer) => {
  answer.setHeader("content-type", "application/json");
  answer.end(JSON.stringify(request.headers));
});
await new Promise((ready) => upstream.listen(0, "127.0.0.1", ready));
let here;

/** Starts the proxy; `more` are options besides those that everybody sets. */
function proxy(settings, ...more) {
  return programApp(`${BUILT}/oauth2-proxy`, ({ issuer, client, secret, base, port }) => [
    "--provider=oidc", `--oidc-issuer-url=${issuer}`, `--client-id=${client}`, `--client-secret=${secret}`,
    `--http-address=127.0.0.1:${port}`, `--upstream=http://127.0.0.1:${upstream.address().port}/`,
    `--redirect-url=${base}/oauth2/callback`, "--email-domain=*", "--scope=openid email profile",
    "--oidc-groups-claim=cognito:groups", `--cookie-secret=${randomBytes(16).toString("hex")}`,
    "--cookie-secure=false", "--skip-provider-button", "--pass-access-token", "--set-xauthrequest",
    "--code-challenge-method=S256", `--whitelist-domain=localhost:${port}`, `--whitelist-domain=${new URL(issuer).host}`,
    ...more,
  ], { callbacks: ["/oauth2/callback"], ready: "/ping", settings });
}

check("a person signs in, and the app behind reads who it is", async () => {
  here = await proxy({});
  const visitor = here.visitor();
  const headers = json(await signIn(visitor, `${here.base}/`, here.person));
  assert.equal(headers["x-forwarded-email"], here.person.email);
  assert.ok(headers["x-forwarded-access-token"]);
});

check("a user whom an administrator made, with an address that nobody proved, gets in too", async () => {
  const name = `made-${randomBytes(3).toString("hex")}`;
  const user = { UserPoolId: here.pool, Username: name };
  await api.adminCreateUser({ ...user, MessageAction: "SUPPRESS",
    UserAttributes: [{ Name: "email", Value: `${name}@example.com` }] });
  await api.adminSetUserPassword({ ...user, Password: PASSWORD, Permanent: true });
  const headers = json(await signIn(here.visitor(), `${here.base}/`, { name }));
  assert.equal(headers["x-forwarded-email"], `${name}@example.com`);
});

check("only a member of the allowed group gets in", async () => {
  const gate = await proxy({}, "--allowed-group=crew");
  await api.createGroup({ UserPoolId: gate.pool, GroupName: "crew" });
  assert.equal((await signIn(gate.visitor(), `${gate.base}/`, gate.person)).status, 403);
  const member = await newUser(gate.pool);
  await api.adminAddUserToGroup({ UserPoolId: gate.pool, Username: member.name, GroupName: "crew" });
  const headers = json(await signIn(gate.visitor(), `${gate.base}/`, member));
  assert.equal(headers["x-forwarded-groups"], "crew");
});

check("a stale session is renewed, by twenty requests at once as well, with rotation", async () => {
  const gate = await proxy({
    RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 60 },
    ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"],
  }, "--cookie-refresh=1s");
  const visitor = gate.visitor();
  const first = json(await signIn(visitor, `${gate.base}/`, gate.person));
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  await new Promise((go) => setTimeout(go, 2200));
  const all = await Promise.all(Array.from({ length: 20 }, () => fetch(`${gate.base}/`, { headers: { cookie } })));
  assert.deepEqual(all.map(({ status }) => status), Array(20).fill(200));
  const tokens = await Promise.all(all.map(async (one) => (await one.json())["x-forwarded-access-token"]));
  assert.ok(tokens.some((one) => one !== first["x-forwarded-access-token"]), "nothing was renewed");
  await new Promise((go) => setTimeout(go, 2200));
  for (const one of all) {
    const next = one.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
    if (!next) continue;
    const again = await fetch(`${gate.base}/`, { headers: { cookie: next }, redirect: "manual" });
    assert.equal(again.status, 200, "within the grace period every one of the twenty cookies is good");
  }
});

check("an ID token of the same client is let through as a bearer token, another client's is not", async () => {
  const gate = await proxy({}, "--skip-jwt-bearer-tokens", "--pass-authorization-header");
  const { authorization } = json(await signIn(gate.visitor(), `${gate.base}/`, gate.person));
  const call = (value) => fetch(`${gate.base}/`, { headers: { authorization: value }, redirect: "manual" });
  const own = await call(authorization);
  assert.equal(own.status, 200);
  assert.equal((await own.json())["x-forwarded-email"], gate.person.email);
  const app = await newApp(gate.pool);
  const { AuthenticationResult: other } = await api.initiateAuth({ ClientId: app.ClientId,
    AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME: gate.person.name, PASSWORD } });
  assert.notEqual((await call(`Bearer ${other.IdToken}`)).status, 200);
});

check("sign-out leads through the hosted pages' own", async () => {
  const visitor = here.visitor();
  await signIn(visitor, `${here.base}/`, here.person);
  const target = `${here.issuer}/logout?${new URLSearchParams({ client_id: here.client, logout_uri: `${here.base}/` })}`;
  const page = await visitor.open(`${here.base}/oauth2/sign_out?${new URLSearchParams({ rd: target })}`);
  assert.ok(page.has("password"), `no sign-in page at ${page.address}`);
});

await run();
stopAll();
upstream.close();
