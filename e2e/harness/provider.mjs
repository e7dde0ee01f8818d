// The OpenID provider as a relying party meets it: requests, tokens judged by the specification.

import assert from "node:assert/strict";
import { createHash, createPublicKey, randomBytes, verify } from "node:crypto";
import { PASSWORD, api, newApp, newEmail, newPool, newUser, oauth, url } from "./server.mjs";
import { Visitor } from "./visitor.mjs";

export const CALLBACK = "http://localhost:3000/callback";
export const SIGNED_OUT = "http://localhost:3000/signed-out";

/** The claims of the scopes, as attributes of a user. */
export const PERSON = {
  name: "Ada Example", given_name: "Ada", family_name: "Example", middle_name: "B", nickname: "Ad",
  preferred_username: "ada", profile: "https://ada.example.com/", picture: "https://ada.example.com/a.png",
  website: "https://example.com/", gender: "female", birthdate: "1970-12-10", zoneinfo: "Europe/London",
  locale: "en-GB", updated_at: "1700000000", phone_number: "+441632960001", phone_number_verified: "true",
  address: "1 Example Street",
};

/** The claims of an ID token that nobody need ask for (OpenID Connect Core, 2), and Cognito's that tell tokens apart. */
const PROTOCOL = ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "at_hash", "jti",
  "origin_jti", "token_use"];

/** The settings of a pool in the dialect of the environment. */
export function dialect() {
  return process.env.DIALECT === "standard" ? { UserPoolTags: { "cabana:dialect": "standard" } } : {};
}

/** A pool with two confidential clients and a user who has every claim; in the dialect of the environment. */
export async function newProvider() {
  const standard = process.env.DIALECT === "standard";
  const pool = await newPool(dialect());
  const settings = oauth(CALLBACK, {
    GenerateSecret: true, LogoutURLs: [SIGNED_OUT],
    AllowedOAuthScopes: ["openid", "email", "phone", "profile", ...(standard ? ["address"] : [])],
  });
  const [one, two] = [await newApp(pool, settings), await newApp(pool, settings)];
  const { name, ...others } = PERSON;
  const person = await newUser(pool, { ...others, email: newEmail() });
  await api.adminUpdateUserAttributes({
    UserPoolId: pool, Username: person.name, UserAttributes: [{ Name: "name", Value: name }] });
  const metadata = await (await fetch(`${url}/${pool}/.well-known/openid-configuration`)).json();
  const { keys } = await (await fetch(metadata.jwks_uri)).json();
  return { pool, person, metadata, keys, standard, clients: [one, two] };
}

/** An authorization request; `more` overrides its parameters, and null leaves one out. */
export function request({ clients: [client], metadata }, more = {}) {
  const sent = {
    client_id: client.ClientId, redirect_uri: CALLBACK, response_type: "code", scope: "openid",
    state: randomBytes(8).toString("hex"), nonce: randomBytes(8).toString("hex"), ...more,
  };
  const kept = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== null));
  return { sent: kept, address: `${metadata.authorization_endpoint}?${new URLSearchParams(kept)}` };
}

/** Sends the request and, where a sign-in page comes, signs in; returns what came back to the app. */
export async function authorize(provider, visitor, more = {}, { asked } = {}) {
  const { sent, address } = request(provider, more);
  const page = await visitor.open(address);
  if (asked !== undefined) assert.equal(page.has("password"), asked, `a sign-in page, at ${page.address}`);
  const back = answer(page.has("password") ? await signIn(page, provider.person) : page, sent);
  const named = provider.metadata.authorization_response_iss_parameter_supported;
  assert.equal(named ?? false, provider.standard, "authorization_response_iss_parameter_supported");
  assert.equal(back.iss, named ? provider.metadata.issuer : undefined, "iss");
  return back;
}

/** Fills in the sign-in page. */
export function signIn(page, person) {
  return page.submit({ username: person.name, password: PASSWORD });
}

/** The parameters that came back to the app, with the state that was sent. */
export function answer(page, sent) {
  assert.ok(page.location?.href.startsWith(`${CALLBACK}?`), `not back at the app: ${page.status} ${page.address}
${page.text.replace(/<[^>]+>|\s+/g, " ").slice(0, 300)}`);
  const back = Object.fromEntries(page.location.searchParams);
  assert.equal(back.state, sent.state, "state");
  return { ...back, sent };
}

