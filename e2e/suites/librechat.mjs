// openid-client, used the way LibreChat uses it, with the settings that `cabana env librechat`
// prints: TLS with our own authority, state, PKCE, client_secret_post, no nonce.

import assert from "node:assert/strict";
import * as client from "openid-client";
import { check, run } from "../harness/checks.mjs";
import { asProvider, openidProvider } from "../harness/oidc_provider.mjs";
import { PASSWORD, api, httpsUrl, librechatSettings, newEmail, newName } from "../harness/server.mjs";
import { Visitor } from "../harness/visitor.mjs";

let settings;
let config;
let pool;
let callback;

/** A confirmed user of the demo pool, under whatever names it signs in with. */
async function newPerson() {
  const { UserPool } = await api.describeUserPool({ UserPoolId: pool });
  const email = newEmail();
  const name = UserPool.UsernameAttributes?.includes("email") ? email : newName("reader");
  const attributes = { email, email_verified: "true", name: "Renée Reader" };
  await api.adminCreateUser({
    UserPoolId: pool,
    Username: name,
    MessageAction: "SUPPRESS",
    UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
  });
  await api.adminSetUserPassword({ UserPoolId: pool, Username: name, Password: PASSWORD, Permanent: true });
  return { name, email };
}

/** The request LibreChat makes; `more` overrides or adds parameters. */
async function request(more = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: settings.OPENID_SCOPE,
    state,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...more,
  });
  return { url, verifier, state };
}

/** Goes through the sign-in page; returns the callback's URL. */
async function throughThePage(visitor, url, person) {
  const page = await visitor.open(url);
  assert.equal(page.status, 200, `sign-in page: ${page.text.slice(0, 300)}`);
  assert.ok(page.has("password"), "the sign-in page asks for a password");
  const back = await page.submit({ username: person.name, password: PASSWORD });
  assert.ok(back.location?.href.startsWith(callback), `not back at the app: ${back.status} ${back.address}`);
  return back.location;
}

/** A whole login: {visitor, person, tokens, back, sent}. */
async function login(more = {}, checks = {}) {
  const [visitor, person, sent] = [new Visitor(), await newPerson(), await request(more)];
  const back = await throughThePage(visitor, sent.url, person);
  const tokens = await client.authorizationCodeGrant(config, back, {
    pkceCodeVerifier: sent.verifier,
    expectedState: sent.state,
    idTokenExpected: true,
    ...checks,
  });
  return { visitor, person, tokens, back, sent };
}

check("cabana env librechat prints every setting that a login needs", async () => {
  settings = librechatSettings();
  for (const name of ["DOMAIN_CLIENT", "DOMAIN_SERVER", "OPENID_CLIENT_ID", "OPENID_CLIENT_SECRET",
    "OPENID_ISSUER", "OPENID_SESSION_SECRET", "OPENID_SCOPE", "OPENID_CALLBACK_URL",
    "ALLOW_SOCIAL_LOGIN", "NODE_EXTRA_CA_CERTS", "OPENID_NAME_CLAIM",
    "OPENID_USE_END_SESSION_ENDPOINT"]) {
    assert.ok(settings[name], `${name} is missing from ${Object.keys(settings)}`);
  }
  assert.equal(settings.ALLOW_SOCIAL_LOGIN, "true");
  assert.equal(settings.OPENID_NAME_CLAIM, "name");
  assert.equal(settings.NODE_EXTRA_CA_CERTS, process.env.NODE_EXTRA_CA_CERTS);
  assert.ok(settings.OPENID_SCOPE.split(" ").includes("openid"));
  callback = settings.DOMAIN_SERVER + settings.OPENID_CALLBACK_URL;
});

