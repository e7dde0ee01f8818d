// An identity provider that is samlify (with xml-crypto and xml-encryption), and pages of it for browsers.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import samlify from "samlify";

const { Constants: { algorithms, namespace: { binding, format } } } = samlify;

// What is sent is judged by the server, and not by a schema here.
samlify.setSchemaValidator({ validate: async () => "not validated" });

export { samlify };

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
  context: `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{ID}" Version="2.0" IssueInstant="{IssueInstant}" Destination="{Destination}" InResponseTo="{InResponseTo}"><saml:Issuer>{Issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="{StatusCode}"/></samlp:Status><saml:Assertion xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{AssertionID}" Version="2.0" IssueInstant="{IssueInstant}"><saml:Issuer>{Issuer}</saml:Issuer><saml:Subject><saml:NameID Format="{NameIDFormat}">{NameID}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="{SubjectConfirmationDataNotOnOrAfter}" Recipient="{SubjectRecipient}" InResponseTo="{InResponseTo}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{ConditionsNotBefore}" NotOnOrAfter="{ConditionsNotOnOrAfter}"><saml:AudienceRestriction><saml:Audience>{Audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{IssueInstant}" SessionIndex="{SessionIndex}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="mail" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"><saml:AttributeValue xsi:type="xs:string">{attrMail}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion></samlp:Response>`,
};

/** A provider with a key of its own, whose addresses are below `base`. */
export function createProvider(base, more = {}) {
  const { key, certificate } = keyPair();
  return samlify.IdentityProvider({
    entityID: `${base}/metadata`, privateKey: key, signingCert: certificate, wantAuthnRequestsSigned: true,
    wantLogoutResponseSigned: true, requestSignatureAlgorithm: algorithms.signature.RSA_SHA256,
    dataEncryptionAlgorithm: algorithms.encryption.data.AES_256,
    keyEncryptionAlgorithm: algorithms.encryption.key.RSA_OAEP_MGF1P,
    nameIDFormat: [format.persistent], loginResponseTemplate: TEMPLATE,
    singleSignOnService: [{ Binding: binding.redirect, Location: `${base}/sso` }],
    singleLogoutService: [{ Binding: binding.redirect, Location: `${base}/slo` }],
    ...more,
  });
}

/** Its response for a person to a request, in base64. */
export async function samlResponse(provider, service, request, here, name, encryptThenSign = false) {
  const [now, soon] = [Date.now(), Date.now() + 300_000].map((at) => new Date(at).toISOString());
  const values = {
    ID: `_r${name}${now}`.replaceAll(":", "-"), AssertionID: `_a${name}${now}`.replaceAll(":", "-"),
    Destination: here, SubjectRecipient: here, Audience: service.entityMeta.getEntityID(),
    Issuer: provider.entityMeta.getEntityID(), IssueInstant: now, ConditionsNotBefore: now,
    ConditionsNotOnOrAfter: soon, SubjectConfirmationDataNotOnOrAfter: soon, NameIDFormat: format.persistent,
    NameID: name, InResponseTo: request.id, StatusCode: samlify.Constants.StatusCode.Success,
    SessionIndex: sessionOf(name), attrMail: "ann@corp.example",
  };
  const fill = (template) => ({ id: values.ID, context: samlify.SamlLib.replaceTagsByValue(template, values) });
  const { context } = await provider.createLoginResponse(
    service, { extract: { request } }, "post", { email: name }, fill, encryptThenSign);
  return context;
}

const sessionOf = (name) => `_session-of-${name}`;

/**
 * Starts a provider with pages. They are of another site than the server's: browsers send it no cookies with a form
 * from here. `trust` tells it the metadata of the service that asks it; `left` are those whom that has signed out.
 */
export async function openSamlProvider() {
  const server = createServer((request, response) => {
    answer(here, request, response).catch((error) => {
      response.statusCode = 500;
      response.end(`${error?.stack ?? error}`);
    });
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  server.unref();
  const base = `http://127.0.0.1:${server.address().port}`;
  const here = { base, provider: createProvider(base), service: undefined, left: [] };
  here.trust = (metadata) => { here.service = samlify.ServiceProvider({ metadata, wantLogoutRequestSigned: true }); };
  return here;
}

const PAGE = (body) => `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Corp</title>${body}`;
const escape = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

const hidden = (fields) => Object.entries(fields)
  .map(([name, value]) => `<input type="hidden" name="${name}" value="${escape(value)}">`).join("");

/** A page that sends its form by itself. */
const sending = (action, fields) => PAGE(`<form method="post" action="${escape(action)}">${hidden(fields)}</form>
<script>document.forms[0].submit()</script>`);

/** A message in an address, verified. */
function received(url) {
  return { query: Object.fromEntries(url.searchParams), octetString: url.search.slice(1).split("&Signature=")[0] };
}

async function answer({ base, provider, service, left }, request, response) {
  const url = new URL(request.url, base);
  const said = url.searchParams;
  response.setHeader("content-type", "text/html; charset=utf-8");
  if (url.pathname === "/sso" && !said.has("name")) {
    const asked = await provider.parseLoginRequest(service, "redirect", received(url));
    const fields = { id: asked.extract.request.id, state: said.get("RelayState") };
    return response.end(PAGE(`<h1>Corp</h1><form action="/sso"><label>Name <input name="name"></label>${hidden(fields)}
<button>Go</button></form>`));
  }
  if (url.pathname === "/sso") {
    const consumer = service.entityMeta.getAssertionConsumerService("post");
    const message = await samlResponse(provider, service, { id: said.get("id") }, consumer, said.get("name"));
    return response.end(sending(consumer, { SAMLResponse: message, RelayState: said.get("state") }));
  }
  if (url.pathname === "/leave") {
    const person = { logoutNameID: said.get("name"), sessionIndex: sessionOf(said.get("name")) };
    const way = said.get("by");
    const made = provider.createLogoutRequest(service, way, person, { relayState: "back to Corp" });
    if (way === "post") {
      return response.end(sending(made.entityEndpoint, { SAMLRequest: made.context, RelayState: made.relayState }));
    }
    response.statusCode = 302;
    response.setHeader("location", made.context);
    return response.end();
  }
  if (url.pathname === "/slo" && said.has("SAMLRequest")) {
    const asked = await provider.parseLogoutRequest(service, "redirect", received(url));
    left.push(asked.extract.nameID);
    const { entityEndpoint, context, relayState } =
      provider.createLogoutResponse(service, asked, "post", said.get("RelayState"));
    return response.end(sending(entityEndpoint, { SAMLResponse: context, RelayState: relayState }));
  }
  if (url.pathname === "/slo") {
    let code = "";
    try {
      const { extract } = await provider.parseLogoutResponse(service, "redirect", received(url));
      code = extract.response.inResponseTo && "Success";
    } catch (refused) {
      code = `${refused}`;
    }
    return response.end(PAGE(`<h1>Signed out</h1><p id="status">${escape(code)}</p>
<p id="state">${escape(said.get("RelayState") ?? "")}</p>`));
  }
  response.statusCode = 404;
  return response.end(PAGE("<h1>Nothing</h1>"));
}
