// Spring Security: login, resource server and sign-out, with nothing but the issuer and the client set.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { check, run } from "../../harness/checks.mjs";
import { json, programApp, signIn, stopAll } from "../../harness/party.mjs";
import { api } from "../../harness/server.mjs";

const JAR = fileURLToPath(new URL("../spring/target/spring.jar", import.meta.url));
const CLIENT = "--spring.security.oauth2.client";
let here;
let visitor;
let me;

check("a page that needs somebody leads to the hosted pages and back", async () => {
  here = await programApp("java", ({ issuer, client, secret, port }) => ["-jar", JAR, `--server.port=${port}`,
    "--server.address=127.0.0.1", `${CLIENT}.provider.cabana.issuer-uri=${issuer}`,
    `${CLIENT}.provider.cabana.user-name-attribute=username`,
    `${CLIENT}.registration.cabana.client-id=${client}`, `${CLIENT}.registration.cabana.client-secret=${secret}`,
    `${CLIENT}.registration.cabana.scope=openid,email,profile`,
    `--spring.security.oauth2.resourceserver.jwt.issuer-uri=${issuer}`],
  { callbacks: ["/login/oauth2/code/cabana"], ready: "/open" });
  visitor = here.visitor();
  me = json(await signIn(visitor, `${here.base}/me`, here.person), "/me");
  assert.equal(me.claims.email, here.person.email);
  assert.deepEqual([me.info.sub, me.info.username], [me.claims.sub, here.person.name]);
});

check("the resource server takes the access token, and nothing else", async () => {
  const call = (authorization) => fetch(`${here.base}/api/me`, { headers: authorization ? { authorization } : {} });
  const good = await call(`Bearer ${me.access}`);
  assert.equal(good.status, 200);
  assert.deepEqual(await good.json(), { sub: me.claims.sub, client: here.client });
  const [head, body, signature] = me.access.split(".");
  const forged = `${head}.${body}.${signature[0] === "A" ? "B" : "A"}${signature.slice(1)}`;
  for (const bad of [undefined, "Bearer nonsense", `Bearer ${forged}`]) assert.equal((await call(bad)).status, 401);
});

check("a machine's token of client_credentials is taken too", async () => {
  await api.createResourceServer({ UserPoolId: here.pool, Identifier: "orders", Name: "orders",
    Scopes: [{ ScopeName: "read", ScopeDescription: "read" }] });
  const { UserPoolClient: machine } = await api.createUserPoolClient({ UserPoolId: here.pool, ClientName: "machine",
    GenerateSecret: true, AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows: ["client_credentials"],
    AllowedOAuthScopes: ["orders/read"] });
  const got = await fetch(`${here.issuer}/oauth2/token`, { method: "POST", body: new URLSearchParams({
    grant_type: "client_credentials", client_id: machine.ClientId, client_secret: machine.ClientSecret }) });
  const { access_token } = await got.json();
  const answer = await fetch(`${here.base}/api/me`, { headers: { authorization: `Bearer ${access_token}` } });
  assert.equal(answer.status, 200);
  assert.equal((await answer.json()).client, machine.ClientId);
});

check("sign-out ends the session of the app and of the hosted pages", async () => {
  const asked = await visitor.open(`${here.base}/logout`);
  const back = await asked.submit({});
  assert.ok(back.has("password"), `no sign-in page at ${back.address}`);
});

await run();
stopAll();
