// Keycloak as the company's identity provider: people sign in there, and come to the app as users of the pool.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { start, stop, visit } from "../../harness/browser.mjs";
import { check, run } from "../../harness/checks.mjs";
import { CALLBACK as SHOWN, backAtTheApp } from "../../harness/hosted_walks.mjs";
import { WORK_PASSWORD, keycloak } from "../../harness/keycloak.mjs";
import { api, newApp, newPool, oauth, url } from "../../harness/server.mjs";
import { Visitor } from "../../harness/visitor.mjs";

const CALLBACK = "http://localhost:9/callback";
const GOODBYE = "http://localhost:9/goodbye";
const SECRET = randomBytes(16).toString("hex");
/** Keys are read again once a minute at most. */
const KEYS_REST = 61_000;
let realm;
let pool;
let app;
let ada;
let known;
let saml;

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

/** Sends the forms that a browser with scripts would send by itself. */
async function land(page) {
  let next = page;
  for (const field of ["SAMLResponse", "SAMLRequest", "SAMLResponse"]) {
    if (next.has(field) && !next.has("password")) next = await next.submit({ [field]: next.value(field) });
  }
  return next;
}

async function signInBySaml(browser) {
  const { page, verifier } = await begin(browser, "Saml");
  assert.ok(page.has("password"), `no form of Keycloak at ${page.address}: ${page.text.slice(0, 600)}`);
  return tokens(await land(await page.submit({ username: "ada", password: WORK_PASSWORD })), verifier);
}

