"""boto3: what a signed-in user may do, and how tokens are renewed and ended."""

import json
import urllib.parse
import urllib.request

from harness.checks import Suite, contains, equal, refused
from harness.world import PASSWORD, claims_of

suite = Suite("boto3: tokens")


def refresh(world, app, token):
    """REFRESH_TOKEN_AUTH; returns the new tokens."""
    return world.public.initiate_auth(
        ClientId=app["ClientId"], AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": token})["AuthenticationResult"]


def signed_in(world, pool_settings=None, **app_settings):
    """A pool with an app and a signed-in user: (pool, app, user, tokens)."""
    pool = world.pool(**(pool_settings or {}))
    app, user = world.app(pool, **app_settings), world.user(pool)
    return pool, app, user, world.tokens(app, user)


@suite.check("tokens carry Cognito's claims and each pool's two keys are published")
def _(world):
    pool, app, user, tokens = signed_in(world)
    identity, access = claims_of(tokens["IdToken"]), claims_of(tokens["AccessToken"])
    equal(identity["token_use"], "id", "token_use of the ID token")
    equal(identity["aud"], app["ClientId"], "aud")
    equal(identity["cognito:username"], user, "cognito:username")
    equal("at_hash" in identity, False, "at_hash outside OAuth")
    equal(access["token_use"], "access", "token_use of the access token")
    equal(access["client_id"], app["ClientId"], "client_id")
    equal(access["scope"], "aws.cognito.signin.user.admin", "scope")
    equal("aud" in access, False, "aud in the access token")
    for claim in ("sub", "origin_jti", "auth_time", "event_id"):
        equal(identity[claim], access[claim], claim)
    equal(access["exp"] - access["iat"], 3600, "life of the access token")
    status, headers, text = world.fetch(f"/{pool}/.well-known/jwks.json")
    equal(status, 200, "status of the key set")
    contains(headers["Content-Type"], "application/json", "content type of the key set")
    equal(text.count('"kid"'), 2, "keys in the key set")


@suite.check("a refresh gives new tokens of the same sign-in and keeps the refresh token")
def _(world):
    _, app, _, tokens = signed_in(world)
    renewed = refresh(world, app, tokens["RefreshToken"])
    equal("RefreshToken" in renewed, False, "a refresh token came back")
    before, after = claims_of(tokens["AccessToken"]), claims_of(renewed["AccessToken"])
    for claim in ("sub", "origin_jti", "auth_time"):
        equal(after[claim], before[claim], claim)
    equal(after["jti"] == before["jti"], False, "jti stayed the same")
    contains(refresh(world, app, tokens["RefreshToken"]), "IdToken", "second refresh")


@suite.check("a refresh token serves its own app client only")
def _(world):
    pool, _, _, tokens = signed_in(world)
    refused("NotAuthorizedException", refresh, world=world, app=world.app(pool),
            token=tokens["RefreshToken"])
    refused("NotAuthorizedException", refresh, world=world, app=world.app(pool),
            token=tokens["AccessToken"])


@suite.check("a rotating refresh token is replaced at every use, and an old one is refused")
def _(world):
    _, app, _, tokens = signed_in(
        world,
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 0})

    def rotate(token):
        return world.public.get_tokens_from_refresh_token(
            ClientId=app["ClientId"], RefreshToken=token)["AuthenticationResult"]

    second = rotate(tokens["RefreshToken"])
    equal(second["RefreshToken"] == tokens["RefreshToken"], False, "token stayed the same")
    contains(rotate(second["RefreshToken"]), "AccessToken", "third round")
    refused("RefreshTokenReuseException", rotate, token=tokens["RefreshToken"])


@suite.check("RevokeToken ends the tokens of one sign-in and leaves another alone")
def _(world):
    _, app, user, tokens = signed_in(world)
    other = world.tokens(app, user)
    for _ in range(2):  # revoking again is no error
        world.public.revoke_token(ClientId=app["ClientId"], Token=tokens["RefreshToken"])
    refused("NotAuthorizedException", refresh, world=world, app=app,
            token=tokens["RefreshToken"], message="Refresh Token has been revoked")
    refused("NotAuthorizedException", world.public.get_user, AccessToken=tokens["AccessToken"],
            message="Access Token has been revoked")
    equal(world.public.get_user(AccessToken=other["AccessToken"])["Username"], user, "Username")
    refused("UnsupportedTokenTypeException", world.public.revoke_token,
            ClientId=app["ClientId"], Token=other["AccessToken"])


@suite.check("GlobalSignOut ends every sign-in of the user, and a new one works")
def _(world):
    _, app, user, tokens = signed_in(world)
    other = world.tokens(app, user)
    world.public.global_sign_out(AccessToken=tokens["AccessToken"])
    for old in (tokens, other):
        refused("NotAuthorizedException", world.public.get_user, AccessToken=old["AccessToken"])
        refused("NotAuthorizedException", refresh, world=world, app=app,
                token=old["RefreshToken"])
    fresh = world.tokens(app, user)
    equal(world.public.get_user(AccessToken=fresh["AccessToken"])["Username"], user, "Username")


