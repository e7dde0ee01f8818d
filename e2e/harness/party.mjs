// Apps of relying parties: each on a port of its own, with a pool, an app client and a user.

import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "./checks.mjs";
import { PASSWORD, newApp, newPool, newUser, oauth, url } from "./server.mjs";
import { Visitor } from "./visitor.mjs";

const FIXTURES = fileURLToPath(new URL("../fixtures/relying_parties", import.meta.url));
/** Where the programs of `long/` are built. */
export const BUILT = fileURLToPath(new URL("../.cache/long", import.meta.url));
const APACHE = "/usr/sbin/apache2";
const running = [];

/** A pool with a confidential client for an app at this port, and a user of it. */
async function party(port, callbacks, settings) {
  const base = `http://localhost:${port}`;
  const pool = await newPool({ AutoVerifiedAttributes: ["email"] });
  const app = await newApp(pool, oauth(base, {
    GenerateSecret: true, CallbackURLs: callbacks.map((path) => base + path),
    LogoutURLs: [base, `${base}/`, `${base}/me`], ...settings,
  }));
  const person = await newUser(pool, { name: `user-${pool.slice(-6)}`, given_name: "Ada", family_name: "Love" });
  return {
    base, port, pool, person, client: app.ClientId, secret: app.ClientSecret, issuer: `${url}/${pool}`,
    visitor: () => new Visitor(() => {}, [new URL(url).origin, base]),
  };
}

/** An app in this process: `make` gets the settings and returns a handler of requests. */
export async function hereApp(make, callbacks, settings) {
  let handle;
  const web = createServer((request, answer) => handle(request, answer));
  await new Promise((ready) => web.listen(0, "127.0.0.1", ready));
  running.push(() => { web.closeAllConnections(); web.close(); });
  const made = await party(web.address().port, callbacks, settings);
  handle = make(made);
  return made;
}

/** An app in Python, a file of `fixtures/relying_parties/`. */
export async function pythonApp(file, callbacks) {
  const made = await party(await sparePort(), callbacks);
  const { issuer, client, secret, base, port } = made;
  const settings = JSON.stringify({ issuer, client, secret, base, port });
  await launch(process.env.E2E_PYTHON, [join(FIXTURES, file), settings], `${base}/me`);
  return made;
}

/** A program that gets its settings by `options`, ready once it answers at the path `ready`. */
export async function programApp(program, options, { callbacks, ready, settings }) {
  const made = await party(await sparePort(), callbacks, settings);
  await launch(program, options(made), made.base + ready);
  return made;
}

/** Apache of Debian with mod_auth_openidc, in a folder of its own. */
export async function apacheApp() {
  const made = await party(await sparePort(), ["/app/redirect"]);
  const folder = mkdtempSync(join(tmpdir(), "cabana-apache-"));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, "site/app"), { recursive: true });
  writeFileSync(join(folder, "site/app/page.html"), "behind the gate");
  writeFileSync(join(folder, "site/page.html"), "the app");
  const words = {
    ...made, folder, modules: "/usr/lib/apache2/modules", passphrase: made.secret,
    user: process.getuid() === 0 ? "User www-data\nGroup www-data" : "",
  };
  const conf = readFileSync(join(FIXTURES, "apache.conf"), "utf8").replace(/^#.*\n/, "")
    .replace(/(?<!%)\{(\w+)\}/g, (_, word) => words[word]);
  writeFileSync(join(folder, "apache.conf"), conf);
  running.push(() => rmSync(folder, { recursive: true, force: true }));
  await launch(APACHE, ["-f", join(folder, "apache.conf"), "-DFOREGROUND"], `${made.base}/page.html`);
  return made;
}

async function sparePort() {
  const probe = createServer();
  await new Promise((ready) => probe.listen(0, "127.0.0.1", ready));
  const { port } = probe.address();
  await new Promise((gone) => probe.close(gone));
  return port;
}

async function launch(program, options, address) {
  const child = spawn(program, options, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => { said += text; });
  child.on("error", (error) => { said += error.message; });
  running.unshift(() => child.kill());
  await eventually(async () => {
    if (child.exitCode !== null || child.pid === undefined) throw new Error(`${program} ended: ${said.slice(-2000)}`);
    return fetch(address).then(() => true, () => false);
  }, `${program} answers at ${address}: ${said.slice(-2000)}`, 60);
}

/** Ends everything that was started. */
export function stopAll() {
  for (const end of running) end();
}

/** Opens an address that leads to the sign-in page, signs in, and returns the page it ends at. */
export async function signIn(visitor, address, person) {
  const page = typeof address === "string" ? await visitor.open(address) : address;
  if (!page.has("password")) throw new Error(`no sign-in page at ${page.address}: ${page.status} ${page.text.slice(0, 800)}`);
  return page.submit({ username: person.name, password: PASSWORD });
}

/** What a page of JSON says; `lands` is the path it must be at. */
export function json(page, lands = page.address.pathname) {
  if (page.status !== 200 || page.address.pathname !== lands) {
    throw new Error(`not JSON at ${lands}: ${page.status} ${page.address}: ${page.text.slice(0, 600)}`);
  }
  return JSON.parse(page.text);
}
