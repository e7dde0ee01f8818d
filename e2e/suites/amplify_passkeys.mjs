// Amplify 6 in Chromium, with its virtual authenticator: passkeys (WEB_AUTHN) in an app that has pages of its own.

import assert from "node:assert/strict";
import { begin as enter, confirm, settle, signedIn } from "../harness/amplify.mjs";
import { authenticator } from "../harness/authenticator.mjs";
import { start, stop, visit } from "../harness/browser.mjs";
import { check, run } from "../harness/checks.mjs";
import { PASSWORD, message, newApp, newEmail, newPool, newUser } from "../harness/server.mjs";
import { ask, serveApp } from "../harness/web_app.mjs";

const web = await serveApp("amplify/app.js");

/** A pool where people may begin with a password, a code by mail or a passkey of localhost, an app and a user. */
async function shop(settings = {}) {
  const pool = await newPool({
    UsernameAttributes: ["email"], AutoVerifiedAttributes: ["email"],
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"] } },
    ...settings,
  });
  const { ClientId } = await newApp(pool, {
    ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"], PreventUserExistenceErrors: "ENABLED",
  });
  const at = settle(web, pool, ClientId);
  const email = newEmail();
  await newUser(pool, { name: email, email });
  return { at, email };
}

/** Begins a choice-based sign-in. */
const begin = (page, username, options, password) =>
  enter(page, username, { authFlowType: "USER_AUTH", ...options }, password);

/** Signs in with the password and adds a passkey of this browser. */
async function withPasskey(page, { at, email }) {
  await page.goto(at);
  await signedIn(page, await begin(page, email, { preferredChallenge: "PASSWORD" }, PASSWORD), email);
  await ask(page, "associateWebAuthnCredential");
}

await start();

check("a passkey is added and signs in, at once and when it is chosen", () => visit(async (page) => {
  const here = await shop();
  const keys = await authenticator(page);
  await withPasskey(page, here);
  const [kept] = await keys.credentials();
  assert.equal(kept.rpId, "localhost");
  const { credentials } = await ask(page, "listWebAuthnCredentials");
  assert.equal(credentials.length, 1);
  assert.equal(credentials[0].relyingPartyId, "localhost");
  await ask(page, "signOut");
  await signedIn(page, await begin(page, here.email, { preferredChallenge: "WEB_AUTHN" }), here.email);
  await ask(page, "signOut");
  const choice = await begin(page, here.email);
  assert.deepEqual([...choice.availableChallenges].sort(), ["EMAIL_OTP", "PASSWORD", "PASSWORD_SRP", "WEB_AUTHN"]);
  await signedIn(page, await confirm(page, "WEB_AUTHN"), here.email);
  const [used] = await keys.credentials();
  assert.ok(used.signCount > kept.signCount);
}));

check("one authenticator is added once, and a deleted passkey signs in no more", () => visit(async (page) => {
  const here = await shop();
  await authenticator(page);
  await withPasskey(page, here);
  await assert.rejects(ask(page, "associateWebAuthnCredential"), /already/i);
  const { credentials: [{ credentialId }] } = await ask(page, "listWebAuthnCredentials");
  await ask(page, "deleteWebAuthnCredential", { credentialId });
  assert.deepEqual((await ask(page, "listWebAuthnCredentials")).credentials, []);
  await ask(page, "signOut");
  const choice = await begin(page, here.email, { preferredChallenge: "WEB_AUTHN" });
  assert.equal(choice.signInStep, "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION");
  assert.ok(!choice.availableChallenges.includes("WEB_AUTHN"));
}));

check("without the passkey on this device another way stays open", () => visit(async (page) => {
  const here = await shop();
  const keys = await authenticator(page);
  await withPasskey(page, here);
  await ask(page, "signOut");
  await keys.forget();
  await assert.rejects(begin(page, here.email, { preferredChallenge: "WEB_AUTHN" }), /PasskeyAuthenticationCanceled/);
  const sent = await begin(page, here.email, { preferredChallenge: "EMAIL_OTP" });
  assert.equal(sent.signInStep, "CONFIRM_SIGN_IN_WITH_EMAIL_CODE");
  // The first message told of the new passkey.
  await signedIn(page, await confirm(page, (await message(here.email, 2)).code), here.email);
}));

check("a person signs up without a password, straight in, and adds a passkey for the next time", () => visit(async (page) => {
  const { at } = await shop();
  const email = newEmail();
  await authenticator(page);
  await page.goto(at);
  const options = { userAttributes: { email }, autoSignIn: { authFlowType: "USER_AUTH" } };
  await ask(page, "signUp", { username: email, options });
  await ask(page, "confirmSignUp", { username: email, confirmationCode: (await message(email)).code });
  await signedIn(page, (await ask(page, "autoSignIn")).nextStep, email);
  await ask(page, "associateWebAuthnCredential");
  await ask(page, "signOut");
  await signedIn(page, await begin(page, email, { preferredChallenge: "WEB_AUTHN" }), email);
}));

await run();
await stop();
web.close();
