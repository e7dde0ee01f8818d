// amazon-cognito-identity-js: what Amplify apps have signed in with for years (SRP in the browser).

import assert from "node:assert/strict";
import * as sdk from "amazon-cognito-identity-js";
import { check, refused, run } from "../harness/checks.mjs";
import { PASSWORD, api, message, newApp, newEmail, newName, newPool, newUser, url } from "../harness/server.mjs";
import { totp } from "../harness/totp.mjs";

const { AuthenticationDetails, CognitoUser, CognitoUserAttribute, CognitoUserPool } = sdk;

/** A pool as an app knows it; every visit has a storage of its own. */
async function visit(pool, app) {
  const items = new Map();
  const storage = {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
    removeItem: (key) => items.delete(key),
    clear: () => items.clear(),
  };
  const data = { UserPoolId: pool, ClientId: app.ClientId, endpoint: url, Storage: storage };
  const userPool = new CognitoUserPool(data);
  const person = (name) => new CognitoUser({ Username: name, Pool: userPool, Storage: storage });
  return { userPool, person };
}

/** A callback of (error, result), as a promise. */
function called(start) {
  return new Promise((resolve, reject) => start((error, result) => (error ? reject(error) : resolve(result))));
}

/** An object of callbacks, as a promise of [which one was called, with what]. */
function outcome(start) {
  return new Promise((resolve, reject) => {
    const names = ["onSuccess", "newPasswordRequired", "mfaRequired", "totpRequired", "mfaSetup",
      "selectMFAType", "associateSecretCode", "inputVerificationCode"];
    const callbacks = Object.fromEntries(names.map((name) => [name, (...got) => resolve([name, ...got])]));
    start({ ...callbacks, onFailure: reject });
  });
}

function signIn(person, password = PASSWORD) {
  const details = new AuthenticationDetails({ Username: person.getUsername(), Password: password });
  return outcome((callbacks) => person.authenticateUser(details, callbacks));
}

/** A pool, an app and a user that is signed in by SRP. */
async function signedIn(settings = {}) {
  const pool = await newPool(settings);
  const app = await newApp(pool);
  const { name, email } = await newUser(pool, { name: newName(), nickname: "Nick" });
  const here = await visit(pool, app);
  const person = here.person(name);
  const [what, session] = await signIn(person);
  assert.equal(what, "onSuccess");
  return { pool, app, name, email, here, person, session };
}

check("a visitor signs up, confirms with the mailed code and signs in by SRP", async () => {
  const pool = await newPool({ AutoVerifiedAttributes: ["email"] });
  const here = await visit(pool, await newApp(pool));
  const [name, email] = [newName(), newEmail()];
  const attributes = [new CognitoUserAttribute({ Name: "email", Value: email })];
  const made = await called((done) => here.userPool.signUp(name, PASSWORD, attributes, null, done));
  assert.equal(made.userConfirmed, false);
  const person = here.person(name);
  await refused("UserNotConfirmedException", signIn(person));
  const { code } = await message(email);
  assert.equal(await called((done) => person.confirmRegistration(code, true, done)), "SUCCESS");
  const [what, session] = await signIn(person);
  assert.equal(what, "onSuccess");
  assert.equal(session.getIdToken().payload.sub, made.userSub);
});

check("a wrong password is refused by SRP", async () => {
  const { here, name } = await signedIn();
  await refused("NotAuthorizedException", signIn(here.person(name), "Wr0ng-Horse!"));
});

check("an e-mail alias signs in by SRP", async () => {
  const { here, email, name } = await signedIn({ AliasAttributes: ["email"] });
  const [what, session] = await signIn(here.person(email));
  assert.equal(what, "onSuccess");
  assert.equal(session.getIdToken().payload["cognito:username"], name);
});

check("the stored session is read again, and refreshed when asked", async () => {
  const { here, person, session } = await signedIn();
  const current = here.userPool.getCurrentUser();
  const read = await called((done) => current.getSession(done));
  assert.ok(read.isValid());
  assert.equal(read.getAccessToken().getJwtToken(), session.getAccessToken().getJwtToken());
  const fresh = await called((done) => person.refreshSession(session.getRefreshToken(), done));
  assert.notEqual(fresh.getAccessToken().getJwtToken(), session.getAccessToken().getJwtToken());
  assert.equal(fresh.getIdToken().payload.sub, session.getIdToken().payload.sub);
  assert.equal(fresh.getRefreshToken().getToken(), session.getRefreshToken().getToken());
});

check("a user reads, changes and deletes attributes", async () => {
  const { person, email } = await signedIn();
  const asObject = (list) => Object.fromEntries(list.map((one) => [one.getName(), one.getValue()]));
  const before = asObject(await called((done) => person.getUserAttributes(done)));
  assert.equal(before.email, email);
  const change = [new CognitoUserAttribute({ Name: "name", Value: "Somebody" })];
  await called((done) => person.updateAttributes(change, done));
  await called((done) => person.deleteAttributes(["nickname"], done));
  const after = asObject(await called((done) => person.getUserAttributes(done)));
  assert.equal(after.name, "Somebody");
  assert.equal(after.nickname, undefined);
});

