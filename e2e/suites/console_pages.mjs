// Every page of the console in Chromium: each is looked at narrow and wide, light and dark, with axe-core; pages
// that edit something also with what is wrong said beside the field, lists also when they are empty.

import assert from "node:assert/strict";
import { inspect, start, stop, visit } from "../harness/browser.mjs";
import { check, run } from "../harness/checks.mjs";
import { OPERATOR_PASSWORD as PASSWORD, work } from "../harness/console.mjs";
import { IDLE_FUNCTIONS, api, newApp, newDevice, newEmail, newName, newPool, newUser, oauth, url }
  from "../harness/server.mjs";
import { totp } from "../harness/totp.mjs";

const CONSOLE = `${url}/console`;

/** A pool with something of everything that pages show. */
async function everything() {
  const id = await newPool({
    PoolName: newName("Everything"), AliasAttributes: ["email"], AutoVerifiedAttributes: ["email"],
    UserPoolTags: { team: "identity", stage: "production" }, DeletionProtection: "ACTIVE",
    Schema: [{ Name: "plan", AttributeDataType: "String", Mutable: true }],
    DeviceConfiguration: { DeviceOnlyRememberedOnUserPrompt: true },
    LambdaConfig: IDLE_FUNCTIONS,
  });
  await api.setUserPoolMfaConfig({
    UserPoolId: id, MfaConfiguration: "OPTIONAL", SoftwareTokenMfaConfiguration: { Enabled: true },
    EmailMfaConfiguration: { Subject: "Your code", Message: "The code is {####}" },
  });
  const domain = newName("everything");
  await api.createUserPoolDomain({ UserPoolId: id, Domain: domain });
  await api.createResourceServer({
    UserPoolId: id, Identifier: "https://api.example.com/orders", Name: "Orders",
    Scopes: [{ ScopeName: "read", ScopeDescription: "Read orders" }],
  });
  const app = await newApp(id, oauth("https://app.example.com/callback", {
    ClientName: "shop", GenerateSecret: true, LogoutURLs: ["https://app.example.com/bye"],
  }));
  const { ClientSecretDescriptor: secret } =
    await api.addUserPoolClientSecret({ UserPoolId: id, ClientId: app.ClientId });
  const { name: user } = await newUser(id, { name: newName("ann"), given_name: "Ann", family_name: "Reader" });
  await newDevice(id, user, "Firefox on Linux");
  await newDevice(id, user);
  await newUser(id, { name: newName("a-rather-long-name-of-somebody-who-came-by-import") });
  await api.adminCreateUser({
    UserPoolId: id, Username: newName("bea"), UserAttributes: [{ Name: "email", Value: newEmail() }],
  });
  await api.createGroup({ UserPoolId: id, GroupName: "editors", Description: "May write", Precedence: 2 });
  await api.adminAddUserToGroup({ UserPoolId: id, Username: user, GroupName: "editors" });
  return { id, domain, client: app.ClientId, secret: secret.ClientSecretId, user };
}

const SERVER_PAGES = [
  "/pools", "/pools?search=no+pool+has+this+name", "/pools/new", "/pools/quick", "/inbox", "/messages", "/audit",
  "/access-keys", "/access-keys/new", "/operators", "/operators/new", "/server",
  "/account", "/account/authenticator",
];

const POOL_PAGES = [
  "", "/quick-start", "/delete", "/users", "/users?property=email&text=nobody", "/users/new", "/groups",
  "/groups/new", "/sign-in", "/sign-in/choices", "/sign-in/password-policy", "/sign-in/mfa",
  "/sign-in/passkey", "/sign-in/device-tracking", "/sign-in/recovery", "/sign-up",
  "/sign-up/verification", "/sign-up/custom-attributes", "/sign-up/self-service", "/messaging", "/messaging/email",
  "/messaging/verification", "/messaging/invitation", "/messaging/mfa", "/integration", "/integration/custom-domain",
  "/integration/resource-servers/new", "/clients/new", "/extensions", "/extensions/edit", "/properties",
  "/properties/name", "/properties/plan", "/properties/tags", "/properties/deletion-protection",
];

/** Pages that only a pool with something in it has. */
function deeper({ domain, client, secret, user }) {
  const server = `identifier=${encodeURIComponent("https://api.example.com/orders")}`;
  return [
    "/events", "/extensions/UserMigration", `/users/${user}/events`, `/users/${user}/devices`,
    `/users/${user}`, `/users/${user}/attributes`, `/users/${user}/password`, `/users/${user}/mfa`,
    "/groups/editors",
    "/groups/editors/edit", `/integration/domain/delete?domain=${domain}`,
    `/integration/resource-servers/edit?${server}`, `/integration/resource-servers/delete?${server}`,
    `/clients/${client}`, `/clients/${client}/edit`, `/clients/${client}/hosted-ui`, `/clients/${client}/attributes`,
    `/clients/${client}/secrets/new`, `/clients/${client}/secrets/delete?secret=${encodeURIComponent(secret)}`,
    `/clients/${client}/delete`,
  ];
}

