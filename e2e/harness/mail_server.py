"""A real SMTP server with TLS and passwords, on a spare port of this machine."""

import datetime
import email
import email.policy
import ipaddress
import logging
import pathlib
import re
import ssl
import tempfile
import warnings

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# It warns of log-ins without TLS, though here TLS is under them.
warnings.filterwarnings("ignore", message="Requiring AUTH while not requiring TLS")
logging.getLogger("mail.log").setLevel(logging.ERROR)

USER, SECRET = "mailer", "s3cret/with:odd@signs"
SECRET_IN_URL = "s3cret%2Fwith%3Aodd%40signs"


class MailServer:
    """Keeps what it is sent; `implicit` speaks TLS from the first byte, else STARTTLS is a must."""

    def __init__(self, port, certificate, implicit):
        self.received = []
        self.logins = []
        tls = {"ssl_context": certificate.context()} if implicit else {
            "tls_context": certificate.context(), "require_starttls": True}
        self._controller = Controller(
            self, hostname="127.0.0.1", port=port, auth_required=True,
            auth_require_tls=not implicit, authenticator=self._authenticate, **tls)
        scheme, query = ("smtps", "") if implicit else ("smtp", "?tls=required")
        self.url = f"{scheme}://{USER}:{SECRET_IN_URL}@localhost:{port}{query}"

    def __enter__(self):
        self._controller.start()
        return self

    def __exit__(self, *_):
        self._controller.stop()

    def _authenticate(self, server, session, envelope, mechanism, data):
        right = (data.login, data.password) == (USER.encode(), SECRET.encode())
        self.logins.append(right)
        return AuthResult(success=right, handled=right)

    async def handle_DATA(self, server, session, envelope):
        """Called by the SMTP library with one complete mail."""
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.received.append((envelope.mail_from, envelope.rcpt_tos, mail))
        return "250 kept"

    def mails(self, to):
        """What has come for this address so far."""
        return [mail for _, recipients, mail in self.received if recipients == [to]]


def text_of(mail):
    """The readable text of a mail."""
    return mail.get_body(preferencelist=("plain", "html")).get_content()


def code_in(mail):
    """The code, of six or eight digits, in a mail."""
    return re.search(r"\b(?:\d{6}|\d{8})\b", text_of(mail)).group()


class Certificate:
    """An authority of our own and a certificate for localhost that it signed."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="cabana-e2e-mail-")
        folder = pathlib.Path(self._folder.name)
        self.authority = folder / "ca.pem"
        self._chain = folder / "server.pem"
        now = datetime.datetime.now(datetime.timezone.utc)
        ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Mail test authority")])
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])

        def builder(subject, public_key):
            return (
                x509.CertificateBuilder()
                .subject_name(subject).issuer_name(ca_name).public_key(public_key)
                .serial_number(x509.random_serial_number())
                .not_valid_before(now - datetime.timedelta(hours=1))
                .not_valid_after(now + datetime.timedelta(days=1)))

        root = builder(ca_name, ca_key.public_key()).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True)
        names = x509.SubjectAlternativeName(
            [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        leaf = builder(name, key.public_key()).add_extension(names, critical=False)
        pem = serialization.Encoding.PEM
        self.authority.write_bytes(root.sign(ca_key, hashes.SHA256()).public_bytes(pem))
        private = key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        self._chain.write_bytes(leaf.sign(ca_key, hashes.SHA256()).public_bytes(pem) + private)

    def context(self):
        """A server-side TLS context with this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._chain)
        return context
