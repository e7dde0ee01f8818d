// A SAML provider of another site (samlify), walked in Chromium: forms that send themselves, and which cookies come with
// them.

import assert from "node:assert/strict";
import { start, stop, visit } from "../harness/browser.mjs";
import { check, run } from "../harness/checks.mjs";
import { APP, CALLBACK, backAtTheApp, shop } from "../harness/hosted_walks.mjs";
import { openSamlProvider } from "../harness/saml_provider.mjs";
import { api, oauth, url } from "../harness/server.mjs";

const GOODBYE = `${APP}/out`;

/** A pool whose app lets people in by the pool and by `Corp`. */
async function house() {
  const [here, corp] = [await shop(), await openSamlProvider()];
  corp.trust(await (await fetch(`${url}/${here.pool}/saml2/metadata`)).text());
  await api.createIdentityProvider({
    UserPoolId: here.pool, ProviderName: "Corp", ProviderType: "SAML", AttributeMapping: { email: "mail" },
    ProviderDetails: {
      MetadataFile: corp.provider.getMetadata(), RequestSigningAlgorithm: "rsa-sha256", IDPSignout: "true",
    },
  });
  await api.updateUserPoolClient({
    UserPoolId: here.pool, ClientId: here.app.ClientId, ClientName: here.app.ClientName,
    ...oauth(CALLBACK, { SupportedIdentityProviders: ["COGNITO", "Corp"], LogoutURLs: [GOODBYE] }),
  });
  return { ...here, corp };
}

async function signIn(page, here, name) {
  await page.goto(here.at("/login"));
  await page.getByRole("link", { name: "Continue with Corp" }).click();
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Go" }).click();
  await backAtTheApp(page);
}

/** Whether the browser gets a code without a page in between. */
async function isIn(page, here) {
  await page.goto(here.at("/oauth2/authorize"));
  return page.url().startsWith(`${CALLBACK}?`);
}

/** Signs out at the provider; what it is told. */
async function leave(page, { corp }, name, by) {
  await page.goto(`${corp.base}/leave?${new URLSearchParams({ name, by })}`);
  await page.waitForURL(`${corp.base}/slo?**`);
  assert.equal(await page.textContent("#state"), "back to Corp");
  return page.textContent("#status");
}

const here = await house();

check("a person comes in by the button, and the form of another site signs them in", () => visit(async (page) => {
  await signIn(page, here, "Ann.1");
  assert.ok(await isIn(page, here));
  const { Users } = await api.listUsers({ UserPoolId: here.pool });
  assert.deepEqual(Users.map(({ Username }) => Username), ["Corp_Ann.1"]);
}));

for (const by of ["redirect", "post"]) {
  check(`a sign-out at the provider ends the session here, by ${by}`, () => visit(async (page) => {
    await signIn(page, here, "Ann.1");
    assert.equal(await leave(page, here, "Ann.1", by), "Success");
    assert.ok(!await isIn(page, here), page.url());
  }));

  check(`a sign-out of somebody else ends nothing, by ${by}`, () => visit(async (page) => {
    await signIn(page, here, "Ann.1");
    assert.match(await leave(page, here, "Bob.1", by), /UnknownPrincipal/);
    assert.ok(await isIn(page, here), page.url());
  }));
}

check("a sign-out here leads to the provider, and its form leads back", () => visit(async (page) => {
  await signIn(page, here, "Ann.1");
  await page.goto(`${url}/${here.pool}/logout?${new URLSearchParams({ client_id: here.app.ClientId, logout_uri: GOODBYE })}`);
  await page.waitForURL(GOODBYE);
  assert.equal(here.corp.left.at(-1), "Ann.1");
  assert.ok(!await isIn(page, here), page.url());
}));

await start();
await run();
await stop();
