// Passkeys on the hosted pages, with Chromium's virtual authenticator.

import assert from "node:assert/strict";
import { authenticator } from "../harness/authenticator.mjs";
import { inspect, start, stop, visit } from "../harness/browser.mjs";
import { check, run } from "../harness/checks.mjs";
import { work } from "../harness/console.mjs";
import { CALLBACK, backAtTheApp } from "../harness/hosted_walks.mjs";
import { giveName, keyShop, signInWithPassword, withPasskey } from "../harness/passkeys.mjs";
import { PASSWORD, api, message, newEmail, newName, newUser, url } from "../harness/server.mjs";

const BUTTON = "Sign in with a passkey";

/** Signs somebody up, to the page after the code; a whole code sends itself only where scripts run. */
async function signUp(page, { at }, { scripts = true } = {}) {
  const person = { name: newName(), email: newEmail() };
  await page.goto(at("/signup"));
  await page.fill('[name="username"]', person.name);
  await page.fill('[name="requiredAttributes[email]"]', person.email);
  await page.fill('[name="password"]', PASSWORD);
  await page.click('[name="signUpButton"]');
  const { code } = await message(person.email);
  await page.fill('[name="verification_code"]', code);
  if (!scripts) await page.click('[name="confirm"]');
  await page.waitForURL("**/passkeys/add?**");
  return person;
}

check("a passkey is offered after sign-up, added, and signs in without a name", () => visit(async (page) => {
  const here = await keyShop();
  const keys = await authenticator(page);
  const { name } = await signUp(page, here);
  await inspect(page, "passkey-offer");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await backAtTheApp(page);
  assert.equal((await keys.credentials()).length, 1);
  const { ConfiguredUserAuthFactors } = await api.adminGetUserAuthFactors({ UserPoolId: here.pool, Username: name });
  assert.deepEqual(ConfiguredUserAuthFactors, ["PASSWORD", "WEB_AUTHN"]);
  await page.context().clearCookies();
  await keys.simulate(false);
  await page.goto(here.at("/login"));
  await inspect(page, "sign-in-passkey");
  await keys.simulate(true);
  await page.getByRole("button", { name: BUTTON }).click();
  await backAtTheApp(page);
  const [{ signCount }] = await keys.credentials();
  assert.ok(signCount > 0);
}));

check("the browser's own list in the field of the name signs in", () => visit(async (page) => {
  const here = await keyShop();
  const keys = await authenticator(page);
  await withPasskey(page, here);
  const can = await page.evaluate(() => PublicKeyCredential.isConditionalMediationAvailable());
  assert.ok(can, "this Chromium lists no passkeys");
  assert.equal((await keys.credentials()).length, 1);
  await keys.simulate(false);
  await page.goto(here.at("/login"));
  assert.equal(await page.getAttribute('[name="username"]', "autocomplete"), "username webauthn");
  await keys.simulate(true);
  await page.reload();
  await backAtTheApp(page);
}));

check("whoever gives their name is asked for their passkey, and signs in with it or another way", () => visit(async (page) => {
  const here = await keyShop();
  const keys = await authenticator(page);
  const name = await withPasskey(page, here);
  await keys.simulate(false);
  await giveName(page, here, name);
  await inspect(page, "use-passkey");
  const button = page.getByRole("button", { name: BUTTON });
  assert.ok(await button.evaluate((it) => it === document.activeElement), "the button has the focus");
  await keys.simulate(true);
  await page.keyboard.press("Enter");
  await backAtTheApp(page);
  // On another device there is none.
  await page.context().clearCookies();
  await keys.forget();
  await giveName(page, here, name);
  await page.getByRole("button", { name: BUTTON }).click();
  await page.getByText("No passkey was used.").waitFor();
  await page.getByRole("link", { name: "Try another way" }).click();
  await inspect(page, "use-passkey-other");
  await page.fill('[name="password"]', PASSWORD);
  await page.click('[name="signInSubmitButton"]');
  await backAtTheApp(page);
}));

check("without a passkey on this device the other ways stay", () => visit(async (page) => {
  const here = await keyShop();
  const { name } = await newUser(here.pool);
  await authenticator(page);
  await page.goto(here.at("/login"));
  await page.getByRole("button", { name: BUTTON }).click();
  await page.getByText("No passkey was used.").waitFor();
  await inspect(page, "sign-in-no-passkey");
  await signInWithPassword(page, here, name);
  await backAtTheApp(page);
}));

check("a passkey that the server does not know leads back to the form", () => visit(async (page) => {
  const here = await keyShop();
  const keys = await authenticator(page);
  const name = await withPasskey(page, here);
  await api.adminDisableUser({ UserPoolId: here.pool, Username: name });
  await api.adminDeleteUser({ UserPoolId: here.pool, Username: name });
  await page.goto(here.at("/login"));
  await page.getByText("This passkey cannot be used to sign in here.").waitFor();
}));

check("an app sends its people to add a passkey, once a device", () => visit(async (page) => {
  const here = await keyShop();
  const { name } = await newUser(here.pool);
  await authenticator(page);
  await signInWithPassword(page, here, name);
  await page.goto(here.at("/passkeys/add", { state: "s" }));
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.waitForURL(`${CALLBACK}?state=s`);
  await page.goto(here.at("/passkeys/add", { state: "s" }));
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByText("This device has a passkey for this account already.").waitFor();
  await page.getByRole("button", { name: "Not now" }).click();
  await page.waitForURL(`${CALLBACK}?state=s`);
}));

check("without JavaScript everything but the passkey works", () => visit(async (page) => {
  const here = await keyShop();
  const { name } = await signUp(page, here, { scripts: false });
  await page.getByRole("button", { name: "Not now" }).click();
  await backAtTheApp(page);
  await page.context().clearCookies();
  await page.goto(here.at("/login"));
  assert.equal(await page.getByRole("button", { name: BUTTON }).isVisible(), false);
  await signInWithPassword(page, here, name);
  await backAtTheApp(page);
  // Whoever has one is told, and led on.
  let keeper;
  await visit(async (other) => {
    await authenticator(other);
    keeper = await withPasskey(other, here);
  });
  await page.context().clearCookies();
  await giveName(page, here, keeper);
  // Playwright's texts leave out what is in here.
  const plain = page.locator("noscript .note");
  assert.match(await plain.innerText(), /cannot use passkeys/);
  assert.ok(await plain.isVisible());
  await signInWithPassword(page, here, keeper);
  await backAtTheApp(page);
}, { javaScriptEnabled: false }));

check("an operator sees a user's passkeys and deletes one", async () => {
  const here = await keyShop();
  let name;
  await visit(async (page) => {
    await authenticator(page);
    name = await withPasskey(page, here);
  });
  await work("administrators", async (page) => {
    await page.goto(`${url}/console/pools/${here.pool}/users/${name}`);
    await inspect(page, "console-passkeys");
    await page.getByRole("region", { name: "Passkeys" }).getByRole("button", { name: /^Delete/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByText("No passkeys").waitFor();
  });
});

await start();
try {
  await run();
} finally {
  await stop();
}
