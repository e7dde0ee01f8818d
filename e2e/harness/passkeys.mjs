// People with passkeys, at the hosted pages.

import { authenticator } from "./authenticator.mjs";
import { CALLBACK, shop } from "./hosted_walks.mjs";
import { PASSWORD, newUser } from "./server.mjs";

/** A shop whose people sign in with passkeys. */
export function keyShop() {
  return shop({
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } },
    client: { ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
  });
}

/** Gives the name on the sign-in page. */
export async function giveName(page, { at }, name) {
  await page.goto(at("/login"));
  await page.fill('[name="username"]', name);
  await page.click('[name="signInSubmitButton"]');
  await page.waitForLoadState("load");
}

/** Signs in by the password, whatever is asked for first. */
export async function signInWithPassword(page, here, name) {
  await giveName(page, here, name);
  const other = page.getByRole("link", { name: "Try another way" });
  const password = page.locator('[name="password"]');
  await password.or(other).first().waitFor();
  if (await other.isVisible() && !(await password.isVisible())) await other.click();
  await password.fill(PASSWORD);
  await page.click('[name="signInSubmitButton"]');
  await page.waitForLoadState("load");
}

/** Brings a new user to the page that adds a passkey; returns the name. */
async function toPasskey(page, here) {
  const { name } = await newUser(here.pool);
  await signInWithPassword(page, here, name);
  await page.goto(here.at("/passkeys/add"));
  return name;
}

/** Adds a passkey for a new user at their page, who then leaves; returns the name. */
export async function withPasskey(page, here) {
  const name = await toPasskey(page, here);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.waitForURL(`${CALLBACK}**`);
  await page.context().clearCookies();
  return name;
}

/** Ways to the pages that have to do with passkeys. */
export const PASSKEY_WALKS = {
  "sign in, with a passkey or a name": async (page) => page.goto((await keyShop()).at("/login")),
  "a passkey is added": async (page) => toPasskey(page, await keyShop()),
  async "a passkey after the name"(page) {
    const here = await keyShop();
    const keys = await authenticator(page);
    const name = await withPasskey(page, here);
    await keys.simulate(false);
    await giveName(page, here, name);
    await page.waitForURL("**/login/passkey?**");
  },
};
