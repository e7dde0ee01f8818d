"""Sign-in through an identity provider that is pysaml2, with xmlsec1 as its cryptography."""

import base64
import datetime
import html
import http.server
import pathlib
import shutil
import tempfile
import threading
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.authn_context import PASSWORD as BY_PASSWORD
from saml2.config import IdPConfig
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server as Provider
from saml2.sigver import pre_encryption_part
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

from harness.checks import Suite, equal, refused
from harness.world import claims_of

suite = Suite("saml_pysaml2")

CALLBACK = "http://localhost:3000/back"
ISSUER = "https://pysaml2.example/metadata"
MAIL = "urn:oid:0.9.2342.19200300.100.1.3"
GCM = "http://www.w3.org/2009/xmlenc11#aes256-gcm"


def key_pair(folder):
    """A key and a certificate in two files."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "pysaml2.example")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256()))
    files = folder / "key.pem", folder / "cert.pem"
    files[0].write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    files[1].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return [str(file) for file in files]


class Corp:
    """A pool with an app whose people come from a pysaml2 provider, which has read the pool's metadata."""

    def __init__(self, world, **details):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=world.server.home))
        self.pool = world.pool(UsernameConfiguration={"CaseSensitive": True})
        self.base = f"{world.server.url}/{self.pool}"
        self.key, self.certificate = key_pair(self.folder)
        self.provider = self.make_provider()
        made = world.admin.create_identity_provider(
            UserPoolId=self.pool, ProviderName="Corp", ProviderType="SAML",
            ProviderDetails={"MetadataFile": self.metadata(), **details},
            AttributeMapping={"email": MAIL, "nickname": "groups"})
        self.details = made["IdentityProvider"]["ProviderDetails"]
        self.app = world.app(
            self.pool, AllowedOAuthFlowsUserPoolClient=True, AllowedOAuthFlows=["code"],
            AllowedOAuthScopes=["openid", "email", "profile"], CallbackURLs=[CALLBACK],
            LogoutURLs=[CALLBACK], SupportedIdentityProviders=["Corp"])

    def make_provider(self):
        """The provider; it knows the pool by what the pool says about itself."""
        pool = requests.get(f"{self.base}/saml2/metadata", timeout=10).text
        places = {
            "single_sign_on_service": [("https://pysaml2.example/sso", BINDING_HTTP_REDIRECT)],
            "single_logout_service": [("https://pysaml2.example/slo", BINDING_HTTP_REDIRECT)],
        }
        config = {
            "entityid": ISSUER,
            "xmlsec_binary": shutil.which("xmlsec1"),
            "service": {"idp": {
                "endpoints": places, "name_id_format": [NAMEID_FORMAT_PERSISTENT],
                "want_authn_requests_signed": "RequestSigningAlgorithm" in pool,
                "policy": {"default": {"lifetime": {"minutes": 5}, "attribute_restrictions": None}},
            }},
            "key_file": self.key, "cert_file": self.certificate,
            "metadata": {"inline": [pool]},
        }
        return Provider(config=IdPConfig().load(config))

    def metadata(self):
        """What the provider says about itself."""
        from saml2.metadata import entity_descriptor
        return str(entity_descriptor(self.provider.config))

    def authorize(self, browser):
        """Sends a browser to the provider; the parameters of the address there."""
        query = urlencode({
            "client_id": self.app["ClientId"], "response_type": "code", "redirect_uri": CALLBACK,
            "scope": "openid email profile", "state": "s", "identity_provider": "Corp"})
        answer = browser.get(f"{self.base}/oauth2/authorize?{query}", allow_redirects=False, timeout=10)
        address = answer.headers["location"]
        assert address.startswith("https://pysaml2.example/sso?"), address
        return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}

    def response(self, sent, name="Ann.1", **options):
        """The provider's response to a request, for a person."""
        asked = self.provider.parse_authn_request(
            sent["SAMLRequest"], BINDING_HTTP_REDIRECT, relay_state=sent["RelayState"],
            sigalg=sent.get("SigAlg"), signature=sent.get("Signature"))
        where = self.provider.response_args(asked.message, [BINDING_HTTP_POST])
        equal(where["destination"], f"{self.base}/saml2/idpresponse", "destination")
        options = {"sign_assertion": True, "sign_response": False, **options}
        return self.provider.create_authn_response(
            identity={"mail": ["ann@corp.example"], "groups": ["A b", "C"]}, userid=name,
            name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text=name),
            authn={"class_ref": BY_PASSWORD, "authn_auth": ISSUER},
            sign_alg=SIG_RSA_SHA256, digest_alg=DIGEST_SHA256,
            in_response_to=where["in_response_to"], destination=where["destination"],
            sp_entity_id=where["sp_entity_id"], **options)

    def bring(self, browser, sent, response):
        """Posts a response as the provider's page does, without cookies; follows the browser back to the app."""
        fields = {"SAMLResponse": base64.b64encode(str(response).encode()).decode(), "RelayState": sent["RelayState"]}
        posted = requests.post(
            f"{self.base}/saml2/idpresponse", data=fields, allow_redirects=False, timeout=10)
        address = posted.headers["location"]
        if not address.startswith(CALLBACK):
            answer = browser.get(self.base.rsplit("/", 1)[0] + address, allow_redirects=False, timeout=10)
            address = answer.headers["location"]
        assert address.startswith(CALLBACK), address
        return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}

    def claims(self, answer):
        """The ID token's claims for the code that the app got."""
        assert "code" in answer, answer
        tokens = requests.post(f"{self.base}/oauth2/token", timeout=10, data={
            "grant_type": "authorization_code", "client_id": self.app["ClientId"],
            "code": answer["code"], "redirect_uri": CALLBACK}).json()
        return claims_of(tokens["id_token"])


