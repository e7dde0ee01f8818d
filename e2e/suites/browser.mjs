// Chromium walks through every page as a person does, with and without JavaScript.

import assert from "node:assert/strict";
import { inspect, start, stop, visit } from "../harness/browser.mjs";
import { check, run } from "../harness/checks.mjs";
import { WALKS } from "../harness/hosted_walks.mjs";
import { PASSWORD, api, message, newApp, newEmail, newName, newPool, newUser, oauth, url }
  from "../harness/server.mjs";
import { totp } from "../harness/totp.mjs";

const APP = "http://localhost:3000";
const CALLBACK = `${APP}/back`;

/** Types into fields by their names. */
async function fill(page, values) {
  for (const [name, value] of Object.entries(values)) await page.fill(`[name="${name}"]`, value);
}

/** Presses the button of the form that has this field. */
async function send(page, field) {
  const form = page.locator("form").filter({ has: page.locator(`[name="${field}"]`) });
  await form.locator("button[type=submit], input[type=submit], button:not([type])").first().click();
}

/** Waits until the page has this field. */
function shows(page, field) {
  return page.locator(`[name="${field}"]`).first().waitFor();
}

/** Fills in whatever the sign-up page asks for. */
async function signUp(page, { name, email, password = PASSWORD }) {
  await shows(page, "password");
  const asked = { username: name, "requiredAttributes[email]": email, "requiredAttributes[name]": "Dora Demo" };
  for (const [field, value] of Object.entries(asked)) {
    const input = page.locator(`[name="${field}"]`);
    if (await input.count()) {
      await input.fill((await input.getAttribute("type")) === "email" ? email : value);
    }
  }
  await fill(page, { password });
  await send(page, "password");
}

/** A pool with an app, and the address of its sign-in page. */
async function shop(mfa) {
  const pool = await newPool({ AutoVerifiedAttributes: ["email"] });
  if (mfa) {
    await api.setUserPoolMfaConfig({
      UserPoolId: pool, MfaConfiguration: mfa, SoftwareTokenMfaConfiguration: { Enabled: true },
    });
  }
  const app = await newApp(pool, oauth(CALLBACK));
  const query = new URLSearchParams({
    client_id: app.ClientId, response_type: "code", scope: "openid email", redirect_uri: CALLBACK,
  });
  return { pool, app, query, login: `${url}/${pool}/login?${query}` };
}

/** Opens the sign-in page and sends a name and a password. */
async function signIn(page, login, name, password = PASSWORD) {
  await page.goto(login);
  await fill(page, { username: name, password });
  await send(page, "password");
}

/** Waits until the browser is back at the app, with a code. */
async function backAtTheApp(page) {
  await page.waitForURL(`${CALLBACK}?**`);
  assert.ok(new URL(page.url()).searchParams.get("code"), page.url());
}

/** Reads the newest mail to this address on the inbox page, in a tab of its own. */
async function codeFromTheInbox(context, email, look) {
  await message(email);
  const tab = await context.newPage();
  await tab.goto(`${url}/`);
  await tab.getByRole("navigation").getByRole("link", { name: /inbox/i }).click();
  await look(tab, "inbox");
  await tab.getByRole("link").filter({ hasText: email }).first().click();
  await tab.locator("code.big").waitFor();
  await look(tab, "inbox-message");
  const code = await tab.innerText("code.big");
  await tab.close();
  return code;
}

/** From the first page to being signed in at the demo app, and out and in again. */
async function demo(page, look) {
  const person = { name: newName("dora"), email: newEmail() };
  await page.goto(`${url}/`);
  await look(page, "landing");
  await page.getByRole("link", { name: /demo/i }).first().click();
  await page.getByRole("link", { name: /sign in/i }).first().waitFor();
  await look(page, "demo-signed-out");
  await page.getByRole("link", { name: /sign in/i }).first().click();
  await shows(page, "username");
  await look(page, "login");
  await page.locator('button[name="go"][value="sign-up"]').click();
  await shows(page, "requiredAttributes[email]");
  await look(page, "signup");
  await signUp(page, person);
  await shows(page, "verification_code");
  await look(page, "confirm");
  await fill(page, { verification_code: await codeFromTheInbox(page.context(), person.email, look) });
  await send(page, "verification_code");
  await page.getByText(person.email).first().waitFor();
  await look(page, "demo-signed-in");
  await page.getByRole("link", { name: /sign out/i }).or(page.getByRole("button", { name: /sign out/i }))
    .first().click();
  await page.getByRole("link", { name: /sign in/i }).first().click();
  await shows(page, "password");
  const username = page.locator('[name="username"]');
  await username.fill((await username.getAttribute("type")) === "email" ? person.email : person.name);
  await fill(page, { password: PASSWORD });
  await send(page, "password");
  await page.getByText(person.email).first().waitFor();
}

check("the demo: from the first page to a new account, signed in, out and in again", async () => {
  await visit((page) => demo(page, inspect));
});

check("the demo works without JavaScript", async () => {
  await visit((page) => demo(page, async () => {}), { javaScriptEnabled: false });
});

check("the demo works on a phone", async () => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: "dark" };
  await visit((page) => demo(page, async () => {}), phone);
});

