// The sign-in pages without JavaScript: plain forms, plain redirects, and what protects them.

import assert from "node:assert/strict";
import { check, run } from "../harness/checks.mjs";
import { PASSWORD, api, message, newApp, newEmail, newName, newPool, newUser, oauth, url }
  from "../harness/server.mjs";
import { totp } from "../harness/totp.mjs";
import { Visitor } from "../harness/visitor.mjs";

const CALLBACK = "http://localhost:3000/back";

/** A pool with an app for the pages; `mfa` switches on authenticator apps. */
async function shop({ mfa, ...settings } = {}) {
  const pool = await newPool({ AutoVerifiedAttributes: ["email"], ...settings });
  if (mfa) {
    await api.setUserPoolMfaConfig({
      UserPoolId: pool, MfaConfiguration: mfa, SoftwareTokenMfaConfiguration: { Enabled: true },
    });
  }
  const app = await newApp(pool, oauth(CALLBACK));
  return { pool, app, at: (page) => address(pool, app, page) };
}

/** The address of a page with an authorization request in its query. */
function address(pool, app, page) {
  const query = new URLSearchParams({
    client_id: app.ClientId, response_type: "code", scope: "openid email", redirect_uri: CALLBACK, state: "s",
  });
  return `${url}/${pool}${page}?${query}`;
}

/** Demands that the page led back to the app with a code, and returns the code. */
function codeFrom(page) {
  assert.ok(page.location?.href.startsWith(CALLBACK), `not back at the app but at ${page.address}:
${page.text.replace(/<[^>]+>|\s+/g, " ").slice(0, 300)}`);
  assert.equal(page.location.searchParams.get("state"), "s");
  const code = page.location.searchParams.get("code");
  assert.ok(code, page.location.search);
  return code;
}

