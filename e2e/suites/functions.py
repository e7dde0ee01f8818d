"""Functions (Lambda triggers) where people run them: AWS's runtime clients, webhooks, AWS's Invoke API."""

import base64
import contextlib
import json
import os
import secrets
import threading
import time
from unittest import mock

import boto3
from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient, StrictAwsKmsMasterKeyProvider

from harness import functions
from harness.checks import Suite, contains, equal, eventually, refused
from harness.functions import ACCOUNT, Lambda, Receiver, documented, failing
from harness.world import PASSWORD, World

suite = Suite("functions")

ONLY_EXAMPLE_ORG = "PreSignUp failed with error Only people at example.org can sign up."
NO_ANSWER_SECONDS = 5


def pool_with(world, **triggers):
    """Makes an app client in a pool with these functions, by name, and returns its description."""
    config = {trigger: ACCOUNT + name for trigger, name in triggers.items()}
    pool = world.pool(AutoVerifiedAttributes=["email"], LambdaConfig=config)
    return world.app(pool)


def sign_up(world, app, domain="example.org"):
    """Arguments of a sign-up with an address there."""
    name = world.name()
    return {"ClientId": app["ClientId"], "Username": name, "Password": PASSWORD,
            "UserAttributes": [{"Name": "email", "Value": f"{name}@{domain}"}]}


def decides(world, app):
    """Demands what the handlers of docs/functions.md decide."""
    equal(world.public.sign_up(**sign_up(world, app))["UserConfirmed"], True, "UserConfirmed")
    equal(refused("UserLambdaValidationException", world.public.sign_up,
                  **sign_up(world, app, "example.com")), ONLY_EXAMPLE_ORG, "message")


@suite.check("the handler in Python of the manual decides who signs up, run by AWS's own client")
def _(world):
    app = pool_with(world, PreSignUp="in-python")
    with functions.python_runtime(world, "in-python", documented("python")):
        decides(world, app)


@suite.check("the handler in Node.js of the manual does so too, run by the loop beside it")
def _(world):
    app = pool_with(world, PreSignUp="in-node")
    with functions.node_runtime(world, "in-node", documented("js", 0)):
        decides(world, app)


@suite.check("a handler that throws when it is loaded shows its own message, until it is mended")
def _(world):
    for name, run, broken, words, right in (
        ("broken-python", functions.python_runtime, "import nothing_of_this_name\n",
         "No module named 'nothing_of_this_name'", documented("python")),
        ("broken-node", functions.node_runtime, "throw new Error('not today');\n", "not today",
         documented("js", 0)),
    ):
        app = pool_with(world, PreSignUp=name)
        with run(world, name, broken, awaited=False) as process:
            equal(process.wait(30) == 0, False, "the runtime ended well")
        message = refused("UserLambdaValidationException", world.public.sign_up, **sign_up(world, app))
        contains(message, words, "message")
        with run(world, name, right):
            decides(world, app)


@suite.check("a runtime that is started again is awaited, and only one that was never there fails at once")
def _(world):
    app = pool_with(world, PreSignUp="again")
    started = time.monotonic()
    refused("UnexpectedLambdaException", world.public.sign_up, **sign_up(world, app))
    equal(time.monotonic() - started < 2, True, "refused at once")
    contains(world.server.written(), "AWS_LAMBDA_RUNTIME_API=" + functions.address(world, "again"), "log")
    with functions.python_runtime(world, "again", documented("python")):
        decides(world, app)
    answers = []
    waiting = threading.Thread(
        target=lambda: answers.append(world.public.sign_up(**sign_up(world, app))["UserConfirmed"]))
    waiting.start()
    time.sleep(0.5)
    with functions.python_runtime(world, "again", documented("python")):
        waiting.join()
    equal(answers, [True], "answers")


@suite.check("`cabana env functions` prints the lines that run each function")
def _(world):
    pool_with(world, PreSignUp="listed")
    lines = world.server.env("functions").splitlines()
    at = lines.index("# listed")
    contains(lines[at + 1], "# PreSignUp of us-east-1_", "line")
    where = f"AWS_LAMBDA_RUNTIME_API={functions.address(world, 'listed')}"
    contains(lines, f"{where} python3 -m awslambdaric app.handler", "lines")
    page = world.fetch("/")[2]
    contains(page, where, "start page")


