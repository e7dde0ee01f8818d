// The pictures of the README, at double density: `node screenshots.mjs URL CONSOLE_LINK FOLDER`, with the address and
// the console link that a fresh `cabana dev` prints. The pages use the system's font: run it where that is a good one.

import { join } from "node:path";
import { start, stop, visit } from "./harness/browser.mjs";

const [url, consoleLink, folder] = process.argv.slice(2);
const SIZE = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 2 };

async function keep(page, name) {
  await page.waitForLoadState("load");
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** The code in the newest mail of the inbox. */
async function code() {
  for (;;) {
    const { messages } = await (await fetch(`${url}/_cabana/messages`)).json();
    if (messages[0]?.code) return messages[0].code;
  }
}

await start();
await visit(async (page) => {
  await page.goto(`${url}/demo`);
  await page.getByRole("link", { name: "Sign in" }).first().click();
  await keep(page, "sign-in");
  await page.getByRole("button", { name: "Create an account" }).click();
  await page.fill('[name="username"]', "ada");
  await page.fill('[name="requiredAttributes[email]"]', "ada@example.org");
  await page.fill('[name="requiredAttributes[name]"]', "Ada Lovelace");
  await page.fill('[name="password"]', "Correct-horse-9");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.fill('[name="verification_code"]', await code());
  await page.getByText("You are signed in as").waitFor();
  await keep(page, "demo-app");
}, SIZE);
await visit(async (page) => {
  await page.goto(consoleLink);
  await page.waitForURL("**/console/pools");
  await page.getByRole("link", { name: "Demo", exact: true }).first().click();
  // What happened is written every five seconds.
  while (await page.getByText("No sign-ups or sign-ins yet").count()) {
    await page.waitForTimeout(500);
    await page.reload();
  }
  await keep(page, "console-overview");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(`${url}/console/pools/new`);
  await keep(page, "console-guide");
}, SIZE);
await stop();
