// The running server as a JavaScript suite sees it: where it is, its API, its inbox.

import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider";
import { eventually } from "./checks.mjs";

export const url = process.env.E2E_URL;
export const httpsUrl = process.env.E2E_HTTPS_URL;
export const PASSWORD = "Corr3ct-Horse!";

/** The API, signed with the root key, through the AWS SDK for JavaScript. */
export const api = new CognitoIdentityProvider({
  region: "us-east-1",
  endpoint: url,
  maxAttempts: 1,
  credentials: {
    accessKeyId: process.env.E2E_ACCESS_KEY_ID,
    secretAccessKey: process.env.E2E_SECRET_ACCESS_KEY,
  },
});

/** Functions that are called for none of the users that suites make, so that nothing has to answer for them. */
export const IDLE_FUNCTIONS = Object.fromEntries(["UserMigration", "DefineAuthChallenge"].map((trigger) =>
  [trigger, `arn:aws:lambda:us-east-1:000000000000:function:${trigger}`]));

const salt = randomBytes(3).toString("hex");
let number = 0;

/** A name nobody else in this run has. */
export function newName(stem = "user") {
  number += 1;
  return `${stem}-${salt}-${number}`;
}

/** An address nobody else in this run has. */
export function newEmail() {
  return `${newName()}@example.com`;
}

/** Makes a pool and returns its id. */
export async function newPool(settings = {}) {
  const { UserPool } = await api.createUserPool({ PoolName: newName("pool"), ...settings });
  return UserPool.Id;
}

/** Makes an app client with the flows of a browser app and returns its description. */
export async function newApp(pool, settings = {}) {
  const { UserPoolClient } = await api.createUserPoolClient({
    UserPoolId: pool,
    ClientName: newName("app"),
    ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    ...settings,
  });
  return UserPoolClient;
}

/** What an app client needs for the pages and the code flow. */
export function oauth(callback, settings = {}) {
  return {
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ["code"],
    AllowedOAuthScopes: ["openid", "email", "profile"],
    SupportedIdentityProviders: ["COGNITO"],
    CallbackURLs: [callback],
    ...settings,
  };
}

/** Makes a confirmed user with a permanent password; returns {name, email}. */
export async function newUser(pool, { name = newName(), password = PASSWORD, ...attributes } = {}) {
  const email = attributes.email ?? `${newName()}@example.com`;
  const all = { email, email_verified: "true", ...attributes };
  await api.adminCreateUser({
    UserPoolId: pool,
    Username: name,
    MessageAction: "SUPPRESS",
    UserAttributes: Object.entries(all).map(([Name, Value]) => ({ Name, Value })),
  });
  await api.adminSetUserPassword({ UserPoolId: pool, Username: name, Password: password, Permanent: true });
  return { name, email };
}

/** Signs a user in on a new device of this name and confirms it, with a verifier of random bytes; returns its key. */
export async function newDevice(pool, user, name) {
  const { ClientId } = await newApp(pool);
  const { AuthenticationResult: { AccessToken, NewDeviceMetadata } } = await api.initiateAuth({
    AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters: { USERNAME: user, PASSWORD },
  });
  await api.confirmDevice({
    AccessToken, DeviceKey: NewDeviceMetadata.DeviceKey, DeviceName: name,
    DeviceSecretVerifierConfig: {
      PasswordVerifier: randomBytes(384).toString("base64"), Salt: randomBytes(16).toString("base64"),
    },
  });
  return NewDeviceMetadata.DeviceKey;
}

/** Waits for the nth message to this address and returns it. */
export async function message(to, nth = 1) {
  const what = `message ${nth} to ${to} in the inbox`;
  return eventually(async () => {
    const answer = await fetch(`${url}/_cabana/messages`);
    const { messages } = await answer.json();
    return messages.filter((one) => one.to === to).reverse()[nth - 1];
  }, what);
}

/** The settings that `cabana env librechat` prints, as an object. */
export function librechatSettings() {
  const options = JSON.parse(process.env.E2E_OPTIONS);
  const text = execFileSync(process.env.E2E_BINARY, ["env", "librechat", ...options], {
    encoding: "utf8",
    timeout: 30_000,
  });
  const lines = text.split("\n").filter((line) => /^[A-Z_]+=/.test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const [name, ...rest] = line.split("=");
      return [name, rest.join("=").replace(/^(["'])(.*)\1$/, "$2")];
    }),
  );
}
