// Keycloak as the company's identity provider: people sign in there, and come to the app as users of the pool.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { check, run } from "../../harness/checks.mjs";
import { WORK_PASSWORD, keycloak } from "../../harness/keycloak.mjs";
import { api, newApp, newPool, oauth, url } from "../../harness/server.mjs";
import { Visitor } from "../../harness/visitor.mjs";

const CALLBACK = "http://localhost:9/callback";
const SECRET = randomBytes(16).toString("hex");
/** Keys are read again once a minute at most. */
const KEYS_REST = 61_000;
let realm;
let pool;
let app;
let ada;
let known;

const visitor = () => new Visitor(() => {}, [new URL(url).origin, realm.base]);
const claims = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
const origin = () => `${url}/${pool}`;

/** Begins a sign-in at the provider; the page is its own, or the app's address with the answer. */
async function begin(browser, provider, more = {}) {
  const verifier = randomBytes(32).toString("base64url");
  const query = new URLSearchParams({ response_type: "code", client_id: app.ClientId, redirect_uri: CALLBACK,
    scope: "openid email profile", state: "from-the-app", identity_provider: provider, code_challenge_method: "S256",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"), ...more });
  return { page: await browser.open(`${origin()}/oauth2/authorize?${query}`), verifier };
}

/** What the app gets for the answer that a page ends with. */
async function tokens(page, verifier) {
  assert.equal(page.location?.origin, new URL(CALLBACK).origin, `${page.status} ${page.address}: ${page.text.slice(0, 600)}`);
  const answer = page.location.searchParams;
  assert.equal(answer.get("state"), "from-the-app", `${answer}`);
  const got = await fetch(`${origin()}/oauth2/token`, { method: "POST", body: new URLSearchParams({
    grant_type: "authorization_code", client_id: app.ClientId, redirect_uri: CALLBACK, code: answer.get("code"),
    code_verifier: verifier }) });
  assert.equal(got.status, 200, `${answer}`);
  return claims((await got.json()).id_token);
}

async function signIn(browser, provider, username) {
  const { page, verifier } = await begin(browser, provider);
  assert.ok(page.has("password"), `no form of Keycloak at ${page.address}: ${page.text.slice(0, 600)}`);
  return tokens(await page.submit({ username, password: WORK_PASSWORD }), verifier);
}

check("somebody signs in at Keycloak by OpenID Connect, the first time too", async () => {
  realm = await keycloak("works");
  pool = await newPool({ AutoVerifiedAttributes: ["email"] });
  await realm.client({ clientId: "cabana", protocol: "openid-connect", secret: SECRET, publicClient: false,
    standardFlowEnabled: true, redirectUris: [`${origin()}/oauth2/idpresponse`],
    attributes: { "pkce.code.challenge.method": "S256" } });
  ada = await realm.person("ada");
  await api.createIdentityProvider({ UserPoolId: pool, ProviderName: "Works", ProviderType: "OIDC",
    ProviderDetails: { client_id: "cabana", client_secret: SECRET, oidc_issuer: realm.issuer,
      authorize_scopes: "openid email profile", attributes_request_method: "GET" },
    AttributeMapping: { email: "email", email_verified: "email_verified", given_name: "given_name" } });
  app = await newApp(pool, oauth(CALLBACK, { SupportedIdentityProviders: ["Works"] }));
  known = await signIn(visitor(), "Works", "ada");
  assert.deepEqual([known["cognito:username"], known.email, known.email_verified, known.given_name],
    [`Works_${ada}`, "ada@works.example", true, "Ada"]);
  assert.deepEqual(known["cognito:groups"], [`${pool}_Works`]);
  assert.equal(known.identities[0].userId, ada);
});

check("who is signed in at Keycloak comes back without a form, with what has changed there", async () => {
  const browser = visitor();
  await signIn(browser, "Works", "ada");
  await realm.changePerson(ada, { firstName: "Augusta" });
  const { page, verifier } = await begin(browser, "Works", { prompt: "login" });
  const again = await tokens(await page.submit({ password: WORK_PASSWORD }), verifier);
  assert.deepEqual([again.sub, again.given_name], [known.sub, "Augusta"]);
});

check("who refuses at Keycloak is sent back to the app with its state", async () => {
  await realm.changeClient("cabana", { consentRequired: true });
  const { page } = await begin(visitor(), "Works");
  const asked = await page.submit({ username: "ada", password: WORK_PASSWORD });
  const { location } = await asked.press("cancel", "");
  assert.deepEqual([location?.searchParams.get("error"), location?.searchParams.get("state")],
    ["access_denied", "from-the-app"], `${location}`);
  await realm.changeClient("cabana", { consentRequired: false });
});

check("a key that Keycloak begins to use is found by itself", async () => {
  await realm.rotate();
  await new Promise((rested) => setTimeout(rested, KEYS_REST));
  assert.equal((await signIn(visitor(), "Works", "ada")).sub, known.sub);
});

await run();
realm?.stop();