@suite.check("an administrator signs a user out everywhere")
def _(world):
    pool, app, user, tokens = signed_in(world)
    world.admin.admin_user_global_sign_out(UserPoolId=pool, Username=user)
    refused("NotAuthorizedException", world.public.get_user, AccessToken=tokens["AccessToken"])
    refused("NotAuthorizedException", refresh, world=world, app=app,
            token=tokens["RefreshToken"])


@suite.check("users read and change themselves as far as the app client lets them")
def _(world):
    _, _, _, tokens = signed_in(
        world, ReadAttributes=["email", "name"], WriteAttributes=["name"])
    access = tokens["AccessToken"]
    world.public.update_user_attributes(
        AccessToken=access, UserAttributes=[{"Name": "name", "Value": "Mine"}])
    names = {a["Name"]: a["Value"]
             for a in world.public.get_user(AccessToken=access)["UserAttributes"]}
    equal(names["name"], "Mine", "name")
    equal("email_verified" in names, False, "an unreadable attribute was shown")
    refused("NotAuthorizedException", world.public.update_user_attributes, AccessToken=access,
            UserAttributes=[{"Name": "nickname", "Value": "x"}])


@suite.check("a changed address is verified with the code from the inbox")
def _(world):
    _, _, _, tokens = signed_in(world, {"AutoVerifiedAttributes": ["email"]})
    access, address = tokens["AccessToken"], world.email()

    def email():
        now = {a["Name"]: a["Value"]
               for a in world.public.get_user(AccessToken=access)["UserAttributes"]}
        return now["email"], now["email_verified"]

    sent = world.public.update_user_attributes(
        AccessToken=access, UserAttributes=[{"Name": "email", "Value": address}])
    equal(sent["CodeDeliveryDetailsList"][0]["AttributeName"], "email", "AttributeName")
    equal(email(), (address, "false"), "email before")
    world.public.verify_user_attribute(
        AccessToken=access, AttributeName="email", Code=world.code(address))
    equal(email(), (address, "true"), "email after")


@suite.check("a user changes the password, and only with the right old one")
def _(world):
    _, app, user, tokens = signed_in(world)
    request = {"AccessToken": tokens["AccessToken"], "ProposedPassword": "An0ther-Horse!"}
    refused("NotAuthorizedException", world.public.change_password, **request,
            PreviousPassword="Wr0ng-Horse!")
    world.public.change_password(**request, PreviousPassword=PASSWORD)
    contains(world.tokens(app, user, "An0ther-Horse!"), "AccessToken", "answer")
    refused("NotAuthorizedException", world.sign_in, app=app, username=user)


@suite.check("users delete themselves, and their tokens end with them")
def _(world):
    _, app, user, tokens = signed_in(world)
    world.public.delete_user(AccessToken=tokens["AccessToken"])
    refused("UserNotFoundException", world.sign_in, app=app, username=user)
    refused("NotAuthorizedException", refresh, world=world, app=app,
            token=tokens["RefreshToken"])
    refused("UserNotFoundException", world.public.get_user, AccessToken=tokens["AccessToken"])


@suite.check("a token that was tampered with is refused")
def _(world):
    _, _, _, tokens = signed_in(world)
    header, payload, signature = tokens["AccessToken"].split(".")
    swapped = ("A" if signature[10] != "A" else "B").join([signature[:10], signature[11:]])
    for forged in (f"{header}.{payload}.{swapped}", tokens["IdToken"]):
        refused("NotAuthorizedException", world.public.get_user, AccessToken=forged)


@suite.check("client_credentials give an access token with the resource server's scopes")
def _(world):
    pool = world.pool()
    world.admin.create_resource_server(
        UserPoolId=pool, Identifier="things", Name="Things",
        Scopes=[{"ScopeName": "read", "ScopeDescription": "Read things"}])
    app = world.app(pool, GenerateSecret=True, AllowedOAuthFlowsUserPoolClient=True,
                    AllowedOAuthFlows=["client_credentials"], AllowedOAuthScopes=["things/read"])
    form = urllib.parse.urlencode({
        "grant_type": "client_credentials", "client_id": app["ClientId"],
        "client_secret": app["ClientSecret"], "scope": "things/read"}).encode()
    with urllib.request.urlopen(f"{world.server.url}/{pool}/oauth2/token", form) as reply:
        answer = json.load(reply)
    equal(sorted(answer), ["access_token", "expires_in", "token_type"], "members of the answer")
    claims = claims_of(answer["access_token"])
    equal(claims["scope"], "things/read", "scope")
    equal(claims["sub"], app["ClientId"], "sub")
