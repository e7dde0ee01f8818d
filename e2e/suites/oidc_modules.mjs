// What the OpenID Foundation's suite demands of a provider with a static client: the modules of its basic plan, each
// under its official name, in an implementation of our own. Where Cognito's dialect differs, the check says so and
// demands that dialect; e2e/README.md lists these. In the standard dialect (oidc_standard.mjs) nothing differs.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { check, run } from "../harness/checks.mjs";
import {
  CALLBACK, PERSON, answer, authorize, exchange, login, newProvider, request, signIn, token, userInfo,
} from "../harness/provider.mjs";
import { Visitor } from "../harness/visitor.mjs";

const provider = await newProvider();
const SCOPES = {
  profile: ["name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile",
    "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at"],
  email: ["email", "email_verified"],
  phone: ["phone_number", "phone_number_verified"],
  ...(provider.standard && { address: ["address"] }),
};
const TYPES = provider.standard
  ? { email_verified: "boolean", phone_number_verified: "boolean", updated_at: "number", address: "object" } : {};

/** A module of the official suite. */
const module = (name, sentence, body) => check(`${name}: ${sentence}`, body);

/** The same where Cognito answers otherwise than the standard. */
const dialect = (name, sentence, body) =>
  provider.standard || check(`${name}, in Cognito's dialect: ${sentence}`, body);

/** What the module wants there, in the standard dialect. */
const standard = (name, sentence, body) => provider.standard && check(`${name}: ${sentence}`, body);

/** Demands a code and good tokens for a request with these parameters. */
const succeeds = (more, options) => login(provider, more, options);

/** What userInfo says for these scopes: all of it text as Cognito has it, or each claim in its type. */
async function scopes(...names) {
  const { tokens, claims } = await succeeds({ scope: ["openid", ...names].join(" ") });
  const info = await userInfo(provider, tokens.access_token);
  assert.equal(info.sub, claims.sub);
  const wanted = names.flatMap((name) => SCOPES[name]);
  for (const name of Object.values(SCOPES).flat()) {
    assert.equal(name in info, wanted.includes(name), `${name} at userInfo for ${names}`);
    if (name in info) assert.equal(typeof info[name], TYPES[name] ?? "string", name);
  }
  return { info, claims };
}

// The suite waits half a minute before it sends a code again; meanwhile the other modules run.
const early = succeeds({}).then((done) => ({ ...done, at: Date.now() }));

module("oidcc-server", "a code flow with a nonce brings tokens that hold in every respect", async () => {
  const { claims, tokens } = await succeeds({ scope: "openid" });
  assert.equal((await userInfo(provider, tokens.access_token)).sub, claims.sub);
  assert.ok(tokens.refresh_token);
});

dialect("oidcc-server", "the ID token holds the user's attributes besides what the protocol needs", async () => {
  const { claims } = await succeeds({ scope: "openid" });
  for (const name of ["cognito:username", "email", "given_name", "token_use"]) assert.ok(name in claims, name);
  assert.equal(claims.email_verified, true);
});

standard("oidcc-server", "userInfo of the scope openid alone tells the subject alone", async () => {
  const { tokens, claims } = await succeeds({ scope: "openid" });
  assert.deepEqual(await userInfo(provider, tokens.access_token), { sub: claims.sub });
});

module("oidcc-response-type-missing", "the app reads invalid_request", async () => {
  const back = await authorize(provider, new Visitor(), { response_type: null }, { asked: false });
  assert.ok(["invalid_request", "unsupported_response_type"].includes(back.error), back.error);
  assert.equal(back.code, undefined);
});

module("oidcc-idtoken-signature", "RS256, with the kid of a published key", async () => {
  const { keys } = provider;
  assert.equal(new Set(keys.map(({ kid }) => kid)).size, keys.length);
  for (const { kid, kty, alg, use, d } of keys) {
    assert.deepEqual([typeof kid, kty, alg, use, d], ["string", "RSA", "RS256", "sig", undefined]);
  }
  await succeeds({});
});

module("oidcc-idtoken-unsigned", "nobody is offered an ID token without a signature", () => {
  assert.ok(!provider.metadata.id_token_signing_alg_values_supported.includes("none"));
});

