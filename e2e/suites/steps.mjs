// Every form of the hosted pages and of the console is found by walking and crawling, and sent wrongly once in
// Chromium: it answers with a redirect to a page that survives reload, Back and Forward, and keeps no secret.

import assert from "node:assert/strict";
import { start, stop, visit } from "../harness/browser.mjs";
import { check, run } from "../harness/checks.mjs";
import { enter, newOperator } from "../harness/console.mjs";
import { CONSOLE_WALKS, crawl, everything } from "../harness/console_forms.mjs";
import { formsOf, judge } from "../harness/forms.mjs";
import { WALKS, pathOf } from "../harness/hosted_walks.mjs";
import { PASSKEY_WALKS } from "../harness/passkeys.mjs";
import { url } from "../harness/server.mjs";

/** The forms of the hosted pages that the walks must meet: where each stands, where it is sent, and its button. */
const HOSTED = [
  "/login > /login signInSubmitButton", "/login > /login", "/login > /login continue", "/signup > /signup signUpButton",
  "/confirm > /confirm confirm", "/confirm > /resendcode resend", "/forgotPassword > /forgotPassword reset_my_password",
  "/confirmForgotPassword > /confirmForgotPassword reset_password", "/confirmForgotPassword > /forgotPassword resend",
  "/newPassword > /newPassword reset_password", "/mfa > /mfa mfa_choice", "/mfa/email > /mfa/email confirm",
  "/mfa/email > /mfa resend", "/mfa/totp > /mfa/totp confirm", "/mfa/setup > /mfa/setup setup",
  "/oauth2/authorize > /allow/callback allow", "/logout > /allow/sign-out allow", "/logout > /logout",
  "/login/choose > /login/choose signInSubmitButton", "/login/choose > /login/choose factor",
  "/login/email > /login/email confirm", "/login/email > /login/choose resend",
  "/mfa/methods > /mfa/methods mfa_choice", "/mfa/address > /mfa/address setup", "/mfa/codes > /mfa/codes kept",
  "/login/passkey > /login/passkey", "/passkeys/add > /passkeys/add",
  "/mfa/recovery > /mfa/recovery confirm", "/inbox > /inbox",
];

/** The areas of the console, and how many forms each has at least. */
const AREAS = {
  "/console/pools/new": 1, "/console/pools/quick": 1, "/console/pools/{pool}/users": 15,
  "/console/pools/{pool}/groups": 5, "/console/pools/{pool}/sign-in": 6, "/console/pools/{pool}/sign-up": 3,
  "/console/pools/{pool}/messaging": 4, "/console/pools/{pool}/integration": 6, "/console/pools/{pool}/clients": 8,
  "/console/pools/{pool}/extensions": 3, "/console/pools/{pool}/properties": 4, "/console/pools/{pool}/delete": 1,
  "/console/operators": 7, "/console/access-keys": 4, "/console/account": 1, "/console/server": 1, "/console/inbox": 1, "/console/sign-out": 1,
};

/** What is not demanded of a form, and why: where Back leads to what it has deleted, the page says so with 404. */
const MAY_DELETE = /\/delete$/;

const named = ({ path, action, button = "" }) => `${path} > ${action} ${button}`.trim();

/** The forms that a walk meets: where it ends, and behind the links there. */
async function met(walk) {
  const found = new Map();
  await visit(async (page) => {
    await walk(page);
    const links = await page.locator("a[href]").evaluateAll((all) => all.map((it) => it.href));
    const inside = links.filter((to) => to.startsWith(`${url}/us-east-1_`));
    for (const to of [null, ...inside.slice(0, 8)]) {
      if (to) await page.goto(to);
      for (const form of await formsOf(page)) {
        const name = named({ path: pathOf(form.path), action: pathOf(form.action), button: form.button });
        if (!found.has(name)) found.set(name, { to, action: pathOf(form.action), nth: form.nth });
      }
    }
  });
  return found;
}

/** Follows the link of this page that leads where that one of another pool led. */
async function follow(page, { pathname }) {
  const links = await page.locator("a[href]").evaluateAll((all) => all.map((it) => it.href));
  await page.goto(links.find((to) => pathOf(new URL(to).pathname) === pathOf(pathname)));
}