@contextlib.contextmanager
def emulator(world, *flags, **secrets):
    """An emulator of its own with these flags, and secrets in files."""
    server = world.sibling("dev", list(flags))
    for name, secret in secrets.items():
        file = server.data / name
        file.write_text(secret)
        server.flags += [f"--{name.replace('_', '-')}-file", str(file)]
    server.start()
    try:
        yield World(server, world.store)
    finally:
        server.stop()


def new_secret():
    """A secret of Standard Webhooks."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def confirm(event):
    """A webhook's answer that confirms whoever signs up."""
    event["response"]["autoConfirmUser"] = True
    return 200, {}, json.dumps(event).encode()


@suite.check("a webhook believes the calls that the Standard Webhooks library verifies, and decides")
def _(world):
    secret, older = new_secret(), new_secret()
    refuse = lambda _: (422, {}, json.dumps({"errorMessage": "not you"}).encode())
    elsewhere = lambda _: (302, {"Location": "http://127.0.0.1:1/"}, b"")
    broken = lambda _: (500, {}, b"<html>a secret trace</html>")
    with contextlib.ExitStack() as stack:
        hooks = {name: stack.enter_context(Receiver(secret, answer)) for name, answer in
                 {"yes": confirm, "no": refuse, "moved": elsewhere, "broken": broken}.items()}
        hooks["older"] = stack.enter_context(Receiver(older, confirm))
        hooks["stranger"] = stack.enter_context(Receiver(new_secret(), confirm))
        flags = [f for name, hook in hooks.items() for f in ("--function", f"{name}={hook.url}/x")]
        here = stack.enter_context(emulator(world, *flags, function_secret=f"{secret}\n{older}\n"))
        apps = {name: pool_with(here, PreSignUp=name) for name in hooks}
        equal(here.public.sign_up(**sign_up(here, apps["yes"]))["UserConfirmed"], True, "UserConfirmed")
        equal(here.public.sign_up(**sign_up(here, apps["older"]))["UserConfirmed"], True, "with the secret being replaced")
        here.public.sign_up(**sign_up(here, apps["yes"]))
        equal(len(set(hooks["yes"].ids)), 2, "ids of two calls")
        equal(refused("UserLambdaValidationException", here.public.sign_up, **sign_up(here, apps["no"])),
              "PreSignUp failed with error not you.", "message")
        for name in ("moved", "broken", "stranger"):
            message = refused("UnexpectedLambdaException", here.public.sign_up, **sign_up(here, apps[name]))
            equal("secret" in message, False, f"the body in {message!r}")
        equal(hooks["stranger"].refused, 1, "calls refused by the other secret's webhook")


@suite.check("an endpoint of AWS's Invoke API gets calls that botocore's own signer would have signed")
def _(world):
    def confirmed(event):
        event["response"]["autoConfirmUser"] = True
        return event

    with Lambda("AKIDEXAMPLE", "a/secret+key", {
        ACCOUNT + "yes": confirmed, ACCOUNT + "yes:live": confirmed, ACCOUNT + "no": failing("not you"),
    }) as lambdas, emulator(world, "--lambda-endpoint", lambdas.url, lambda_access_key_id="AKIDEXAMPLE",
                            lambda_secret_access_key="a/secret+key") as here:
        for name in ("yes", "yes:live"):
            app = pool_with(here, PreSignUp=name)
            equal(here.public.sign_up(**sign_up(here, app))["UserConfirmed"], True, name)
        app = pool_with(here, PreSignUp="no")
        equal(refused("UserLambdaValidationException", here.public.sign_up, **sign_up(here, app)),
              "PreSignUp failed with error not you.", "message")
        app = pool_with(here, PreSignUp="missing")
        refused("UnexpectedLambdaException", here.public.sign_up, **sign_up(here, app))
        contains(here.server.written(), "ResourceNotFoundException", "log")


@suite.check("a function that is slow ends one sign-up after five seconds and holds up no other")
def _(world):
    def slow(event):
        time.sleep(NO_ANSWER_SECONDS + 2)
        return confirm(event)

    secret = new_secret()
    with Receiver(secret, slow) as hook, emulator(
            world, "--function", f"slow={hook.url}", function_secret=secret) as here:
        slow_app, app = pool_with(here, PreSignUp="slow"), here.app(here.pool())
        failures = []

        def try_slow():
            started = time.monotonic()
            refused("UnexpectedLambdaException", here.public.sign_up, **sign_up(here, slow_app))
            failures.append(time.monotonic() - started)

        waiting = [threading.Thread(target=try_slow) for _ in range(20)]
        for thread in waiting:
            thread.start()
        while len(hook.ids) < len(waiting):
            time.sleep(0.05)
        started = time.monotonic()
        here.public.sign_up(**sign_up(here, app))
        equal(time.monotonic() - started < 2, True, "a sign-up without a function went on")
        for thread in waiting:
            thread.join()
        equal(len(failures), len(waiting), "sign-ups that were refused")
        equal(all(NO_ANSWER_SECONDS - 0.5 < s < NO_ANSWER_SECONDS + 3 for s in failures), True,
              f"seconds {failures}")
        equal(len(hook.ids), len(waiting), "calls: none is made twice")