check("a user changes the password and signs in with the new one", async () => {
  const { here, person, name } = await signedIn();
  const change = (old) => called((done) => person.changePassword(old, "An0ther-Horse!", done));
  await refused("NotAuthorizedException", change("Wr0ng-Horse!"));
  assert.equal(await change(PASSWORD), "SUCCESS");
  const [what] = await signIn(here.person(name), "An0ther-Horse!");
  assert.equal(what, "onSuccess");
});

check("a forgotten password is replaced with the mailed code", async () => {
  const { here, name, email } = await signedIn();
  const person = here.person(name);
  const [what] = await outcome((callbacks) => person.forgotPassword(callbacks));
  assert.equal(what, "inputVerificationCode");
  const { code } = await message(email);
  const [done] = await outcome((callbacks) => person.confirmPassword(code, "An0ther-Horse!", callbacks));
  assert.equal(done, "onSuccess");
  assert.equal((await signIn(here.person(name), "An0ther-Horse!"))[0], "onSuccess");
});

check("an authenticator app is set up, preferred, and asked for at the next sign-in", async () => {
  const { pool, here, person, name } = await signedIn();
  await api.setUserPoolMfaConfig({
    UserPoolId: pool,
    MfaConfiguration: "OPTIONAL",
    SoftwareTokenMfaConfiguration: { Enabled: true },
  });
  const [, secret] = await outcome((callbacks) => person.associateSoftwareToken(callbacks));
  const [verified] = await outcome((callbacks) => person.verifySoftwareToken(totp(secret), "phone", callbacks));
  assert.equal(verified, "onSuccess");
  const preferred = { Enabled: true, PreferredMfa: true };
  await called((done) => person.setUserMfaPreference(null, preferred, done));
  const data = await called((done) => person.getUserData(done, { bypassCache: true }));
  assert.deepEqual(data.UserMFASettingList, ["SOFTWARE_TOKEN_MFA"]);
  assert.equal(data.PreferredMfaSetting, "SOFTWARE_TOKEN_MFA");
  const again = here.person(name);
  assert.equal((await signIn(again))[0], "totpRequired");
  const send = (code) => outcome((callbacks) => again.sendMFACode(code, callbacks, "SOFTWARE_TOKEN_MFA"));
  const [done, session] = await send(totp(secret, 1));
  assert.equal(done, "onSuccess");
  assert.ok(session.isValid());
});

check("where MFA is required the sign-in leads through the set-up", async () => {
  const pool = await newPool();
  await api.setUserPoolMfaConfig({
    UserPoolId: pool,
    MfaConfiguration: "ON",
    SoftwareTokenMfaConfiguration: { Enabled: true },
  });
  const here = await visit(pool, await newApp(pool));
  const { name } = await newUser(pool);
  const person = here.person(name);
  assert.equal((await signIn(person))[0], "mfaSetup");
  const [, secret] = await outcome((callbacks) => person.associateSoftwareToken(callbacks));
  const [done, session] = await outcome((callbacks) =>
    person.verifySoftwareToken(totp(secret), "phone", callbacks));
  assert.equal(done, "onSuccess");
  assert.ok(session.isValid());
});

check("a temporary password is replaced at the first sign-in", async () => {
  const pool = await newPool();
  const here = await visit(pool, await newApp(pool));
  const name = newName();
  await api.adminCreateUser({
    UserPoolId: pool, Username: name, TemporaryPassword: "Temp-0rary!", MessageAction: "SUPPRESS",
  });
  const person = here.person(name);
  assert.equal((await signIn(person, "Temp-0rary!"))[0], "newPasswordRequired");
  const [done] = await outcome((callbacks) => person.completeNewPasswordChallenge(PASSWORD, {}, callbacks));
  assert.equal(done, "onSuccess");
  assert.equal((await signIn(here.person(name)))[0], "onSuccess");
});

check("signing out revokes the refresh token", async () => {
  const { here, person, session } = await signedIn();
  await called((done) => person.signOut(done));
  assert.equal(here.userPool.getCurrentUser(), null);
  const again = here.person(person.getUsername());
  await refused("NotAuthorizedException",
    called((done) => again.refreshSession(session.getRefreshToken(), done)));
});

check("signing out everywhere ends the access token too", async () => {
  const { here, person, name, session } = await signedIn();
  const other = here.person(name);
  await signIn(other);
  const [done] = await outcome((callbacks) => other.globalSignOut(callbacks));
  assert.equal(done, "onSuccess");
  await refused("NotAuthorizedException", called((back) => person.getUserAttributes(back)));
  await refused("NotAuthorizedException",
    called((back) => person.refreshSession(session.getRefreshToken(), back)));
});

await run();
