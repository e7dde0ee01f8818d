// Apps that people write with other OpenID clients, unchanged: each signs somebody in through the
// hosted pages, says who that is, renews its tokens where its library can, and signs out.

import assert from "node:assert/strict";
import { start, stop, visit } from "../harness/browser.mjs";
import { check, run } from "../harness/checks.mjs";
import { apacheApp, hereApp, json, pythonApp, signIn, stopAll } from "../harness/party.mjs";
import { PASSWORD, newApp, newPool, newUser, oauth, url } from "../harness/server.mjs";
import { ask, leave, serveApp } from "../harness/web_app.mjs";
import { authJs, expressOpenidConnect, nextAuth } from "../fixtures/relying_parties/node_apps.mjs";

/** Ends the session at the hosted pages as Cognito's own dialect does it. */
async function leaveCognito(visitor, { pool, client, base }, back) {
  const query = new URLSearchParams({ client_id: client, logout_uri: base + back });
  const page = await visitor.open(`${url}/${pool}/logout?${query}`);
  assert.equal(page.address.href, base + back);
}

check("Auth.js: sign-in, identity and sign-out", async () => {
  const here = await hereApp(authJs, ["/auth/callback/cognito"]);
  const visitor = here.visitor();
  const login = await (await visitor.open(`${here.base}/auth/signin`)).submit({});
  await signIn(visitor, login, here.person);
  const session = json(await visitor.open(`${here.base}/me`));
  assert.equal(session.user.email, here.person.email);
  assert.equal(session.profile["cognito:username"], here.person.name);
  assert.equal(session.profile.email_verified, true);
  await (await visitor.open(`${here.base}/auth/signout`)).submit({});
  assert.equal(json(await visitor.open(`${here.base}/me`)), null);
  await leaveCognito(visitor, here, "/me");
  const again = await (await visitor.open(`${here.base}/auth/signin`)).submit({});
  assert.ok(again.has("password"), `no sign-in page at ${again.address}`);
});

check("next-auth 4: sign-in, identity and sign-out", async () => {
  const here = await hereApp(nextAuth, ["/api/auth/callback/cognito"]);
  const visitor = here.visitor();
  const login = await (await visitor.open(`${here.base}/api/auth/signin`)).submit({});
  await signIn(visitor, login, here.person);
  const session = json(await visitor.open(`${here.base}/api/auth/session`));
  assert.equal(session.user.email, here.person.email);
  assert.equal(session.profile["cognito:username"], here.person.name);
  await (await visitor.open(`${here.base}/api/auth/signout`)).submit({});
  assert.deepEqual(json(await visitor.open(`${here.base}/api/auth/session`)), {});
  await leaveCognito(visitor, here, "/");
  const again = await (await visitor.open(`${here.base}/api/auth/signin`)).submit({});
  assert.ok(again.has("password"), `no sign-in page at ${again.address}`);
});

check("express-openid-connect: sign-in, identity, userInfo, refresh, sign-out at the provider", async () => {
  const here = await hereApp(expressOpenidConnect, ["/callback"]);
  const visitor = here.visitor();
  const user = json(await signIn(visitor, `${here.base}/me`, here.person), "/me");
  assert.equal(user.email, here.person.email);
  assert.equal(user.given_name, "Ada");
  const info = json(await visitor.open(`${here.base}/info`));
  assert.deepEqual([info.sub, info.username], [user.sub, here.person.name]);
  const renewed = json(await visitor.open(`${here.base}/renew`));
  assert.equal(renewed.renewed, true);
  assert.ok(renewed.expires > 3500);
  const home = json(await visitor.open(`${here.base}/logout`), "/");
  assert.equal(home.signedIn, false);
  assert.ok((await visitor.open(`${here.base}/me`)).has("password"), "the hosted pages still know the user");
});

check("Authlib in Flask: sign-in, identity, userInfo, refresh, sign-out", async () => {
  const here = await pythonApp("flask_app.py", ["/callback"]);
  const visitor = here.visitor();
  const user = json(await signIn(visitor, `${here.base}/login`, here.person), "/me");
  assert.equal(user.email, here.person.email);
  const info = json(await visitor.open(`${here.base}/info`));
  assert.equal(info.sub, user.sub);
  assert.deepEqual(json(await visitor.open(`${here.base}/renew`)), { renewed: true, sub: user.sub });
  assert.deepEqual(json(await visitor.open(`${here.base}/logout`), "/me"), {});
  assert.ok((await visitor.open(`${here.base}/login`)).has("password"), "the hosted pages still know the user");
});

let site;
const django = () => {
  site ??= pythonApp("django_app.py", ["/accounts/oidc/cabana/login/callback/", "/oidc/callback/"]);
  return site;
};

