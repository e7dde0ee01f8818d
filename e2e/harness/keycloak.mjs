// Keycloak as a company has it: a realm with people, at a port of its own, with its data in memory.

import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "./checks.mjs";

const HOME = fileURLToPath(new URL("../long/keycloak/target/keycloak-26.5.6", import.meta.url));
const ADMIN = "admin";
const ADMIN_PASSWORD = "only-for-this-run";

/** The password of everybody at the company. */
export const WORK_PASSWORD = "W0rk-Horse!";

/** Starts it, with an empty realm. */
export async function keycloak(realm) {
  const port = await sparePort();
  const base = `http://localhost:${port}`;
  const log = openSync(join(process.env.E2E_HOME, `keycloak-${port}.txt`), "w");
  const options = ["start-dev", "--db=dev-mem", "--http-host=127.0.0.1", `--http-port=${port}`, "--http-management-port=0"];
  const child = spawn(join(HOME, "bin/kc.sh"), options, {
    stdio: ["ignore", log, log], detached: true,
    env: { ...process.env, KC_BOOTSTRAP_ADMIN_USERNAME: ADMIN, KC_BOOTSTRAP_ADMIN_PASSWORD: ADMIN_PASSWORD,
      JAVA_OPTS_APPEND: "-Xmx512m -XX:TieredStopAtLevel=1" },
  });
  closeSync(log);
  // The script's own process may start another one: both are one group.
  const stop = () => { try { process.kill(-child.pid); } catch { /* It has ended. */ } };
  try {
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`Keycloak ended with ${child.exitCode}`);
      return fetch(`${base}/realms/master`).then(({ ok }) => ok, () => false);
    }, `Keycloak at ${base}`, 180);
    const made = new Realm(base, realm);
    await made.make();
    return Object.assign(made, { stop });
  } catch (error) {
    stop();
    throw error;
  }
}

/** A realm, and what its administrators do. */
class Realm {
  constructor(base, name) {
    this.base = base;
    this.name = name;
    this.issuer = `${base}/realms/${name}`;
  }

  async make() {
    await this.#call("POST", "/admin/realms", { realm: this.name, enabled: true, sslRequired: "none" });
  }

  /** Adds a client of either protocol. */
  async client(settings) {
    await this.admin("POST", "/clients", { enabled: true, ...settings });
  }

  /** Changes a client's settings. */
  async changeClient(clientId, change) {
    const [client] = await this.admin("GET", `/clients?clientId=${encodeURIComponent(clientId)}`);
    await this.admin("PUT", `/clients/${client.id}`, { ...client, ...change,
      attributes: { ...client.attributes, ...change.attributes } });
  }

  /** Adds a person and returns their name for programs. */
  async person(username, settings = {}) {
    const credentials = [{ type: "password", value: WORK_PASSWORD, temporary: false }];
    await this.admin("POST", "/users", { username, enabled: true, emailVerified: true, credentials,
      email: `${username}@works.example`, firstName: "Ada", lastName: "Love", ...settings });
    const [{ id }] = await this.admin("GET", `/users?exact=true&username=${username}`);
    return id;
  }

  /** Changes a person. */
  async changePerson(id, change) {
    await this.admin("PUT", `/users/${id}`, { ...await this.admin("GET", `/users/${id}`), ...change });
  }

  /** Signs with a new key from now on. */
  async rotate() {
    await this.admin("POST", "/components", { name: "newer", providerId: "rsa-generated",
      providerType: "org.keycloak.keys.KeyProvider",
      config: { priority: ["200"], enabled: ["true"], active: ["true"], algorithm: ["RS256"] } });
  }

  /** A call of the realm's administration. */
  admin(method, path, body) {
    return this.#call(method, `/admin/realms/${this.name}${path}`, body);
  }

  async #call(method, path, body) {
    const grant = { grant_type: "password", client_id: "admin-cli", username: ADMIN, password: ADMIN_PASSWORD };
    const token = await fetch(`${this.base}/realms/master/protocol/openid-connect/token`,
      { method: "POST", body: new URLSearchParams(grant) });
    const { access_token: access } = await token.json();
    const answer = await fetch(this.base + path, { method, body: body && JSON.stringify(body),
      headers: { authorization: `Bearer ${access}`, "content-type": "application/json" } });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`Keycloak: ${method} ${path}: ${answer.status} ${text.slice(0, 600)}`);
    return text && JSON.parse(text);
  }
}

async function sparePort() {
  const probe = createServer();
  await new Promise((ready) => probe.listen(0, "127.0.0.1", ready));
  const { port } = probe.address();
  await new Promise((gone) => probe.close(gone));
  return port;
}
