// Ways to every step of the hosted pages, each with a pool and a user of its own.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { PASSWORD, api, message, newApp, newEmail, newName, newPool, newUser, oauth, url } from "./server.mjs";
import { totp } from "./totp.mjs";

// An app that signs nobody in: Playwright does not answer in its place where a redirect leads to it.
const app = createServer((_, answer) => {
  answer.setHeader("content-type", "text/html");
  answer.end('<!doctype html><link rel="icon" href="data:,"><title>app</title><h1>The app</h1>');
});
await new Promise((go) => app.listen(0, "localhost", go));
app.unref();
export const APP = `http://localhost:${app.address().port}`;
export const CALLBACK = `${APP}/back`;
const TOTP = { SoftwareTokenMfaConfiguration: { Enabled: true } };
const MAIL = { EmailMfaConfiguration: { Subject: "Your code", Message: "The code is {####}" } };

/** The path of a page below its pool. */
export const pathOf = (path) => path.replace(/^\/us-east-1_\w+(?=\/)/, "");

/** A pool with an app; `at(path)` is the address of a page with the app's request in its query. */
export async function shop({ mfa, factors, client, ...settings } = {}) {
  const pool = await newPool({ AutoVerifiedAttributes: ["email"], ...settings });
  if (mfa) await api.setUserPoolMfaConfig({ UserPoolId: pool, MfaConfiguration: mfa, ...factors });
  const app = await newApp(pool, oauth(CALLBACK, { LogoutURLs: [`${APP}/out`], ...client }));
  const at = (path, more = {}) => {
    const query = new URLSearchParams({
      client_id: app.ClientId, response_type: "code", scope: "openid email", redirect_uri: CALLBACK, ...more,
    });
    return `${url}/${pool}${path}?${query}`;
  };
  return { pool, app, at };
}

/** Waits until the browser is back at the app, with a code. */
export async function backAtTheApp(page) {
  await page.waitForURL(`${CALLBACK}?**`);
  assert.ok(new URL(page.url()).searchParams.get("code"), page.url());
}

/** Gives a user an authenticator app and returns its key. */
export async function withAuthenticator({ pool, app }, name) {
  const { AuthenticationResult: { AccessToken } } = await api.initiateAuth({
    AuthFlow: "USER_PASSWORD_AUTH", ClientId: app.ClientId, AuthParameters: { USERNAME: name, PASSWORD },
  });
  const { SecretCode } = await api.associateSoftwareToken({ AccessToken });
  await api.verifySoftwareToken({ AccessToken, UserCode: totp(SecretCode) });
  const on = { Enabled: true, PreferredMfa: false };
  await api.adminSetUserMFAPreference({ UserPoolId: pool, Username: name, SoftwareTokenMfaSettings: on });
  return SecretCode;
}

/** Signs in on the page of this shop. */
export async function signIn(page, { at }, name, password = PASSWORD) {
  await page.goto(at("/login"));
  await page.fill('[name="username"]', name);
  await page.fill('[name="password"]', password);
  await page.click('[name="signInSubmitButton"]');
  await page.waitForLoadState("load");
}

async function forgot(page) {
  const here = await shop();
  await page.goto(here.at("/login"));
  await page.click('button[value="forgot"]');
  await page.locator('[name="reset_my_password"]').waitFor();
  return here;
}

async function signUp(page) {
  const { at } = await shop();
  await page.goto(at("/login"));
  await page.click('button[value="sign-up"]');
  await page.locator('[name="signUpButton"]').waitFor();
}

async function challenged(page, settings, prepare = async () => {}) {
  const here = await shop(settings);
  const { name } = await newUser(here.pool);
  await prepare(here, name);
  await signIn(page, here, name);
}

/** The steps of a user without any address whose pool requires a second factor and offers these. */
async function unreachable(page, factors) {
  const admins = { RecoveryMechanisms: [{ Name: "admin_only", Priority: 1 }] };
  const here = await shop({ mfa: "ON", factors, AccountRecoverySetting: admins });
  const user = { UserPoolId: here.pool, Username: newName() };
  await api.adminCreateUser({ ...user, MessageAction: "SUPPRESS" });
  await api.adminSetUserPassword({ ...user, Password: PASSWORD, Permanent: true });
  await signIn(page, here, user.Username);
}

/** A shop that asks for the name first; a password and a code by mail are the ways to begin. */
export function nameFirstShop() {
  return shop({
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } },
    client: { ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
  });
}

async function nameFirst(page) {
  const here = await nameFirstShop();
  const { name } = await newUser(here.pool);
  await page.goto(here.at("/login"));
  await page.fill('[name="username"]', name);
  await page.click('[name="signInSubmitButton"]');
  await page.waitForURL("**/login/choose?**");
}

