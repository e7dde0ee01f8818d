// Signing in, signing up and a forgotten password without a mouse, in Chromium; the focus is seen at each stop.

import assert from "node:assert/strict";
import { start, stop, visit } from "../harness/browser.mjs";
import { check, run } from "../harness/checks.mjs";
import { backAtTheApp, nameFirstShop, shop } from "../harness/hosted_walks.mjs";
import { press, type } from "../harness/keyboard.mjs";
import { PASSWORD, message, newEmail, newName, newUser } from "../harness/server.mjs";

const field = (page, name) => page.locator(`[name="${name}"]`).first();

check("a user signs in, after a wrong password", async () => {
  const { pool, at } = await shop();
  const { name } = await newUser(pool);
  await visit(async (page) => {
    await page.goto(at("/login"));
    await type(page, field(page, "username"), name);
    await type(page, field(page, "password"), "Wr0ng-Horse!");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").first().waitFor();
    await type(page, field(page, "password"), PASSWORD);
    // The eye beside the password is a stop too.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    assert.equal(await field(page, "password").getAttribute("type"), "text");
    await press(page, page.locator('[name="signInSubmitButton"]'), "Space");
    await backAtTheApp(page);
  });
});

check("a user enters the name, then takes a code by mail in place of the password", async () => {
  const { pool, at } = await nameFirstShop();
  const { name, email } = await newUser(pool);
  await visit(async (page) => {
    await page.goto(at("/login"));
    await type(page, field(page, "username"), name);
    await page.keyboard.press("Enter");
    await field(page, "password").waitFor();
    await press(page, field(page, "factor"));
    await page.waitForURL("**/login/email?**");
    await type(page, page.locator("input.code"), (await message(email)).code);
    await backAtTheApp(page);
  });
});

check("a visitor signs up and confirms the address", async () => {
  const { at } = await shop();
  const email = newEmail();
  await visit(async (page) => {
    await page.goto(at("/login"));
    await press(page, page.locator('button[value="sign-up"]'));
    await page.locator('[name="signUpButton"]').waitFor();
    await type(page, field(page, "username"), newName());
    await type(page, field(page, "requiredAttributes[email]"), email);
    await type(page, field(page, "password"), PASSWORD);
    await press(page, page.locator('[name="signUpButton"]'));
    const code = field(page, "verification_code");
    await code.waitFor();
    // The last digit sends the form.
    await type(page, code, (await message(email)).code);
    await backAtTheApp(page);
  });
});

check("a forgotten password is replaced", async () => {
  const { pool, at } = await shop();
  const { name, email } = await newUser(pool);
  await visit(async (page) => {
    await page.goto(at("/login"));
    await press(page, page.locator('button[value="forgot"]'), "Space");
    await page.locator('[name="reset_my_password"]').waitFor();
    await type(page, field(page, "username"), name);
    await page.keyboard.press("Enter");
    await field(page, "new_password").waitFor();
    const { code } = await message(email);
    await type(page, field(page, "new_password"), "An0ther-Horse!");
    await type(page, field(page, "confirm_password"), "An0ther-Horse!");
    // A code sends itself only where it is all there is to fill in.
    await type(page, field(page, "verification_code"), code, { back: true });
    await page.keyboard.press("Enter");
    await backAtTheApp(page);
  });
});

await start();
try {
  await run();
} finally {
  await stop();
}
