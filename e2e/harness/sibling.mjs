// A second server beside the one under test, with its own data; its log is beside the other's.

import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./checks.mjs";

/** Starts `cabana dev` or `serve` and waits until it is ready; `options` say where it is, for all its commands alike. */
export async function sibling(command, { scheme = "http", flags = [] } = {}) {
  const data = mkdtempSync(join(tmpdir(), `cabana-${command}-`));
  const port = await sparePort();
  const base = `${scheme}://localhost:${port}`;
  const options = ["--listen", `127.0.0.1:${port}`, "--public-url", base, "--data-dir", data];
  const log = openSync(join(process.env.E2E_HOME, `${command}-${port}.log`), "w");
  const child = spawn(process.env.E2E_BINARY, [command, ...options, ...flags], { stdio: ["ignore", log, log] });
  closeSync(log);
  const stop = () => {
    child.once("exit", () => rmSync(data, { recursive: true, force: true }));
    child.kill();
  };
  try {
    const ready = () => fetch(`http://127.0.0.1:${port}/readyz`).then(({ ok }) => ok, () => false);
    await eventually(ready, `cabana ${command} at ${base}`, 60);
    return { base, port, data, options, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

/** The root access key in a data folder. */
export function rootKey(data) {
  const text = readFileSync(join(data, "credentials"), "utf8");
  const value = (name) => new RegExp(`^${name}\\s*=\\s*(\\S+)`, "m").exec(text)[1];
  return { id: value("aws_access_key_id"), secret: value("aws_secret_access_key") };
}

async function sparePort() {
  const probe = createServer();
  await new Promise((ready) => probe.listen(0, "127.0.0.1", ready));
  const { port } = probe.address();
  await new Promise((gone) => probe.close(gone));
  return port;
}
