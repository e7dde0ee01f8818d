// Amplify 6 in Chromium: remembered devices, as its manual has them.

import assert from "node:assert/strict";
import { start, stop, visit } from "../harness/browser.mjs";
import { check, run } from "../harness/checks.mjs";
import { PASSWORD, api, newApp, newPool, newUser, url } from "../harness/server.mjs";
import { totp } from "../harness/totp.mjs";
import { ask, serveApp } from "../harness/web_app.mjs";

const web = await serveApp("amplify/app.js");
const ALWAYS = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false };
const OPT_IN = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true };

/** A pool that tracks devices and requires authenticator apps, with a user; `at` is the app's address. */
async function shop(configuration) {
  const pool = await newPool({ DeviceConfiguration: configuration });
  await api.setUserPoolMfaConfig({
    UserPoolId: pool, MfaConfiguration: "ON", SoftwareTokenMfaConfiguration: { Enabled: true },
  });
  const { ClientId } = await newApp(pool);
  web.settings.set(pool, { userPoolId: pool, userPoolClientId: ClientId, userPoolEndpoint: url });
  const { name } = await newUser(pool);
  const devices = async () => (await api.adminListDevices({ UserPoolId: pool, Username: name })).Devices;
  return { pool, at: `${web.origin}/${pool}/`, name, devices };
}

const signIn = (page, { name }) => ask(page, "signIn", { username: name, password: PASSWORD });

/** Signs in and sets the authenticator app up; returns its key. */
async function first(page, here) {
  await page.goto(here.at);
  const { nextStep } = await signIn(page, here);
  assert.equal(nextStep.signInStep, "CONTINUE_SIGN_IN_WITH_TOTP_SETUP");
  const secret = nextStep.totpSetupDetails.sharedSecret;
  const done = await ask(page, "confirmSignIn", { challengeResponse: totp(secret) });
  assert.equal(done.nextStep.signInStep, "DONE");
  return secret;
}

await start();

check("a remembered device signs in with the password alone", () => visit(async (page) => {
  const here = await shop(ALWAYS);
  await first(page, here);
  const [{ DeviceKey }] = await here.devices();
  const fetched = await ask(page, "fetchDevices");
  assert.deepEqual(fetched.map(({ id }) => id), [DeviceKey]);
  await ask(page, "signOut");
  const { nextStep } = await signIn(page, here);
  assert.equal(nextStep.signInStep, "DONE");
  const session = await ask(page, "session");
  assert.equal(session.claims.device_key, DeviceKey);
  const renewed = await ask(page, "session", true);
  assert.notEqual(renewed.access, session.access);
  assert.equal((await here.devices()).length, 1);
}));

check("where the user opts in, rememberDevice is what counts", () => visit(async (page) => {
  const here = await shop(OPT_IN);
  const secret = await first(page, here);
  await ask(page, "signOut");
  assert.equal((await signIn(page, here)).nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_TOTP_CODE");
  const done = await ask(page, "confirmSignIn", { challengeResponse: totp(secret, 1) });
  assert.equal(done.nextStep.signInStep, "DONE");
  await ask(page, "rememberDevice");
  await ask(page, "signOut");
  assert.equal((await signIn(page, here)).nextStep.signInStep, "DONE");
}));

check("a forgotten device is asked for a code again", () => visit(async (page) => {
  const here = await shop(ALWAYS);
  await first(page, here);
  await ask(page, "forgetDevice");
  assert.deepEqual(await here.devices(), []);
  await ask(page, "signOut");
  assert.equal((await signIn(page, here)).nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_TOTP_CODE");
}));

check("a device that an administrator forgot is dropped by Amplify, which goes on without it", () => visit(async (page) => {
  const here = await shop(ALWAYS);
  await first(page, here);
  const [{ DeviceKey }] = await here.devices();
  await ask(page, "signOut");
  await api.adminForgetDevice({ UserPoolId: here.pool, Username: here.name, DeviceKey });
  assert.equal((await signIn(page, here)).nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_TOTP_CODE");
}, { expected: /^400 / }));

await run();
await stop();
web.close();
