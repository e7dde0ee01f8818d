// Amplify 6 in Chromium: choice-based sign-in (USER_AUTH) through the API, in an app that has pages of its own.

import assert from "node:assert/strict";
import { begin as enter, confirm, settle, signedIn } from "../harness/amplify.mjs";
import { start, stop, visit } from "../harness/browser.mjs";
import { check, run } from "../harness/checks.mjs";
import { PASSWORD, message, newApp, newEmail, newPool, newUser } from "../harness/server.mjs";
import { ask, serveApp } from "../harness/web_app.mjs";

const web = await serveApp("amplify/app.js");
let numbers = 4155550100;

/** A pool where people may begin with these factors, an app and a user with an address and a number. */
async function shop(factors = ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]) {
  const pool = await newPool({
    UsernameAttributes: ["email"], AutoVerifiedAttributes: ["email"],
    SmsConfiguration: { SnsCallerArn: "arn:aws:iam::000000000000:role/sms" },
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: factors } },
  });
  const { ClientId } = await newApp(pool, {
    ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    PreventUserExistenceErrors: "ENABLED",
  });
  const at = settle(web, pool, ClientId);
  const email = newEmail();
  numbers += 1;
  const phone = `+1${numbers}`;
  await newUser(pool, { name: email, email, phone_number: phone, phone_number_verified: "true" });
  return { at, email, phone };
}

/** Begins a choice-based sign-in. */
const begin = (page, username, options, password) =>
  enter(page, username, { authFlowType: "USER_AUTH", ...options }, password);

const sorted = (list) => [...list].sort();

await start();

check("a person chooses a code by mail and enters it", () => visit(async (page) => {
  const { at, email } = await shop();
  await page.goto(at);
  const choice = await begin(page, email);
  assert.equal(choice.signInStep, "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION");
  assert.deepEqual(sorted(choice.availableChallenges), ["EMAIL_OTP", "PASSWORD", "PASSWORD_SRP", "SMS_OTP"]);
  const sent = await confirm(page, "EMAIL_OTP");
  assert.equal(sent.signInStep, "CONFIRM_SIGN_IN_WITH_EMAIL_CODE");
  assert.equal(sent.codeDeliveryDetails.deliveryMedium, "EMAIL");
  const { code } = await message(email);
  await assert.rejects(confirm(page, "00000000"), /Invalid code or auth state/);
  await signedIn(page, await confirm(page, code), email);
}, { expected: /^400 / }));

check("a code by text message signs in", () => visit(async (page) => {
  const { at, email, phone } = await shop();
  await page.goto(at);
  const sent = await begin(page, email, { preferredChallenge: "SMS_OTP" });
  assert.equal(sent.signInStep, "CONFIRM_SIGN_IN_WITH_SMS_CODE");
  await signedIn(page, await confirm(page, (await message(phone)).code), email);
}));

check("a password signs in, in plain and by SRP, at once and when it is chosen", () => visit(async (page) => {
  const { at, email } = await shop();
  for (const challenge of ["PASSWORD", "PASSWORD_SRP"]) {
    await page.goto(at);
    const done = await begin(page, email, { preferredChallenge: challenge }, PASSWORD);
    await signedIn(page, done, email);
    await ask(page, "signOut");
    await begin(page, email);
    const asked = await confirm(page, challenge);
    assert.equal(asked.signInStep, "CONFIRM_SIGN_IN_WITH_PASSWORD");
    await assert.rejects(confirm(page, "Wr0ng-Horse!"), /Incorrect username or password/);
    await signedIn(page, await confirm(page, PASSWORD), email);
    await ask(page, "signOut");
  }
}, { expected: /^400 / }));

check("an unknown name is led on as any other", () => visit(async (page) => {
  const { at } = await shop();
  await page.goto(at);
  const choice = await begin(page, newEmail());
  assert.equal(choice.signInStep, "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION");
}));

check("a person signs up without a password, and straight in", () => visit(async (page) => {
  const { at } = await shop(["PASSWORD", "EMAIL_OTP"]);
  const email = newEmail();
  await page.goto(at);
  const options = { userAttributes: { email }, autoSignIn: { authFlowType: "USER_AUTH" } };
  const waiting = await ask(page, "signUp", { username: email, options });
  assert.equal(waiting.nextStep.signUpStep, "CONFIRM_SIGN_UP");
  const { code } = await message(email);
  const confirmed = await ask(page, "confirmSignUp", { username: email, confirmationCode: code });
  assert.equal(confirmed.nextStep.signUpStep, "COMPLETE_AUTO_SIGN_IN");
  const { nextStep } = await ask(page, "autoSignIn");
  await signedIn(page, nextStep, email);
  await ask(page, "signOut");
  const sent = await begin(page, email, { preferredChallenge: "EMAIL_OTP" });
  assert.equal(sent.signInStep, "CONFIRM_SIGN_IN_WITH_EMAIL_CODE");
  await signedIn(page, await confirm(page, (await message(email, 2)).code), email);
}));

await run();
await stop();
web.close();