for (const [name, how] of [["get", "get"], ["post-header", "post"], ["post-body", "body"]]) {
  module(`oidcc-userinfo-${name}`, "the same sub as in the ID token", async () => {
    const { tokens, claims } = await succeeds({ scope: "openid email" });
    const info = await userInfo(provider, tokens.access_token, how);
    assert.equal(info.sub, claims.sub);
    assert.equal(info.email, provider.person.email);
  });
  dialect(`oidcc-userinfo-${name}`, "email_verified is the text \"true\"", async () => {
    const { tokens } = await succeeds({ scope: "openid email" });
    assert.strictEqual((await userInfo(provider, tokens.access_token, how)).email_verified, "true");
  });
  standard(`oidcc-userinfo-${name}`, "email_verified is true", async () => {
    const { tokens } = await succeeds({ scope: "openid email" });
    assert.strictEqual((await userInfo(provider, tokens.access_token, how)).email_verified, true);
  });
}

module("oidcc-ensure-request-without-nonce-succeeds-for-code-flow", "and the ID token has none", async () => {
  const { claims } = await succeeds({ nonce: null });
  assert.ok(!("nonce" in claims));
});

dialect("oidcc-scope-profile", "every claim of the scope at userInfo, updated_at and all as text", async () => {
  const { info } = await scopes("profile");
  assert.deepEqual([info.name, info.updated_at], [PERSON.name, PERSON.updated_at]);
});

dialect("oidcc-scope-email", "both claims at userInfo, email_verified as text", async () => {
  const { info } = await scopes("email");
  assert.deepEqual([info.email, info.email_verified], [provider.person.email, "true"]);
});

dialect("oidcc-scope-phone", "both claims at userInfo, phone_number_verified as text", async () => {
  const { info } = await scopes("phone");
  assert.deepEqual([info.phone_number, info.phone_number_verified], [PERSON.phone_number, "true"]);
});

dialect("oidcc-scope-address", "there is no such scope: not in discovery, and refused", async () => {
  assert.ok(!provider.metadata.scopes_supported.includes("address"));
  const back = await authorize(provider, new Visitor(), { scope: "openid address" }, { asked: false });
  assert.deepEqual([back.error, back.error_description], ["invalid_request", "invalid_scope"]);
});

standard("oidcc-scope-profile", "every claim of the scope at userInfo, updated_at a number", async () => {
  const { info } = await scopes("profile");
  assert.deepEqual([info.name, info.updated_at], [PERSON.name, Number(PERSON.updated_at)]);
});

standard("oidcc-scope-email", "both claims at userInfo", async () => {
  const { info } = await scopes("email");
  assert.deepEqual([info.email, info.email_verified], [provider.person.email, true]);
});

standard("oidcc-scope-phone", "both claims at userInfo", async () => {
  const { info } = await scopes("phone");
  assert.deepEqual([info.phone_number, info.phone_number_verified], [PERSON.phone_number, true]);
});

standard("oidcc-scope-address", "an object at userInfo", async () => {
  assert.ok(provider.metadata.scopes_supported.includes("address"));
  const { info } = await scopes("address");
  assert.deepEqual(info.address, { formatted: PERSON.address });
});

standard("oidcc-scope-all", "every claim in its type", () => scopes("profile", "email", "phone", "address"));

dialect("oidcc-scope-all", "every claim but the address, all as text", () => scopes("profile", "email", "phone"));

module("oidcc-ensure-other-scope-order-succeeds", "openid need not come first", () =>
  succeeds({ scope: "email openid" }));

module("oidcc-alternate-happy-flow", "scopes and parameters backwards, and userInfo of the email", async () => {
  const { sent, address } = request(provider, { scope: "email openid" });
  const backwards = new URLSearchParams(Object.entries(sent).reverse());
  const page = await signIn(await new Visitor().open(`${address.split("?")[0]}?${backwards}`), provider.person);
  const { tokens, claims } = await exchange(provider, answer(page, sent));
  const info = await userInfo(provider, tokens.access_token);
  const verified = provider.standard ? true : "true";
  assert.deepEqual([info.sub, info.email, info.email_verified], [claims.sub, provider.person.email, verified]);
});

for (const display of ["page", "popup"]) {
  module(`oidcc-display-${display}`, "signs in", () => succeeds({ display }, { asked: true }));
}

module("oidcc-prompt-login", "asks again, and the second auth_time is later", async () => {
  const { visitor, claims } = await succeeds({});
  await new Promise((go) => setTimeout(go, 1100));
  const again = await succeeds({ prompt: "login" }, { visitor, asked: true });
  assert.equal(again.claims.sub, claims.sub);
  assert.ok(again.claims.auth_time > claims.auth_time, "auth_time");
});