/** Only a pool that has nothing yet shows these as they are here. */
const EMPTY_PAGES = ["", "/quick-start", "/events", "/users", "/groups", "/messaging", "/integration",
  "/integration/domain", "/extensions", "/properties", "/properties/tags", "/sign-up", "/delete"];

/** Pages that are laid out differently for somebody who may only look. */
const READER_PAGES = ["", "/quick-start", "/users", "/sign-in", "/integration", "/properties", "/groups/editors"];

/** Forms and what is wrong in them. */
function mistakes({ client, user }) {
  return [
    ["/pools/quick", {}], ["/access-keys/new", {}], ["/operators/new", { username: "x", email: "no address" }],
    ["/users/new", { username: "", email: "no address" }], [`/users/${user}/password`, { password: "short" }],
    [`/users/${user}/attributes`, { "a.email": "no address" }], ["/groups/new", { name: "", precedence: "-1" }],
    ["/sign-in/password-policy", { mode: "custom", length: "5", days: "400" }],
    ["/messaging/email", { address: "no address", reply: "no address" }],
    ["/messaging/verification", { message: "no code here" }], ["/messaging/invitation", { message: "no name" }],
    ["/messaging/mfa", { message: "no code here" }],
    ["/integration/custom-domain", { name: "no domain" }],
    ["/integration/resource-servers/new", { identifier: "", name: "" }], ["/clients/new", {}],
    [`/clients/${client}/edit`, { name: "", session: "99" }], [`/clients/${client}/hosted-ui`, { callbacks: "nowhere" }],
    ["/properties/name", { name: "" }], ["/delete", { name: "something else" }],
  ];
}

const nameOf = (path) => path.split(/[/?=]/).filter(Boolean).map((part) => part.slice(0, 20)).join("-");

async function look(page, path, name) {
  const answer = await page.goto(path);
  assert.equal(answer.status(), 200, path);
  await inspect(page, name);
}

/** Sends the page's form with these values, whatever the browser thinks of them. */
async function sendAnyway(page, values) {
  const answer = page.waitForNavigation();
  await page.evaluate((entered) => {
    const forms = [...document.querySelectorAll('main form[method="post"]')];
    const form = forms.find((one) => Object.keys(entered).every((name) => one.elements.namedItem(name))) ?? forms.at(-1);
    for (const [name, value] of Object.entries(entered)) {
      const control = form.elements.namedItem(name);
      if (control) control.value = value;
    }
    form.submit();
  }, values);
  return (await answer).status();
}

check("every page of the server", () => work("administrators", async (page) => {
  for (const path of SERVER_PAGES) await look(page, CONSOLE + path, `all-server-${nameOf(path)}`);
}));

const PHONE = { viewport: { width: 390, height: 844 } };

check("on a phone the rail is a drawer, which needs no script", async () => {
  const id = await newPool({ PoolName: newName("Pocket") });
  await work("administrators", async (page) => {
    await page.goto(`${CONSOLE}/pools/${id}`);
    const rail = page.getByRole("navigation", { name: "Console" });
    assert.equal(await rail.isVisible(), false);
    await page.getByRole("button", { name: "Open the menu" }).click();
    await rail.waitFor();
    await page.keyboard.press("Escape");
    await rail.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Open the menu" }).click();
    await rail.getByRole("link", { name: "App integration" }).click();
    await page.getByRole("heading", { level: 1, name: "App integration" }).waitFor();
  }, { ...PHONE, javaScriptEnabled: false });
});

check("identifiers copy themselves, and questions are titles of dialogs", async () => {
  const id = await newPool({ PoolName: newName("Copied") });
  const { name } = await newUser(id);
  await work("administrators", async (page, { context }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.goto(`${CONSOLE}/pools/${id}/users/${name}`);
    await page.getByRole("banner").getByRole("button", { name: "Copy user pool ID" }).click();
    await page.getByText("Copied", { exact: true }).first().waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), id);
    await page.getByRole("button", { name: "Disable user access" }).click();
    const dialog = page.getByRole("dialog", { name: `Disable ${name}?` });
    await dialog.getByText("cannot sign in any more").waitFor();
    await inspect(page, "all-dialog");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "hidden" });
    assert.ok((await api.adminGetUser({ UserPoolId: id, Username: name })).Enabled);
  });
});

check("every part of the pages, in every state", () => visit(async (page) => {
  await look(page, `${url}/_cabana/components`, "all-components");
}));

check("every page of a pool", async () => {
  const pool = await everything();
  await work("administrators", async (page) => {
    for (const path of [...POOL_PAGES, ...deeper(pool)]) {
      const name = nameOf(path).replace(pool.client, "client").replace(pool.user, "one");
      await look(page, `${CONSOLE}/pools/${pool.id}${path}`, `all-pool-${name}`);
    }
  });
});

