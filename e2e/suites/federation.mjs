// People from elsewhere: oidc-provider and a second Cabana as the other side, walked in Chromium.

import assert from "node:assert/strict";
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider";
import { inspect, start, stop, visit } from "../harness/browser.mjs";
import { check, run } from "../harness/checks.mjs";
import { press, work } from "../harness/console.mjs";
import { CALLBACK, backAtTheApp, shop } from "../harness/hosted_walks.mjs";
import { asProvider, openidProvider } from "../harness/oidc_provider.mjs";
import { PASSWORD, api, newEmail, newName, newUser, oauth, url } from "../harness/server.mjs";
import { rootKey, sibling } from "../harness/sibling.mjs";

const MINUTE = 61_000;
const redirect = (pool) => `${url}/${pool}/oauth2/idpresponse`;

/** A pool whose app lets people in by the pool and by `Corp`. */
async function house({ claims, mapping, settings, identifiers } = {}) {
  const here = await shop({
    Schema: [{ Name: "teams", AttributeDataType: "String", Mutable: true }], ...settings,
  });
  const idp = await openidProvider([redirect(here.pool)], claims);
  const more = { IdpIdentifiers: identifiers, ...(mapping && { AttributeMapping: mapping }) };
  await api.createIdentityProvider({ UserPoolId: here.pool, ...asProvider(idp.issuer, "Corp", more) });
  await supports(here, ["COGNITO", "Corp"]);
  return { ...here, idp };
}

async function supports({ pool, app }, providers) {
  await api.updateUserPoolClient({
    UserPoolId: pool, ClientId: app.ClientId, ClientName: app.ClientName,
    ...oauth(CALLBACK, { SupportedIdentityProviders: providers }),
  });
}

/** The other side's own page. */
async function signInThere(page, name) {
  await page.waitForURL("**/sign-in/**");
  await page.fill('[name="name"]', name);
  await page.getByRole("button", { name: "Go" }).click();
}

async function signIn(page, here, name) {
  await page.goto(here.at("/login", { prompt: "login" }));
  await page.getByRole("link", { name: "Continue with Corp" }).click();
  await signInThere(page, name);
  await backAtTheApp(page);
}