const seen = new Set();
for (const [what, walk] of Object.entries({ ...WALKS, ...PASSKEY_WALKS })) {
  check(`hosted pages, ${what}: forms lead to pages that hold`, async () => {
    const faults = [];
    for (const [name, form] of await met(walk)) {
      if (seen.has(name)) continue;
      seen.add(name);
      await visit(async (page) => {
        await walk(page);
        if (form.to) await follow(page, new URL(form.to));
        const again = (await formsOf(page)).filter(({ action }) => pathOf(action) === form.action);
        assert.ok(again[form.nth], `the form is not there again at ${page.url()}`);
        await judge(page, again[form.nth]);
      }).catch((error) => faults.push(`${name}: ${error.message}`));
    }
    assert.deepEqual(faults, []);
  });
}

check("the walks met every form of the hosted pages", async () => {
  assert.deepEqual(HOSTED.filter((name) => !seen.has(name)), []);
  assert.deepEqual([...seen].filter((name) => !HOSTED.includes(name)), [], "not in the list of this suite");
});

/** The cookies of an operator who has signed in. Only the last area, `/console/sign-out`, ends their session. */
let session;

/** Lets the operator do something in a new browser in which they are signed in. */
function administer(body) {
  return visit(async (page, context) => {
    if (!session) {
      await enter(page, await newOperator("administrators"));
      session = await context.storageState();
    }
    await body(page);
  }, { storageState: session });
}

let forms = [];
let world;
const refused = {};

check("the console is crawled, and every area has its forms", async () => {
  await administer(async (page) => {
    world = await everything(page);
    forms = await crawl(page, world);
  });
  for (const [area, least] of Object.entries(AREAS)) {
    const count = forms.filter((form) => areaOf(form) === area).length;
    assert.ok(count >= least, `${area} has ${count} forms, not ${least}:\n${forms.map(named).join("\n")}`);
  }
  assert.deepEqual(forms.filter((form) => !areaOf(form)).map(named), [], "in no area");
});

/** The longest area that the form's address begins with. */
function areaOf({ action }) {
  return Object.keys(AREAS).filter((area) => action.startsWith(area)).sort((a, b) => b.length - a.length)[0];
}

for (const area of Object.keys(AREAS)) {
  check(`console, ${area}: forms lead to pages that hold`, async () => {
    const faults = [];
    const mine = forms.filter((form) => areaOf(form) === area);
    assert.ok(mine.length > 0, "none were found");
    // What deletes comes last, so that the world lasts longer.
    mine.sort((a, b) => MAY_DELETE.test(a.action) - MAY_DELETE.test(b.action));
    for (const form of mine) {
      await administer(async (page) => {
        let found = await open(page, form);
        if (!found) {
          world = await everything(page);
          found = await open(page, form);
        }
        assert.ok(found, `the form is not there again at ${page.url()}`);
        refused[named(form)] = await judge(page, found, { gone: MAY_DELETE.test(form.action) });
      }).catch((error) => faults.push(`${named(form)}: ${error.message}`));
    }
    assert.deepEqual(faults, []);
  });
}

/** Opens the page of a form that was found. */
async function open(page, { page: at, sent, nth }) {
  await page.goto(url + world.address(at));
  return (await formsOf(page)).filter((one) => one.action === world.address(sent))[nth];
}

for (const [what, walk] of Object.entries(CONSOLE_WALKS)) {
  check(`console, ${what}: forms lead to pages that hold`, async () => {
    await visit(async (page) => {
      const action = await walk(page);
      const form = (await formsOf(page)).find((one) => one.action === action);
      assert.ok(form, `the form is not at ${page.url()}`);
      refused[`${form.path} > ${form.action}`] = await judge(page, form);
    });
  });
}

check("most forms of the console were refused, with what was typed beside the problems", async () => {
  const count = Object.values(refused).filter(Boolean).length;
  assert.ok(count >= 25, `${count}: ${JSON.stringify(refused, null, 1)}`);
});

await start();
try {
  await run();
} finally {
  await stop();
}
