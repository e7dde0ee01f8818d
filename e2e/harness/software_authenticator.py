"""Software authenticators: one built from fido2's parts for clients and servers, and soft-webauthn's own."""

import hashlib
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from fido2.cose import ES256, RS256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData,
    PublicKeyCredentialCreationOptions, PublicKeyCredentialRequestOptions,
)
from soft_webauthn import SoftWebauthnDevice

FLAG = AuthenticatorData.FLAG


class SoftwareAuthenticator:
    """One passkey, and the browser at `origin` that uses it."""

    def __init__(self, origin, kind=ES256):
        self.origin = origin
        self.count = 0
        self.id = os.urandom(32)
        if kind is ES256:
            self.key = ec.generate_private_key(ec.SECP256R1())
        else:
            self.key = rsa.generate_private_key(65537, 2048)
        self.public = kind.from_cryptography_key(self.key.public_key())
        self.user = None

    def create(self, options):
        """Answers CredentialCreationOptions with a RegistrationResponseJSON."""
        asked = PublicKeyCredentialCreationOptions.from_dict(options)
        if all(it.alg != self.public.ALGORITHM for it in asked.pub_key_cred_params):
            raise AssertionError(f"{self.public.ALGORITHM} is not asked for: {options}")
        self.user = asked.user.id
        attested = AttestedCredentialData.create(bytes(16), self.id, self.public)
        data = self._data(asked.rp.id, FLAG.AT, attested)
        return self._credential({
            "clientDataJSON": self._said("webauthn.create", asked.challenge),
            "attestationObject": AttestationObject.create("none", data, {}),
        })

    def get(self, options):
        """Answers CREDENTIAL_REQUEST_OPTIONS with an AuthenticationResponseJSON."""
        asked = PublicKeyCredentialRequestOptions.from_dict(options)
        if all(it.id != self.id for it in asked.allow_credentials):
            raise AssertionError(f"this passkey is not asked for: {options}")
        self.count += 1
        data = self._data(asked.rp_id)
        said = self._said("webauthn.get", asked.challenge)
        return self._credential({
            "clientDataJSON": said,
            "authenticatorData": data,
            "signature": self._sign(data + said.hash),
            "userHandle": self.user,
        })

    def _sign(self, message):
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(message, ec.ECDSA(hashes.SHA256()))
        return self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())

    def _data(self, relying_party, flags=FLAG(0), attested=b""):
        hashed = hashlib.sha256(relying_party.encode()).digest()
        return AuthenticatorData.create(hashed, FLAG.UP | FLAG.UV | flags, self.count, attested)

    def _said(self, ceremony, challenge):
        return CollectedClientData.create(ceremony, challenge, self.origin)

    def _credential(self, response):
        return {
            "id": websafe_encode(self.id),
            "rawId": websafe_encode(self.id),
            "type": "public-key",
            "authenticatorAttachment": "cross-platform",
            "clientExtensionResults": {},
            "response": {name: websafe_encode(value) for name, value in response.items()},
        }


class SoftWebauthn:
    """soft-webauthn's device, which verifies nobody, and the browser at `origin` that uses it."""

    def __init__(self, origin):
        self.origin = origin
        self.device = SoftWebauthnDevice()

    def create(self, options):
        """Answers CredentialCreationOptions with a RegistrationResponseJSON."""
        user = {**options["user"], "id": websafe_decode(options["user"]["id"])}
        return self._credential(self.device.create, options, user=user)

    def get(self, options):
        """Answers CREDENTIAL_REQUEST_OPTIONS with an AuthenticationResponseJSON."""
        return self._credential(self.device.get, options)

    def _credential(self, ask, options, **members):
        challenge = websafe_decode(options["challenge"])
        given = ask({"publicKey": {**options, **members, "challenge": challenge}}, self.origin)
        response = {name: websafe_encode(value) for name, value in given["response"].items()}
        raw = websafe_encode(given["rawId"])
        return {**given, "id": raw, "rawId": raw, "response": response}