/** POSTs to the token endpoint as the nth client; returns {status, headers, body}. */
export async function token({ metadata, clients }, values, { nth = 0, how = "basic" } = {}) {
  const { ClientId, ClientSecret } = clients[nth];
  const basic = how === "basic";
  const body = new URLSearchParams({ ...values, ...(!basic && { client_id: ClientId, client_secret: ClientSecret }) });
  const headers = basic ? { authorization: `Basic ${btoa(`${ClientId}:${ClientSecret}`)}` } : {};
  const got = await fetch(metadata.token_endpoint, { method: "POST", body, headers });
  return { status: got.status, headers: got.headers, body: await got.json() };
}

/** Exchanges a code and judges the answer and its ID token; returns {tokens, claims}. */
export async function exchange(provider, { code, sent }, options = {}) {
  const got = await token(provider, {
    grant_type: "authorization_code", code, redirect_uri: CALLBACK, ...options.more }, options);
  assert.equal(got.status, 200, JSON.stringify(got.body));
  assert.match(got.headers.get("content-type"), /^application\/json/);
  assert.match(got.headers.get("cache-control"), /no-store/);
  assert.equal(got.headers.get("pragma"), "no-cache");
  assert.equal(got.body.token_type.toLowerCase(), "bearer");
  assert.ok(Number.isInteger(got.body.expires_in) && got.body.expires_in > 0, "expires_in");
  const claims = judge(provider, got.body, sent, options.nth);
  return { tokens: got.body, claims };
}

/** Judges an ID token as a client must (OpenID Connect Core, 3.1.3.7) and returns its claims. */
export function judge({ metadata, keys, clients, standard }, tokens, sent = {}, nth = 0) {
  const [head, body, signature] = tokens.id_token.split(".");
  const { alg, kid } = JSON.parse(Buffer.from(head, "base64url"));
  const claims = JSON.parse(Buffer.from(body, "base64url"));
  assert.equal(alg, "RS256");
  const key = keys.find((one) => one.kid === kid);
  assert.ok(key, `the key ${kid} is not published`);
  const good = verify("RSA-SHA256", Buffer.from(`${head}.${body}`),
    createPublicKey({ key, format: "jwk" }), Buffer.from(signature, "base64url"));
  assert.ok(good, "the signature does not verify");
  const [client, now] = [clients[nth].ClientId, Date.now() / 1000];
  assert.equal(claims.iss, metadata.issuer);
  assert.deepEqual([claims.aud].flat(), [client]);
  if (claims.azp !== undefined) assert.equal(claims.azp, client);
  assert.ok(Number.isInteger(claims.exp) && claims.exp > now, "exp");
  assert.ok(Number.isInteger(claims.iat) && Math.abs(claims.iat - now) < 60, "iat");
  assert.ok(Number.isInteger(claims.auth_time) && claims.auth_time <= claims.iat, "auth_time");
  assert.match(claims.sub, /^[\x20-\x7e]{1,255}$/);
  assert.equal(claims.nonce, sent.nonce, "nonce");
  const half = createHash("sha256").update(tokens.access_token).digest().subarray(0, 16).toString("base64url");
  if (claims.at_hash !== undefined) assert.equal(claims.at_hash, half, "at_hash");
  if (standard) {
    const asked = Object.keys(JSON.parse(sent.claims ?? "{}").id_token ?? {});
    const others = Object.keys(claims).filter((name) => !PROTOCOL.includes(name) && !asked.includes(name));
    assert.deepEqual(others, [], "claims that nobody asked for");
    const access = JSON.parse(Buffer.from(tokens.access_token.split(".")[0], "base64url"));
    assert.equal(access.typ, "at+jwt");
  }
  return claims;
}

/** A whole sign-in: {visitor, tokens, claims, sent}. */
export async function login(provider, more = {}, { visitor = new Visitor(), ...options } = {}) {
  const back = await authorize(provider, visitor, more, options);
  assert.ok(back.code, JSON.stringify(back));
  return { visitor, sent: back.sent, code: back.code, ...await exchange(provider, back, options) };
}

/** Asks userInfo in one of the three ways of RFC 6750 and judges the form of the answer. */
export async function userInfo({ metadata }, access, how = "get") {
  const header = { authorization: `Bearer ${access}` };
  const got = await fetch(metadata.userinfo_endpoint, {
    get: { headers: header },
    post: { method: "POST", headers: header },
    body: { method: "POST", body: new URLSearchParams({ access_token: access }) },
  }[how]);
  assert.equal(got.status, 200, await got.clone().text());
  assert.match(got.headers.get("content-type"), /^application\/json/);
  return got.json();
}

/** Demands that the browser has no session any more. */
export async function signedOut(provider, visitor) {
  const back = await authorize(provider, visitor, { prompt: "none" }, { asked: false });
  assert.equal(back.error, "login_required");
  assert.equal(back.code, undefined);
}
