// amazon-cognito-identity-js on remembered devices: it confirms each by itself and proves it by SRP, with sessions.

import assert from "node:assert/strict";
import * as sdk from "amazon-cognito-identity-js";
import { check, refused, run } from "../harness/checks.mjs";
import { PASSWORD, api, newApp, newPool, newUser, url } from "../harness/server.mjs";
import { totp } from "../harness/totp.mjs";

const { AuthenticationDetails, CognitoUser, CognitoUserPool } = sdk;
const ALWAYS = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false };
const OPT_IN = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true };

/** A browser of this user: what it keeps, and what it asked the server for. */
function browser(pool, client, name) {
  const items = new Map();
  const storage = {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
    removeItem: (key) => items.delete(key),
    clear: () => items.clear(),
  };
  const data = { UserPoolId: pool, ClientId: client, endpoint: url, Storage: storage };
  const userPool = new CognitoUserPool(data);
  const asked = [];
  const request = userPool.client.request.bind(userPool.client);
  userPool.client.request = (operation, body, ...rest) => {
    asked.push(body.ChallengeName ?? body.AuthFlow ?? operation);
    return request(operation, body, ...rest);
  };
  const key = () => [...items].find(([item]) => item.endsWith(".deviceKey"))?.[1];
  const person = () => new CognitoUser({ Username: name, Pool: userPool, Storage: storage });
  return { person, asked, key, items };
}

/** An object of callbacks, as a promise of [which one was called, with what]. */
function outcome(start) {
  return new Promise((resolve, reject) => {
    const names = ["onSuccess", "mfaRequired", "totpRequired"];
    const callbacks = Object.fromEntries(names.map((name) => [name, (...got) => resolve([name, ...got])]));
    start({ ...callbacks, onFailure: reject });
  });
}

function signIn(person) {
  const details = new AuthenticationDetails({ Username: person.getUsername(), Password: PASSWORD });
  return outcome((callbacks) => person.authenticateUser(details, callbacks));
}

function called(start) {
  return new Promise((resolve, reject) => start((error, result) => (error ? reject(error) : resolve(result))));
}

/** A pool that tracks devices, and a user, with an authenticator app if wanted. */
async function tracked(configuration, withApp = true) {
  const pool = await newPool({ DeviceConfiguration: configuration });
  const { ClientId } = await newApp(pool);
  const { name } = await newUser(pool);
  const devices = async () => (await api.adminListDevices({ UserPoolId: pool, Username: name })).Devices;
  const here = { pool, client: ClientId, name, devices };
  if (!withApp) return here;
  await api.setUserPoolMfaConfig({
    UserPoolId: pool, MfaConfiguration: "OPTIONAL", SoftwareTokenMfaConfiguration: { Enabled: true },
  });
  const first = browser(pool, ClientId, name).person();
  await signIn(first);
  const [, secret] = await outcome((callbacks) =>
    first.associateSoftwareToken({ ...callbacks, associateSecretCode: (code) => callbacks.onSuccess(code) }));
  await outcome((callbacks) => first.verifySoftwareToken(totp(secret, -1), "phone", callbacks));
  await called((done) => first.setUserMfaPreference(null, { Enabled: true, PreferredMfa: true }, done));
  first.getCachedDeviceKeyAndPassword();
  await outcome((callbacks) => first.forgetDevice(callbacks));
  return { ...here, secret };
}

/** Signs in on a new device, with a code of the authenticator app. */
async function onNewDevice(here, ahead) {
  const at = browser(here.pool, here.client, here.name);
  const person = at.person();
  assert.equal((await signIn(person))[0], "totpRequired");
  const [done, session, asks] = await outcome((callbacks) =>
    person.sendMFACode(totp(here.secret, ahead), callbacks, "SOFTWARE_TOKEN_MFA"));
  assert.equal(done, "onSuccess");
  return { ...at, signedIn: person, session, asks };
}

check("a device that was confirmed takes the place of the second factor at the next sign-in", async () => {
  const here = await tracked(ALWAYS);
  const at = await onNewDevice(here, 0);
  assert.ok(at.asked.includes("ConfirmDevice"), at.asked.join());
  assert.equal((await here.devices()).length, 1);
  at.asked.length = 0;
  const again = at.person();
  const [done, session] = await signIn(again);
  assert.equal(done, "onSuccess");
  assert.deepEqual(at.asked, ["USER_SRP_AUTH", "PASSWORD_VERIFIER", "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER"]);
  assert.equal(session.getAccessToken().decodePayload().device_key, at.key());
  // Another browser meets the second factor.
  assert.equal((await signIn(browser(here.pool, here.client, here.name).person()))[0], "totpRequired");
});

