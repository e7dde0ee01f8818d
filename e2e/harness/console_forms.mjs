// The console with something of everything in it, and a crawler that finds its forms.

import { OPERATORS, OPERATOR_PASSWORD, enter, newOperator } from "./console.mjs";
import { authenticator as virtualAuthenticator } from "./authenticator.mjs";
import { formsOf } from "./forms.mjs";
import { withAuthenticator } from "./hosted_walks.mjs";
import { keyShop, withPasskey } from "./passkeys.mjs";
import { IDLE_FUNCTIONS, PASSWORD, api, newApp, newDevice, newEmail, newName, newPool, newUser, oauth, url }
  from "./server.mjs";
import { totp } from "./totp.mjs";

/** Bound of a crawl. */
const MOST_PAGES = 150;
const SERVER = "https://api.example.com/orders";

/**
 * A pool and its surroundings, made as the operator of this page; `pattern` writes their names as {…}, `address` puts
 * them back.
 */
export async function everything(page) {
  const pool = await newPool({
    PoolName: newName("Everything"), AliasAttributes: ["email"], AutoVerifiedAttributes: ["email"],
    UserPoolTags: { team: "identity" }, Schema: [{ Name: "plan", AttributeDataType: "String", Mutable: true }],
    DeviceConfiguration: { DeviceOnlyRememberedOnUserPrompt: true }, LambdaConfig: IDLE_FUNCTIONS,
  });
  const UserPoolId = pool;
  await api.setUserPoolMfaConfig({
    UserPoolId, MfaConfiguration: "OPTIONAL", SoftwareTokenMfaConfiguration: { Enabled: true },
    EmailMfaConfiguration: { Subject: "Your code", Message: "The code is {####}" },
  });
  const domain = newName("forms");
  await api.createUserPoolDomain({ UserPoolId, Domain: domain });
  await api.createResourceServer({
    UserPoolId, Identifier: SERVER, Name: "Orders", Scopes: [{ ScopeName: "read", ScopeDescription: "Read orders" }],
  });
  const { ClientId: client } = await newApp(pool, oauth("https://app.example.com/callback", { GenerateSecret: true }));
  const { ClientSecretDescriptor } = await api.addUserPoolClientSecret({ UserPoolId, ClientId: client });
  const { name: user } = await newUser(pool, { name: newName("ann"), given_name: "Ann" });
  await newDevice(pool, user);
  const disabled = newName("dis");
  await newUser(pool, { name: disabled });
  await api.adminDisableUser({ UserPoolId, Username: disabled });
  const unconfirmed = newName("unc");
  const { ClientId: plain } = await newApp(pool);
  await api.signUp({
    ClientId: plain, Username: unconfirmed, Password: PASSWORD, UserAttributes: [{ Name: "email", Value: newEmail() }],
  });
  for (const GroupName of ["editors", "readers"]) await api.createGroup({ UserPoolId, GroupName });
  await api.adminAddUserToGroup({ UserPoolId, Username: user, GroupName: "editors" });
  const operator = await newOperator("read-only");
  const shut = await newOperator("read-only");
  await api.adminDisableUser({ UserPoolId: OPERATORS, Username: shut });
  const { ClientId: single } = await newApp(pool, { GenerateSecret: true });
  const keyed = newName("key");
  await newUser(pool, { name: keyed });
  await withAuthenticator({ pool, app: { ClientId: plain } }, keyed);
  const [key, idle] = [await newKey(page), await newKey(page)];
  await page.goto(`${url}/console/access-keys`);
  await page.locator(`form[action$="/${idle}/disable"] button`).click();
  await page.locator(`main form[action$="/${idle}/enable"]`).waitFor();
  return world({
    pool, bare: await newPool(), client, plain, single, key, idle, domain,
    secret: ClientSecretDescriptor.ClientSecretId,
    user, keyed, disabled, unconfirmed, operator, shut,
  });
}

/** Makes an access key in the console and returns its ID. */
async function newKey(page) {
  await page.goto(`${url}/console/access-keys/new`);
  await page.fill('[name="name"]', newName("key"));
  await page.locator("main form button[type=submit]").click();
  await page.waitForURL(/access-keys(\?|$)/);
  return (await page.innerText("#shown-once")).match(/AKIA\w+/)[0];
}

/** The names of a world, in both directions. */
function world(names) {
  const pairs = Object.entries(names).sort(([, a], [, b]) => b.length - a.length);
  return {
    ...names,
    pattern: (text) => pairs.reduce((all, [key, name]) => all.replaceAll(name, `{${key}}`), text),
    address: (text) => pairs.reduce((all, [key, name]) => all.replaceAll(`{${key}}`, name), text),
  };
}

/** Where a crawl begins besides the first page: pages that are reached with a click in a menu or by a form only. */
const START = [
  "/console", "/console/pools/{pool}", "/console/pools/{pool}/users/{user}", "/console/pools/{pool}/users/{disabled}",
  "/console/pools/{pool}/users/{unconfirmed}", "/console/pools/{pool}/users/{keyed}",
  "/console/pools/{pool}/groups/editors", "/console/pools/{bare}/integration/domain",
  "/console/pools/{pool}/clients/{client}", "/console/operators/{operator}", "/console/operators/{shut}",
  "/console/pools/{pool}/clients/{single}/secrets/new",
  "/console/pools/{pool}/clients/{client}/secrets/delete?secret={secret}",
  "/console/pools/{pool}/clients/{client}/refused/callback?redirect_uri=https%3A%2F%2Fnew.example.com%2Fcb",
];

