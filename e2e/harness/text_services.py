"""Text message services on this machine: a receiver of webhooks, Twilio's shape, and SNS by moto."""

import base64
import json
import logging
import re
import threading
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
from moto.server import ThreadedMotoServer
from moto.sns.models import sns_backends
from standardwebhooks import Webhook

WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ACCOUNT, TOKEN, FROM = "AC0123456789", "t0ken/with:odd@signs", "+15005550006"
REGION = "eu-west-1"


def code_in(text):
    """The code in a text message."""
    return re.search(r"\b\d{6,8}\b", text).group()


class Service:
    """A web server that keeps the text messages it accepts, as (number, text)."""

    def __init__(self, port=0):
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer = service.take(self.path, self.headers, body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.messages = []
        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port = self._server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def texts(self, number):
        """What has come for this number so far."""
        return [text for to, text in self.messages if to == number]


class WebhookReceiver(Service):
    """Takes what Standard Webhooks' own library verifies."""

    def __init__(self, port=0):
        super().__init__(port)
        self.received = []

    @property
    def url(self):
        return f"http://localhost:{self.port}/texts"

    def take(self, path, headers, body):
        message = Webhook(WEBHOOK_SECRET).verify(body, dict(headers))
        self.received.append((headers["webhook-id"], message))
        self.messages.append((message["to"], message["body"]))
        return 204, b""


class Twilio(Service):
    """Twilio's Messages resource: Basic authentication, a form, an answer in JSON."""

    @property
    def url(self):
        token = urllib.parse.quote(TOKEN, safe="")
        return f"twilio://{ACCOUNT}:{token}@localhost:{self.port}?from={FROM}"

    def take(self, path, headers, body):
        login = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if headers["Authorization"] != f"Basic {login}":
            return 401, json.dumps({"code": 20003, "message": "Authenticate", "status": 401}).encode()
        form = urllib.parse.parse_qs(body.decode(), strict_parsing=True)
        right = path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json" and set(form) == {"To", "From", "Body"}
        if not right or form["From"] != [FROM] or headers["Content-Type"] != "application/x-www-form-urlencoded":
            return 404, json.dumps({"code": 20404, "message": "Not found", "status": 404}).encode()
        if form["To"][0].endswith("0000"):
            return 400, json.dumps({"code": 21211, "message": "Invalid 'To' Phone Number", "status": 400}).encode()
        self.messages.append((form["To"][0], form["Body"][0]))
        return 201, json.dumps({"sid": "SM1", "status": "queued"}).encode()


class Sns:
    """moto's SNS, which checks signatures and permissions."""

    def __enter__(self):
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.endpoint = f"{host}:{port}"
        # The count of calls that need no signature is the whole process's: an earlier service has used it up.
        self._unsigned("inf")
        iam = boto3.client("iam", endpoint_url=f"http://{self.endpoint}", region_name=REGION,
                           aws_access_key_id="any", aws_secret_access_key="any")
        # What one service has is there in the next, too.
        user = f"texts-{port}"
        iam.create_user(UserName=user)
        allow = {"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}
        iam.put_user_policy(UserName=user, PolicyName="texts", PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [allow]}))
        key = iam.create_access_key(UserName=user)["AccessKey"]
        self.key, self.secret = key["AccessKeyId"], key["SecretAccessKey"]
        # From here on every call needs a right signature.
        self._unsigned("0")
        return self

    def _unsigned(self, count):
        """Sets how many calls need no signature."""
        urllib.request.urlopen(urllib.request.Request(
            f"http://{self.endpoint}/moto-api/reset-auth", data=count.encode(), headers={"Content-Type": "text/plain"}))

    def __exit__(self, *_):
        self._server.stop()

    def url(self, secret=None):
        """The URL with the key's secret, or another one."""
        secret = urllib.parse.quote(secret or self.secret, safe="")
        return f"sns+http://{self.key}:{secret}@{self.endpoint}?region={REGION}&from=Example"

    def texts(self, number):
        """What has come for this number so far."""
        messages = sns_backends["123456789012"][REGION].sms_messages.values()
        return [message[1] for message in messages if message[0] == number]
