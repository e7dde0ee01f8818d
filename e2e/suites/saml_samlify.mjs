// Sign-in through an identity provider that is samlify (with xml-crypto and xml-encryption), in a
// browser without JavaScript.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import samlify from "samlify";
import { check, run } from "../harness/checks.mjs";
import { api, newApp, newPool, oauth, url } from "../harness/server.mjs";
import { Visitor } from "../harness/visitor.mjs";

const CALLBACK = "http://localhost:3000/back";
const ISSUER = "https://samlify.example/metadata";
const { Constants: { algorithms, namespace: { binding, format } } } = samlify;

// What is sent is judged by the server, and not by a schema here.
samlify.setSchemaValidator({ validate: async () => "not validated" });

/** A key and a certificate, from OpenSSL. */
function keyPair() {
  const folder = mkdtempSync(join(tmpdir(), "samlify-"));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
    "-subj", "/CN=samlify.example", "-keyout", key, "-out", certificate], { stdio: "ignore" });
  return { key: readFileSync(key, "utf8"), certificate: readFileSync(certificate, "utf8") };
}

const TEMPLATE = {
  attributes: [],
  context: `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{ID}" Version="2.0" IssueInstant="{IssueInstant}" Destination="{Destination}" InResponseTo="{InResponseTo}"><saml:Issuer>{Issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="{StatusCode}"/></samlp:Status><saml:Assertion xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{AssertionID}" Version="2.0" IssueInstant="{IssueInstant}"><saml:Issuer>{Issuer}</saml:Issuer><saml:Subject><saml:NameID Format="{NameIDFormat}">{NameID}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="{SubjectConfirmationDataNotOnOrAfter}" Recipient="{SubjectRecipient}" InResponseTo="{InResponseTo}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{ConditionsNotBefore}" NotOnOrAfter="{ConditionsNotOnOrAfter}"><saml:AudienceRestriction><saml:Audience>{Audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AttributeStatement><saml:Attribute Name="mail" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"><saml:AttributeValue xsi:type="xs:string">{attrMail}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion></samlp:Response>`,
};

/** A pool with an app whose people come from a samlify provider. */
async function corp({ encrypts = false, details = {} } = {}) {
  const pool = await newPool({ UsernameConfiguration: { CaseSensitive: true } });
  const { key, certificate } = keyPair();
  const provider = samlify.IdentityProvider({
    entityID: ISSUER, privateKey: key, signingCert: certificate, isAssertionEncrypted: encrypts,
    wantAuthnRequestsSigned: true, requestSignatureAlgorithm: algorithms.signature.RSA_SHA256,
    dataEncryptionAlgorithm: algorithms.encryption.data.AES_256,
    keyEncryptionAlgorithm: algorithms.encryption.key.RSA_OAEP_MGF1P,
    nameIDFormat: [format.persistent], loginResponseTemplate: TEMPLATE,
    singleSignOnService: [{ Binding: binding.redirect, Location: "https://samlify.example/sso" }],
    singleLogoutService: [{ Binding: binding.redirect, Location: "https://samlify.example/slo" }],
  });
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
async function respond({ pool, provider, service }, { request }, name, encryptThenSign = false) {
  const [now, soon] = [Date.now(), Date.now() + 300_000].map((at) => new Date(at).toISOString());
  const here = `${url}/${pool}/saml2/idpresponse`;
  const values = {
    ID: `_r${name}${now}`.replaceAll(":", "-"), AssertionID: `_a${name}${now}`.replaceAll(":", "-"),
    Destination: here, SubjectRecipient: here, Audience: service.entityMeta.getEntityID(), Issuer: ISSUER,
    IssueInstant: now, ConditionsNotBefore: now, ConditionsNotOnOrAfter: soon,
    SubjectConfirmationDataNotOnOrAfter: soon, NameIDFormat: format.persistent, NameID: name,
    InResponseTo: request.id, StatusCode: samlify.Constants.StatusCode.Success, attrMail: "ann@corp.example",
  };
  const fill = (template) => ({ id: values.ID, context: samlify.SamlLib.replaceTagsByValue(template, values) });
  const { context } = await provider.createLoginResponse(
    service, { extract: { request } }, "post", { email: name }, fill, encryptThenSign);
  return context;
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
