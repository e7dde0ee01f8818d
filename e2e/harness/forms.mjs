// Forms that post, found on pages, sent wrongly, and judged: each must answer with a redirect to a page that survives
// reload, Back and Forward, and must keep no secret anywhere.

import assert from "node:assert/strict";

/** What is typed into fields: values that are wrong nearly everywhere. */
export const TYPED = "no such <thing> ä";
export const SECRET = "s3ntinelx";
const CODES = { 6: "493027", 8: "49302716" };
const WORDS = [SECRET, ...Object.values(CODES)];

/** The forms with `method=post` of a page: their addresses, and how many there are of each before them. */
export function formsOf(page) {
  return page.locator('form[method="post"]').evaluateAll((forms) => {
    const seen = new Map();
    return forms.map((form) => {
      const action = new URL(form.getAttribute("action") ?? location.href, location.href);
      const nth = seen.get(action.pathname) ?? 0;
      seen.set(action.pathname, nth + 1);
      const send = [...form.querySelectorAll("button, input")].find((one) => one.type === "submit");
      return { path: location.pathname, action: action.pathname, nth, button: send?.name ?? "" };
    });
  });
}

/** What a person sees of a page: heading, problems, and what stands in the fields of its forms. */
export async function seen(page) {
  await page.waitForLoadState("load");
  return page.evaluate(() => {
    const texts = (selector) => [...document.querySelectorAll(selector)].map((it) => it.innerText.trim());
    const isSecret = (it) => it.type === "password" || it.autocomplete === "one-time-code" || it.name === "_csrf";
    const controls = [...document.querySelectorAll('form[method="post"] :is(input, select, textarea)')];
    const value = (it) => (["checkbox", "radio"].includes(it.type) ? `${it.value} ${it.checked}` : it.value);
    return {
      heading: texts("h1").join(" | "),
      problems: [...texts('[role="alert"]'), ...texts(".error")],
      values: controls.filter((it) => it.name && !isSecret(it) && it.type !== "hidden")
        .map((it) => `${it.name}=${value(it)}`),
    };
  });
}

/** Fills in the form and sends it, whatever the browser thinks of it; returns the plain values that were typed. */
function sendWrongly(page, { action, nth }) {
  return page.evaluate(({ action, nth, TYPED, SECRET, CODES }) => {
    const to = (form) => new URL(form.getAttribute("action") ?? location.href, location.href).pathname;
    const form = [...document.querySelectorAll('form[method="post"]')].filter((one) => to(one) === action)[nth];
    form.noValidate = true;
    const typed = {};
    const SECRETS = /^(password|repeated|client_secret|new_password|confirm_password|recovery_code)$/;
    for (const it of form.querySelectorAll("input, textarea")) {
      if (["hidden", "checkbox", "radio", "submit", "button"].includes(it.type) || it.readOnly) continue;
      const cells = Number(it.dataset.cells ?? 6);
      if (it.autocomplete === "one-time-code") it.value = CODES[cells] ?? CODES[6];
      else if (it.type === "password" || SECRETS.test(it.name)) it.value = SECRET;
      else {
        it.value = it.type === "number" ? "-7" : TYPED;
        typed[it.name] = it.value;
      }
    }
    const send = [...form.querySelectorAll("button, input[type=submit]")].find((one) => one.type === "submit");
    // A wait for another code is the server's to enforce.
    if (send) send.disabled = false;
    // As if the person had already said yes in the dialog.
    if (send?.dataset.confirm) send.dataset.sure = "1";
    // Not before this call has answered.
    setTimeout(() => (send ? send.click() : form.requestSubmit()), 0);
    return typed;
  }, { action, nth, TYPED, SECRET, CODES });
}

/**
 * Demands that nothing of what was typed in secret is on the page, in its address, in its storage or in the cookies.
 * After Back, Chromium itself fills in again what was typed into a field for text: `fields` says whether to look there.
 */
