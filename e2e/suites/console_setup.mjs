// The first operator of a server in Chromium: the link that `cabana console-link` prints asks for a password, then for
// an authenticator app, works once, and both are what the next sign-in asks for.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { inspect, start, stop, visit } from "../harness/browser.mjs";
import { check, run } from "../harness/checks.mjs";
import { OPERATOR_PASSWORD as PASSWORD, sendHosted } from "../harness/console.mjs";
import { sibling } from "../harness/sibling.mjs";
import { totp } from "../harness/totp.mjs";

const server = await sibling("serve", { flags: ["--inbox"] });
const CONSOLE = `${server.base}/console`;
let link;
let secret;

const title = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();

/** Fills in the fields of these labels and presses the button. */
async function send(page, values, button) {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value);
  await page.getByRole("button", { name: button, exact: true }).click();
}

check("a newcomer is told of the command", () => visit(async (page) => {
  await page.goto(CONSOLE);
  await page.getByText("cabana console-link").waitFor();
  await inspect(page, "setup-hint");
}));

check("its link makes an administrator with a password and an authenticator app", () => visit(async (page) => {
  link = execFileSync(process.env.E2E_BINARY, ["console-link", ...server.options], {
    encoding: "utf8", timeout: 30_000, stdio: ["ignore", "pipe", "ignore"],
  }).trim();
  await page.goto(link);
  await title(page, "Set up the console");
  await inspect(page, "setup");
  const person = { "User name": "root", "Email address": "root@example.com", Password: PASSWORD };
  await send(page, { ...person, "Repeat password": "another one" }, "Create operator");
  await page.getByRole("alert").filter({ hasText: "The passwords do not match." }).waitFor();
  await page.reload();
  const entered = await page.locator("main input:not([type=hidden])").evaluateAll((all) => all.map((it) => it.value));
  assert.deepEqual(entered, ["root", "root@example.com", "", ""]);
  await inspect(page, "setup-wrong");
  await send(page, { Password: PASSWORD, "Repeat password": PASSWORD }, "Create operator");
  await title(page, "Set up an authenticator app");
  await page.getByText("You are an administrator now").waitFor();
  await inspect(page, "setup-authenticator");
  secret = await page.innerText("#totp-key");
  await send(page, { Code: totp(secret) }, "Set up");
  await page.getByText("root · administrator").waitFor();
}));

check("the link works once", () => visit(async (page) => {
  assert.equal((await page.goto(link)).status(), 403);
  await title(page, "Not allowed");
}));

check("the next sign-in asks for both", () => visit(async (page) => {
  await page.goto(`${CONSOLE}/sign-in`);
  await sendHosted(page, { username: "root", password: PASSWORD });
  await title(page, "Enter your code");
  await sendHosted(page, { software_token_mfa_code: totp(secret, 1) });
  await page.getByText("root · administrator").waitFor();
}));

await start();
try {
  await run();
} finally {
  server.stop();
  await stop();
}
