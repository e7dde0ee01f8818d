"""pycognito on remembered devices: SRP without any Session, and operations on devices by boto3."""

from pycognito import aws_srp

from harness.checks import Suite, contains, equal, refused
from harness.one_time_password import totp
from harness.world import PASSWORD, claims_of

suite = Suite("pycognito, devices")
ALWAYS = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}


class Person:
    """A user with an authenticator app, in a pool that tracks devices."""

    def __init__(self, world, configuration):
        self.world, self.pool = world, world.pool(DeviceConfiguration=configuration)
        self.name, self.app = world.user(self.pool), world.app(self.pool)["ClientId"]
        world.admin.set_user_pool_mfa_config(
            UserPoolId=self.pool, MfaConfiguration="OPTIONAL", SoftwareTokenMfaConfiguration={"Enabled": True})
        access = self.srp().authenticate_user()["AuthenticationResult"]["AccessToken"]
        self.secret = world.public.associate_software_token(AccessToken=access)["SecretCode"]
        world.public.verify_software_token(AccessToken=access, UserCode=totp(self.secret, ahead=-1))
        world.public.set_user_mfa_preference(
            AccessToken=access, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})

    def srp(self, device=None):
        """pycognito's SRP for this user, on a device if one is given."""
        return aws_srp.AWSSRP(self.name, PASSWORD, self.pool, self.app, client=self.world.public, **(device or {}))

    def on_new_device(self):
        """Signs in with a code and confirms the new device; returns it as pycognito takes it, and the tokens."""
        try:
            self.srp().authenticate_user()
        except aws_srp.SoftwareTokenMFAChallengeException as asked:
            answer = self.world.public.respond_to_auth_challenge(
                ClientId=self.app, ChallengeName="SOFTWARE_TOKEN_MFA", Session=asked.get_tokens()["Session"],
                ChallengeResponses={"USERNAME": self.name, "SOFTWARE_TOKEN_MFA_CODE": totp(self.secret)})
            tokens = answer["AuthenticationResult"]
        new = tokens["NewDeviceMetadata"]
        # Its own `confirm_device` posts to Amazon's address; this is what it sends.
        password, verifier = aws_srp.generate_hash_device(new["DeviceGroupKey"], new["DeviceKey"])
        confirmed = self.world.public.confirm_device(
            AccessToken=tokens["AccessToken"], DeviceKey=new["DeviceKey"], DeviceName="a laptop",
            DeviceSecretVerifierConfig=verifier)
        equal(confirmed["UserConfirmationNecessary"], False, "UserConfirmationNecessary")
        device = {"device_key": new["DeviceKey"], "device_group_key": new["DeviceGroupKey"], "device_password": password}
        return device, tokens


@suite.check("a remembered device signs in without a code and without any Session")
def _(world):
    person = Person(world, ALWAYS)
    device, _ = person.on_new_device()
    for _ in range(5):
        tokens = person.srp(device).authenticate_user()["AuthenticationResult"]
        equal(claims_of(tokens["AccessToken"])["device_key"], device["device_key"], "device_key")
        equal("NewDeviceMetadata" in tokens, False, "a new device")
    refused("NotAuthorizedException",
            person.srp({**device, "device_password": "bm90IHRoZSBzZWNyZXQ="}).authenticate_user)


@suite.check("a device that was forgotten is not there, and the user is asked for a code")
def _(world):
    person = Person(world, ALWAYS)
    device, tokens = person.on_new_device()
    at = {"UserPoolId": person.pool, "Username": person.name, "DeviceKey": device["device_key"]}
    shown = world.admin.admin_get_device(**at)["Device"]
    names = [attribute["Name"] for attribute in shown["DeviceAttributes"]]
    equal(names, ["device_status", "device_name", "dev:device_arn", "dev:device_owner", "last_ip_used",
                  "dev:device_remembered_status", "dev:device_sdk"], "DeviceAttributes")
    contains(str(shown["DeviceAttributes"]), f"{person.name}.{person.pool}", "owner")
    world.admin.admin_update_device_status(**at, DeviceRememberedStatus="not_remembered")
    contains(str(world.admin.admin_get_device(**at)["Device"]), "not_remembered", "status")
    world.public.forget_device(AccessToken=tokens["AccessToken"], DeviceKey=device["device_key"])
    message = refused("ResourceNotFoundException", person.srp(device).authenticate_user)
    contains(message, "Device does not exist.", "message")
    try:
        person.srp().authenticate_user()
    except aws_srp.SoftwareTokenMFAChallengeException:
        return
    raise AssertionError("no code was asked for")


@suite.check("the keys of all pages of devices come once each")
def _(world):
    pool = world.pool(DeviceConfiguration=ALWAYS)
    app, user = world.app(pool)["ClientId"], world.user(pool)
    made = []
    for _ in range(5):
        answer = world.public.initiate_auth(
            ClientId=app, AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user, "PASSWORD": PASSWORD})["AuthenticationResult"]
        made.append(answer["NewDeviceMetadata"]["DeviceKey"])
    listed, more = [], {}
    while True:
        page = world.public.list_devices(AccessToken=answer["AccessToken"], Limit=2, **more)
        listed += [device["DeviceKey"] for device in page["Devices"]]
        if "PaginationToken" not in page:
            break
        more = {"PaginationToken": page["PaginationToken"]}
    equal(sorted(listed), sorted(made), "devices")


@suite.check("a refresh needs the key of the sign-in's own device, and the token endpoint refuses it")
def _(world):
    person = Person(world, ALWAYS)
    device, tokens = person.on_new_device()

    def refresh(**more):
        return world.public.initiate_auth(
            ClientId=person.app, AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"], **more})["AuthenticationResult"]

    equal(refused("NotAuthorizedException", refresh), "Invalid Refresh Token.", "message")
    fresh = refresh(DEVICE_KEY=device["device_key"])
    equal(claims_of(fresh["AccessToken"])["device_key"], device["device_key"], "device_key")
    answer = world.public.get_tokens_from_refresh_token(
        ClientId=person.app, RefreshToken=tokens["RefreshToken"], DeviceKey=device["device_key"])
    contains(answer["AuthenticationResult"], "AccessToken", "result")