/** Changes details of the SAML provider. */
async function change(details) {
  Object.assign(saml.ProviderDetails, details);
  const { ProviderType, ...update } = saml;
  await api.updateIdentityProvider(update);
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

check("somebody signs in at Keycloak by SAML, with metadata from its address", async () => {
  const mapper = (property) => ({ name: property, protocol: "saml", protocolMapper: "saml-user-property-mapper",
    config: { "user.attribute": property, "attribute.name": property, "attribute.nameformat": "Basic" } });
  await realm.client({ clientId: `urn:amazon:cognito:sp:${pool}`, protocol: "saml", redirectUris: [`${origin()}/*`],
    frontchannelLogout: true, protocolMappers: [mapper("email"), mapper("firstName")],
    attributes: { saml_assertion_consumer_url_post: `${origin()}/saml2/idpresponse`,
      saml_single_logout_service_url_post: `${origin()}/saml2/logout`, saml_name_id_format: "username",
      saml_force_name_id_format: "true", "saml.client.signature": "false", "saml.server.signature": "true",
      "saml.assertion.signature": "true", "saml.signature.algorithm": "RSA_SHA256", "saml.authnstatement": "true",
      saml_idp_initiated_sso_url_name: "app" } });
  saml = { UserPoolId: pool, ProviderName: "Saml", ProviderType: "SAML",
    ProviderDetails: { MetadataURL: `${realm.issuer}/protocol/saml/descriptor` },
    AttributeMapping: { email: "email", given_name: "firstName" } };
  await api.createIdentityProvider(saml);
  await api.updateUserPoolClient({ ...app, SupportedIdentityProviders: ["Saml"], LogoutURLs: [GOODBYE] });
  const browser = visitor();
  known = await signInBySaml(browser);
  assert.deepEqual([known["cognito:username"], known.email, known.given_name],
    ["Saml_ada", "ada@works.example", "Augusta"]);
  assert.equal(known.identities[0].issuer, realm.issuer);
});

check("signed requests are believed by Keycloak, and others are not", async () => {
  const { Certificate } = await api.getSigningCertificate({ UserPoolId: pool });
  await realm.changeClient(`urn:amazon:cognito:sp:${pool}`, { attributes: { "saml.client.signature": "true",
    "saml.signing.certificate": Certificate, "saml.encryption.certificate": Certificate } });
  const { page } = await begin(visitor(), "Saml");
  assert.ok(!page.has("password"), "an unsigned request led to the form");
  await change({ RequestSigningAlgorithm: "rsa-sha256" });
  assert.equal((await signInBySaml(visitor())).sub, known.sub);
});

check("what Keycloak encrypts is read, and what it does not is refused", async () => {
  await change({ EncryptedResponses: "true" });
  const { page } = await begin(visitor(), "Saml");
  const refused = await land(await page.submit({ username: "ada", password: WORK_PASSWORD }));
  assert.ok(refused.location.searchParams.get("error"), `${refused.location}`);
  await realm.changeClient(`urn:amazon:cognito:sp:${pool}`, { attributes: { "saml.encrypt": "true" } });
  assert.equal((await signInBySaml(visitor())).sub, known.sub);
});

check("who signs out of the app is signed out at Keycloak, if the provider is set so", async () => {
  const browser = visitor();
  const query = new URLSearchParams({ client_id: app.ClientId, logout_uri: GOODBYE });
  const leave = async () => {
    const gone = await land(await browser.open(`${origin()}/logout?${query}`));
    assert.equal(`${gone.location}`, GOODBYE);
  };
  await signInBySaml(browser);
  await leave();
  await change({ IDPSignout: "true" });
  const { page, verifier } = await begin(browser, "Saml");
  assert.equal((await tokens(await land(page), verifier)).sub, known.sub);
  await leave();
  assert.ok((await begin(browser, "Saml")).page.has("password"), "Keycloak still has a session");
});

check("who signs out at Keycloak is signed out here, by a redirect and by a form", async () => {
  for (const byForm of ["false", "true"]) {
    await realm.changeClient(`urn:amazon:cognito:sp:${pool}`, { attributes: { "saml.force.post.binding": byForm,
      saml_single_logout_service_url_redirect: `${origin()}/saml2/logout` } });
    const browser = visitor();
    await signInBySaml(browser);
    assert.ok(browser.cookies.has("cognito"), "no session here");
    const asked = await browser.open(`${realm.issuer}/protocol/openid-connect/logout`);
    const gone = await land(await asked.submit({ session_code: asked.value("session_code") }));
    assert.ok(!browser.cookies.has("cognito"), `still a session here: ${gone.address} ${gone.text.slice(0, 600)}`);
    assert.equal(gone.address.origin, realm.base);
    assert.match(gone.text, /logged out/i);
  }
});

check("a sign-in may begin at Keycloak, where that is allowed", async () => {
  const relay = new URLSearchParams({ identity_provider: "Saml", client_id: app.ClientId, redirect_uri: CALLBACK,
    response_type: "code", scope: "openid email" });
  const start = `${realm.issuer}/protocol/saml/clients/app?RelayState=${encodeURIComponent(`${relay}`)}`;
  const from = async () => {
    const page = await visitor().open(start);
    return land(await page.submit({ username: "ada", password: WORK_PASSWORD }));
  };
  const refused = await from();
  assert.ok(!refused.location?.searchParams.get("code"), `${refused.location}`);
  await change({ IDPInit: "true" });
  const { location } = await from();
  assert.equal(`${location?.origin}${location?.pathname}`, CALLBACK, `${location}`);
  assert.ok(location.searchParams.get("code"), `${location}`);
});

for (const provider of ["Works", "Saml"]) {
  check(`Chromium walks to Keycloak and back (${provider})`, () => visit(async (page) => {
    const shown = await newApp(pool, oauth(SHOWN, { SupportedIdentityProviders: ["COGNITO", "Works", "Saml"] }));
    const query = new URLSearchParams({ response_type: "code", client_id: shown.ClientId, redirect_uri: SHOWN,
      scope: "openid email" });
    await page.goto(`${origin()}/login?${query}`);
    await page.getByRole("link", { name: `Continue with ${provider}` }).click();
    await page.fill('[name="username"]', "ada");
    await page.fill('[name="password"]', WORK_PASSWORD);
    await page.click('[type="submit"]');
    await backAtTheApp(page);
  }, { expected: new RegExp(realm.base) }));
}

await start();
await run();
await stop();
realm?.stop();
