"""Functions where people run them: AWS's runtime clients, a webhook, an endpoint of AWS's Invoke API."""

import contextlib
import http.server
import json
import pathlib
import re
import subprocess
import sys
import threading
import urllib.parse

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from standardwebhooks import Webhook, WebhookVerificationError

from harness.checks import eventually
from harness.server import clean_environment

HERE = pathlib.Path(__file__).resolve().parent.parent
DOCS = HERE.parent / "docs" / "functions.md"
ACCOUNT = "arn:aws:lambda:us-east-1:000000000000:function:"


def documented(language, number=0):
    """A block of code of docs/functions.md in this language."""
    return re.findall(rf"```{language}\n(.*?)```", DOCS.read_text(), re.DOTALL)[number]


def listed(world, name):
    """What the emulator says about the function of this name; it must be in a pool's LambdaConfig."""
    functions = json.loads(world.fetch("/_cabana/functions")[2])["functions"]
    return next(f for f in functions if f["arn"] == ACCOUNT + name)


def address(world, name):
    """The address of the function's Runtime API."""
    return listed(world, name)["answerer"]["at"]["address"]


@contextlib.contextmanager
def runtime(world, name, files, command, awaited=True, **variables):
    """Runs a handler with a runtime client in a folder with these files, once the function is in a pool."""
    folder = world.server.home / f"function-{name}"
    folder.mkdir(exist_ok=True)
    for file, text in files.items():
        (folder / file).write_text(text)
    environment = {**clean_environment(), **variables, "AWS_LAMBDA_RUNTIME_API": address(world, name)}
    log = folder / "log"
    with open(log, "wb") as out:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                                   stdout=out, stderr=subprocess.STDOUT)
    try:
        if awaited:
            eventually(lambda: listed(world, name)["answerer"]["at"]["isThere"],
                       lambda: f"a runtime of {name}; it says {log.read_text()}")
        yield process
    finally:
        process.kill()
        process.wait()


def python_runtime(world, name, handler, awaited=True, **variables):
    """Runs a handler in Python with AWS's own client."""
    return runtime(world, name, {"app.py": handler},
                   [sys.executable, "-m", "awslambdaric", "app.handler"], awaited, **variables)


def node_runtime(world, name, handler, awaited=True, file="app.mjs", **variables):
    """Runs a handler in Node.js with the loop of docs/functions.md."""
    files = {file: handler, "runtime.mjs": documented("js", 1)}
    variables["NODE_PATH"] = str(HERE / "node_modules")
    return runtime(world, name, files, ["node", "runtime.mjs", file], awaited, **variables)


def aws_node_runtime(world, name, handler, awaited=True, file="app.mjs"):
    """Runs a handler in Node.js with AWS's own client, which `./test long` builds."""
    client = HERE / "long" / "node_runtime" / "node_modules" / "aws-lambda-ric" / "bin" / "index.mjs"
    return runtime(world, name, {file: handler}, ["node", client, f"{file.split('.')[0]}.handler"], awaited)


class _Served:
    """An HTTP server whose `answer(path, headers, body)` gives (status, headers, body)."""

    def __init__(self):
        served = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                status, headers, answer = served.answer(self.path, self.headers, body)
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it waits no longer
                    self.send_response(status)
                    for name, value in {**headers, "Content-Length": str(len(answer))}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


class Receiver(_Served):
    """A webhook that believes only what the Standard Webhooks library verifies."""

    def __init__(self, secret, handler):
        self._webhook, self._handler = Webhook(secret), handler
        self.ids, self.refused = [], 0
        super().__init__()

    def answer(self, path, headers, body):
        try:
            event = self._webhook.verify(body, dict(headers.items()))
        except WebhookVerificationError:
            self.refused += 1
            return 401, {}, b"who are you?"
        self.ids.append(headers["webhook-id"])
        return self._handler(event)


class Lambda(_Served):
    """AWS's Invoke API for functions in Python: it checks signatures with botocore's own code."""

    def __init__(self, key, secret, functions):
        self._credentials, self._functions = Credentials(key, secret), functions
        super().__init__()

    def answer(self, path, headers, body):
        if not self._is_signed(path, headers, body):
            return self._refusal(403, "InvalidSignatureException", "The request signature is wrong.")
        match = re.fullmatch(r"/2015-03-31/functions/([^/]+)/invocations", path)
        arn = urllib.parse.unquote(match[1]) if match else ""
        function = self._functions.get(arn)
        if function is None:
            return self._refusal(404, "ResourceNotFoundException", f"Function not found: {arn}")
        try:
            return 200, {}, json.dumps(function(json.loads(body))).encode()
        except Exception as error:  # as Lambda reports whatever a function throws
            told = {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": []}
            return 200, {"X-Amz-Function-Error": "Unhandled"}, json.dumps(told).encode()

    def _refusal(self, status, kind, message):
        return status, {"x-amzn-ErrorType": kind}, json.dumps({"Message": message}).encode()

    def _is_signed(self, path, headers, body):
        given = headers.get("authorization", "")
        match = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=[^/]+/\d{8}/us-east-1/lambda/aws4_request, "
            r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})", given)
        if match is None or not {"host", "x-amz-date"} <= set(match[1].split(";")):
            return False
        request = AWSRequest("POST", self.url + path, data=body)
        for name in match[1].split(";"):
            request.headers[name] = headers[name]
        request.context["timestamp"] = headers["x-amz-date"]
        auth = SigV4Auth(self._credentials, "lambda", "us-east-1")
        text = auth.string_to_sign(request, auth.canonical_request(request))
        return auth.signature(text, request) == match[2]


def failing(message):
    """A function that fails with these words."""
    def fail(_):
        raise Exception(message)

    return fail

