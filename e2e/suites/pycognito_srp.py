"""pycognito: sign-in by SRP, and tokens verified against the published keys."""

import jwt
from pycognito import Cognito
from pycognito.exceptions import SoftwareTokenMFAChallengeException, TokenVerificationException

from harness.checks import Suite, contains, equal, refused
from harness.one_time_password import totp
from harness.world import PASSWORD

suite = Suite("pycognito")


def cognito(world, pool, app, user=None, signed=False):
    """pycognito pointed at the server; it builds its key and issuer URLs from the endpoint."""
    key, secret = world.server.credentials() if signed else ("unused", "unused")
    return Cognito(
        pool, app["ClientId"], username=user, client_secret=app.get("ClientSecret"),
        access_key=key, secret_key=secret,
        boto3_client_kwargs={"endpoint_url": world.server.url})


@suite.check("a user signs in by SRP and both tokens verify against the key set")
def _(world):
    pool = world.pool()
    user = world.user(pool)
    me = cognito(world, pool, world.app(pool), user)
    me.authenticate(PASSWORD)
    me.verify_tokens()
    equal(me.id_claims["cognito:username"], user, "cognito:username")
    equal(me.access_claims["iss"], f"{world.server.url}/{pool}", "iss")
    equal(me.get_user().email, f"{user}@example.com", "email")


@suite.check("a user signs in by SRP through a client with a secret, also by e-mail alias")
def _(world):
    pool = world.pool(AliasAttributes=["email"])
    user = world.user(pool)
    app = world.app(pool, GenerateSecret=True)
    for name in (user, f"{user}@example.com"):
        me = cognito(world, pool, app, name)
        me.authenticate(PASSWORD)
        equal(me.id_claims["cognito:username"], user, "cognito:username")


@suite.check("twenty sign-ins in a row succeed, whatever the random numbers are")
def _(world):
    # Numbers with leading zero digits are padded; a mistake there shows once in a while only.
    pool = world.pool()
    app, user = world.app(pool), world.user(pool)
    for _ in range(20):
        cognito(world, pool, app, user).authenticate(PASSWORD)


@suite.check("a wrong password and an unknown user are refused by SRP")
def _(world):
    pool = world.pool()
    app, user = world.app(pool, PreventUserExistenceErrors="ENABLED"), world.user(pool)
    wrong = refused("NotAuthorizedException", cognito(world, pool, app, user).authenticate,
                    password="Wr0ng-Horse!")
    unknown = refused("NotAuthorizedException", cognito(world, pool, app, "nobody").authenticate,
                      password=PASSWORD)
    equal(unknown, wrong, "message for an unknown user")


@suite.check("check_token leaves a fresh token alone, and renewing brings another")
def _(world):
    pool = world.pool()
    me = cognito(world, pool, world.app(pool), world.user(pool))
    me.authenticate(PASSWORD)
    before = me.access_token
    equal(me.check_token(), False, "check_token")
    equal(me.access_token, before, "access token")
    me.renew_access_token()
    equal(me.access_token == before, False, "the access token stayed the same")
    me.verify_tokens()


@suite.check("a token with a changed claim does not verify")
def _(world):
    pool = world.pool()
    me = cognito(world, pool, world.app(pool), world.user(pool))
    me.authenticate(PASSWORD)
    header, _, signature = me.access_token.split(".")
    other = jwt.encode({**me.access_claims, "username": "root"}, "x" * 32).split(".")[1]
    try:
        me.verify_token(f"{header}.{other}.{signature}", "access_token", "access")
    except TokenVerificationException:
        return
    raise AssertionError("a forged token verified")


@suite.check("a new password is set by SRP where one is required")
def _(world):
    pool = world.pool()
    app, user = world.app(pool), world.name()
    world.admin.admin_create_user(UserPoolId=pool, Username=user, MessageAction="SUPPRESS",
                                  TemporaryPassword="Temp-0rary!")
    cognito(world, pool, app, user).new_password_challenge("Temp-0rary!", PASSWORD)
    me = cognito(world, pool, app, user)
    me.authenticate(PASSWORD)
    contains(me.id_claims, "sub", "claims")


@suite.check("an authenticator app is set up and asked for through pycognito")
def _(world):
    pool = world.pool()
    world.admin.set_user_pool_mfa_config(
        UserPoolId=pool, MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True})
    app, user = world.app(pool), world.user(pool)
    me = cognito(world, pool, app, user)
    me.authenticate(PASSWORD)
    secret = me.associate_software_token()
    equal(me.verify_software_token(totp(secret), "phone"), True, "verify_software_token")
    me.set_user_mfa_preference(False, True, "SOFTWARE_TOKEN")
    again = cognito(world, pool, app, user)
    try:
        again.authenticate(PASSWORD)
    except SoftwareTokenMFAChallengeException:
        again.respond_to_software_token_mfa_challenge(totp(secret, ahead=1))
        again.verify_tokens()
        return
    raise AssertionError("no second factor was asked for")


@suite.check("logout ends the refresh token")
def _(world):
    pool = world.pool()
    me = cognito(world, pool, world.app(pool), world.user(pool))
    me.authenticate(PASSWORD)
    refresh = me.refresh_token
    me.logout()
    me.refresh_token = refresh
    refused("NotAuthorizedException", me.renew_access_token)
