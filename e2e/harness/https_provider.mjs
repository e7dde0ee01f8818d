// A second `cabana dev` whose public URL is https, for clients that demand https for every address.

import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./checks.mjs";

/** Starts it and reads a pool's discovery document and key set, trusting the authority it made. */
export async function httpsProvider() {
  const data = mkdtempSync(join(tmpdir(), "cabana-https-"));
  const port = await sparePort();
  const base = `https://localhost:${port}`;
  const child = spawn(process.env.E2E_BINARY, ["dev", "--listen", `127.0.0.1:${port}`, "--public-url", base,
    "--data-dir", data], { stdio: "ignore" });
  const stop = () => {
    child.once("exit", () => rmSync(data, { recursive: true, force: true }));
    child.kill();
  };
  try {
    const ready = () => fetch(`http://127.0.0.1:${port}/readyz`).then(({ ok }) => ok, () => false);
    await eventually(ready, `cabana dev at ${base}`, 60);
    const ca = readFileSync(join(data, "tls/ca.pem"));
    const address = `${base}/${await newPool(`http://localhost:${port}`, data)}/.well-known/openid-configuration`;
    const found = await read(address, ca);
    const metadata = JSON.parse(found.text);
    const { keys } = JSON.parse((await read(metadata.jwks_uri, ca)).text);
    return { ...found, address, metadata, keys, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

async function newPool(endpoint, data) {
  const file = readFileSync(join(data, "credentials"), "utf8");
  const value = (name) => file.match(new RegExp(`^${name}\\s*=\\s*(\\S+)`, "m"))[1];
  const api = new CognitoIdentityProvider({ region: "us-east-1", endpoint, maxAttempts: 1, credentials: {
    accessKeyId: value("aws_access_key_id"), secretAccessKey: value("aws_secret_access_key") } });
  const { UserPool } = await api.createUserPool({ PoolName: "secure" });
  return UserPool.Id;
}

function read(address, ca) {
  return new Promise((done, failed) => {
    get(address, { ca }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part) => { text += part; });
      answer.on("end", () => done({ status: answer.statusCode, type: answer.headers["content-type"], text }));
    }).on("error", failed);
  });
}

async function sparePort() {
  const probe = createServer();
  await new Promise((ready) => probe.listen(0, "127.0.0.1", ready));
  const { port } = probe.address();
  await new Promise((gone) => probe.close(gone));
  return port;
}