check("django-allauth: sign-in, identity and sign-out", async () => {
  const here = await django();
  const visitor = here.visitor();
  const user = json(await signIn(visitor, `${here.base}/accounts/oidc/cabana/login/`, here.person), "/me");
  assert.equal(user.email, here.person.email);
  const { sub } = user.extra.userinfo ?? user.extra;
  assert.equal(user.uid, sub);
  assert.deepEqual(json(await visitor.open(`${here.base}/accounts/logout/`), "/me"), {});
  await leaveCognito(visitor, here, "/me");
  const again = await visitor.open(`${here.base}/accounts/oidc/cabana/login/`);
  assert.ok(again.has("password"), `no sign-in page at ${again.address}`);
});

check("mozilla-django-oidc: sign-in, identity, silent renewal, sign-out", async () => {
  const here = await django();
  const visitor = here.visitor();
  const user = json(await signIn(visitor, `${here.base}/oidc/authenticate/`, here.person), "/me");
  assert.deepEqual([user.email, user.has_id_token], [here.person.email, true]);
  await visitor.open(`${here.base}/expire`);
  const renewed = json(await visitor.open(`${here.base}/me`), "/me");
  assert.equal(renewed.email, here.person.email);
  assert.ok(renewed.expires > Date.now() / 1000, "the middleware did not go to the provider and back");
  assert.deepEqual(json(await visitor.open(`${here.base}/oidc/logout/`), "/me"), {});
  const again = await visitor.open(`${here.base}/oidc/authenticate/`);
  assert.ok(again.has("password"), `no sign-in page at ${again.address}`);
});

check("Apache mod_auth_openidc: gate, identity, refresh, sign-out at the provider", async () => {
  const here = await apacheApp();
  const visitor = here.visitor();
  const page = await signIn(visitor, `${here.base}/app/page.html`, here.person);
  assert.equal(page.text, "behind the gate");
  assert.equal(page.headers.get("x-user"), here.person.email);
  const info = json(await visitor.open(`${here.base}/app/redirect?info=json`));
  assert.equal(info.id_token.email, here.person.email);
  assert.equal(info.userinfo.username, here.person.name);
  const query = new URLSearchParams({ refresh: `${here.base}/app/page.html`, access_token: info.access_token });
  const refreshed = await visitor.open(`${here.base}/app/redirect?${query}`);
  assert.equal(refreshed.address.search, "", "a refresh that failed says so in the address");
  const after = json(await visitor.open(`${here.base}/app/redirect?info=json`));
  assert.notEqual(after.access_token, info.access_token);
  const out = await visitor.open(`${here.base}/app/redirect?${new URLSearchParams({ logout: `${here.base}/` })}`);
  assert.equal(out.address.href, `${here.base}/`);
  const again = await visitor.open(`${here.base}/app/page.html`);
  assert.ok(again.has("password"), `no sign-in page at ${again.address}`);
});

const web = await serveApp("relying_parties/oidc_client_ts.js");

check("oidc-client-ts in Chromium: sign-in, identity, silent renewal, revocation, sign-out", () => visit(async (page) => {
  const pool = await newPool();
  const at = `${web.origin}/${pool}/`;
  const { ClientId } = await newApp(pool, oauth(at, { LogoutURLs: [at] }));
  const person = await newUser(pool);
  web.settings.set(pool, {
    authority: `${url}/${pool}`, client_id: ClientId, redirect_uri: at, post_logout_redirect_uri: at,
    scope: "openid email profile", automaticSilentRenew: false, loadUserInfo: true,
  });
  const out = async () => {
    await leave(page, "signIn");
    await page.waitForURL(`${url}/${pool}/**`);
    await page.locator('[name="password"]').waitFor();
  };
  await page.goto(at);
  await out();
  await page.fill('[name="username"]', person.name);
  await page.fill('[name="password"]', PASSWORD);
  await page.press('[name="password"]', "Enter");
  await page.waitForURL(`${at}?code=*`);
  const first = await ask(page, "finish");
  assert.deepEqual([first.profile.email, first.state], [person.email, "kept"]);
  assert.equal(first.profile.username, person.name, "userInfo was merged in");
  const second = await ask(page, "renew");
  assert.notEqual(second.access, first.access);
  assert.equal(second.profile.sub, first.profile.sub);
  await ask(page, "revoke");
  await leave(page, "signOut");
  await page.waitForURL((where) => where.href.startsWith(at) && !where.search.includes("code="));
  await ask(page, "finishSignOut");
  assert.equal(await ask(page, "user"), null);
  await out();
}));

await start();
await run();
await stop();
web.close();
stopAll();
