// Amplify 6 in Chromium: an app at http://localhost that signs in and out through the hosted pages.
// Amplify itself asks for them over TLS, with the authority that dev made for itself.

import assert from "node:assert/strict";
import { start, stop, visit } from "../harness/browser.mjs";
import { check, run } from "../harness/checks.mjs";
import { PASSWORD, api, httpsUrl, newApp, newPool, newUser, oauth, url } from "../harness/server.mjs";
import { ask, leave, serveApp } from "../harness/web_app.mjs";

const web = await serveApp("amplify/app.js");

/** A pool, a user and an app; `at` is the app's address. */
async function shop(more = {}) {
  const pool = await newPool({ AutoVerifiedAttributes: ["email"] });
  const at = `${web.origin}/${pool}/`;
  const { ClientId } = await newApp(pool, oauth(at, {
    LogoutURLs: [at], AllowedOAuthScopes: ["openid", "email", "profile", "aws.cognito.signin.user.admin"], ...more,
  }));
  web.settings.set(pool, {
    userPoolId: pool,
    userPoolClientId: ClientId,
    userPoolEndpoint: url,
    loginWith: { oauth: {
      domain: `${httpsUrl.replace("https://", "")}/${pool}`,
      scopes: ["openid", "email", "profile", "aws.cognito.signin.user.admin"],
      redirectSignIn: [at], redirectSignOut: [at], responseType: "code",
    } },
  });
  return { pool, client: ClientId, at, person: await newUser(pool, { given_name: "Ada" }) };
}

/** Waits until the app has handled what came back, and returns its session. */
async function arrived(page, at) {
  await page.waitForURL((where) => where.href.startsWith(at));
  await page.waitForFunction(() => globalThis.app?.events.some(({ event }) => /signInWithRedirect/.test(event)));
  const events = await page.evaluate(() => globalThis.app.events);
  assert.ok(events.some(({ event }) => event === "signInWithRedirect"), JSON.stringify(events));
  return ask(page, "session");
}

/** Opens the app and signs in through the hosted pages; returns the session. */
async function signIn(page, { at, person }) {
  await page.goto(at);
  await leave(page, "signInWithRedirect");
  await page.fill('[name="username"]', person.name);
  await page.fill('[name="password"]', PASSWORD);
  await page.press('[name="password"]', "Enter");
  return arrived(page, at);
}

const TRUSTING = { ignoreHTTPSErrors: true };

await start();

check("signInWithRedirect leads through the hosted page to a session", () => visit(async (page) => {
  const here = await shop();
  const session = await signIn(page, here);
  assert.equal(session.id.email, here.person.email);
  assert.equal(session.id.aud, here.client);
  assert.equal(session.id.iss, `${url}/${here.pool}`);
  assert.equal(session.claims.client_id, here.client);
  const user = await ask(page, "getCurrentUser");
  assert.deepEqual([user.username, user.userId], [here.person.name, session.id.sub]);
  assert.equal((await ask(page, "fetchUserAttributes")).given_name, "Ada");
  assert.ok(!new URL(page.url()).searchParams.has("code"), "the code stays in the address");
}, TRUSTING));

check("the session outlives a reload", () => visit(async (page) => {
  const here = await shop();
  const { access } = await signIn(page, here);
  await page.goto(here.at);
  assert.equal((await ask(page, "session")).access, access);
}, TRUSTING));

check("a forced refresh brings new tokens for the same user, with rotation and without", () => visit(async (page) => {
  for (const more of [{}, {
    RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 10 },
    ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"],
  }]) {
    const here = await shop(more);
    const first = await signIn(page, here);
    const second = await ask(page, "session", true);
    assert.notEqual(second.access, first.access);
    assert.equal(second.id.sub, first.id.sub);
    assert.equal(second.claims.auth_time, first.claims.auth_time);
    assert.notEqual((await ask(page, "session", true)).access, second.access);
  }
}, TRUSTING));

check("signOut ends the session of the app, of the pages, and the refresh token", () => visit(async (page) => {
  const here = await shop();
  await signIn(page, here);
  const refresh = await page.evaluate(() =>
    Object.entries(localStorage).find(([key]) => key.endsWith(".refreshToken"))?.[1]);
  assert.ok(refresh, "no refresh token is stored");
  await page.evaluate(() => { globalThis.leaving = true; });
  await leave(page, "signOut");
  await page.waitForFunction(() => globalThis.app && !globalThis.leaving);
  assert.equal(page.url(), here.at);
  assert.equal(await ask(page, "session"), undefined);
  await leave(page, "signInWithRedirect");
  await page.locator('[name="password"]').waitFor();
  const renewed = await fetch(`${url}/${here.pool}/oauth2/token`, { method: "POST", body: new URLSearchParams({
    grant_type: "refresh_token", client_id: here.client, refresh_token: refresh }) });
  assert.equal(renewed.status, 400);
  assert.equal((await renewed.json()).error, "invalid_grant");
}, TRUSTING));

check("a second sign-in in the same browser needs no password", () => visit(async (page) => {
  const here = await shop();
  const first = await signIn(page, here);
  await page.evaluate(() => localStorage.clear());
  await page.goto(here.at);
  await leave(page, "signInWithRedirect");
  const second = await arrived(page, here.at);
  assert.equal(second.id.sub, first.id.sub);
  assert.notEqual(second.access, first.access);
}, TRUSTING));

check("a user who was signed out everywhere is told so at the next refresh", () => visit(async (page) => {
  const here = await shop();
  await signIn(page, here);
  await api.adminUserGlobalSignOut({ UserPoolId: here.pool, Username: here.person.name });
  const session = await ask(page, "session", true).catch((error) => error);
  assert.ok(session === undefined || /revoked|NotAuthorized/i.test(String(session)), JSON.stringify(session));
}, { ...TRUSTING, expected: /^400 / }));

await run();
await stop();
web.close();
