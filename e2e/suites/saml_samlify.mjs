// Sign-in through an identity provider that is samlify (with xml-crypto and xml-encryption), in a
// browser without JavaScript.

import assert from "node:assert/strict";
import { check, run } from "../harness/checks.mjs";
import { createProvider, samlResponse, samlify } from "../harness/saml_provider.mjs";
import { api, newApp, newPool, oauth, url } from "../harness/server.mjs";
import { Visitor } from "../harness/visitor.mjs";

const CALLBACK = "http://localhost:3000/back";
const ISSUER = "https://samlify.example/metadata";

/** A pool with an app whose people come from a samlify provider. */
async function corp({ encrypts = false, details = {} } = {}) {
  const pool = await newPool({ UsernameConfiguration: { CaseSensitive: true } });
  const provider = createProvider("https://samlify.example", { isAssertionEncrypted: encrypts });
  await api.createIdentityProvider({
    UserPoolId: pool, ProviderName: "Corp", ProviderType: "SAML", AttributeMapping: { email: "mail" },
    ProviderDetails: {
      MetadataFile: provider.getMetadata(), RequestSigningAlgorithm: "rsa-sha256", ...details,
    },
  });
  const app = await newApp(pool, oauth(CALLBACK, { SupportedIdentityProviders: ["Corp", "COGNITO"], LogoutURLs: [CALLBACK] }));
  const metadata = await (await fetch(`${url}/${pool}/saml2/metadata`)).text();
  return { pool, app, provider, service: samlify.ServiceProvider({ metadata }), visitor: new Visitor() };
}

/** Sends the visitor to the provider by the sign-in page's button; the request, verified, and what came with it. */
async function begin({ pool, app, provider, service, visitor }) {
  const query = new URLSearchParams({
    client_id: app.ClientId, response_type: "code", scope: "openid email", redirect_uri: CALLBACK, state: "s",
  });
  const page = await visitor.open(`${url}/${pool}/login?${query}`);
  const button = page.text.match(/href="([^"]*identity_provider=Corp[^"]*)"/)[1].replaceAll("&#38;", "&");
  const { location } = await visitor.open(new URL(button, url));
  assert.ok(location.href.startsWith("https://samlify.example/sso?"), location.href);
  const sent = Object.fromEntries(location.searchParams);
  const octetString = location.search.slice(1).split("&Signature=")[0];
  const asked = await provider.parseLoginRequest(service, "redirect", { query: sent, octetString });
  return { relayState: sent.RelayState, request: asked.extract.request };
}

/** The provider's response for a person, in base64. */
function respond({ pool, provider, service }, { request }, name, encryptThenSign = false) {
  return samlResponse(provider, service, request, `${url}/${pool}/saml2/idpresponse`, name, encryptThenSign);
}

/** Posts a response as the provider's page does, and follows the browser back to the app. */
async function bring({ pool, visitor }, { relayState }, response) {
  const posted = await fetch(`${url}/${pool}/saml2/idpresponse`, {
    method: "POST", redirect: "manual",
    body: new URLSearchParams({ SAMLResponse: response, RelayState: relayState }),
  });
  let back = new URL(posted.headers.get("location"), url);
  if (!back.href.startsWith(CALLBACK)) back = (await visitor.open(back)).location;
  assert.ok(back.href.startsWith(CALLBACK), back.href);
  return back.searchParams;
}

/** The claims of the ID token for the code that the app got. */
async function claims({ pool, app }, answer) {
  assert.ok(answer.get("code"), answer.toString());
  const tokens = await fetch(`${url}/${pool}/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code", client_id: app.ClientId, code: answer.get("code"), redirect_uri: CALLBACK,
    }),
  });
  const { id_token: token } = await tokens.json();
  return JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
}

check("a person signs in by the button; samlify has verified the request", async () => {
  const here = await corp();
  const begun = await begin(here);
  const said = await claims(here, await bring(here, begun, await respond(here, begun, "Ann.1")));
  assert.equal(said["cognito:username"], "Corp_Ann.1");
  assert.equal(said.email, "ann@corp.example");
  assert.equal(said.identities[0].issuer, ISSUER);
});

check("an assertion is signed, then encrypted by xml-encryption, or the other way round", async () => {
  const here = await corp({ encrypts: true, details: { EncryptedResponses: "true" } });
  for (const encryptThenSign of [false, true]) {
    const begun = await begin(here);
    const response = await respond(here, begun, "Ann.1", encryptThenSign);
    assert.ok(!Buffer.from(response, "base64").toString().includes("NameID"), "not encrypted");
    const said = await claims(here, await bring(here, begun, response));
    assert.equal(said["cognito:username"], "Corp_Ann.1");
    here.visitor.cookies.clear();
  }
});

check("a response that was changed, or used, is refused", async () => {
  const here = await corp();
  const begun = await begin(here);
  const response = await respond(here, begun, "Ann.1");
  const changed = Buffer.from(response, "base64").toString().replaceAll("Ann.1", "Admin");
  const refused = await bring(here, begun, Buffer.from(changed).toString("base64"));
  assert.match(refused.get("error_description"), /signature is invalid/);
  await claims(here, await bring(here, begun, response));
  const again = await bring(here, begun, response);
  assert.match(again.get("error_description"), /used before/);
});

check("samlify verifies a sign-out, and the browser comes back", async () => {
  const here = await corp({ details: { IDPSignout: "true" } });
  const begun = await begin(here);
  await claims(here, await bring(here, begun, await respond(here, begun, "Ann.1")));
  const query = new URLSearchParams({ client_id: here.app.ClientId, logout_uri: CALLBACK });
  const { location } = await here.visitor.open(`${url}/${here.pool}/logout?${query}`);
  assert.ok(location.href.startsWith("https://samlify.example/slo?"), location.href);
  const sent = Object.fromEntries(location.searchParams);
  const octetString = location.search.slice(1).split("&Signature=")[0];
  const asked = await here.provider.parseLogoutRequest(here.service, "redirect", { query: sent, octetString });
  assert.equal(asked.extract.nameID, "Ann.1");
  const { context } = here.provider.createLogoutResponse(here.service, asked, "post", sent.RelayState);
  const back = await fetch(`${url}/${here.pool}/saml2/logout`, {
    method: "POST", redirect: "manual",
    body: new URLSearchParams({ SAMLResponse: context, RelayState: sent.RelayState }),
  });
  assert.equal(back.headers.get("location"), CALLBACK);
});

await run();
