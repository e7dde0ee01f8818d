// Amplify 6 in Chromium: challenges of a pool's functions (CUSTOM_AUTH), as Amplify's manual has them.

import assert from "node:assert/strict";
import { begin as enter, confirm, settle, signedIn } from "../harness/amplify.mjs";
import { start, stop, visit } from "../harness/browser.mjs";
import { check, run } from "../harness/checks.mjs";
import { withFunctions } from "../harness/functions.mjs";
import { riddles } from "../harness/riddles.mjs";
import { PASSWORD, newApp, newEmail, newPool, newUser } from "../harness/server.mjs";
import { ask, serveApp } from "../harness/web_app.mjs";

const web = await serveApp("amplify/app.js");
const RIDDLE = "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE";

/** Lets somebody into the app of a pool with these functions, whose user has this address. */
async function shop(body) {
  const { made: pool, stop: leave } = await withFunctions(riddles, (LambdaConfig) =>
    newPool({ UsernameAttributes: ["email"], LambdaConfig }));
  try {
    const { ClientId } = await newApp(pool, {
      ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      PreventUserExistenceErrors: "ENABLED",
    });
    const at = settle(web, pool, ClientId);
    const email = newEmail();
    await newUser(pool, { name: email, email });
    await visit(async (page) => {
      await page.goto(at);
      await body(page, email);
    }, { expected: /^400 / });
  } finally {
    leave();
  }
}

/** Begins a sign-in by functions. */
const begin = (page, username, authFlowType, password) => enter(page, username, { authFlowType }, password);

/** Demands this riddle. */
function asks(step, riddle) {
  assert.equal(step.signInStep, RIDDLE, JSON.stringify(step));
  assert.equal(step.additionalInfo.riddle, riddle);
}

await start();

check("a person answers the riddles of a pool's functions, a wrong answer among them", () => shop(async (page, email) => {
  asks(await begin(page, email, "CUSTOM_WITHOUT_SRP"), "1 + 1");
  asks(await confirm(page, "3"), "1 + 1");
  asks(await confirm(page, "2"), "2 + 1");
  await signedIn(page, await confirm(page, "3"), email);
  // Refreshed like any other session.
  assert.equal((await ask(page, "session", true)).id.email, email);
}));

check("the password by SRP comes first where the app says so", () => shop(async (page, email) => {
  await assert.rejects(begin(page, email, "CUSTOM_WITH_SRP", "Wr0ng-Horse!"), /Incorrect username or password/);
  asks(await begin(page, email, "CUSTOM_WITH_SRP", PASSWORD), "1 + 1");
  // What the app tells the function.
  asks(await confirm(page, "?", { clientMetadata: { hint: "solved" } }), "2 + 1");
  await signedIn(page, await confirm(page, "3"), email);
}));

check("three wrong answers are the end, for a name without an account as well", () => shop(async (page, email) => {
  for (const name of [email, newEmail()]) {
    asks(await begin(page, name, "CUSTOM_WITHOUT_SRP"), "1 + 1");
    asks(await confirm(page, "x"), "1 + 1");
    asks(await confirm(page, "y"), "1 + 1");
    await assert.rejects(confirm(page, "z"), /Incorrect username or password/);
  }
}));

await run();
await stop();
web.close();
