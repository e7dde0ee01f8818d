"""boto3: signing up, signing in, and everything that may come between."""

import base64
import hashlib
import hmac

from harness.checks import Suite, contains, equal, eventually, refused
from harness.one_time_password import totp
from harness.world import PASSWORD, claims_of

suite = Suite("boto3: sign-in")


def secret_hash(app, username):
    """What a client with a secret sends along with a user name."""
    message = (username + app["ClientId"]).encode()
    digest = hmac.new(app["ClientSecret"].encode(), message, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def sign_up(world, app, username, address):
    """Signs up with an e-mail address and returns the answer."""
    return world.public.sign_up(
        ClientId=app["ClientId"], Username=username, Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": address}])


def answer(world, app, challenge, **responses):
    """Answers a challenge."""
    return world.public.respond_to_auth_challenge(
        ClientId=app["ClientId"], ChallengeName=challenge["ChallengeName"],
        Session=challenge["Session"], ChallengeResponses=responses)


@suite.check("a new user confirms with the code from the inbox and signs in")
def _(world):
    pool = world.pool(AutoVerifiedAttributes=["email"])
    app, user, address = world.app(pool), world.name(), world.email()
    made = sign_up(world, app, user, address)
    equal(made["UserConfirmed"], False, "UserConfirmed")
    equal(made["CodeDeliveryDetails"]["DeliveryMedium"], "EMAIL", "DeliveryMedium")
    equal(address in made["CodeDeliveryDetails"]["Destination"], False, "address is not masked")
    refused("UserNotConfirmedException", world.sign_in, app=app, username=user)
    code = world.code(address)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    refused("CodeMismatchException", world.public.confirm_sign_up, ClientId=app["ClientId"],
            Username=user, ConfirmationCode=wrong)
    world.public.confirm_sign_up(ClientId=app["ClientId"], Username=user, ConfirmationCode=code)
    refused("NotAuthorizedException", world.public.confirm_sign_up, ClientId=app["ClientId"],
            Username=user, ConfirmationCode=code)
    tokens = world.tokens(app, user)
    claims = claims_of(tokens["IdToken"])
    equal(claims["sub"], made["UserSub"], "sub")
    equal(claims["email_verified"], True, "email_verified")
    equal(claims["iss"], f"{world.server.url}/{pool}", "iss")
    equal(tokens["TokenType"], "Bearer", "TokenType")
    equal(tokens["ExpiresIn"], 3600, "ExpiresIn")


@suite.check("a code that is sent again replaces the first")
def _(world):
    pool = world.pool(AutoVerifiedAttributes=["email"])
    app, user, address = world.app(pool), world.name(), world.email()
    sign_up(world, app, user, address)
    first = world.code(address)
    world.public.resend_confirmation_code(ClientId=app["ClientId"], Username=user)
    second = world.code(address, number=2)
    if first != second:  # one in a million
        refused("CodeMismatchException", world.public.confirm_sign_up,
                ClientId=app["ClientId"], Username=user, ConfirmationCode=first)
    world.public.confirm_sign_up(ClientId=app["ClientId"], Username=user, ConfirmationCode=second)


@suite.check("a taken name, a weak password and a missing attribute stop a sign-up")
def _(world):
    schema = [{"Name": "email", "AttributeDataType": "String", "Required": True}]
    pool = world.pool(Schema=schema)
    app, user = world.app(pool), world.name()
    sign_up(world, app, user, world.email())
    refused("UsernameExistsException", sign_up, world=world, app=app, username=user,
            address=world.email())
    request = {"ClientId": app["ClientId"], "Username": world.name()}
    address = [{"Name": "email", "Value": world.email()}]
    refused("InvalidPasswordException", world.public.sign_up, **request, Password="short",
            UserAttributes=address)
    refused("InvalidParameterException", world.public.sign_up, **request, Password=PASSWORD,
            message="email: The attribute is required")


@suite.check("where only administrators create users, nobody signs up")
def _(world):
    pool = world.pool(AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})
    refused("NotAuthorizedException", sign_up, world=world, app=world.app(pool),
            username=world.name(), address=world.email())


@suite.check("ADMIN_USER_PASSWORD_AUTH is for administrators only")
def _(world):
    pool = world.pool()
    app, user = world.app(pool), world.user(pool)
    request = {"ClientId": app["ClientId"], "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
               "AuthParameters": {"USERNAME": user, "PASSWORD": PASSWORD}}
    tokens = world.admin.admin_initiate_auth(UserPoolId=pool, **request)["AuthenticationResult"]
    equal(claims_of(tokens["AccessToken"])["username"], user, "username")
    refused("InvalidParameterException", world.public.initiate_auth, **request)


@suite.check("a flow that the app client does not allow is refused")
def _(world):
    pool = world.pool()
    app = world.app(pool, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    refused("InvalidParameterException", world.sign_in, app=app, username=world.user(pool),
            message="USER_PASSWORD_AUTH flow not enabled for this client")


@suite.check("a client with a secret demands the right SECRET_HASH")
def _(world):
    pool = world.pool()
    app, user = world.app(pool, GenerateSecret=True), world.user(pool)
    parameters = {"USERNAME": user, "PASSWORD": PASSWORD}
    request = {"ClientId": app["ClientId"], "AuthFlow": "USER_PASSWORD_AUTH"}
    refused("NotAuthorizedException", world.public.initiate_auth, **request,
            AuthParameters=parameters, message="SECRET_HASH was not received")
    refused("NotAuthorizedException", world.public.initiate_auth, **request,
            AuthParameters={**parameters, "SECRET_HASH": secret_hash(app, "other")},
            message="Unable to verify secret hash")
    good = {**parameters, "SECRET_HASH": secret_hash(app, user)}
    answered = world.public.initiate_auth(**request, AuthParameters=good)
    contains(answered["AuthenticationResult"], "IdToken", "answer")


@suite.check("a temporary password leads to NEW_PASSWORD_REQUIRED, once")
def _(world):
    schema = [{"Name": "name", "AttributeDataType": "String", "Required": True, "Mutable": True}]
    pool = world.pool(Schema=schema)
    app, user = world.app(pool), world.name()
    world.admin.admin_create_user(UserPoolId=pool, Username=user, MessageAction="SUPPRESS",
                                  TemporaryPassword="Temp-0rary!")
    challenge = world.sign_in(app, user, "Temp-0rary!")
    equal(challenge["ChallengeName"], "NEW_PASSWORD_REQUIRED", "ChallengeName")
    contains(challenge["ChallengeParameters"]["requiredAttributes"], "userAttributes.name",
             "requiredAttributes")
    done = answer(world, app, challenge, USERNAME=user, NEW_PASSWORD=PASSWORD,
                  **{"userAttributes.name": "New Person"})
    equal(claims_of(done["AuthenticationResult"]["IdToken"])["name"], "New Person", "name")
    refused("NotAuthorizedException", answer, world=world, app=app, challenge=challenge,
            USERNAME=user, NEW_PASSWORD="An0ther-Horse!", **{"userAttributes.name": "Again"})
    contains(world.tokens(app, user), "AccessToken", "answer")


@suite.check("a forgotten password is replaced with the code from the inbox")
def _(world):
    pool = world.pool()
    address = world.email()
    app, user = world.app(pool), world.user(pool, email=address)
    sent = world.public.forgot_password(ClientId=app["ClientId"], Username=user)
    equal(sent["CodeDeliveryDetails"]["AttributeName"], "email", "AttributeName")
    request = {"ClientId": app["ClientId"], "Username": user,
               "ConfirmationCode": world.code(address)}
    refused("InvalidPasswordException", world.public.confirm_forgot_password, **request,
            Password="tooweak1")
    world.public.confirm_forgot_password(**request, Password="An0ther-Horse!")
    refused("NotAuthorizedException", world.sign_in, app=app, username=user)
    contains(world.tokens(app, user, "An0ther-Horse!"), "AccessToken", "answer")
    refused("ExpiredCodeException", world.public.confirm_forgot_password, **request,
            Password=PASSWORD)


@suite.check("without a verified address a forgotten password cannot be replaced")
def _(world):
    pool = world.pool()
    app, user = world.app(pool), world.user(pool, email_verified="false")
    refused("InvalidParameterException", world.public.forgot_password, ClientId=app["ClientId"],
            Username=user)


@suite.check("PreventUserExistenceErrors decides whether an unknown user is told apart")
def _(world):
    pool = world.pool()
    user = world.user(pool)
    open_app = world.app(pool, PreventUserExistenceErrors="LEGACY")
    shy_app = world.app(pool, PreventUserExistenceErrors="ENABLED")
    refused("UserNotFoundException", world.sign_in, app=open_app, username="nobody",
            message="User does not exist.")
    unknown = refused("NotAuthorizedException", world.sign_in, app=shy_app, username="nobody")
    wrong = refused("NotAuthorizedException", world.sign_in, app=shy_app, username=user,
                    password="Wr0ng-Horse!")
    equal(unknown, wrong, "message for an unknown user")
    refused("UserNotFoundException", world.public.forgot_password,
            ClientId=open_app["ClientId"], Username="nobody")
    pretended = world.public.forgot_password(ClientId=shy_app["ClientId"], Username="nobody")
    contains(pretended, "CodeDeliveryDetails", "answer")


@suite.check("after five wrong passwords the right one has to wait")
def _(world):
    pool = world.pool()
    app, user = world.app(pool), world.user(pool)
    said = []
    while len(said) < 12 and "Password attempts exceeded" not in said:
        said.append(refused("NotAuthorizedException", world.sign_in, app=app, username=user,
                            password="Wr0ng-Horse!"))
    equal(said[:5], ["Incorrect username or password."] * 5, "first five answers")
    equal(said[-1], "Password attempts exceeded", "last answer")
    # The lock lasts a second after the wrong password before that: time enough for one call.
    refused("NotAuthorizedException", world.sign_in, app=app, username=user,
            message="Password attempts exceeded")

    def signed_in():
        try:
            return world.tokens(app, user)
        except world.public.exceptions.NotAuthorizedException:
            return None

    eventually(signed_in, "a sign-in after the lock", seconds=60, every=0.3)


@suite.check("an authenticator app is set up and asked for at the next sign-in")
def _(world):
    pool = world.pool()
    world.admin.set_user_pool_mfa_config(
        UserPoolId=pool, MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True})
    app, user = world.app(pool), world.user(pool)
    access = world.tokens(app, user)["AccessToken"]
    preference = {"SoftwareTokenMfaSettings": {"Enabled": True, "PreferredMfa": True}}
    refused("InvalidParameterException", world.public.set_user_mfa_preference,
            AccessToken=access, **preference)
    secret = world.public.associate_software_token(AccessToken=access)["SecretCode"]
    done = world.public.verify_software_token(AccessToken=access, UserCode=totp(secret))
    equal(done["Status"], "SUCCESS", "Status")
    world.public.set_user_mfa_preference(AccessToken=access, **preference)
    challenge = world.sign_in(app, user)
    equal(challenge["ChallengeName"], "SOFTWARE_TOKEN_MFA", "ChallengeName")
    now = totp(secret, ahead=1)
    wrong = f"{(int(now) + 1) % 1_000_000:06d}"
    refused("CodeMismatchException", answer, world=world, app=app, challenge=challenge,
            USERNAME=user, SOFTWARE_TOKEN_MFA_CODE=wrong)
    done = answer(world, app, challenge, USERNAME=user, SOFTWARE_TOKEN_MFA_CODE=now)
    contains(done["AuthenticationResult"], "AccessToken", "answer")


@suite.check("where MFA is required, a user without it is led through the set-up")
def _(world):
    pool = world.pool()
    world.admin.set_user_pool_mfa_config(
        UserPoolId=pool, MfaConfiguration="ON", SoftwareTokenMfaConfiguration={"Enabled": True})
    app, user = world.app(pool), world.user(pool)
    challenge = world.sign_in(app, user)
    equal(challenge["ChallengeName"], "MFA_SETUP", "ChallengeName")
    started = world.public.associate_software_token(Session=challenge["Session"])
    verified = world.public.verify_software_token(
        Session=started["Session"], UserCode=totp(started["SecretCode"]))
    equal(verified["Status"], "SUCCESS", "Status")
    done = answer(world, app, {**challenge, "Session": verified["Session"]}, USERNAME=user)
    contains(done["AuthenticationResult"], "AccessToken", "answer")
    equal(world.sign_in(app, user)["ChallengeName"], "SOFTWARE_TOKEN_MFA", "next ChallengeName")


@suite.check("a code by mail works as second factor")
def _(world):
    # Not by the address that recovers accounts first.
    pool = world.pool(AccountRecoverySetting={
        "RecoveryMechanisms": [{"Name": "verified_phone_number", "Priority": 1}]})
    world.admin.set_user_pool_mfa_config(
        UserPoolId=pool, MfaConfiguration="ON", EmailMfaConfiguration={
            "Subject": "Your sign-in code", "Message": "Your code is {####}"})
    address = world.email()
    app, user = world.app(pool), world.user(pool, email=address)
    challenge = world.sign_in(app, user)
    equal(challenge["ChallengeName"], "EMAIL_OTP", "ChallengeName")
    done = answer(world, app, challenge, USERNAME=user, EMAIL_OTP_CODE=world.code(address))
    contains(done["AuthenticationResult"], "AccessToken", "answer")


@suite.check("an unknown app client is ResourceNotFoundException")
def _(world):
    refused("ResourceNotFoundException", world.sign_in,
            app={"ClientId": "0123456789abcdefghijklmnop"}, username="anybody")


def choice_based(world, **settings):
    """A pool where people may begin with a password or a code by mail, and an app."""
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
    pool = world.pool(UsernameAttributes=["email"], AutoVerifiedAttributes=["email"], Policies=policy)
    return pool, world.app(pool, ExplicitAuthFlows=["ALLOW_USER_AUTH"], **settings)


@suite.check("USER_AUTH: a user chooses a code by mail and signs in with it once")
def _(world):
    pool, app = choice_based(world)
    address = world.email()
    world.admin.admin_create_user(UserPoolId=pool, Username=address, MessageAction="SUPPRESS")
    asked = world.public.initiate_auth(ClientId=app["ClientId"], AuthFlow="USER_AUTH",
                                       AuthParameters={"USERNAME": address})
    equal((asked["ChallengeName"], asked["AvailableChallenges"]), ("SELECT_CHALLENGE", ["EMAIL_OTP"]), "choice")
    sent = answer(world, app, asked, USERNAME=address, ANSWER="EMAIL_OTP")
    equal(sent["ChallengeParameters"]["CODE_DELIVERY_DELIVERY_MEDIUM"], "EMAIL", "medium")
    refused("CodeMismatchException", answer, world=world, app=app, challenge=sent, USERNAME=address, EMAIL_OTP_CODE="x")
    done = answer(world, app, sent, USERNAME=address, EMAIL_OTP_CODE=world.code(address))
    equal(claims_of(done["AuthenticationResult"]["IdToken"])["email"], address, "email")
    refused("NotAuthorizedException", answer, world=world, app=app, challenge=sent, USERNAME=address,
            EMAIL_OTP_CODE=world.code(address))


@suite.check("USER_AUTH: a level is reached on top of what a token has shown")
def _(world):
    pool, app = choice_based(world)
    address = world.email()
    world.admin.admin_create_user(UserPoolId=pool, Username=address, MessageAction="SUPPRESS",
                                  UserAttributes=[{"Name": "email_verified", "Value": "true"}])
    world.admin.admin_set_user_password(UserPoolId=pool, Username=address, Password=PASSWORD, Permanent=True)

    def begin(**parameters):
        return world.public.initiate_auth(ClientId=app["ClientId"], AuthFlow="USER_AUTH",
                                          AuthParameters={"USERNAME": address, **parameters})

    done = begin(PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
    token = done["AuthenticationResult"]["AccessToken"]
    equal("acr" in claims_of(token), False, "acr")
    level = {"ACCESS_TOKEN": token, "TARGET_ACR_VALUES": "urn:cognito:loa:4 urn:cognito:loa:3", "MAX_AGE": "300"}
    asked = begin(**level)
    equal(asked["AvailableChallenges"], ["EMAIL_OTP"], "challenges")
    sent = answer(world, app, asked, USERNAME=address, ANSWER="EMAIL_OTP")
    done = answer(world, app, sent, USERNAME=address, EMAIL_OTP_CODE=world.code(address))
    raised = done["AuthenticationResult"]["AccessToken"]
    claims = claims_of(raised)
    equal((claims["acr"], claims["amr"]), ("urn:cognito:loa:3", ["pwd", "email_otp", "mfa"]), "claims")
    refused("InvalidParameterException", begin, message="already reaches",
            ACCESS_TOKEN=raised, TARGET_ACR_VALUES="urn:cognito:loa:3")


@suite.check("USER_AUTH: an unknown name is asked for a code where existence is hidden")
def _(world):
    pool, app = choice_based(world, PreventUserExistenceErrors="ENABLED")
    names = [world.email() for _ in range(8)]
    asked = [world.public.initiate_auth(ClientId=app["ClientId"], AuthFlow="USER_AUTH",
                                        AuthParameters={"USERNAME": name, "PREFERRED_CHALLENGE": "EMAIL_OTP"})
             for name in names]
    equal("EMAIL_OTP" in [one["ChallengeName"] for one in asked], True, "a code is asked for")
    equal([world.messages(name) for name in names], [[]] * 8, "messages")
