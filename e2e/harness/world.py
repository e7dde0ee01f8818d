"""What a check gets: the server, clients for it, and short cuts to what checks need first."""

import itertools
import json
import secrets
import urllib.error
import urllib.request
from functools import cached_property

import boto3
import jwt
from botocore import UNSIGNED
from botocore.config import Config

from harness.checks import eventually
from harness.server import Server

PASSWORD = "Corr3ct-Horse!"
ALL_FLOWS = [
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
]


def claims_of(token):
    """What a JWT says, unverified (the suites that verify use the clients made for it)."""
    return jwt.decode(token, options={"verify_signature": False})


class World:
    """One server, and everything a check asks of it."""

    def __init__(self, server, store=None):
        self.server = server
        self.store = store
        self._numbers = itertools.count(1)
        self._salt = secrets.token_hex(3)

    def sibling(self, command, flags):
        """Another server on the same kind of store, with its own data; not yet started."""
        return Server(self.server.binary, self.server.home, command, self.store.fresh(), flags)

    def client(self, key=None, secret=None, signed=True):
        """A boto3 client; without a key, one that signs with the root key."""
        if signed and key is None:
            key, secret = self.server.credentials()
        config = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30)
        if not signed:
            config = config.merge(Config(signature_version=UNSIGNED))
        return boto3.session.Session().client(
            "cognito-idp",
            region_name="us-east-1",
            endpoint_url=self.server.url,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=config,
        )

    @cached_property
    def admin(self):
        """Signs with the root key."""
        return self.client()

    @cached_property
    def public(self):
        """Signs nothing, as an app on a phone does."""
        return self.client(signed=False)

    def name(self, stem="user"):
        """A name nobody else in this run has."""
        return f"{stem}-{self._salt}-{next(self._numbers)}"

    def email(self):
        """An address nobody else in this run has."""
        return f"{self.name()}@example.com"

    def pool(self, **settings):
        """Makes a pool and returns its id."""
        settings.setdefault("PoolName", self.name("pool"))
        return self.admin.create_user_pool(**settings)["UserPool"]["Id"]

    def app(self, pool, **settings):
        """Makes an app client with every password flow and returns its description."""
        settings.setdefault("ClientName", self.name("app"))
        settings.setdefault("ExplicitAuthFlows", ALL_FLOWS)
        answer = self.admin.create_user_pool_client(UserPoolId=pool, **settings)
        return answer["UserPoolClient"]

    def user(self, pool, password=PASSWORD, **attributes):
        """Makes a confirmed user with a permanent password and returns its name."""
        name = self.name()
        attributes.setdefault("email", f"{name}@example.com")
        attributes.setdefault("email_verified", "true")
        self.admin.admin_create_user(
            UserPoolId=pool,
            Username=name,
            UserAttributes=[{"Name": k, "Value": v} for k, v in attributes.items()],
            MessageAction="SUPPRESS",
        )
        self.admin.admin_set_user_password(
            UserPoolId=pool, Username=name, Password=password, Permanent=True
        )
        return name

    def sign_in(self, app, username, password=PASSWORD):
        """USER_PASSWORD_AUTH; returns the whole answer."""
        return self.public.initiate_auth(
            ClientId=app["ClientId"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": password},
        )

    def tokens(self, app, username, password=PASSWORD):
        """Signs in and returns the tokens; fails if a challenge comes first."""
        return self.sign_in(app, username, password)["AuthenticationResult"]

    def fetch(self, path, headers=None):
        """GETs a path of the server and returns (status, headers, text)."""
        request = urllib.request.Request(self.server.url + path, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def messages(self, to):
        """The inbox's messages to this address, oldest first."""
        _, _, text = self.fetch("/_cabana/messages")
        newest_first = json.loads(text)["messages"]
        return [m for m in reversed(newest_first) if m["to"] == to]

    def message(self, to, number=1):
        """Waits for the nth message to this address and returns it."""
        what = f"message {number} to {to} in the inbox"
        return eventually(lambda: self.messages(to)[number - 1 : number], what)[0]

    def code(self, to, number=1):
        """Waits for the nth message to this address and returns the code in it."""
        return self.message(to, number)["code"]