@suite.check("the text of a mail to whoever has a name comes after the answer, which takes as long for other names")
def _(world):
    def late(event):
        time.sleep(1)
        event["response"]["emailMessage"] = "Late: {####}"
        return 200, {}, json.dumps(event).encode()

    secret = new_secret()
    with Receiver(secret, late) as hook, emulator(
            world, "--function", f"late={hook.url}", function_secret=secret) as here:
        pool = here.pool(LambdaConfig={"CustomMessage": ACCOUNT + "late"})
        hiding, telling = (here.app(pool, PreventUserExistenceErrors=it) for it in ("ENABLED", "LEGACY"))
        name = here.user(pool)

        def seconds(app, username):
            started = time.monotonic()
            here.public.forgot_password(ClientId=app["ClientId"], Username=username)
            return time.monotonic() - started

        equal(seconds(telling, name) >= 1, True, "where existence is told, the answer waits")
        equal(max(seconds(hiding, name), seconds(hiding, here.name())) < 0.5, True, "elsewhere it does not")
        mail = here.message(f"{name}@example.com", 2)
        equal(mail["body"], f"Late: {mail['code']}", "body")
        here.public.confirm_forgot_password(ClientId=hiding["ClientId"], Username=name, Password=PASSWORD + "2",
                                            ConfirmationCode=mail["code"])


KEY = "arn:aws:kms:us-east-1:000000000000:key/12345678-1234-1234-1234-123456789012"

SENDER_IN_PYTHON = """
import base64, json, os
import aws_encryption_sdk
from aws_encryption_sdk import CommitmentPolicy

client = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT)
keys = aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[os.environ["KEY_ARN"]])

def handler(event, context):
    code, header = client.decrypt(source=base64.b64decode(event["request"]["code"]), key_provider=keys)
    with open("sent", "a") as sent:
        line = {"source": event["triggerSource"], "to": event["request"]["userAttributes"]["email"],
                "code": code.decode(), "context": sorted(header.encryption_context)}
        sent.write(json.dumps(line) + "\\n")
"""

# The code of Amazon's developer guide; where it leaves sending to the reader, it writes a line.
SENDER_OF_THE_GUIDE = """
const b64 = require('base64-js');
const encryptionSdk = require('@aws-crypto/client-node');

const { encrypt, decrypt } = encryptionSdk.buildClient(encryptionSdk.CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT);
const generatorKeyId = process.env.KEY_ALIAS;
const keyIds = [ process.env.KEY_ARN ];
const keyring = new encryptionSdk.KmsKeyringNode({ generatorKeyId, keyIds })
exports.handler = async (event) => {
\tlet plainTextCode;
\tif(event.request.code){
\t\tconst { plaintext, messageHeader } = await decrypt(keyring, b64.toByteArray(event.request.code));
\t\tplainTextCode = plaintext
\t}
\trequire('fs').appendFileSync('sent', JSON.stringify({
\t\tsource: event.triggerSource, to: event.request.userAttributes.email, code: plainTextCode.toString() }) + '\\n');
};
"""


def sent_by(world, name, to):
    """What the function of this name has sent to this address."""
    file = world.server.home / f"function-{name}" / "sent"
    lines = file.read_text().splitlines() if file.exists() else []
    return [line for line in map(json.loads, lines) if line["to"] == to]