check("what a pool that is empty shows says what to do next", async () => {
  const id = await newPool({ PoolName: newName("Empty") });
  await work("administrators", async (page) => {
    for (const path of EMPTY_PAGES) {
      await look(page, `${CONSOLE}/pools/${id}${path}`, `all-empty-${nameOf(path)}`);
    }
  });
});

check("forms with mistakes in them", async () => {
  const pool = await everything();
  await work("administrators", async (page) => {
    for (const [path, values] of mistakes(pool)) {
      const base = /^.(pools|access-keys|operators)/.test(path) ? "" : `/pools/${pool.id}`;
      await page.goto(`${CONSOLE}${base}${path}`);
      assert.equal(await sendAnyway(page, values), 200, path);
      assert.match(page.url(), /[?&]draft=/, path);
      await page.locator('[aria-invalid="true"], [role="alert"]').first().waitFor();
      const name = nameOf(path).replace(pool.client, "client").replace(pool.user, "one");
      await inspect(page, `all-wrong-${name}`);
    }
  });
});

check("an operator's own authenticator app, set up and removed", () => work("administrators", async (page) => {
  const set = `${CONSOLE}/account/authenticator`;
  await page.goto(set);
  assert.equal(await sendAnyway(page, { password: "wrong" }), 200);
  await page.getByRole("alert").waitFor();
  await inspect(page, "all-account-password-wrong");
  assert.equal(await sendAnyway(page, { password: PASSWORD }), 200);
  await inspect(page, "all-account-code");
  const key = await page.innerText("#totp-key");
  assert.equal(await sendAnyway(page, { code: "" }), 200);
  await page.getByRole("alert").waitFor();
  await inspect(page, "all-account-code-wrong");
  assert.equal(await sendAnyway(page, { code: totp(key) }), 200);
  await inspect(page, "all-account-set-up");
  // Back to the first step: there is nothing left to set up.
  await page.goto(set);
  assert.equal(page.url(), `${CONSOLE}/account`);
  await look(page, `${set}/remove`, "all-account-remove");
  assert.equal(await sendAnyway(page, { password: PASSWORD, code: totp(key, 1) }), 200);
  await page.getByRole("link", { name: "Set up an authenticator app" }).waitFor();
}));

check("an address that was refused, before and after it is added", async () => {
  const { id, client } = await everything();
  const url = "https://new.example.com/a/path/too/long/for/one/line/on/a/phone";
  await work("administrators", async (page) => {
    const refused = `${CONSOLE}/pools/${id}/clients/${client}/refused/callback`;
    await look(page, `${refused}?client_id=${client}&redirect_uri=${encodeURIComponent(url)}`, "all-refused");
    await page.getByRole("button", { name: "Add this address" }).click();
    await page.getByText("The address has been added.").waitFor();
    await inspect(page, "all-refused-added");
  });
});

check("pages that are not there, and links that are no good", async () => {
  await work("administrators", async (page) => {
    for (const path of ["/nothing", "/pools/us-east-1_nothing0", "/operators/nobody"]) {
      assert.equal((await page.goto(CONSOLE + path)).status(), 404, path);
      await inspect(page, `all-halt-${nameOf(path)}`);
    }
  });
  await visit(async (page) => {
    await look(page, CONSOLE, "all-enter");
    const answer = await page.goto(`${CONSOLE}/setup?token=nonsense`);
    assert.ok(answer.status() >= 400);
    await inspect(page, "all-halt-setup");
  });
});

check("on its own machine the emulator lets an administrator go on without a password", () => visit(async (page) => {
  await page.goto(`${CONSOLE}/audit`);
  for (let again = 0; again < 2; again += 1) {
    await page.getByRole("button", { name: "Continue as administrator" }).click();
    await page.getByText("admin · administrator").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Continue as administrator" }).waitFor();
  }
}));

check("every page of a pool for somebody who may only look", async () => {
  const pool = await everything();
  await work("read-only", async (page) => {
    for (const path of [...POOL_PAGES, ...deeper(pool)]) {
      const answer = await page.goto(`${CONSOLE}/pools/${pool.id}${path}`);
      assert.ok([200, 403].includes(answer.status()), `${path}: ${answer.status()}`);
      const posts = await page.locator('form[method="post"]').evaluateAll((forms) =>
        forms.map((form) => new URL(form.action).pathname));
      assert.deepEqual(posts, ["/console/sign-out"], path);
      // Most look as they do for administrators, but for their buttons.
      if (READER_PAGES.includes(path)) await inspect(page, `all-reader-${nameOf(path)}`);
    }
    await page.goto(`${CONSOLE}/pools/new`);
    await inspect(page, "all-halt-refused");
  });
});

await start();
try {
  await run();
} finally {
  await stop();
}