check("a pool without second factors: the device confirms itself and proves itself each time", async () => {
  const here = await tracked(ALWAYS, false);
  const at = browser(here.pool, here.client, here.name);
  assert.equal((await signIn(at.person()))[0], "onSuccess");
  const key = at.key();
  for (let round = 0; round < 5; round += 1) {
    const [done] = await signIn(at.person());
    assert.equal(done, "onSuccess");
  }
  assert.equal(at.key(), key);
  assert.equal((await here.devices()).length, 1);
});

check("tokens are refreshed with the device's key, and with no other", async () => {
  const here = await tracked(ALWAYS, false);
  const at = browser(here.pool, here.client, here.name);
  const person = at.person();
  const [, session] = await signIn(person);
  const fresh = await called((done) => person.refreshSession(session.getRefreshToken(), done));
  assert.notEqual(fresh.getAccessToken().getJwtToken(), session.getAccessToken().getJwtToken());
  const keyless = browser(here.pool, here.client, here.name).person();
  const other = browser(here.pool, here.client, here.name).person();
  await signIn(other);
  // Both at once: the client tries for seconds.
  await Promise.all([keyless, other].map((one) => refused("NotAuthorizedException",
    called((done) => one.refreshSession(session.getRefreshToken(), done)))));
});

check("where the user opts in, the device counts once they did", async () => {
  const here = await tracked(OPT_IN);
  const at = await onNewDevice(here, 0);
  assert.equal(at.asks, true);
  assert.equal((await signIn(at.person()))[0], "totpRequired");
  const done = await outcome((callbacks) => at.signedIn.setDeviceStatusRemembered(callbacks));
  assert.deepEqual(done, ["onSuccess", "SUCCESS"]);
  at.asked.length = 0;
  assert.equal((await signIn(at.person()))[0], "onSuccess");
  assert.ok(at.asked.includes("DEVICE_PASSWORD_VERIFIER"), at.asked.join());
  const undone = await outcome((callbacks) => at.signedIn.setDeviceStatusNotRemembered(callbacks));
  assert.deepEqual(undone, ["onSuccess", "SUCCESS"]);
  assert.equal((await signIn(at.person()))[0], "totpRequired");
});

check("a device that an administrator forgot is dropped by the client, which goes on without it", async () => {
  const here = await tracked(ALWAYS);
  const at = await onNewDevice(here, 0);
  const [device] = await here.devices();
  await api.adminForgetDevice({ UserPoolId: here.pool, Username: here.name, DeviceKey: device.DeviceKey });
  at.asked.length = 0;
  assert.equal((await signIn(at.person()))[0], "totpRequired");
  assert.deepEqual(at.asked, ["USER_SRP_AUTH", "PASSWORD_VERIFIER", "PASSWORD_VERIFIER"]);
  assert.equal(at.key(), undefined);
});

check("a user gets, lists and forgets devices", async () => {
  const here = await tracked(ALWAYS, false);
  const at = browser(here.pool, here.client, here.name);
  const person = at.person();
  await signIn(person);
  const [, got] = await outcome((callbacks) => person.getDevice(callbacks));
  assert.equal(got.Device.DeviceKey, at.key());
  const [, listed] = await outcome((callbacks) => person.listDevices(60, null, callbacks));
  assert.deepEqual(listed.Devices.map((device) => device.DeviceKey), [at.key()]);
  const names = listed.Devices[0].DeviceAttributes.map((attribute) => attribute.Name);
  assert.deepEqual(names, ["device_status", "device_name", "last_ip_used"]);
  const [done] = await outcome((callbacks) => person.forgetDevice(callbacks));
  assert.equal(done, "onSuccess");
  assert.deepEqual(await here.devices(), []);
  assert.equal(at.key(), undefined);
});

check("a wrong device secret is refused", async () => {
  const here = await tracked(ALWAYS, false);
  const at = browser(here.pool, here.client, here.name);
  await signIn(at.person());
  const secret = [...at.items.keys()].find((item) => item.endsWith(".randomPasswordKey"));
  at.items.set(secret, "bm90IHRoZSBzZWNyZXQ=");
  await refused("NotAuthorizedException", signIn(at.person()));
});

await run();
