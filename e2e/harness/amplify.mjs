// Amplify's app in the browser: its settings, and the steps of a sign-in on pages of its own.

import assert from "node:assert/strict";
import { url } from "./server.mjs";
import { ask } from "./web_app.mjs";

/** Lets the app at this address know a pool whose users sign in with e-mail addresses; returns where it is. */
export function settle(web, pool, client) {
  web.settings.set(pool, {
    userPoolId: pool, userPoolClientId: client, userPoolEndpoint: url, loginWith: { email: true },
  });
  return `${web.origin}/${pool}/`;
}

/** Begins a sign-in; returns the next step. */
export async function begin(page, username, options, password) {
  return (await ask(page, "signIn", { username, password, options })).nextStep;
}

/** Answers a step; returns the next. */
export async function confirm(page, challengeResponse, options) {
  return (await ask(page, "confirmSignIn", { challengeResponse, options })).nextStep;
}

/** Demands that a step was the last, and that the session is this user's. */
export async function signedIn(page, step, email) {
  assert.equal(step.signInStep, "DONE", JSON.stringify(step));
  assert.equal((await ask(page, "session")).id.email, email);
}
