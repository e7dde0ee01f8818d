// aws-jwt-verify: how back ends check Cognito's tokens.

import assert from "node:assert/strict";
import { CognitoJwtVerifier, JwtVerifier } from "aws-jwt-verify";
import { check, refused, run } from "../harness/checks.mjs";
import { PASSWORD, api, httpsUrl, newApp, newPool, newUser, url } from "../harness/server.mjs";

/** A pool, an app, a user in a group, and the tokens of a sign-in. */
async function tokens(settings = {}, issuer) {
  const pool = await newPool(settings);
  if (issuer) {
    const { UserPool } = await api.describeUserPool({ UserPoolId: pool });
    await api.tagResource({ ResourceArn: UserPool.Arn, Tags: { "cabana:issuer": issuer(pool) } });
  }
  const app = await newApp(pool);
  const { name } = await newUser(pool);
  await api.createGroup({ UserPoolId: pool, GroupName: "editors" });
  await api.adminAddUserToGroup({ UserPoolId: pool, Username: name, GroupName: "editors" });
  const { AuthenticationResult } = await api.initiateAuth({
    ClientId: app.ClientId,
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: name, PASSWORD },
  });
  return { pool, app, name, id: AuthenticationResult.IdToken, access: AuthenticationResult.AccessToken };
}

/** Fetches the keys over TLS from our own issuer. */
function verifier(pool, audience) {
  return JwtVerifier.create({
    issuer: `${url}/${pool}`,
    audience,
    jwksUri: `${httpsUrl}/${pool}/.well-known/jwks.json`,
  });
}

check("both tokens verify against the keys that the issuer publishes", async () => {
  const { pool, app, name, id, access } = await tokens();
  const identity = await verifier(pool, app.ClientId).verify(id);
  assert.equal(identity["cognito:username"], name);
  assert.deepEqual(identity["cognito:groups"], ["editors"]);
  const rights = await verifier(pool, null).verify(access);
  assert.equal(rights.client_id, app.ClientId);
  assert.equal(rights.username, name);
});

check("a token with a changed claim or signature is refused", async () => {
  const { pool, access } = await tokens();
  const [header, payload, signature] = access.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url"));
  const forged = Buffer.from(JSON.stringify({ ...claims, username: "root" })).toString("base64url");
  await refused("JwtInvalidSignatureError", verifier(pool, null).verify(`${header}.${forged}.${signature}`));
  const bent = (signature[5] === "A" ? "B" : "A") + signature.slice(1, 5) + signature.slice(6) + "A";
  await refused("JwtInvalidSignatureError", verifier(pool, null).verify(`${header}.${payload}.${bent}`));
});

check("a token of one pool is refused by the verifier of another", async () => {
  const mine = await tokens();
  const other = await newPool();
  await assert.rejects(verifier(other, null).verify(mine.access), /not allowed|no matching key|kid/i);
});

check("an ID token for another app client is refused", async () => {
  const { pool, id } = await tokens();
  await refused("JwtInvalidAudienceError", verifier(pool, "another-client").verify(id));
});

check("a pool that keeps its AWS issuer satisfies the unmodified CognitoJwtVerifier", async () => {
  const aws = (pool) => `https://cognito-idp.us-east-1.amazonaws.com/${pool}`;
  const { pool, app, name, id, access } = await tokens({}, aws);
  const keys = await (await fetch(`${httpsUrl}/${pool}/.well-known/jwks.json`)).json();
  const discovery = await (await fetch(`${httpsUrl}/${pool}/.well-known/openid-configuration`)).json();
  assert.equal(discovery.issuer, aws(pool));
  for (const [tokenUse, token] of [["id", id], ["access", access]]) {
    const cognito = CognitoJwtVerifier.create({
      userPoolId: pool, tokenUse, clientId: app.ClientId, groups: "editors",
    });
    cognito.cacheJwks(keys);
    const claims = await cognito.verify(token);
    assert.equal(claims["cognito:username"] ?? claims.username, name);
    const wrong = CognitoJwtVerifier.create({
      userPoolId: pool, tokenUse: tokenUse === "id" ? "access" : "id", clientId: app.ClientId,
    });
    wrong.cacheJwks(keys);
    await assert.rejects(wrong.verify(token), /token.?use/i);
  }
});

await run();