def confirms_with_a_code_of(world, run, name, handler, **more):
    """Signs somebody up in a pool whose mails a function sends, and confirms with what it sent."""
    config = {"CustomEmailSender": {"LambdaVersion": "V1_0", "LambdaArn": ACCOUNT + name}, "KMSKeyID": KEY}
    pool = world.pool(AutoVerifiedAttributes=["email"], LambdaConfig=config)
    key, secret = world.server.credentials()
    variables = {"AWS_ENDPOINT_URL_KMS": world.server.url, "AWS_ACCESS_KEY_ID": key,
                 "AWS_SECRET_ACCESS_KEY": secret, "AWS_REGION": "us-east-1",
                 "AWS_DEFAULT_REGION": "us-east-1", "KEY_ARN": KEY, "KEY_ALIAS": KEY}
    with run(world, name, handler, **more, **variables):
        arguments = sign_up(world, world.app(pool))
        world.public.sign_up(**arguments)
        to = arguments["UserAttributes"][0]["Value"]
        sent = eventually(lambda: sent_by(world, name, to), "a code that the function sent", 60)[0]
    equal(sent["source"], "CustomEmailSender_SignUp", "source")
    equal(len(sent["code"]), 6, "digits of the code")
    world.public.confirm_sign_up(ClientId=arguments["ClientId"], Username=arguments["Username"],
                                 ConfirmationCode=sent["code"])
    equal(world.messages(to), [], "mails in the inbox")
    return sent


@suite.check("a function that sends mails decrypts the code with the AWS Encryption SDK for Python")
def _(world):
    sent = confirms_with_a_code_of(world, functions.python_runtime, "sender-python", SENDER_IN_PYTHON)
    equal(sent["context"], ["aws-crypto-public-key", "userpool-id"], "names in the encryption context")


@suite.check("so does the function in Amazon's guide, unchanged")
def _(world):
    confirms_with_a_code_of(world, functions.node_runtime, "sender-node", SENDER_OF_THE_GUIDE, file="index.js")


@suite.check("in production, addresses and keys are in cabana.toml, and the functions' access key can only decrypt")
def _(world):
    secret, codes = new_secret(), []
    own = {"AWS_ACCESS_KEY_ID": "AKIAFUNCTION", "AWS_SECRET_ACCESS_KEY": "of+the/function",
           "AWS_DEFAULT_REGION": "us-east-1"}

    def send(event):
        client = EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT)
        with mock.patch.dict(os.environ, {**own, "AWS_ENDPOINT_URL_KMS": server.url}):
            keys = StrictAwsKmsMasterKeyProvider(key_ids=[KEY])
            code, _ = client.decrypt(source=base64.b64decode(event["request"]["code"]), key_provider=keys)
        codes.append(code.decode())
        return 204, {}, b""

    server = world.sibling("serve", ["--inbox"])
    with Receiver(secret, send) as hook:
        files = {"secret": secret, "key": secrets.token_hex(32), "id": own["AWS_ACCESS_KEY_ID"],
                 "access": own["AWS_SECRET_ACCESS_KEY"]}
        for name, text in files.items():
            (server.data / name).write_text(text)
        config = server.data / "cabana.toml"
        config.write_text(f"""
kms-access-key-id-file = "{server.data}/id"
kms-secret-access-key-file = "{server.data}/access"
[functions]
send = {{ url = "{hook.url}", secret-file = "{server.data}/secret" }}
[kms]
"{KEY}" = {{ key-file = "{server.data}/key" }}
""")
        server.flags += ["--config", str(config)]
        server.start()
        try:
            here = World(server, world.store)
            sender = {"LambdaVersion": "V1_0", "LambdaArn": ACCOUNT + "send"}
            pool = here.pool(AutoVerifiedAttributes=["email"], LambdaConfig={
                "CustomEmailSender": sender, "KMSKeyID": KEY, "PostConfirmation": ACCOUNT + "nowhere"})
            arguments = sign_up(here, here.app(pool))
            here.public.sign_up(**arguments)
            eventually(lambda: codes, "a code that the webhook got")
            equal(len(codes[0]), 6, "digits of the code")
            refused("UnrecognizedClientException",
                    here.client(own["AWS_ACCESS_KEY_ID"], own["AWS_SECRET_ACCESS_KEY"]).list_user_pools, MaxResults=1)
            with mock.patch.dict(os.environ, {**own, "AWS_SECRET_ACCESS_KEY": "another",
                                              "AWS_ENDPOINT_URL_KMS": server.url}):
                refused("InvalidSignatureException", boto3.client("kms").decrypt, CiphertextBlob=b"x")
            checked = server.run("check", "--inbox", "--config", str(config))
            contains(checked.stderr, f"nothing answers for the function {ACCOUNT}nowhere", "warnings")
            equal("function:send" in checked.stderr or "[kms]" in checked.stderr, False, checked.stderr)
            listed = server.run("env", "functions", "--config", str(config)).stdout
            contains(listed, f"# is answered by the webhook {hook.url}/", "env functions")
        finally:
            server.stop()