@suite.check("a person signs in; the assertion, the response, or both are signed")
def _(world):
    corp, subjects = Corp(world), set()
    for signs in (
        {"sign_assertion": True, "sign_response": False},
        {"sign_assertion": False, "sign_response": True},
        {"sign_assertion": True, "sign_response": True},
    ):
        browser = requests.Session()
        sent = corp.authorize(browser)
        claims = corp.claims(corp.bring(browser, sent, corp.response(sent, **signs)))
        equal(claims["cognito:username"], "Corp_Ann.1", "user name")
        equal(claims["email"], "ann@corp.example", "email")
        equal(claims["nickname"], "[A+b, C]", "nickname")
        equal(claims["identities"][0]["issuer"], ISSUER, "issuer")
        subjects.add(claims["sub"])
    equal(len(subjects), 1, "people")


@suite.check("pysaml2 verifies signed requests by the pool's metadata")
def _(world):
    corp = Corp(world, RequestSigningAlgorithm="rsa-sha256")
    browser = requests.Session()
    sent = corp.authorize(browser)
    equal(sent["SigAlg"], SIG_RSA_SHA256, "algorithm")
    asked = corp.provider.parse_authn_request(
        sent["SAMLRequest"], BINDING_HTTP_REDIRECT, relay_state=sent["RelayState"],
        sigalg=sent["SigAlg"], signature=sent["Signature"])
    assert asked, "the signature was not verified"
    answer = corp.bring(browser, sent, corp.response(sent))
    equal(corp.claims(answer)["cognito:username"], "Corp_Ann.1", "user name")