check("a visitor signs up, confirms by mail and comes back to the app signed in", async () => {
  const { pool, app, at } = await shop();
  const [name, email] = [newName(), newEmail()];
  const form = await (await new Visitor().open(at("/login"))).press("go", "sign-up");
  const confirm = await form.submit({ username: name, "requiredAttributes[email]": email, password: PASSWORD });
  assert.ok(confirm.has("verification_code"), `no page for the code at ${confirm.address}`);
  const { code } = await message(email);
  const done = await confirm.submit({ verification_code: code });
  const granted = codeFrom(done.location ? done : await done.submit({ username: name, password: PASSWORD }));
  const answer = await fetch(`${url}/${pool}/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code", client_id: app.ClientId, code: granted, redirect_uri: CALLBACK,
    }),
  });
  assert.equal(answer.status, 200);
  assert.ok((await answer.json()).id_token);
});

check("a sign-up that fails says why and keeps what was typed", async () => {
  const { pool, at } = await shop();
  const { name } = await newUser(pool);
  const page = await new Visitor().open(at("/signup"));
  const email = newEmail();
  const weak = await page.submit({ username: newName(), "requiredAttributes[email]": email, password: "short" });
  assert.match(weak.text, /password/i);
  assert.ok(weak.text.includes(email), "the address was lost");
  const taken = await page.submit({ username: name, "requiredAttributes[email]": email, password: PASSWORD });
  assert.match(taken.text, /taken|exists/i);
});

check("a user signs in; a wrong password is told on the page", async () => {
  const { pool, at } = await shop();
  const { name } = await newUser(pool);
  const page = await new Visitor().open(at("/login"));
  const again = await page.submit({ username: name, password: "Wr0ng-Horse!" });
  assert.match(again.text, /password is incorrect/i);
  assert.ok(again.text.includes(name), "the user name was lost");
  assert.ok(!again.text.includes("Wr0ng-Horse!"), "the password is on the page");
  codeFrom(await again.submit({ username: name, password: PASSWORD }));
});

check("an unconfirmed user is led to the page for the code", async () => {
  const { app, at } = await shop();
  const [name, email] = [newName(), newEmail()];
  await api.signUp({
    ClientId: app.ClientId, Username: name, Password: PASSWORD, UserAttributes: [{ Name: "email", Value: email }],
  });
  const page = await (await new Visitor().open(at("/login"))).submit({ username: name, password: PASSWORD });
  assert.ok(page.has("verification_code"), `no page for the code at ${page.address}`);
  const done = await page.submit({ verification_code: (await message(email)).code });
  codeFrom(done.location ? done : await done.submit({ username: name, password: PASSWORD }));
});

check("a forgotten password is replaced by mail", async () => {
  const { pool, at } = await shop();
  const { name, email } = await newUser(pool);
  const page = await (await new Visitor().open(at("/login"))).press("go", "forgot");
  const reset = await page.submit({ username: name });
  const { code } = await message(email);
  const fill = (verification_code, new_password, confirm_password) =>
    reset.submit({ verification_code, new_password, confirm_password });
  const unequal = await fill(code, "An0ther-Horse!", "An0ther-Mule!");
  assert.ok(unequal.has("verification_code"), "two different passwords were accepted");
  const done = await fill(code, "An0ther-Horse!", "An0ther-Horse!");
  codeFrom(done.location ? done : await done.submit({ username: name, password: "An0ther-Horse!" }));
});

check("a temporary password leads to the page for a new one", async () => {
  const { pool, at } = await shop();
  const name = newName();
  await api.adminCreateUser({
    UserPoolId: pool, Username: name, TemporaryPassword: "Temp-0rary!", MessageAction: "SUPPRESS",
  });
  const login = await new Visitor().open(at("/login"));
  const page = await login.submit({ username: name, password: "Temp-0rary!" });
  assert.ok(page.has("new_password"), `no page for a new password at ${page.address}`);
  codeFrom(await page.submit({ new_password: PASSWORD, confirm_password: PASSWORD }));
});

check("an authenticator app is set up on the page and asked for the next time", async () => {
  const { pool, at } = await shop({ mfa: "ON" });
  const { name } = await newUser(pool);
  const setUp = await (await new Visitor().open(at("/login"))).submit({ username: name, password: PASSWORD });
  assert.ok(setUp.has("software_token_mfa_code"), `no set-up page at ${setUp.address}`);
  const secret = setUp.text.match(/id="totp-key"[^>]*>([A-Z2-7 ]+)</)?.[1];
  assert.ok(secret, "the key is not written on the page");
  codeFrom(await setUp.submit({ software_token_mfa_code: totp(secret) }));
  const asked = await (await new Visitor().open(at("/login"))).submit({ username: name, password: PASSWORD });
  assert.ok(asked.has("software_token_mfa_code"), `no second factor at ${asked.address}`);
  assert.ok(!asked.text.includes(secret), "the key is shown a second time");
  const next = totp(secret, 1);
  const wrong = await asked.submit({ software_token_mfa_code: next === "000000" ? "111111" : "000000" });
  assert.ok(wrong.has("software_token_mfa_code"), `a wrong code led to ${wrong.address}`);
  codeFrom(await wrong.submit({ software_token_mfa_code: next }));
});

check("a form without its CSRF token, or with another visitor's, does nothing", async () => {
  const { pool, at } = await shop();
  const { name } = await newUser(pool);
  const mine = await new Visitor().open(at("/login"));
  const other = await new Visitor().open(at("/login"));
  const theirs = other.text.match(/name="_csrf"[^>]*value="([^"]+)"/)?.[1];
  assert.ok(theirs, "the form has no CSRF token");
  for (const _csrf of ["", theirs]) {
    const page = await mine.submit({ _csrf, username: name, password: PASSWORD });
    assert.equal(page.location, null, "a forged form signed somebody in");
  }
});

check("pages cannot be framed or cached, and bring no script from elsewhere", async () => {
  const { at } = await shop();
  for (const path of ["/login", "/signup", "/forgotPassword"]) {
    const { headers, text, status } = await new Visitor().open(at(path));
    assert.equal(status, 200, path);
    assert.equal(headers.get("x-frame-options"), "DENY");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.match(headers.get("cache-control"), /no-store/);
    const policy = headers.get("content-security-policy");
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval|\*/);
    assert.doesNotMatch(text, /(?:src|href)="https?:\/\/(?!localhost)/);
  }
});

check("cookies are out of reach of scripts and of other sites, and Secure over TLS", async () => {
  const { pool, at } = await shop();
  const { name } = await newUser(pool);
  const secure = at("/login").replace(/^http:/, "https:");
  const seen = [];
  const visitor = new Visitor((line) => seen.push(line));
  codeFrom(await (await visitor.open(secure)).submit({ username: name, password: PASSWORD }));
  assert.ok(seen.some((line) => line.startsWith("__Secure-cognito=")), `cookies: ${seen}`);
  for (const line of seen) {
    assert.match(line, /^__Secure-/);
    assert.match(line, /;\s*HttpOnly/i);
    assert.match(line, /;\s*Secure/i);
    assert.match(line, /;\s*SameSite=(Lax|Strict)/i);
  }
});

check("what is typed is never written into a page as markup", async () => {
  const { at } = await shop();
  const nasty = '"><script>alert(1)</script>';
  const page = await new Visitor().open(at("/login"));
  const back = await page.submit({ username: nasty, password: "x" });
  assert.ok(!back.text.includes("<script>alert(1)"), "markup came back");
  assert.equal(back.value("username"), nasty);
  const hinted = await new Visitor().open(`${at("/login")}&login_hint=${encodeURIComponent(nasty)}`);
  assert.ok(!hinted.text.includes("<script>alert(1)"), "markup came back");
  assert.equal(hinted.value("username"), nasty);
});

await run();
