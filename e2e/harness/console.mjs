// Operators of the console, in a browser.

import { visit } from "./browser.mjs";
import { api, newEmail, newName, url } from "./server.mjs";

export const OPERATORS = "cabana_Operators";
export const OPERATOR_PASSWORD = "correct horse battery";

/** Makes an operator of this group and returns their name. */
export async function newOperator(group) {
  const name = newName("op");
  const user = { UserPoolId: OPERATORS, Username: name };
  await api.adminCreateUser({
    ...user, MessageAction: "SUPPRESS", UserAttributes: [{ Name: "email", Value: newEmail() }],
  });
  await api.adminSetUserPassword({ ...user, Password: OPERATOR_PASSWORD, Permanent: true });
  await api.adminAddUserToGroup({ ...user, GroupName: group });
  return name;
}

/** Fills in a form of the hosted pages and sends it. */
export async function sendHosted(page, values) {
  for (const [name, value] of Object.entries(values)) await page.fill(`[name="${name}"]`, value);
  const form = page.locator("form").filter({ has: page.locator(`[name="${Object.keys(values)[0]}"]`) });
  await form.locator("button[type=submit], input[type=submit], button:not([type])").first().click();
}

/** Opens the console and signs in through the hosted pages. */
export async function enter(page, name, password = OPERATOR_PASSWORD) {
  // On its own machine the emulator asks for no password otherwise.
  await page.goto(`${url}/console/sign-in?another=yes`);
  await sendHosted(page, { username: name, password });
  await page.waitForURL("**/console/**");
}

/** Lets a new operator of this group do something. */
export async function work(group, body, options) {
  const name = await newOperator(group);
  await visit(async (page, context) => {
    await enter(page, name);
    await body(page, { name, context });
  }, options);
}

/** Presses a button, and the one of the dialog that asks whether it is meant. */
export async function press(page, name, confirmed) {
  await page.getByRole("button", { name, exact: true }).first().click();
  if (confirmed) await page.getByRole("dialog").getByRole("button", { name: confirmed, exact: true }).click();
  await page.waitForLoadState("load");
}

/** Waits for the news on top of a page. */
export function news(page, text) {
  return page.getByRole("status").filter({ hasText: text }).first().waitFor();
}