check("discovery works over TLS with the printed issuer and names TLS endpoints only", async () => {
  const issuer = new URL(settings.OPENID_ISSUER);
  assert.equal(issuer.protocol, "https:");
  const { OPENID_CLIENT_ID: id, OPENID_CLIENT_SECRET: secret } = settings;
  config = await client.discovery(issuer, id, { client_secret: secret });
  client.enableNonRepudiationChecks(config);
  const metadata = config.serverMetadata();
  pool = new URL(metadata.issuer).pathname.slice(1);
  for (const name of ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri",
    "end_session_endpoint", "revocation_endpoint"]) {
    assert.ok(metadata[name]?.startsWith(`${httpsUrl}/`), `${name}: ${metadata[name]}`);
  }
  assert.deepEqual(metadata.id_token_signing_alg_values_supported, ["RS256"]);
});

check("a login brings an ID token, an access token and a refresh token, and no nonce", async () => {
  const { tokens, person } = await login();
  const claims = tokens.claims();
  assert.equal(claims.aud, settings.OPENID_CLIENT_ID);
  assert.equal(claims.email, person.email);
  assert.equal(claims.email_verified, true);
  assert.equal(claims.name, "Renée Reader");
  assert.equal(claims.nonce, undefined);
  assert.equal(typeof claims.auth_time, "number");
  assert.ok(claims.at_hash);
  assert.equal(tokens.token_type.toLowerCase(), "bearer");
  assert.equal(typeof tokens.expires_in, "number");
  assert.ok(tokens.refresh_token);
});

check("a nonce that was sent comes back in the ID token", async () => {
  const nonce = client.randomNonce();
  const { tokens } = await login({ nonce }, { expectedNonce: nonce });
  assert.equal(tokens.claims().nonce, nonce);
});

check("userInfo answers for the same sub, with email_verified as a string", async () => {
  const { tokens, person } = await login();
  const { sub } = tokens.claims();
  const info = await client.fetchUserInfo(config, tokens.access_token, sub);
  assert.equal(info.sub, sub);
  assert.equal(info.email, person.email);
  assert.equal(info.email_verified, "true");
  assert.ok(info.username);
});

check("userInfo refuses a token that is none", async () => {
  const answer = await fetch(config.serverMetadata().userinfo_endpoint, {
    headers: { authorization: "Bearer not.a.token" },
  });
  assert.equal(answer.status, 401);
  assert.match(answer.headers.get("www-authenticate"), /invalid_token/);
});

check("a refresh with a scope parameter brings an ID token with the e-mail address again", async () => {
  const { tokens, person } = await login();
  const renewed = await client.refreshTokenGrant(config, tokens.refresh_token, {
    scope: settings.OPENID_SCOPE,
  });
  assert.equal(renewed.claims().sub, tokens.claims().sub);
  assert.equal(renewed.claims().email, person.email);
  assert.equal(renewed.claims().auth_time, tokens.claims().auth_time);
  assert.notEqual(renewed.access_token, tokens.access_token);
});

check("a code is good for one exchange", async () => {
  const { back, sent } = await login();
  await assert.rejects(
    client.authorizationCodeGrant(config, back, { pkceCodeVerifier: sent.verifier, expectedState: sent.state }),
    (error) => error.error === "invalid_grant",
  );
});

check("a code is worth nothing without its PKCE verifier or its client's secret", async () => {
  const exchange = async (made, verifier) => {
    const [visitor, person, sent] = [new Visitor(), await newPerson(), await request()];
    const back = await throughThePage(visitor, sent.url, person);
    return client.authorizationCodeGrant(made, back, {
      pkceCodeVerifier: verifier ?? sent.verifier, expectedState: sent.state,
    });
  };
  await assert.rejects(exchange(config, client.randomPKCECodeVerifier()),
    (error) => error.error === "invalid_grant");
  const impostor = new client.Configuration(config.serverMetadata(), settings.OPENID_CLIENT_ID, "wrong");
  await assert.rejects(exchange(impostor), (error) => error.error === "invalid_client");
});