/** Sets an authenticator app up while signing in to a pool that gives recovery codes; `again` signs in another time. */
async function toRecoveryCodes(page) {
  const here = await shop({ mfa: "ON", factors: TOTP, UserPoolTags: { "cabana:recovery-codes": "on" } });
  const { name } = await newUser(here.pool);
  await signIn(page, here, name);
  await page.fill('[name="software_token_mfa_code"]', totp(await page.textContent("#totp-key")));
  await page.waitForURL("**/mfa/codes?**");
  return { again: () => signIn(page, here, name) };
}

const prefersMail = ({ pool }, Username) => api.adminSetUserMFAPreference({
  UserPoolId: pool, Username, EmailMfaSettings: { Enabled: true, PreferredMfa: false },
});

export const WALKS = {
  "sign in": async (page) => page.goto((await shop()).at("/login")),
  "sign up": signUp,
  async confirm(page) {
    await signUp(page);
    await page.fill('[name="username"]', newName());
    await page.fill('[name="requiredAttributes[email]"]', newEmail());
    await page.fill('[name="password"]', PASSWORD);
    await page.click('[name="signUpButton"]');
    await page.locator('[name="verification_code"]').waitFor();
  },
  forgot,
  async reset(page) {
    const { pool } = await forgot(page);
    const { name, email } = await newUser(pool);
    await page.fill('[name="username"]', name);
    await page.click('[name="reset_my_password"]');
    await page.locator('[name="new_password"]').waitFor();
    await message(email);
  },
  async "a temporary password"(page) {
    const here = await shop();
    const name = newName();
    await api.adminCreateUser({
      UserPoolId: here.pool, Username: name, TemporaryPassword: "Temp-0rary!", MessageAction: "SUPPRESS",
    });
    await signIn(page, here, name, "Temp-0rary!");
    await page.locator('[name="new_password"]').waitFor();
  },
  async "code by mail"(page) {
    await challenged(page, { mfa: "OPTIONAL", factors: MAIL }, prefersMail);
    await page.waitForURL("**/mfa/email?**");
  },
  async "code of an authenticator app"(page) {
    await challenged(page, { mfa: "OPTIONAL", factors: TOTP }, withAuthenticator);
    await page.waitForURL("**/mfa/totp?**");
  },
  async "choice of factors"(page) {
    await challenged(page, { mfa: "OPTIONAL", factors: { ...TOTP, ...MAIL } }, async (here, name) => {
      await withAuthenticator(here, name);
      await prefersMail(here, name);
    });
    await page.waitForURL("**/mfa?**");
  },
  "choice of first factors": nameFirst,
  async "a code by mail as first factor"(page) {
    await nameFirst(page);
    await page.click('[name="factor"]');
    await page.waitForURL("**/login/email?**");
  },
  async "choice of second factors to set up"(page) {
    await unreachable(page, { ...TOTP, ...MAIL });
    await page.waitForURL("**/mfa/methods?**");
  },
  async "an address for codes"(page) {
    await unreachable(page, MAIL);
    await page.waitForURL("**/mfa/address?**");
  },
  "recovery codes": toRecoveryCodes,
  async "a recovery code"(page) {
    const { again } = await toRecoveryCodes(page);
    await page.click('[name="kept"]');
    await page.waitForURL(`${CALLBACK}?**`);
    await page.context().clearCookies();
    await again();
    await page.getByRole("link", { name: "Try another way" }).click();
    await page.click('[value="RECOVERY_CODE"]');
    await page.waitForURL("**/mfa/recovery?**");
  },
  async "authenticator app set-up"(page) {
    await challenged(page, { mfa: "ON", factors: TOTP });
    await page.waitForURL("**/mfa/setup?**");
  },
  async "go on as before"(page) {
    const here = await shop();
    await signIn(page, here, (await newUser(here.pool)).name);
    await page.waitForURL(`${CALLBACK}?**`);
    await page.goto(here.at("/login"));
  },
  async "sign out"(page) {
    const here = await shop();
    await signIn(page, here, (await newUser(here.pool)).name);
    await page.waitForURL(`${CALLBACK}?**`);
    await page.goto(`${url}/${here.pool}/logout`);
  },
  "a redirect that is not registered": async (page) =>
    page.goto((await shop()).at("/oauth2/authorize", { redirect_uri: `${APP}/elsewhere` })),
  async "a sign-out to what is not registered"(page) {
    const { pool, app } = await shop();
    const query = new URLSearchParams({ client_id: app.ClientId, logout_uri: `${APP}/elsewhere` });
    await page.goto(`${url}/${pool}/logout?${query}`);
  },
  async "the inbox of the emulator"(page) {
    await shop();
    await page.goto(`${url}/inbox`);
  },
};
