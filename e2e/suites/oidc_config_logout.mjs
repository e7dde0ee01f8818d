// The OpenID Foundation's modules of the config plan and of RP-initiated logout, in an implementation of our own.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { check, run } from "../harness/checks.mjs";
import { SIGNED_OUT, login, newProvider, signedOut } from "../harness/provider.mjs";
import { httpsProvider } from "../harness/https_provider.mjs";

const provider = await newProvider();
const secure = await httpsProvider();
const STATE = randomBytes(64).toString("hex");

/** Signs in and opens the sign-out address with these parameters; returns {visitor, page}. */
async function leave(parameters) {
  const { visitor, tokens } = await login(provider);
  const query = new URLSearchParams(parameters(tokens.id_token));
  const page = await visitor.open(`${provider.metadata.end_session_endpoint}?${query}`);
  return { visitor, page };
}

/** Demands the page that says so, behind one button at most, and that the session is gone. */
async function endsOnPage({ visitor, page }) {
  assert.equal(page.location, null, `sent to ${page.location}`);
  const asks = /<form\b/i.test(page.text);
  if (asks) assert.equal(page.text.match(/<button\b/gi).length, 1, "one button");
  const last = asks ? await page.submit({}) : page;
  assert.equal(last.status, 200);
  assert.match(last.text, /signed out/i);
  await signedOut(provider, visitor);
}

/** Demands a page instead of a redirect, and that the person may still sign out on it. */
async function staysOnPage(parameters) {
  const { visitor, page } = await leave(parameters);
  assert.equal(page.location, null, `sent to ${page.location}`);
  assert.ok([200, 400].includes(page.status), String(page.status));
  assert.match(page.headers.get("content-type"), /^text\/html/);
  if (/<form\b/i.test(page.text)) await page.submit({});
  await signedOut(provider, visitor);
}

check("oidcc-discovery-endpoint-verification: what it must, and all of it over https", () => {
  const { metadata, status, type, address, keys } = secure;
  assert.equal(status, 200);
  assert.match(type, /^application\/json/);
  assert.equal(`${metadata.issuer}/.well-known/openid-configuration`, address);
  const issuer = new URL(metadata.issuer);
  assert.deepEqual([issuer.protocol, issuer.search, issuer.hash], ["https:", "", ""]);
  for (const name of ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri",
    "end_session_endpoint", "revocation_endpoint"]) {
    assert.equal(new URL(metadata[name]).protocol, "https:", name);
  }
  for (const [name, values] of Object.entries({
    response_types_supported: ["code"], subject_types_supported: ["public"], scopes_supported: ["openid"],
    id_token_signing_alg_values_supported: ["RS256"], grant_types_supported: ["authorization_code", "refresh_token"],
    claims_supported: ["sub", "email"],
  })) {
    assert.ok(Array.isArray(metadata[name]), `${name}: ${metadata[name]}`);
    for (const value of values) assert.ok(metadata[name].includes(value), `${name} without ${value}`);
  }
  for (const scope of metadata.scopes_supported) assert.match(scope, /^[\x21\x23-\x5b\x5d-\x7e]+$/);
  const methods = metadata.code_challenge_methods_supported;
  assert.ok(methods === undefined || (Array.isArray(methods) && methods.includes("S256")), "code_challenge_methods");
  assert.ok(keys.length > 0);
  for (const key of keys) {
    assert.deepEqual([key.kty, typeof key.kid, key.use], ["RSA", "string", "sig"]);
    for (const name of ["d", "p", "q", "dp", "dq", "qi", "k"]) assert.ok(!(name in key), `${name} is published`);
  }
});

check("oidcc-rp-initiated-logout-discovery-endpoint-verification: end_session_endpoint, over https", () => {
  assert.equal(new URL(secure.metadata.end_session_endpoint).protocol, "https:");
});

check("oidcc-rp-initiated-logout: back to the app with the long state, and the session is gone", async () => {
  const { visitor, page } = await leave((id_token_hint) =>
    ({ id_token_hint, post_logout_redirect_uri: SIGNED_OUT, state: STATE }));
  assert.equal(page.location?.href, `${SIGNED_OUT}?state=${STATE}`);
  await signedOut(provider, visitor);
});

check("oidcc-rp-initiated-logout-no-state: back to the app without a state", async () => {
  const { visitor, page } = await leave((id_token_hint) => ({ id_token_hint, post_logout_redirect_uri: SIGNED_OUT }));
  assert.equal(page.location?.href, SIGNED_OUT);
  await signedOut(provider, visitor);
});

check("oidcc-rp-initiated-logout-bad-post-logout-redirect-uri: a page, never that address", () =>
  staysOnPage((id_token_hint) =>
    ({ id_token_hint, post_logout_redirect_uri: "https://elsewhere.example.com/", state: STATE })));

check("oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri: a page, never that address", () =>
  staysOnPage((id_token_hint) =>
    ({ id_token_hint, post_logout_redirect_uri: `${SIGNED_OUT}?foo=bar`, state: STATE })));

check("oidcc-rp-initiated-logout-modified-id-token-hint: a hint whose signature is wrong leads nowhere", () =>
  staysOnPage((hint) => {
    const [head, body, signature] = hint.split(".");
    const other = `${signature[0] === "A" ? "B" : "A"}${signature.slice(1)}`;
    return { id_token_hint: `${head}.${body}.${other}`, post_logout_redirect_uri: SIGNED_OUT, state: STATE };
  }));

check("oidcc-rp-initiated-logout-bad-id-token-hint: what is no token leads nowhere", () =>
  staysOnPage(() => ({ id_token_hint: "bad.hint", post_logout_redirect_uri: SIGNED_OUT, state: STATE })));

check("oidcc-rp-initiated-logout-no-id-token-hint: without a hint nobody knows whose address it is", () =>
  staysOnPage(() => ({ post_logout_redirect_uri: SIGNED_OUT, state: STATE })));

check("oidcc-rp-initiated-logout-no-params: signed out, on a page", async () =>
  endsOnPage(await leave(() => ({}))));

check("oidcc-rp-initiated-logout-only-state: signed out, on a page", async () =>
  endsOnPage(await leave(() => ({ state: STATE }))));

check("oidcc-rp-initiated-logout-no-post-logout-redirect-uri: signed out, on a page", async () =>
  endsOnPage(await leave((id_token_hint) => ({ id_token_hint, state: STATE }))));

await run();
secure.stop();