async function keepsNoSecret(page, when, { fields = true } = {}) {
  const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${decodeURIComponent(value)}`);
  const inside = await page.evaluate((all) => [
    ...[...document.querySelectorAll(all ? "input, textarea" : "[type=password]")].map((it) => it.value),
    JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), JSON.stringify(history.state),
  ], fields);
  const places = { page: await page.content(), fields: inside.join("\n"), address: decodeURIComponent(page.url()),
    cookies: cookies.join("\n") };
  for (const [place, text] of Object.entries(places)) {
    for (const word of WORDS) {
      const plain = new RegExp(`(?<![0-9A-Za-z_-])${word}(?![0-9A-Za-z_-])`);
      assert.doesNotMatch(text, plain, `${when}: a secret is in the ${place}`);
      if (word === SECRET) assert.ok(!text.includes(btoa(word).slice(0, -2)), `${when}: a secret is in the ${place}`);
    }
  }
}

/** Moves through the history and demands a page; `gone` may say 404 where a thing was deleted. */
async function move(page, how, gone) {
  const answer = await page[how]({ waitUntil: "load" });
  assert.match(page.url(), /^https?:/, `${how} ended at ${page.url()}`);
  assert.doesNotMatch(await page.innerText("body"), /ERR_[A-Z_]+/, how);
  const status = answer?.status() ?? 200;
  assert.ok(status < 400 || (gone && status === 404), `${how} to ${page.url()} answered ${status}`);
  assert.equal(answer?.request().method() ?? "GET", "GET", `${how} sent the form again`);
}

/**
 * Sends the form of the page that is shown, and judges what follows; `gone` is true if the form may delete what its
 * page is about. Returns whether the answer had problems to tell, with what was typed beside them.
 */
export async function judge(page, form, { gone = false } = {}) {
  const posts = [];
  const listen = (answer) => {
    const request = answer.request();
    if (request.method() === "POST" && request.isNavigationRequest()) posts.push(answer);
  };
  const failed = [];
  const fails = (request) => {
    if (request.isNavigationRequest()) failed.push(`${request.url()}: ${request.failure()?.errorText}`);
  };
  page.on("response", listen);
  page.on("requestfailed", fails);
  try {
    const arrives = page.waitForNavigation({ waitUntil: "load" });
    const typed = await sendWrongly(page, form);
    const landed = await arrives;
    assert.equal(posts.length, 1, `${posts.length} answers to the form`);
    const [answer] = posts;
    assert.ok([302, 303].includes(answer.status()), `the form answered ${answer.status()}`);
    assert.equal(landed.request().method(), "GET");
    assert.ok(landed.status() < 400, `it led to ${page.url()}, which answered ${landed.status()}`);
    const first = await seen(page);
    await keepsNoSecret(page, "after the form");
    const isThere = (await formsOf(page)).some(({ action }) => action === form.action);
    const refused = first.problems.length > 0 && isThere && Object.keys(typed).length > 0;
    if (refused) {
      for (const [name, value] of Object.entries(typed)) {
        assert.ok(first.values.includes(`${name}=${value}`), `${name} was lost: ${first.values}`);
      }
    }
    const again = await page.reload({ waitUntil: "load" });
    assert.equal(again.request().method(), "GET", "reload sent the form again");
    assert.ok(again.status() < 400, `reload answered ${again.status()}`);
    assert.deepEqual(await seen(page), first, "reload shows something else");
    await keepsNoSecret(page, "after reload");
    await move(page, "goBack", gone);
    await keepsNoSecret(page, "after Back", { fields: false });
    await move(page, "goForward", gone);
    assert.equal((await seen(page)).heading, first.heading, "Forward shows another page");
    assert.equal(posts.length, 1, "the form was sent again");
    assert.deepEqual(failed, []);
    return refused;
  } finally {
    page.off("response", listen);
    page.off("requestfailed", fails);
  }
}
