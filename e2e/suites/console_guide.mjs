// The console's guide in Chromium: from the link that opens the console to an app that signs in with
// the values that its pages show.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as client from "openid-client";
import { inspect, start, stop, visit } from "../harness/browser.mjs";
import { check, refused, run } from "../harness/checks.mjs";
import { PASSWORD, api, message, newEmail, newName, newPool, url } from "../harness/server.mjs";

const APP = "http://localhost:3080";
const CALLBACK = `${APP}/oauth/openid/callback`;
const POOLS = `${url}/console/pools`;

/** A link that makes an administrator, as the command prints it. */
function consoleLink() {
  const options = JSON.parse(process.env.E2E_OPTIONS);
  return execFileSync(process.env.E2E_BINARY, ["console-link", ...options], {
    encoding: "utf8", timeout: 30_000, stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}

/** Lets an administrator do something in the console. */
function administer(body, options = {}) {
  return visit(async (page) => {
    await page.goto(consoleLink());
    await page.waitForURL((to) => to.pathname === "/console/pools");
    await body(page);
  }, { apps: [APP], ignoreHTTPSErrors: true, ...options });
}

const press = (page, name) => page.getByRole("button", { name, exact: true }).last().click();
const tick = (page, name) => page.getByLabel(name, { exact: true }).check();
const type = (page, name, text) => page.getByRole("textbox", { name, exact: true }).fill(text);

/** Waits for the step of this name. */
const step = (page, title) => page.getByRole("heading", { level: 1, name: title }).waitFor();

/** To the last but one step, with a password as the only factor. */
async function toIntegration(page, look = async () => {}) {
  await page.goto(`${POOLS}/new`);
  await tick(page, "User name");
  await tick(page, "Email");
  await look(page, "console-sign-in");
  await press(page, "Next");
  await step(page, "Configure security requirements");
  await tick(page, "No MFA");
  await look(page, "console-security");
  await press(page, "Next");
  await step(page, "Configure sign-up experience");
  await tick(page, "name");
  await look(page, "console-sign-up");
  await press(page, "Next");
  await step(page, "Configure message delivery");
  await look(page, "console-messages");
  await press(page, "Next");
  await step(page, "Integrate your app");
}

/** What LibreChat's guide enters on the page that integrates the app. */
async function integrate(page, name, prefix) {
  await type(page, "User pool name", name);
  await tick(page, "Use the Cognito Hosted UI");
  await type(page, "Cognito domain", prefix);
  await page.getByText(`The domain ${prefix} is available.`).waitFor();
  await tick(page, "Confidential client");
  assert.ok(await page.getByLabel("Generate a client secret", { exact: true }).isChecked());
  await type(page, "App client name", "librechat");
  await type(page, "Allowed callback URLs", CALLBACK);
  await page.locator("summary").click();
  await tick(page, "Profile");
  await type(page, "Allowed sign-out URLs – optional", `${APP}/login`);
}

/** Goes to the first page of the pool that is shown. */
async function overview(page) {
  await page.getByRole("navigation", { name: "User pool", exact: true })
    .getByRole("link", { name: "Overview", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
}

/** Goes through the whole guide; returns the pool's name. */
async function throughTheGuide(page, look) {
  const name = newName("Guide");
  await toIntegration(page, look);
  await integrate(page, name, name.toLowerCase());
  await look?.(page, "console-integrate");
  await press(page, "Next");
  await step(page, "Review and create");
  await look?.(page, "console-review");
  await press(page, "Create user pool");
  await page.waitForURL((to) => to.pathname.endsWith("/quick-start"));
  await page.getByText(`User pool "${name}" has been created successfully.`).waitFor();
  return name;
}

/** The settings of the `.env` on the quick start page. */
async function settingsOn(page) {
  const text = await page.locator("pre[aria-labelledby=librechat]").innerText();
  const lines = text.split("\n").filter((line) => /^[A-Z_]+=/.test(line));
  return Object.fromEntries(lines.map((line) => {
    const [name, ...rest] = line.split("=");
    return [name, rest.join("=").replace(/^"(.*)"$/, "$1")];
  }));
}

/** Client ID and secret as the app client's page shows them, on the way that LibreChat's guide takes. */
async function clientOn(page, name) {
  await page.getByRole("navigation", { name: "User pool", exact: true })
    .getByRole("link", { name: "App integration" }).click();
  await inspect(page, "console-integration");
  await page.getByRole("link", { name, exact: true }).click();
  const secret = page.locator("#client-secret code");
  assert.equal(await secret.isVisible(), false);
  await page.getByRole("button", { name: "Show client secret" }).click();
  assert.equal(await secret.isVisible(), true);
  await inspect(page, "console-client");
  const id = page.getByRole("button", { name: "Copy client ID" });
  return { id: await id.getAttribute("data-copy"), secret: await secret.innerText() };
}

/** Signs up on the hosted pages, and comes back to the app. */
async function signUp(page, signIn, person) {
  await page.goto(signIn);
  await page.locator('button[name="go"][value="sign-up"]').click();
  await page.fill('[name="username"]', person.name);
  await page.fill('[name="requiredAttributes[email]"]', person.email);
  await page.fill('[name="requiredAttributes[name]"]', "Renée Reader");
  await page.fill('[name="password"]', PASSWORD);
  await page.locator("form").filter({ has: page.locator('[name="password"]') })
    .locator("button").last().click();
  await page.locator('[name="verification_code"]').waitFor();
  const { code } = await message(person.email);
  await page.fill('[name="verification_code"]', code);
  await page.locator("form").filter({ has: page.locator('[name="verification_code"]') })
    .locator("button").first().click();
  await page.waitForURL(`${CALLBACK}?**`);
  return new URL(page.url());
}

check("the guide makes a pool, and an app signs in with the values that the quick start shows", () =>
  administer(async (page) => {
    await inspect(page, "console-pools");
    const name = await throughTheGuide(page, inspect);
    await overview(page);
    await inspect(page, "console-overview");
    const start = page.url();
    const shown = await clientOn(page, "librechat");
    await page.goto(start);
    await page.getByRole("link", { name: "Quick start", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Quick start" }).waitFor();
    await inspect(page, "console-quick-start");
    const settings = await settingsOn(page);
    assert.deepEqual(shown, { id: settings.OPENID_CLIENT_ID, secret: settings.OPENID_CLIENT_SECRET });
    assert.equal(settings.DOMAIN_SERVER + settings.OPENID_CALLBACK_URL, CALLBACK);
    const config = await client.discovery(new URL(settings.OPENID_ISSUER), settings.OPENID_CLIENT_ID,
      { client_secret: settings.OPENID_CLIENT_SECRET });
    client.enableNonRepudiationChecks(config);
    const [verifier, state] = [client.randomPKCECodeVerifier(), client.randomState()];
    const signIn = client.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK, scope: settings.OPENID_SCOPE, state,
      code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
    });
    const person = { name: newName("reader"), email: newEmail() };
    const back = await signUp(page, signIn.href, person);
    const tokens = await client.authorizationCodeGrant(config, back,
      { pkceCodeVerifier: verifier, expectedState: state, idTokenExpected: true });
    const claims = tokens.claims();
    assert.equal(claims.email, person.email);
    const info = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
    assert.equal(info.name, "Renée Reader");
  }));

check("the pool is as the guide was filled in", () =>
  administer(async (page) => {
    const name = await throughTheGuide(page);
    await overview(page);
    const Id = new URL(page.url()).pathname.split("/").at(-1);
    const { UserPool } = await api.describeUserPool({ UserPoolId: Id });
    assert.deepEqual(UserPool.AliasAttributes, ["email"]);
    assert.deepEqual(UserPool.AutoVerifiedAttributes, ["email"]);
    assert.equal(UserPool.UsernameConfiguration.CaseSensitive, false);
    assert.equal(UserPool.DeletionProtection, "ACTIVE");
    assert.equal(UserPool.MfaConfiguration, "OFF");
    const required = UserPool.SchemaAttributes.filter((one) => one.Required).map((one) => one.Name);
    assert.deepEqual(required.sort(), ["email", "name", "sub"]);
    const { UserPoolClients } = await api.listUserPoolClients({ UserPoolId: Id, MaxResults: 60 });
    const { UserPoolClient: app } = await api.describeUserPoolClient(
      { UserPoolId: Id, ClientId: UserPoolClients[0].ClientId });
    assert.ok(app.ClientSecret);
    assert.deepEqual(app.AllowedOAuthScopes.sort(), ["email", "openid", "phone", "profile"]);
    assert.deepEqual(app.CallbackURLs, [CALLBACK]);
    assert.deepEqual(app.ExplicitAuthFlows.sort(), ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]);
    assert.equal(app.PreventUserExistenceErrors, "ENABLED");
  }));

check("what is wrong stands beside its field, and Previous keeps what was entered", () =>
  administer(async (page) => {
    await page.goto(`${POOLS}/new`);
    await press(page, "Next");
    await page.getByRole("link", { name: "Choose at least one sign-in option." }).waitFor();
    await inspect(page, "console-sign-in-wrong");
    await toIntegration(page);
    await press(page, "Next");
    await page.getByText("Enter an app client name.").first().waitFor();
    await inspect(page, "console-integrate-wrong");
    await type(page, "App client name", "kept");
    await press(page, "Previous");
    await step(page, "Configure message delivery");
    await press(page, "Previous");
    await step(page, "Configure sign-up experience");
    assert.ok(await page.getByLabel("name", { exact: true }).isChecked());
    await press(page, "Next");
    await press(page, "Next");
    await step(page, "Integrate your app");
    assert.equal(await page.getByRole("textbox", { name: "App client name" }).inputValue(), "kept");
  }));

check("a domain that another pool has is said to be taken, while typing and afterwards", () =>
  administer(async (page) => {
    const prefix = newName("taken");
    await api.createUserPoolDomain({ UserPoolId: await newPool(), Domain: prefix });
    await toIntegration(page);
    await type(page, "User pool name", newName("Late"));
    await tick(page, "Use the Cognito Hosted UI");
    await type(page, "Cognito domain", prefix);
    const taken = `The domain ${prefix} is not available: another user pool has it.`;
    await page.getByText(taken).waitFor();
    await press(page, "Next");
    await page.getByRole("link", { name: taken }).waitFor();
  }));

check("the guide works without JavaScript", () =>
  administer(async (page) => {
    const name = newName("Plain");
    await toIntegration(page);
    await type(page, "User pool name", name);
    await type(page, "App client name", "plain");
    await press(page, "Next");
    await step(page, "Review and create");
    await press(page, "Create user pool");
    await page.getByText(`User pool "${name}" has been created successfully.`).waitFor();
  }, { javaScriptEnabled: false }));

check("what fails half-way is said, with what exists by then", () =>
  administer(async (page) => {
    const name = newName("Half");
    await toIntegration(page);
    await integrate(page, name, name.toLowerCase());
    await tick(page, "Use a custom domain");
    await type(page, "Custom domain", `${newName()}.auth.us-east-1.localhost`);
    await press(page, "Next");
    await press(page, "Create user pool");
    await page.getByText(`The user pool “${name}”`).waitFor();
    await page.getByText("The domain could not be created").waitFor();
    await inspect(page, "console-half-way");
    await page.getByRole("link", { name: "Open the user pool" }).click();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    await page.getByRole("banner").getByText(name).waitFor();
  }));

check("the quick form makes an app without users, which gets a token with the command it is shown", () =>
  administer(async (page) => {
    await page.getByRole("link", { name: "Quick form" }).click();
    await inspect(page, "console-quick");
    await tick(page, "Machine-to-machine application");
    const name = newName("Job");
    await type(page, "Name your application", name);
    await press(page, "Create user directory");
    await page.getByText(`User pool "User pool - ${name}" has been created successfully.`).waitFor();
    await inspect(page, "console-quick-start-machine");
    const command = await page.locator("pre[aria-labelledby=client-credentials]").innerText();
    const [, endpoint, id, secret, scope] =
      command.match(/curl (\S+) [^]*--user '([^:]+):([^']+)'[^]*'scope=([^']+)'/);
    const answer = await fetch(endpoint, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
      body: new URLSearchParams({ grant_type: "client_credentials", scope }),
    });
    assert.equal(answer.status, 200);
    assert.ok((await answer.json()).access_token);
  }));

check("a search finds pools by a part of the name", () =>
  administer(async (page) => {
    const name = newName("Needle");
    await newPool({ PoolName: name });
    await page.getByRole("searchbox").fill(name.slice(1).toUpperCase());
    await press(page, "Search");
    await page.getByRole("link", { name, exact: true }).waitFor();
    assert.equal(await page.locator("main tbody tr").count(), 1);
    await page.getByRole("searchbox").fill("no pool has this name");
    await press(page, "Search");
    await page.getByText("No user pool matches").waitFor();
    await inspect(page, "console-search");
  }));

check("deleting asks for the name, and lets go of the protection and the domain", () =>
  administer(async (page) => {
    const name = newName("Gone");
    const pool = await newPool({ PoolName: name, DeletionProtection: "ACTIVE" });
    await api.createUserPoolDomain({ UserPoolId: pool, Domain: name.toLowerCase() });
    await page.goto(`${POOLS}/${pool}/properties`);
    await page.getByRole("link", { name: "Delete user pool" }).click();
    await press(page, "Delete");
    await page.getByRole("link", { name: /Deletion protection is active/ }).waitFor();
    await inspect(page, "console-delete");
    assert.equal((await api.describeUserPool({ UserPoolId: pool })).UserPool.Name, name);
    await tick(page, "Deactivate deletion protection");
    await tick(page, `Delete the domain ${name.toLowerCase()}`);
    await page.fill('[name="name"]', name);
    await press(page, "Delete");
    await page.getByText(`User pool "${name}" has been deleted.`).waitFor();
    await refused("ResourceNotFoundException", api.describeUserPool({ UserPoolId: pool }));
  }));

await start();
try {
  await run();
} finally {
  await stop();
}
