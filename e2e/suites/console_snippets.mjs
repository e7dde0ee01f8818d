// The code that the quick start of a pool shows, run as it stands there.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { start, stop, visit } from "../harness/browser.mjs";
import { check, run } from "../harness/checks.mjs";
import { sendHosted, work } from "../harness/console.mjs";
import { PASSWORD, newApp, newPool, newUser, oauth, url } from "../harness/server.mjs";

const APP = "http://localhost:3001";
const CALLBACK = `${APP}/callback`;
/** Where Node.js finds the libraries. */
const HERE = dirname(dirname(fileURLToPath(import.meta.url)));

/** The code of this name on the quick start of a new pool, which has one user. */
async function quickStart(id, settings) {
  const pool = await newPool({ AliasAttributes: ["email"] });
  await newApp(pool, oauth(CALLBACK, settings));
  const user = await newUser(pool);
  let code;
  await work("administrators", async (page) => {
    await page.goto(`${url}/console/pools/${pool}/quick-start`);
    code = await page.locator(`pre[aria-labelledby=${id}]`).innerText();
  });
  return { code, user };
}

/** Signs in on the hosted pages; returns where the app was called back. */
async function signIn(address, name) {
  let back;
  await visit(async (page) => {
    await page.goto(address);
    await sendHosted(page, { username: name, password: PASSWORD });
    await page.waitForURL(`${CALLBACK}?**`);
    back = page.url();
  }, { apps: [APP], ignoreHTTPSErrors: true });
  return back;
}

/** Runs the code for openid-client with what is a comment there: the answer to the callback. */
async function withOpenidClient(code, person) {
  const [before, after] = code.split(/^\/\/ Send the browser.*$/m);
  const rest = after.replace(/^\/\/ /gm, "");
  const program = `${before}
    console.log(signIn.href);
    const lines = (await import("node:readline")).createInterface({ input: process.stdin });
    const callbackUrl = new URL((await lines[Symbol.asyncIterator]().next()).value);
    ${rest}
    console.log(JSON.stringify(tokens.claims()));
    process.exit(0);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    cwd: HERE, stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { value: address } = await lines.next();
    assert.ok(address, "the code ended before it had an address to sign in at");
    child.stdin.write(`${await signIn(address, person.name)}\n`);
    return JSON.parse((await lines.next()).value);
  } finally {
    child.kill();
  }
}

for (const GenerateSecret of [true, false]) {
  const kind = GenerateSecret ? "confidential" : "public";
  check(`the code for openid-client signs in as it stands there, with a ${kind} client`, async () => {
    const { code, user } = await quickStart("openid-client", { GenerateSecret });
    const claims = await withOpenidClient(code, user);
    assert.equal(claims["cognito:username"], user.name);
    assert.equal(claims.email, user.email);
  });
}

check("the code for boto3 lists the users as it stands there", async () => {
  const { code, user } = await quickStart("boto3", {});
  const out = execFileSync(process.env.E2E_PYTHON, ["-c", code], {
    encoding: "utf8", timeout: 60_000,
    env: {
      ...process.env, AWS_ACCESS_KEY_ID: process.env.E2E_ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY: process.env.E2E_SECRET_ACCESS_KEY,
    },
  });
  assert.match(out, new RegExp(user.name));
});

await start();
try {
  await run();
} finally {
  await stop();
}