/** The claims of the ID token for the code that the app has got. */
async function idToken(page, { pool, app }) {
  const code = new URL(page.url()).searchParams.get("code");
  const answer = await fetch(`${url}/${pool}/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code", client_id: app.ClientId, code, redirect_uri: CALLBACK,
    }),
  });
  const { id_token } = await answer.json();
  return JSON.parse(Buffer.from(id_token.split(".")[1], "base64url"));
}

async function attributes(pool, Username) {
  const { UserAttributes } = await api.adminGetUser({ UserPoolId: pool, Username });
  return Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value]));
}

const email = newEmail();
const standard = await house({ claims: () => ({ email, email_verified: true, name: "Ann Other" }) });
let keysKnown;

check("a person of an OpenID provider comes in, and is the same user the next time", () => visit(async (page) => {
  await page.goto(standard.at("/login"));
  await inspect(page, "sign-in-provider");
  await signIn(page, standard, "ann");
  keysKnown = Date.now();
  const first = await idToken(page, standard);
  assert.equal(first["cognito:username"], "Corp_ann");
  assert.equal(first.email, email);
  assert.equal(first.email_verified, true);
  assert.equal(first.identities[0].providerName, "Corp");
  await signIn(page, standard, "ann");
  assert.equal((await idToken(page, standard)).sub, first.sub);
  const { Users } = await api.listUsers({ UserPoolId: standard.pool });
  assert.deepEqual(Users.map(({ Username, UserStatus }) => [Username, UserStatus]), [["Corp_ann", "EXTERNAL_PROVIDER"]]);
}));

check("a person who changes their mind is back at the app, which learns it", () => visit(async (page) => {
  await page.goto(standard.at("/oauth2/authorize", { identity_provider: "Corp", state: "s" }));
  await page.waitForURL("**/sign-in/**");
  await page.getByRole("button", { name: "No" }).click();
  await page.waitForURL(`${CALLBACK}?**`);
  const { searchParams } = new URL(page.url());
  assert.equal(searchParams.get("error"), "access_denied");
  assert.equal(searchParams.get("state"), "s");
}));

check("odd claims are mapped: lists, numbers, objects, and what is missing", () => visit(async (page) => {
  let said = { email, teams: ["red", "a b"], age: 17, address: { locality: "Town" } };
  const here = await house({
    claims: () => said,
    mapping: { email: "email", "custom:teams": "teams", nickname: "age", address: "address", name: "name" },
  });
  await signIn(page, here, "Ünïque|7");
  const { Users } = await api.listUsers({ UserPoolId: here.pool });
  assert.deepEqual(Users.map(({ Username }) => Username), ["Corp_Ünïque|7"]);
  const name = Users[0].Username;
  const first = await attributes(here.pool, name);
  assert.equal(first["custom:teams"], "[red, a+b]");
  assert.equal(first.nickname, "17");
  assert.equal(first.address, '{"locality":"Town"}');
  assert.equal(first.name, undefined);
  said = { email: "other@example.com", teams: "", address: null };
  await signIn(page, here, "Ünïque|7");
  const second = await attributes(here.pool, name);
  assert.equal(second.email, "other@example.com");
  assert.equal(second["custom:teams"], undefined, "an empty claim clears");
  assert.equal(second.address, first.address, "a missing claim leaves what was");
}));

check("an address leads to its provider", () => visit(async (page) => {
  const here = await house({ identifiers: ["corp.example"] });
  const other = asProvider(here.idp.issuer, "Other", { IdpIdentifiers: ["other.example"] });
  await api.createIdentityProvider({ UserPoolId: here.pool, ...other });
  await supports(here, ["COGNITO", "Corp", "Other"]);
  await page.goto(here.at("/login"));
  await inspect(page, "sign-in-by-address");
  await page.getByLabel("Work email").fill("ann@nowhere.example");
  await page.getByRole("button", { name: "Continue with your company" }).click();
  await page.getByText("No company in this app").first().waitFor();
  await page.getByLabel("Work email").fill("ann@corp.example");
  await page.getByRole("button", { name: "Continue with your company" }).click();
  await signInThere(page, "ann");
  await backAtTheApp(page);
}));

check("a verified address joins its user after one proof", () => visit(async (page) => {
  const here = await house({
    claims: () => ({ email, email_verified: true }),
    settings: { UserPoolTags: { "cabana:link-by-email": "verified" } },
  });
  const { name } = await newUser(here.pool, { email });
  await page.goto(here.at("/oauth2/authorize", { identity_provider: "Corp" }));
  await signInThere(page, "ann");
  await page.getByText("You already have an account").first().waitFor();
  await inspect(page, "join");
  await page.fill('[name="username"]', name);
  await page.fill('[name="password"]', PASSWORD);
  await page.click('[name="signInSubmitButton"]');
  await backAtTheApp(page);
  await page.context().clearCookies();
  await signIn(page, here, "ann");
  assert.equal((await idToken(page, here))["cognito:username"], name);
}));

check("an operator adds a provider, tests it, and sees what came", async () => {
  const here = await shop();
  const idp = await openidProvider([redirect(here.pool)], () => ({ email, email_verified: true, name: "<b>Ann</b>" }));
  await work("administrators", async (page) => {
    await page.goto(`${url}/console/pools/${here.pool}/sign-in`);
    await inspect(page, "console-providers-none");
    await page.getByRole("link", { name: "Add identity provider" }).first().click();
    await inspect(page, "console-provider-types");
    await page.getByRole("link", { name: "Add OpenID Connect" }).click();
    await page.getByLabel("Provider name").fill("Corp");
    await page.getByLabel("Client ID").fill("cabana");
    await page.getByLabel("Client secret – optional").fill("a secret of the other side");
    await page.getByLabel("Issuer").fill(idp.issuer);
    await inspect(page, "console-provider-new");
    await press(page, "Add identity provider");
    await page.getByText("has been added").first().waitFor();
    await inspect(page, "console-provider");
    await page.getByRole("link", { name: "Edit: Attribute mapping" }).click();
    await page.getByLabel("name", { exact: true }).fill("name");
    await inspect(page, "console-provider-mapping");
    await press(page, "Save changes");
    await page.getByRole("link", { name: "Test connection: Identity provider" }).click();
    await inspect(page, "console-provider-test");
    await page.getByRole("link", { name: "Sign in at Corp" }).click();
    await signInThere(page, "ann");
    await page.getByText("Would be signed in").waitFor();
    await page.getByText("Corp_ann").first().waitFor();
    await page.getByText("<b>Ann</b>").first().waitFor();
    await inspect(page, "console-provider-result");
    const { Users } = await api.listUsers({ UserPoolId: here.pool });
    assert.deepEqual(Users, []);
  });
});

check("an operator links and unlinks an identity on the page of a user", async () => {
  const here = await house();
  const { name } = await newUser(here.pool);
  await work("administrators", async (page) => {
    await page.goto(`${url}/console/pools/${here.pool}/users/${name}`);
    await page.getByLabel("Value").fill("ann");
    await press(page, "Link");
    await page.getByText("has been linked").first().waitFor();
    await inspect(page, "console-user-identities");
    await press(page, "Unlink Corp", "Unlink");
    await page.getByText("has been unlinked").first().waitFor();
  });
});

check("another Cabana is a provider like any other", async () => {
  const other = await sibling("dev");
  try {
    const { id: accessKeyId, secret: secretAccessKey } = rootKey(other.data);
    const there = new CognitoIdentityProvider({
      region: "us-east-1", endpoint: other.base, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey },
    });
    const { UserPool } = await there.createUserPool({ PoolName: "people" });
    const here = await shop();
    const { UserPoolClient } = await there.createUserPoolClient({
      UserPoolId: UserPool.Id, ClientName: "the other", GenerateSecret: true, ...oauth(redirect(here.pool)),
    });
    const name = newName();
    await there.adminCreateUser({
      UserPoolId: UserPool.Id, Username: name, MessageAction: "SUPPRESS",
      UserAttributes: [{ Name: "email", Value: email }, { Name: "email_verified", Value: "true" }],
    });
    await there.adminSetUserPassword({ UserPoolId: UserPool.Id, Username: name, Password: PASSWORD, Permanent: true });
    const wanted = asProvider(`${other.base}/${UserPool.Id}`);
    wanted.ProviderDetails.client_id = UserPoolClient.ClientId;
    wanted.ProviderDetails.client_secret = UserPoolClient.ClientSecret;
    await api.createIdentityProvider({ UserPoolId: here.pool, ...wanted });
    await supports(here, ["Corp"]);
    await visit(async (page) => {
      await page.goto(here.at("/oauth2/authorize", { identity_provider: "Corp" }));
      await page.fill('[name="username"]', name);
      await page.fill('[name="password"]', PASSWORD);
      await page.click('[name="signInSubmitButton"]');
      await backAtTheApp(page);
      const token = await idToken(page, here);
      assert.equal(token.email, email);
      assert.match(token["cognito:username"], /^Corp_[0-9a-f-]{36}$/);
    });
  } finally {
    other.stop();
  }
});

check("a key that the provider has rotated is found", () => visit(async (page) => {
  standard.idp.rotate();
  // Keys are read again for one that is unknown, but no more than once a minute.
  await new Promise((go) => setTimeout(go, Math.max(0, keysKnown + MINUTE - Date.now())));
  await signIn(page, standard, "ann");
}));

await start();
await run();
await stop();
