"""Passkeys through boto3, with an authenticator of another's making."""

import json

from fido2.cose import ES256, RS256

from harness.checks import Suite, equal, refused
from harness.software_authenticator import SoftWebauthn, SoftwareAuthenticator
from harness.world import ALL_FLOWS, PASSWORD, claims_of

suite = Suite("passkeys")


def scene(world):
    """A pool with passkeys, an app and a user; what a check needs of them."""
    factors = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
    pool = world.pool(Policies=factors)
    app = world.app(pool, ExplicitAuthFlows=[*ALL_FLOWS, "ALLOW_USER_AUTH"])
    return pool, app, world.user(pool)


def register(world, token, authenticator):
    """Registers the authenticator's passkey for the token's user."""
    options = world.public.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    world.public.complete_web_authn_registration(
        AccessToken=token, Credential=authenticator.create(options))


def begin(world, app, user):
    """Asks for the passkey; the challenge and its options."""
    asked = world.public.initiate_auth(
        ClientId=app["ClientId"], AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": user, "PREFERRED_CHALLENGE": "WEB_AUTHN"})
    equal(asked["ChallengeName"], "WEB_AUTHN", "challenge")
    return asked, json.loads(asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])


def answer(world, app, user, asked, credential):
    """Answers the challenge."""
    return world.public.respond_to_auth_challenge(
        ClientId=app["ClientId"], ChallengeName="WEB_AUTHN", Session=asked["Session"],
        ChallengeResponses={"USERNAME": user, "CREDENTIAL": json.dumps(credential)})


@suite.check("passkeys with keys of both kinds are registered, listed, used and deleted")
def _(world):
    _, app, user = scene(world)
    token = world.tokens(app, user)["AccessToken"]
    authenticators = [SoftwareAuthenticator(world.server.url, kind) for kind in (ES256, RS256)]
    for authenticator in authenticators:
        register(world, token, authenticator)
    first = world.public.list_web_authn_credentials(AccessToken=token, MaxResults=1)
    rest = world.public.list_web_authn_credentials(AccessToken=token, NextToken=first["NextToken"])
    listed = [*first["Credentials"], *rest["Credentials"]]
    names = [it["FriendlyCredentialName"] for it in listed]
    equal(names, ["Roaming passkey"] * 2, "names")
    for authenticator in authenticators:
        asked, options = begin(world, app, user)
        credential = authenticator.get(options)
        tokens = answer(world, app, user, asked, credential)["AuthenticationResult"]
        equal(claims_of(tokens["IdToken"])["cognito:username"], user, "cognito:username")
        refused("NotAuthorizedException", lambda: answer(world, app, user, asked, credential))
    for each in listed:
        world.public.delete_web_authn_credential(AccessToken=token, CredentialId=each["CredentialId"])
    equal(world.public.list_web_authn_credentials(AccessToken=token)["Credentials"], [], "passkeys")


@suite.check("soft-webauthn's passkey is registered and signs in, where nobody need be verified")
def _(world):
    pool, app, user = scene(world)
    token = world.tokens(app, user)["AccessToken"]
    authenticator = SoftWebauthn(world.server.url)
    register(world, token, authenticator)
    for _ in range(2):
        asked, options = begin(world, app, user)
        tokens = answer(world, app, user, asked, authenticator.get(options))["AuthenticationResult"]
        equal(claims_of(tokens["IdToken"])["cognito:username"], user, "cognito:username")
    world.admin.set_user_pool_mfa_config(
        UserPoolId=pool, WebAuthnConfiguration={"UserVerification": "required"})
    asked, options = begin(world, app, user)
    refused("NotAuthorizedException",
            lambda: answer(world, app, user, asked, authenticator.get(options)))


@suite.check("a page of another site gets no passkey registered and nobody signed in")
def _(world):
    _, app, user = scene(world)
    token = world.tokens(app, user)["AccessToken"]
    elsewhere = SoftwareAuthenticator("https://evil.example")
    refused("WebAuthnOriginNotAllowedException", lambda: register(world, token, elsewhere))
    authenticator = SoftwareAuthenticator(world.server.url)
    register(world, token, authenticator)
    asked, options = begin(world, app, user)
    authenticator.origin = "https://evil.example"
    refused("NotAuthorizedException",
            lambda: answer(world, app, user, asked, authenticator.get(options)))


@suite.check("a passkey is both factors of a pool that requires two")
def _(world):
    pool, app, user = scene(world)
    token = world.tokens(app, user)["AccessToken"]
    authenticator = SoftwareAuthenticator(world.server.url)
    register(world, token, authenticator)
    world.admin.set_user_pool_mfa_config(
        UserPoolId=pool, MfaConfiguration="ON", SoftwareTokenMfaConfiguration={"Enabled": True},
        WebAuthnConfiguration={"FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"})
    world.public.set_user_mfa_preference(AccessToken=token, WebAuthnMfaSettings={"Enabled": True})
    asked, options = begin(world, app, user)
    equal(options["userVerification"], "required", "userVerification")
    answer(world, app, user, asked, authenticator.get(options))["AuthenticationResult"]
    refused("InvalidParameterException", lambda: world.sign_in(app, user, PASSWORD))