check("the client may show its secret in the Authorization header too", async () => {
  const [visitor, person, sent] = [new Visitor(), await newPerson(), await request()];
  const secret = settings.OPENID_CLIENT_SECRET;
  const basic = new client.Configuration(config.serverMetadata(), settings.OPENID_CLIENT_ID, secret,
    client.ClientSecretBasic(secret));
  const back = await throughThePage(visitor, sent.url, person);
  const tokens = await client.authorizationCodeGrant(basic, back, {
    pkceCodeVerifier: sent.verifier, expectedState: sent.state,
  });
  assert.ok(tokens.id_token);
});

check("a second login in the same browser needs no password", async () => {
  const { visitor } = await login();
  const again = await request();
  const page = await visitor.open(again.url);
  assert.ok(page.location?.href.startsWith(callback), `not sent straight back: ${page.address}`);
  const tokens = await client.authorizationCodeGrant(config, page.location, {
    pkceCodeVerifier: again.verifier, expectedState: again.state,
  });
  assert.ok(tokens.id_token);
});

check("parameters that Cognito does not know are ignored", async () => {
  const { tokens } = await login({ audience: "https://api.example.com", foo: "bar" });
  assert.ok(tokens.id_token);
});

check("an error goes back to the app with the state that was sent", async () => {
  const state = "a state with spaces & signs=";
  for (const [more, error] of [
    [{ scope: "openid nonsense" }, "invalid_request"],
    [{ code_challenge_method: "plain" }, "invalid_request"],
    [{ prompt: "none" }, "login_required"],
  ]) {
    const { url } = await request({ ...more, state });
    const { location } = await new Visitor().open(url);
    assert.ok(location?.href.startsWith(callback), `${error}: ${location}`);
    assert.equal(location.searchParams.get("error"), error);
    assert.equal(location.searchParams.get("state"), state);
    assert.equal(location.searchParams.get("code"), null);
  }
});

check("an unknown client or a redirect that was not registered gets a page, never a redirect", async () => {
  for (const more of [
    { redirect_uri: "https://evil.example.com/" },
    { redirect_uri: `${callback}/` },
    { redirect_uri: `${callback}?x=1` },
    { client_id: "0123456789abcdefghijklmnop" },
  ]) {
    const { url } = await request(more);
    const page = await new Visitor().open(url);
    assert.equal(page.status, 400, JSON.stringify(more));
    assert.equal(page.address.origin, httpsUrl);
    assert.match(page.headers.get("content-type"), /text\/html/);
  }
});

/** Opens a sign-out address and says where it leads. */
async function signOut(visitor, parameters) {
  const { href } = new URL(config.serverMetadata().end_session_endpoint);
  const page = await visitor.open(`${href}?${new URLSearchParams(parameters)}`);
  return page.location?.href ?? `page ${page.status} at ${page.address}`;
}

check("both dialects of signing out end the session and lead back to the app", async () => {
  const home = `${settings.DOMAIN_CLIENT}/login`;
  const id = settings.OPENID_CLIENT_ID;
  for (const dialect of [
    () => ({ client_id: id, logout_uri: home }),
    () => ({ client_id: id, post_logout_redirect_uri: home }),
    (token) => ({ id_token_hint: token, post_logout_redirect_uri: home }),
    () => ({ client_id: id, post_logout_redirect_uri: home, logout_hint: "reader@example.com" }),
  ]) {
    const { visitor, tokens } = await login();
    assert.equal(await signOut(visitor, dialect(tokens.id_token)), home);
    const page = await visitor.open((await request()).url);
    assert.ok(page.has("password"), "the session outlived the sign-out");
  }
});

