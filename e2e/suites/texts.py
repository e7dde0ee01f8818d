"""`cabana serve` and text message services: a webhook, SNS as moto has it, and Twilio's shape."""

import itertools
from contextlib import contextmanager

from harness.checks import Suite, contains, equal, eventually
from harness.text_services import WEBHOOK_SECRET, Sns, Twilio, WebhookReceiver, code_in
from harness.server import spare_port
from harness.world import PASSWORD, World

suite = Suite("texts")

OUTAGE_SECONDS = 90  # how long a message may take after the service is back
numbers = itertools.count(1)


@contextmanager
def serving(world, url):
    """`cabana serve` with this text message service; yields a World for it."""
    secret = world.server.home / "webhook-secret"
    secret.write_text(WEBHOOK_SECRET + "\n")
    flags = ["--sms-url", url]
    if url.startswith("http"):
        flags += ["--sms-webhook-secret-file", str(secret)]
    server = world.sibling("serve", flags).start()
    try:
        yield World(server)
    finally:
        server.stop()


def sms_configuration():
    return {"SnsCallerArn": "arn:aws:iam::123456789012:role/texts", "ExternalId": "texts"}


def app_with_texts(here):
    """A pool that verifies phone numbers, and an app client of it."""
    return here.app(here.pool(AutoVerifiedAttributes=["phone_number"], SmsConfiguration=sms_configuration()))


def sign_up(here, app, ending="1"):
    """Signs somebody up and returns (name, number)."""
    name, number = here.name(), f"+1555010{next(numbers):03}{ending}"
    here.public.sign_up(ClientId=app["ClientId"], Username=name, Password=PASSWORD,
                        UserAttributes=[{"Name": "phone_number", "Value": number}])
    return name, number


def first_text(service, number, seconds=20):
    """Waits for a text message to this number."""
    return eventually(lambda: service.texts(number), f"a text to {number}", seconds)[0]


def confirmed_by_text(here, service):
    """Signs up and confirms with the code that came by text message."""
    app = app_with_texts(here)
    name, number = sign_up(here, app)
    text = first_text(service, number)
    here.public.confirm_sign_up(ClientId=app["ClientId"], Username=name, ConfirmationCode=code_in(text))
    contains(here.tokens(app, name), "AccessToken", "answer")
    return app, name, number, text


def failed_try(here):
    """Waits until the log says that a message could not be delivered, and returns that line."""
    def lines():
        return [line for line in here.server.written().splitlines() if "message not delivered" in line]

    return eventually(lines, "a failed try in the log", seconds=30)[0]


@suite.check("a code comes as a webhook that Standard Webhooks' own library verifies, with pool and purpose")
def _(world):
    with WebhookReceiver() as receiver, serving(world, receiver.url) as here:
        app, name, number, text = confirmed_by_text(here, receiver)
        message = receiver.received[0][1]
        equal(message, {"to": number, "body": text, "poolId": app["UserPoolId"], "purpose": "verification"},
              "message")
        equal(number in here.server.written(), False, "the number in the log")


@suite.check("a receiver that is down for a while gets the message later, once")
def _(world):
    port = spare_port()
    with serving(world, f"http://localhost:{port}/texts") as here:
        app = app_with_texts(here)
        name, number = sign_up(here, app)
        contains(failed_try(here), "no connection", "why it failed")
        with WebhookReceiver(port) as receiver:
            text = first_text(receiver, number, OUTAGE_SECONDS)
            here.public.confirm_sign_up(ClientId=app["ClientId"], Username=name, ConfirmationCode=code_in(text))
            _, later = sign_up(here, app)
            first_text(receiver, later)
            equal(len(receiver.texts(number)), 1, "messages to the first number")


@suite.check("a code comes through SNS, which checks the signature")
def _(world):
    with Sns() as sns, serving(world, sns.url()) as here:
        confirmed_by_text(here, sns)


@suite.check("a key that SNS refuses is told, and the message waits")
def _(world):
    with Sns() as sns, serving(world, sns.url("wrong")) as here:
        sign_up(here, app_with_texts(here))
        line = failed_try(here)
        contains(line, "SignatureDoesNotMatch", "why it failed")
        contains(line, "given_up=false", "whether it waits")


@suite.check("a code comes through Twilio, with its form and Basic authentication")
def _(world):
    with Twilio() as twilio, serving(world, twilio.url) as here:
        confirmed_by_text(here, twilio)


@suite.check("a number that Twilio refuses is not tried again, and the log names it masked")
def _(world):
    with Twilio() as twilio, serving(world, twilio.url) as here:
        _, number = sign_up(here, app_with_texts(here), ending="0000")
        line = failed_try(here)
        contains(line, "21211: Invalid 'To' Phone Number", "why it failed")
        contains(line, "given_up=true", "whether it is given up")
        equal(number in here.server.written(), False, "the number in the log")


@suite.check("a second factor by text signs in")
def _(world):
    with Twilio() as twilio, serving(world, twilio.url) as here:
        app, name, number, _ = confirmed_by_text(here, twilio)
        pool = app["UserPoolId"]
        here.admin.set_user_pool_mfa_config(
            UserPoolId=pool, MfaConfiguration="OPTIONAL",
            SmsMfaConfiguration={"SmsConfiguration": sms_configuration()})
        here.admin.admin_set_user_mfa_preference(
            UserPoolId=pool, Username=name, SMSMfaSettings={"Enabled": True, "PreferredMfa": True})
        challenge = here.sign_in(app, name)
        equal(challenge["ChallengeName"], "SMS_MFA", "challenge")
        equal(challenge["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"],
              "+" + "*" * (len(number) - 5) + number[-4:], "destination")
        text = eventually(lambda: twilio.texts(number)[1:], "a second text")[0]
        answer = here.public.respond_to_auth_challenge(
            ClientId=app["ClientId"], ChallengeName="SMS_MFA", Session=challenge["Session"],
            ChallengeResponses={"USERNAME": name, "SMS_MFA_CODE": code_in(text)})
        contains(answer["AuthenticationResult"], "AccessToken", "answer")
