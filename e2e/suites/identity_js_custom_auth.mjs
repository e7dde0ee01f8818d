// amazon-cognito-identity-js on challenges of a pool's functions (CUSTOM_AUTH), with and without the password first.

import assert from "node:assert/strict";
import * as sdk from "amazon-cognito-identity-js";
import { check, refused, run } from "../harness/checks.mjs";
import { withFunctions } from "../harness/functions.mjs";
import { riddles } from "../harness/riddles.mjs";
import { PASSWORD, newApp, newName, newPool, newUser, url } from "../harness/server.mjs";

const { AuthenticationDetails, CognitoUser, CognitoUserPool } = sdk;

/** A user of a pool with these functions, and another name. */
async function shop(body) {
  const { made: pool, stop } = await withFunctions(riddles, (LambdaConfig) => newPool({ LambdaConfig }));
  try {
    const { ClientId } = await newApp(pool, {
      ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      PreventUserExistenceErrors: "ENABLED",
    });
    const userPool = new CognitoUserPool({ UserPoolId: pool, ClientId, endpoint: url });
    const { name } = await newUser(pool, { name: newName() });
    const person = (username) => {
      const person = new CognitoUser({ Username: username, Pool: userPool });
      person.setAuthenticationFlowType("CUSTOM_AUTH");
      return person;
    };
    await body(person, name);
  } finally {
    stop();
  }
}

/** An object of callbacks, as a promise of [which one was called, with what]. */
function outcome(start) {
  return new Promise((resolve, reject) => {
    const names = ["onSuccess", "customChallenge"];
    const callbacks = Object.fromEntries(names.map((name) => [name, (...got) => resolve([name, ...got])]));
    start({ ...callbacks, onFailure: reject });
  });
}

/** Begins a sign-in: with a password, by SRP first. */
function begin(person, password) {
  const details = new AuthenticationDetails({ Username: person.getUsername(), Password: password });
  return outcome((callbacks) => (password ? person.authenticateUser(details, callbacks)
    : person.initiateAuth(details, callbacks)));
}

function answer(person, riddle, metadata) {
  return outcome((callbacks) => person.sendCustomChallengeAnswer(riddle, callbacks, metadata));
}

/** Demands this riddle. */
function asks([what, parameters], riddle) {
  assert.equal(what, "customChallenge");
  assert.equal(parameters.riddle, riddle);
}

check("a person answers the riddles of a pool's functions, a wrong answer among them", () => shop(async (person, name) => {
  const ada = person(name);
  asks(await begin(ada), "1 + 1");
  asks(await answer(ada, "3"), "1 + 1");
  asks(await answer(ada, "2"), "2 + 1");
  const [what, session] = await answer(ada, "3");
  assert.equal(what, "onSuccess");
  assert.equal(session.getIdToken().payload["cognito:username"], name);
  const renewed = await new Promise((resolve, reject) => ada.refreshSession(session.getRefreshToken(),
    (error, session) => (error ? reject(error) : resolve(session))));
  assert.equal(renewed.isValid(), true);
}));

check("the password by SRP comes first where the app says so", () => shop(async (person, name) => {
  await refused("NotAuthorizedException", begin(person(name), "Wr0ng-Horse!"));
  const ada = person(name);
  asks(await begin(ada, PASSWORD), "1 + 1");
  // What the app tells the function.
  asks(await answer(ada, "?", { hint: "solved" }), "2 + 1");
  const [what] = await answer(ada, "3");
  assert.equal(what, "onSuccess");
}));

check("three wrong answers are the end, for a name without an account as well", () => shop(async (person, name) => {
  for (const who of [name, newName()]) {
    const somebody = person(who);
    asks(await begin(somebody), "1 + 1");
    asks(await answer(somebody, "x"), "1 + 1");
    asks(await answer(somebody, "y"), "1 + 1");
    await refused("NotAuthorizedException", answer(somebody, "z"));
  }
}));

await run();