module("oidcc-prompt-none-not-logged-in", "login_required, and no page", async () => {
  const back = await authorize(provider, new Visitor(), { prompt: "none" }, { asked: false });
  assert.equal(back.error, "login_required");
  assert.equal(back.code, undefined);
});

module("oidcc-prompt-none-logged-in", "a code without a page, the same sub and auth_time", async () => {
  const { visitor, claims } = await succeeds({});
  const again = await succeeds({ prompt: "none" }, { visitor, asked: false });
  assert.equal(again.claims.sub, claims.sub);
  assert.equal(again.claims.auth_time, claims.auth_time);
});

module("oidcc-max-age-1", "asks again after a second, and auth_time says when", async () => {
  const { visitor, claims } = await succeeds({});
  await new Promise((go) => setTimeout(go, 2100));
  const again = await succeeds({ max_age: "1" }, { visitor, asked: true });
  assert.equal(again.claims.sub, claims.sub);
  assert.ok(again.claims.auth_time > claims.auth_time, "auth_time");
});

module("oidcc-max-age-10000", "does not ask again; auth_time is there and the same", async () => {
  const { visitor, claims } = await succeeds({});
  const again = await succeeds({ max_age: "10000" }, { visitor, asked: false });
  assert.equal(again.claims.auth_time, claims.auth_time);
});

module("oidcc-ensure-request-with-unknown-parameter-succeeds", "it is ignored", () =>
  succeeds({ extra: "foobar" }));

module("oidcc-id-token-hint", "with prompt=none a code for the same user", async () => {
  const { visitor, claims, tokens } = await succeeds({});
  const again = await succeeds({ prompt: "none", id_token_hint: tokens.id_token }, { visitor, asked: false });
  assert.equal(again.claims.sub, claims.sub);
});

module("oidcc-login-hint", "the name is filled in, and the sign-in succeeds", async () => {
  const { sent, address } = request(provider, { login_hint: provider.person.name });
  const page = await new Visitor().open(address);
  assert.equal(page.value("username"), provider.person.name);
  await exchange(provider, answer(await signIn(page, provider.person), sent));
});

module("oidcc-ui-locales", "an unknown language is no error", () => succeeds({ ui_locales: "se" }));

module("oidcc-claims-locales", "an unknown language is no error", () => succeeds({ claims_locales: "se" }));

module("oidcc-ensure-request-with-acr-values-succeeds", "whatever the values; acr says which known one was met",
  async () => {
    await succeeds({ acr_values: "1 2" });
    await succeeds({ acr_values: "urn:cognito:loa:4" });
    const { claims } = await succeeds({ acr_values: "nobody:knows:this urn:cognito:loa:1" });
    assert.equal(claims.acr, "urn:cognito:loa:1");
    assert.ok(!("acr" in (await succeeds({})).claims), "acr, and nobody asked for it");
  });

/** Sends a code that was exchanged already. */
async function reuse({ code }) {
  const got = await token(provider, { grant_type: "authorization_code", code, redirect_uri: CALLBACK });
  assert.equal(got.status, 400);
  assert.equal(got.body.error, "invalid_grant");
  assert.equal(got.body.access_token, undefined);
}

module("oidcc-codereuse", "a code sent twice at once: invalid_grant", async () => reuse(await succeeds({})));

module("oidcc-ensure-registered-redirect-uri", "a page says so, and nobody is sent there", async () => {
  for (const redirect_uri of ["http://localhost:3000/other", `${CALLBACK}?a=b`, `${CALLBACK}/`]) {
    const page = await new Visitor().open(request(provider, { redirect_uri }).address);
    assert.deepEqual([page.status, page.location], [400, null]);
    assert.match(page.headers.get("content-type"), /^text\/html/);
  }
});