check("a wrong password is told on the page, and to screen readers", async () => {
  const { pool, login } = await shop();
  const { name } = await newUser(pool);
  await visit(async (page) => {
    await signIn(page, login, name, "Wr0ng-Horse!");
    await page.getByRole("alert").filter({ hasText: /password is incorrect/i }).waitFor();
    await inspect(page, "login-wrong");
    assert.equal(await page.inputValue('[name="username"]'), name);
    assert.equal(await page.inputValue('[name="password"]'), "");
    await fill(page, { password: PASSWORD });
    await send(page, "password");
    await backAtTheApp(page);
  }, { apps: [APP] });
});

check("a weak password and a taken name are told on the sign-up page", async () => {
  const { pool, login } = await shop();
  const taken = await newUser(pool);
  await visit(async (page) => {
    await page.goto(login.replace("/login?", "/signup?"));
    await signUp(page, { name: newName(), email: newEmail(), password: "weakling" });
    await page.getByRole("alert").first().waitFor();
    await inspect(page, "signup-weak");
    await signUp(page, { name: taken.name, email: newEmail() });
    await page.getByRole("alert").filter({ hasText: /taken|exists/i }).waitFor();
  });
});

check("a forgotten password is replaced with the code from the inbox", async () => {
  const { pool, login } = await shop();
  const { name, email } = await newUser(pool);
  await visit(async (page) => {
    await page.goto(login);
    await page.locator('button[name="go"][value="forgot"]').click();
    await shows(page, "reset_my_password");
    await inspect(page, "forgot");
    await fill(page, { username: name });
    await send(page, "reset_my_password");
    await shows(page, "new_password");
    await inspect(page, "reset");
    const { code } = await message(email);
    const wrong = code === "000000" ? "111111" : "000000";
    const passwords = { new_password: "An0ther-Horse!", confirm_password: "An0ther-Horse!" };
    await fill(page, { verification_code: wrong, ...passwords });
    await send(page, "new_password");
    await page.getByRole("alert").first().waitFor();
    await inspect(page, "reset-wrong");
    await fill(page, { verification_code: code, ...passwords });
    await send(page, "new_password");
    await page.waitForURL((address) => address.href.startsWith(CALLBACK) || address.pathname.endsWith("/login"));
    if (!page.url().startsWith(CALLBACK)) {
      await fill(page, { username: name, password: "An0ther-Horse!" });
      await send(page, "password");
    }
    await backAtTheApp(page);
  }, { apps: [APP] });
});

check("a temporary password is replaced on a page of its own", async () => {
  const { pool, login } = await shop();
  const name = newName();
  await api.adminCreateUser({
    UserPoolId: pool, Username: name, TemporaryPassword: "Temp-0rary!", MessageAction: "SUPPRESS",
  });
  await visit(async (page) => {
    await signIn(page, login, name, "Temp-0rary!");
    await shows(page, "new_password");
    await inspect(page, "new-password");
    await fill(page, { new_password: PASSWORD, confirm_password: PASSWORD });
    await send(page, "new_password");
    await backAtTheApp(page);
  }, { apps: [APP] });
});

check("an authenticator app is set up and asked for the next time", async () => {
  const { pool, login } = await shop("ON");
  const { name } = await newUser(pool);
  let secret;
  await visit(async (page) => {
    await signIn(page, login, name);
    await shows(page, "software_token_mfa_code");
    await inspect(page, "mfa-setup");
    await page.getByRole("img", { name: /code/i }).waitFor();
    await page.locator("summary").click();
    secret = await page.innerText("#totp-key");
    await fill(page, { software_token_mfa_code: totp(secret) });
    await send(page, "software_token_mfa_code");
    await backAtTheApp(page);
  }, { apps: [APP] });
  await visit(async (page) => {
    await signIn(page, login, name);
    await shows(page, "software_token_mfa_code");
    await inspect(page, "mfa");
    await fill(page, { software_token_mfa_code: totp(secret, 1) });
    await send(page, "software_token_mfa_code");
    await backAtTheApp(page);
  }, { apps: [APP] });
});

check("the pages work under the pool's own domain too", async () => {
  const { pool, query } = await shop();
  const { name } = await newUser(pool);
  const prefix = newName("own");
  await api.createUserPoolDomain({ UserPoolId: pool, Domain: prefix });
  const { port } = new URL(url);
  await visit(async (page) => {
    const origin = `http://${prefix}.auth.us-east-1.localhost:${port}`;
    await page.goto(`${origin}/oauth2/authorize?${query}`);
    assert.equal(new URL(page.url()).origin, origin);
    await fill(page, { username: name, password: PASSWORD });
    await send(page, "password");
    await backAtTheApp(page);
  }, { apps: [APP] });
});

check("the page for what cannot be, and the page that was not found, say so", async () => {
  const { pool, query } = await shop();
  query.set("redirect_uri", "https://evil.example.com/");
  await visit(async (page) => {
    const refusal = await page.goto(`${url}/${pool}/oauth2/authorize?${query}`);
    assert.equal(refusal.status(), 400);
    await page.getByRole("heading").first().waitFor();
    await inspect(page, "error");
    const missing = await page.goto(`${url}/no/such/page`);
    assert.equal(missing.status(), 404);
  });
});

/** The steps that no check above reaches. */
const FURTHER = ["code by mail", "choice of factors", "choice of first factors", "a code by mail as first factor",
  "choice of second factors to set up", "an address for codes", "recovery codes", "a recovery code", "go on as before",
  "sign out"];

for (const step of FURTHER) {
  check(`what a person sees: ${step}`, () => visit(async (page) => {
    await WALKS[step](page);
    await inspect(page, `step-${step.replaceAll(" ", "-")}`);
  }));
}

await start();
try {
  await run();
} finally {
  await stop();
}