check("signing out echoes the state, and leads nowhere that was not registered", async () => {
  const home = `${settings.DOMAIN_CLIENT}/login`;
  const id = settings.OPENID_CLIENT_ID;
  const { visitor } = await login();
  assert.equal(await signOut(visitor, { client_id: id, post_logout_redirect_uri: home, state: "x y" }),
    `${home}?state=x+y`);
  for (const target of ["https://evil.example.com/", `${home}/`, `${home}@evil.example.com`]) {
    for (const name of ["logout_uri", "post_logout_redirect_uri"]) {
      const where = await signOut(new Visitor(), { client_id: id, [name]: target });
      assert.match(where, /^page 400/, target);
    }
  }
});

check("Cognito's sign-out with redirect_uri shows the sign-in page again", async () => {
  const { visitor } = await login();
  const page = await visitor.open(`${config.serverMetadata().end_session_endpoint}?${new URLSearchParams({
    client_id: settings.OPENID_CLIENT_ID, redirect_uri: callback, response_type: "code",
  })}`);
  assert.ok(page.has("password"), `no sign-in page at ${page.address}`);
});

check("a revoked refresh token is refused", async () => {
  const { tokens } = await login();
  await client.tokenRevocation(config, tokens.refresh_token);
  await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token),
    (error) => error.error === "invalid_grant");
});

check("somebody of another provider comes in the first time", async () => {
  const which = { UserPoolId: pool, ClientId: settings.OPENID_CLIENT_ID };
  const { UserPoolClient: app } = await api.describeUserPoolClient(which);
  const email = newEmail();
  const idp = await openidProvider([`${httpsUrl}/${pool}/oauth2/idpresponse`],
    () => ({ email, email_verified: true, name: "Élise Elsewhere" }));
  await api.createIdentityProvider({ UserPoolId: pool, ...asProvider(idp.issuer) });
  const { ClientSecret, CreationDate, LastModifiedDate, ...kept } = app;
  try {
    await api.updateUserPoolClient({ ...kept, SupportedIdentityProviders: ["COGNITO", "Corp"] });
    const [visitor, sent] = [new Visitor(undefined, [httpsUrl, idp.issuer]), await request()];
    const page = await visitor.open(sent.url);
    const link = /href="([^"]*identity_provider=Corp[^"]*)"/.exec(page.text)[1].replaceAll("&#38;", "&");
    const there = await visitor.open(new URL(link, page.address));
    const back = await there.submit({ name: "elise", go: "in" });
    const tokens = await client.authorizationCodeGrant(config, back.location, {
      pkceCodeVerifier: sent.verifier, expectedState: sent.state, idTokenExpected: true,
    });
    const claims = tokens.claims();
    assert.equal(claims.email, email);
    assert.equal(claims.name, "Élise Elsewhere");
    assert.match(claims["cognito:username"], /^corp_elise$/i);
    assert.ok(tokens.refresh_token);
  } finally {
    await api.updateUserPoolClient(kept);
    await api.deleteIdentityProvider({ UserPoolId: pool, ProviderName: "Corp" });
  }
});

check("the token endpoint refuses what it does not know, in JSON", async () => {
  const post = (body) => fetch(config.serverMetadata().token_endpoint, {
    method: "POST", body: new URLSearchParams(body),
  });
  const secret = { client_id: settings.OPENID_CLIENT_ID, client_secret: settings.OPENID_CLIENT_SECRET };
  for (const [body, error] of [
    [{ grant_type: "password", ...secret }, "unsupported_grant_type"],
    [{ grant_type: "authorization_code", ...secret }, "invalid_request"],
    [{ grant_type: "refresh_token", refresh_token: "nonsense", ...secret }, "invalid_grant"],
    [{ grant_type: "refresh_token", refresh_token: "nonsense", client_id: secret.client_id }, "invalid_client"],
  ]) {
    const answer = await post(body);
    assert.equal(answer.status, 400, error);
    assert.match(answer.headers.get("content-type"), /application\/json/);
    assert.equal((await answer.json()).error, error);
    assert.match(answer.headers.get("cache-control"), /no-store/);
  }
  assert.equal((await fetch(config.serverMetadata().token_endpoint)).status, 405);
});

await run();