module("oidcc-ensure-post-request-succeeds", "the request as a form leads to the sign-in page", async () => {
  const { sent } = request(provider);
  const page = await new Visitor().open(provider.metadata.authorization_endpoint, {
    method: "POST", body: new URLSearchParams(sent).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  assert.ok(page.has("password"), `${page.status} ${page.address}`);
  await exchange(provider, answer(await signIn(page, provider.person), sent));
});

module("oidcc-server-client-secret-post", "the secret in the form is as good as in the header", async () => {
  await succeeds({}, { how: "post" });
  const ways = provider.metadata.token_endpoint_auth_methods_supported;
  assert.ok(ways.includes("client_secret_post") && ways.includes("client_secret_basic"), ways);
});

/** The request once more as a JWT without a signature. */
function unsigned(sent) {
  return [{ alg: "none" }, sent].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".") + ".";
}

module("oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported", "rejected by its name", async () => {
  const request_uri = "https://app.example.com/request.jwt";
  const back = await authorize(provider, new Visitor(), { request_uri }, { asked: false });
  assert.equal(back.error, "request_uri_not_supported");
});

module("oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported", "rejected by its name",
  async () => {
    const { sent } = request(provider);
    const back = await authorize(provider, new Visitor(), { ...sent, request: unsigned(sent) }, { asked: false });
    assert.equal(back.error, "request_not_supported");
  });

module("oidcc-ensure-request-object-with-redirect-uri", "an address that is not registered stays a page", async () => {
  const { sent } = request(provider);
  const outer = { ...sent, redirect_uri: "http://localhost:3000/other", request: unsigned(sent) };
  const page = await new Visitor().open(request(provider, outer).address);
  assert.deepEqual([page.status, page.location], [400, null]);
});

dialect("oidcc-claims-essential", "the parameter is ignored: the scope openid alone has every attribute", async () => {
  const claims = JSON.stringify({ userinfo: { name: { essential: true } } });
  const { tokens } = await succeeds({ claims });
  const info = await userInfo(provider, tokens.access_token);
  assert.deepEqual([info.name, info.email_verified], [PERSON.name, "true"]);
});

standard("oidcc-claims-essential", "the claims that are asked for by name are where they are asked for", async () => {
  const claims = JSON.stringify({
    userinfo: { name: { essential: true } }, id_token: { email: { essential: true }, auth_time: null } });
  const done = await succeeds({ claims });
  const info = await userInfo(provider, done.tokens.access_token);
  assert.deepEqual(info, { sub: done.claims.sub, name: PERSON.name });
  assert.equal(done.claims.email, provider.person.email);
});

module("oidcc-refresh-token", "new tokens for the same sign-in, for the client alone that it was given to", async () => {
  assert.ok(provider.metadata.grant_types_supported?.includes("refresh_token"), "grant_types_supported");
  const first = await succeeds({});
  assert.match(first.tokens.refresh_token, /^[\x20-\x7e]+$/);
  const got = await token(provider, { grant_type: "refresh_token", refresh_token: first.tokens.refresh_token });
  assert.equal(got.status, 200, JSON.stringify(got.body));
  assert.notEqual(got.body.access_token, first.tokens.access_token);
  const payload = JSON.parse(Buffer.from(got.body.id_token.split(".")[1], "base64url"));
  for (const name of ["iss", "sub", "aud", "auth_time"]) assert.deepEqual(payload[name], first.claims[name], name);
  assert.ok(payload.iat >= first.claims.iat);
  assert.ok([undefined, first.sent.nonce].includes(payload.nonce), "nonce");
  assert.equal((await userInfo(provider, got.body.access_token)).sub, payload.sub);
  const swapped = { ...provider, clients: [...provider.clients].reverse() };
  const second = await login(swapped);
  const stolen = await token(provider, { grant_type: "refresh_token", refresh_token: second.tokens.refresh_token });
  assert.deepEqual([stolen.status, stolen.body.error], [400, "invalid_grant"]);
});

module("oidcc-ensure-request-with-valid-pkce-succeeds", "with S256, and no other verifier will do", async () => {
  const verifier = randomBytes(32).toString("base64url");
  const code_challenge = createHash("sha256").update(verifier).digest("base64url");
  const pkce = { code_challenge, code_challenge_method: "S256" };
  await succeeds(pkce, { more: { code_verifier: verifier } });
  const { code } = await authorize(provider, new Visitor(), pkce);
  const got = await token(provider, {
    grant_type: "authorization_code", code, redirect_uri: CALLBACK, code_verifier: `${verifier}x` });
  assert.deepEqual([got.status, got.body.error], [400, "invalid_grant"]);
});

module("oidcc-codereuse-30seconds", "half a minute later too, and it ends what the code gave", async () => {
  const first = await early;
  assert.equal((await userInfo(provider, first.tokens.access_token)).sub, first.claims.sub);
  await new Promise((go) => setTimeout(go, Math.max(0, first.at + 30_000 - Date.now())));
  await reuse(first);
  const headers = { authorization: `Bearer ${first.tokens.access_token}` };
  assert.equal((await fetch(provider.metadata.userinfo_endpoint, { headers })).status, 401);
});

await run();