/** The route of an address: names that are another world's, or made by the pages, are left out. */
function route(world, address) {
  const { pathname, searchParams } = new URL(world.pattern(address), url);
  const plain = decodeURIComponent(pathname)
    .replace(/\{(disabled|unconfirmed|keyed)\}/, "{user}").replace(/\{(plain|single)\}/, "{client}")
    .replace("{shut}", "{operator}").replace("{bare}", "{pool}")
    .replace(/(\/(?:inbox|messages|access-keys)\/)(?!new$|empty$)[^/]+/, "$1{id}")
    .replace(/(\{pool\}\/groups\/)(?!new$)[^/]+/, "$1{group}");
  const keys = [...searchParams.keys()].filter((key) => !["draft", "next", "token"].includes(key));
  return plain + (keys.length > 0 ? `?${[...new Set(keys)].sort().join("&")}` : "");
}

/** Whether a link leads to a page of the console that belongs to this world. */
function isOurs(world, link) {
  const { origin, pathname, searchParams } = new URL(link, url);
  if (origin !== new URL(url).origin || !/^\/console(\/|$)/.test(pathname)) return false;
  if (/\/(sign-in-page|callback|sign-out|setup|assets)\b/.test(pathname)) return false;
  const path = decodeURIComponent(world.pattern(pathname));
  const [, room, id, , below] = path.split("/").slice(1);
  if (room === "pools" && id && !["{pool}", "new", "quick"].includes(id)) return false;
  if (room === "operators" && id && !id.startsWith("{") && id !== "new") return false;
  if (/\/(users|clients)\/(?!new)[^{]/.test(path)) return false;
  if (below && path.includes("/groups/") && !["editors", "new"].includes(below)) return false;
  return ![...searchParams.keys()].some((key) => ["after", "before"].includes(key) || key.endsWith("sort"));
}

/** Follows the console's links, one per route, and returns its forms: routes, and where each stands in this world. */
export async function crawl(page, world) {
  const queue = START.map((start) => url + world.address(start));
  const known = new Set(queue.map((to) => route(world, to)));
  const forms = new Map();
  for (let visited = 0; queue.length > 0; visited += 1) {
    if (visited >= MOST_PAGES) throw new Error(`more than ${MOST_PAGES} routes: ${[...known].join(" ")}`);
    const to = queue.shift();
    const answer = await page.goto(to);
    if (answer.status() !== 200 || !page.url().startsWith(`${url}/console`)) continue;
    const links = await page.locator("a[href]").evaluateAll((all) => all.map((it) => it.href));
    for (const link of links.map((one) => one.split("#")[0])) {
      const name = isOurs(world, link) && route(world, link);
      if (!name || known.has(name)) continue;
      known.add(name);
      queue.push(link);
    }
    for (const form of await formsOf(page)) {
      const path = route(world, url + form.path);
      const action = route(world, url + form.action);
      // The rail is the same on every page.
      const name = action === "/console/sign-out" ? action : `${path} > ${action}`;
      const { pathname, search } = new URL(page.url());
      const where = { page: world.pattern(pathname + search), sent: world.pattern(form.action), nth: form.nth };
      if (!forms.has(name)) forms.set(name, { ...where, path, action });
    }
  }
  return [...forms.values()];
}

/** Ticks what the first steps of the guide must have, and goes on until this one. */
async function guide(page, last) {
  await page.goto(`${url}/console/pools/new`);
  for (let at = "sign-in"; at !== last;) {
    if (at === "sign-in") {
      await page.getByLabel("User name", { exact: true }).check();
      await page.getByLabel("Email", { exact: true }).check();
    } else if (at === "security") await page.getByLabel("No MFA", { exact: true }).check();
    else if (at === "integrate") {
      await page.getByRole("textbox", { name: "User pool name", exact: true }).fill(newName("Guide"));
      await page.getByRole("textbox", { name: "App client name", exact: true }).fill("app");
    }
    const before = page.url();
    await page.getByRole("button", { name: "Next", exact: true }).click();
    await page.waitForURL((to) => to.href !== before);
    at = new URL(page.url()).pathname.split("/").at(-1);
  }
  return `/console/pools/new/${last}`;
}

/** A new administrator at their authenticator app: the password is entered. */
async function authenticator(page) {
  await enter(page, await newOperator("administrators"));
  await page.goto(`${url}/console/account/authenticator`);
  await page.fill('main [name="password"]', OPERATOR_PASSWORD);
  await page.locator("main form button[type=submit]").first().click();
  await page.locator("#totp-key").waitFor({ state: "attached" });
}

/**
 * Pages that come after a form, and the one from which an emulator lets its developer in: each answers with the address
 * of its form.
 */
export const CONSOLE_WALKS = {
  ...Object.fromEntries(["security", "sign-up", "messages", "integrate", "review"].map((step) => [
    `the guide, ${step}`, async (page) => {
      await enter(page, await newOperator("administrators"));
      return guide(page, step);
    },
  ])),
  async "the code of an authenticator app"(page) {
    await authenticator(page);
    return "/console/account/authenticator/code";
  },
  async "removal of an authenticator app"(page) {
    await authenticator(page);
    await page.fill('main [name="code"]', totp((await page.textContent("#totp-key")).trim()));
    await page.locator("main form button[type=submit]").first().click();
    await page.waitForURL(/console\/account(\?|$)/);
    await page.goto(`${url}/console/account/authenticator/remove`);
    return "/console/account/authenticator/remove";
  },
  async "a user's passkeys"(page) {
    const here = await keyShop();
    await virtualAuthenticator(page);
    const user = `/console/pools/${here.pool}/users/${await withPasskey(page, here)}`;
    await enter(page, await newOperator("administrators"));
    await page.goto(url + user);
    return `${user}/passkeys/delete`;
  },
  async "the way in without a password"(page) {
    await page.goto(`${url}/console/pools`);
    return "/console/continue";
  },
};
