// A second `cabana dev` whose public URL is https, for clients that demand https for every address.

import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider";
import { readFileSync } from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import { dialect } from "./provider.mjs";
import { sibling } from "./sibling.mjs";

/** Starts it and reads a pool's discovery document and key set, trusting the authority it made. */
export async function httpsProvider() {
  const { base, port, data, stop } = await sibling("dev", { scheme: "https" });
  try {
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
  const { UserPool } = await api.createUserPool({ PoolName: "secure", ...dialect() });
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