def encrypted(corp, response):
    """The response with its assertion encrypted by xmlsec1 for the pool."""
    body = "\n".join([corp.details["ActiveEncryptionCertificate"][n:n + 64]
                      for n in range(0, len(corp.details["ActiveEncryptionCertificate"]), 64)])
    certificate = corp.folder / "pool.pem"
    certificate.write_text(f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
    crypto = corp.provider.sec.crypto
    return crypto.encrypt_assertion(
        str(response), str(certificate), str(pre_encryption_part(msg_enc=GCM)), key_type="aes-256",
        node_xpath="".join(f'/*[local-name()="{name}"]' for name in ("Response", "EncryptedAssertion", "Assertion")))


@suite.check("an assertion that xmlsec1 encrypts is read; one in the clear is refused")
def _(world):
    corp = Corp(world, EncryptedResponses="true")
    browser = requests.Session()
    sent = corp.authorize(browser)
    plain = str(corp.response(sent))
    answer = corp.bring(browser, sent, plain)
    equal(answer["error"], "server_error", "error")
    assert "not encrypted" in answer["error_description"], answer
    start = plain.index("<ns1:Assertion") if "<ns1:Assertion" in plain else plain.index("<saml:Assertion")
    prefix = plain[start + 1:].split(":")[0]
    end = plain.index(f"</{prefix}:Assertion>") + len(f"</{prefix}:Assertion>")
    held = f"{plain[:start]}<{prefix}:EncryptedAssertion>{plain[start:end]}</{prefix}:EncryptedAssertion>{plain[end:]}"
    answer = corp.bring(browser, sent, encrypted(corp, held))
    equal(corp.claims(answer)["cognito:username"], "Corp_Ann.1", "user name")


@suite.check("a response that was changed, or that another key has signed, is refused")
def _(world):
    corp, other = Corp(world), Corp(world)
    browser = requests.Session()
    sent = corp.authorize(browser)
    right = str(corp.response(sent))
    for wrong, why in (
        (right.replace("Ann.1", "Admin"), "signature is invalid"),
        (right.replace(SIG_RSA_SHA256, "http://www.w3.org/2000/09/xmldsig#rsa-sha1"), "algorithm"),
        (right.replace("Ann.1", "Ann<!-- -->.1"), "comment"),
    ):
        answer = corp.bring(browser, sent, wrong)
        assert why in answer["error_description"], answer
    corp.provider, own = other.provider, corp.provider
    corp.provider.metadata = own.metadata
    answer = corp.bring(browser, sent, corp.response(sent))
    assert "signature is invalid" in answer["error_description"], answer
    corp.provider = own
    equal(corp.claims(corp.bring(browser, sent, right))["cognito:username"], "Corp_Ann.1", "user name")


class Published:
    """The provider's metadata at an address of this machine; counts who reads it."""

    def __init__(self, text):
        self.text, self.reads = text, 0
        published = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                published.reads += 1
                self.send_response(200)
                self.send_header("content-type", "application/samlmetadata+xml")
                self.end_headers()
                self.wfile.write(published.text.encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}/metadata"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@suite.check("metadata is read from an address, once for many sign-ins")
def _(world):
    corp = Corp(world)
    published = Published(corp.metadata())
    try:
        change = {"UserPoolId": corp.pool, "ProviderName": "Corp"}
        changed = world.admin.update_identity_provider(
            **change, ProviderDetails={"MetadataURL": published.url})["IdentityProvider"]
        equal(changed["ProviderDetails"]["SSORedirectBindingURI"], "https://pysaml2.example/sso", "address")
        for _ in range(2):
            browser = requests.Session()
            sent = corp.authorize(browser)
            corp.claims(corp.bring(browser, sent, corp.response(sent)))
        equal(published.reads, 1, "reads")
        published.text = "<html/>"
        refused("InvalidParameterException", lambda: world.admin.update_identity_provider(
            **change, ProviderDetails={"MetadataURL": published.url}))
    finally:
        published.server.shutdown()


@suite.check("a provider begins where the app client has SAML providers only")
def _(world):
    corp = Corp(world, IDPInit="true")
    state = urlencode({
        "identity_provider": "Corp", "client_id": corp.app["ClientId"], "redirect_uri": CALLBACK,
        "response_type": "code", "scope": "openid email profile", "state": "s"})
    response = corp.provider.create_authn_response(
        identity={"mail": ["ann@corp.example"]}, userid="Ann.1",
        name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text="Ann.1"),
        authn={"class_ref": BY_PASSWORD, "authn_auth": ISSUER},
        sign_alg=SIG_RSA_SHA256, digest_alg=DIGEST_SHA256, sign_assertion=True, in_response_to=None,
        destination=f"{corp.base}/saml2/idpresponse", sp_entity_id=f"urn:amazon:cognito:sp:{corp.pool}")
    answer = corp.bring(requests.Session(), {"RelayState": state}, response)
    equal(corp.claims(answer)["cognito:username"], "Corp_Ann.1", "user name")


@suite.check("a sign-out goes by way of the provider, which verifies it, and back")
def _(world):
    corp = Corp(world, IDPSignout="true")
    browser = requests.Session()
    sent = corp.authorize(browser)
    corp.claims(corp.bring(browser, sent, corp.response(sent)))
    query = urlencode({"client_id": corp.app["ClientId"], "logout_uri": CALLBACK})
    left = browser.get(f"{corp.base}/logout?{query}", allow_redirects=False, timeout=10).headers["location"]
    assert left.startswith("https://pysaml2.example/slo?"), left
    sent = {name: values[0] for name, values in parse_qs(urlsplit(left).query).items()}
    asked = corp.provider.parse_logout_request(
        sent["SAMLRequest"], BINDING_HTTP_REDIRECT, relay_state=sent["RelayState"],
        sigalg=sent["SigAlg"], signature=sent["Signature"])
    equal(asked.message.name_id.text, "Ann.1", "NameID")
    answered = corp.provider.create_logout_response(
        asked.message, [BINDING_HTTP_POST], sign=True, sign_alg=SIG_RSA_SHA256, digest_alg=DIGEST_SHA256)
    where = corp.provider.response_args(asked.message, [BINDING_HTTP_POST])
    equal(where["destination"], f"{corp.base}/saml2/logout", "destination")
    fields = {"SAMLResponse": base64.b64encode(html.unescape(str(answered)).encode()).decode(),
              "RelayState": sent["RelayState"]}
    back = requests.post(f"{corp.base}/saml2/logout", data=fields, allow_redirects=False, timeout=10)
    equal(back.headers["location"], CALLBACK, "location")
