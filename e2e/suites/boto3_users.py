"""boto3: users and groups, as an administrator sees them."""

from harness.checks import Suite, contains, equal, refused
from harness.world import PASSWORD, claims_of

suite = Suite("boto3: users")


def attributes(user):
    """A user's attributes as a dictionary, from either of the two shapes the API has."""
    return {a["Name"]: a["Value"] for a in user.get("UserAttributes", user.get("Attributes"))}


@suite.check("a user made by an administrator has a sub, the attributes given and a status")
def _(world):
    pool = world.pool()
    made = world.admin.admin_create_user(
        UserPoolId=pool, Username="ada", MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": "ada@example.com"},
                        {"Name": "given_name", "Value": "Ada"}])["User"]
    equal(made["UserStatus"], "FORCE_CHANGE_PASSWORD", "UserStatus")
    equal(made["Enabled"], True, "Enabled")
    read = world.admin.admin_get_user(UserPoolId=pool, Username="ada")
    equal(attributes(read), attributes(made), "attributes")
    equal(len(attributes(read)["sub"]), 36, "length of sub")
    refused("UsernameExistsException", world.admin.admin_create_user,
            UserPoolId=pool, Username="ada", MessageAction="SUPPRESS")


@suite.check("an invitation by mail carries the user name and a password that signs in")
def _(world):
    pool = world.pool()
    app = world.app(pool)
    address = world.email()
    world.admin.admin_create_user(
        UserPoolId=pool, Username="invited", DesiredDeliveryMediums=["EMAIL"],
        TemporaryPassword="Temp-0rary!",
        UserAttributes=[{"Name": "email", "Value": address}])
    body = world.message(address)["body"]
    contains(body, "invited", "invitation")
    contains(body, "Temp-0rary!", "invitation")
    answer = world.sign_in(app, "invited", "Temp-0rary!")
    equal(answer["ChallengeName"], "NEW_PASSWORD_REQUIRED", "ChallengeName")


@suite.check("attributes are changed, deleted, and checked against the schema")
def _(world):
    pool = world.pool()
    user = world.user(pool, name="Before", nickname="Nick")
    world.admin.admin_update_user_attributes(
        UserPoolId=pool, Username=user, UserAttributes=[{"Name": "name", "Value": "After"}])
    world.admin.admin_delete_user_attributes(
        UserPoolId=pool, Username=user, UserAttributeNames=["nickname"])
    now = attributes(world.admin.admin_get_user(UserPoolId=pool, Username=user))
    equal(now["name"], "After", "name")
    equal("nickname" in now, False, "nickname is still there")
    for name, value in (("phone_number", "12345"), ("custom:none", "x")):
        refused("InvalidParameterException", world.admin.admin_update_user_attributes,
                UserPoolId=pool, Username=user, UserAttributes=[{"Name": name, "Value": value}])


@suite.check("a changed e-mail address is no longer verified")
def _(world):
    pool = world.pool()
    user = world.user(pool)
    change = [{"Name": "email", "Value": world.email()}]
    world.admin.admin_update_user_attributes(
        UserPoolId=pool, Username=user, UserAttributes=change)
    now = attributes(world.admin.admin_get_user(UserPoolId=pool, Username=user))
    equal(now["email_verified"], "false", "email_verified")


@suite.check("a disabled user cannot sign in, an enabled one can again")
def _(world):
    pool = world.pool()
    app, user = world.app(pool), world.user(pool)
    world.admin.admin_disable_user(UserPoolId=pool, Username=user)
    equal(world.admin.admin_get_user(UserPoolId=pool, Username=user)["Enabled"], False, "Enabled")
    refused("NotAuthorizedException", world.sign_in, app=app, username=user,
            message="User is disabled.")
    world.admin.admin_enable_user(UserPoolId=pool, Username=user)
    contains(world.tokens(app, user), "AccessToken", "answer")


@suite.check("a password that breaks the policy is refused and says why")
def _(world):
    pool = world.pool()
    user = world.user(pool)
    for password, reason in (
        ("Sh0rt!", "Password not long enough"),
        ("no-upper-1", "Password must have uppercase characters"),
        ("NO-LOWER-1", "Password must have lowercase characters"),
        ("No-Number!", "Password must have numeric characters"),
        ("NoSymbol11", "Password must have symbol characters"),
    ):
        refused("InvalidPasswordException", world.admin.admin_set_user_password,
                UserPoolId=pool, Username=user, Password=password, Permanent=True,
                message=f"Password did not conform with policy: {reason}")


@suite.check("a deleted user is gone and the name is free again")
def _(world):
    pool = world.pool()
    user = world.user(pool)
    world.admin.admin_delete_user(UserPoolId=pool, Username=user)
    refused("UserNotFoundException", world.admin.admin_get_user, UserPoolId=pool, Username=user,
            message="User does not exist.")
    world.admin.admin_create_user(UserPoolId=pool, Username=user, MessageAction="SUPPRESS")


@suite.check("with e-mail addresses as user names the user name is the sub")
def _(world):
    pool = world.pool(UsernameAttributes=["email"])
    address = world.email()
    made = world.admin.admin_create_user(
        UserPoolId=pool, Username=address, MessageAction="SUPPRESS")["User"]
    equal(made["Username"], attributes(made)["sub"], "Username")
    equal(attributes(made)["email"], address, "email")
    by_mail = world.admin.admin_get_user(UserPoolId=pool, Username=address)
    equal(by_mail["Username"], made["Username"], "Username by address")
    refused("UsernameExistsException", world.admin.admin_create_user,
            UserPoolId=pool, Username=address, MessageAction="SUPPRESS")
    refused("InvalidParameterException", world.admin.admin_create_user,
            UserPoolId=pool, Username="not-an-address",
            MessageAction="SUPPRESS")


@suite.check("where user names are case-insensitive, another spelling is the same user")
def _(world):
    pool = world.pool(UsernameConfiguration={"CaseSensitive": False})
    app, user = world.app(pool), world.user(pool)
    contains(world.tokens(app, user.upper()), "AccessToken", "answer")
    refused("UsernameExistsException", world.admin.admin_create_user,
            UserPoolId=pool, Username=user.capitalize(), MessageAction="SUPPRESS")


@suite.check("users are found by filter")
def _(world):
    pool = world.pool()
    anna = world.user(pool, email="anna@example.com", name="Anna")
    andi = world.user(pool, email="andi@example.com", name="Andi")
    world.admin.admin_create_user(UserPoolId=pool, Username="fresh", MessageAction="SUPPRESS")
    world.admin.admin_disable_user(UserPoolId=pool, Username=andi)

    def found(text):
        answer = world.admin.list_users(UserPoolId=pool, Filter=text)
        return sorted(u["Username"] for u in answer["Users"])

    equal(found('email = "anna@example.com"'), [anna], "by e-mail")
    equal(found('email ^= "an"'), sorted([anna, andi]), "by prefix")
    equal(found('name="Anna"'), [anna], "without spaces")
    equal(found('cognito:user_status = "FORCE_CHANGE_PASSWORD"'), ["fresh"], "by status")
    equal(found('status = "Disabled"'), [andi], "disabled")
    equal(found(f'username = "{anna}"'), [anna], "by user name")
    equal(found('email = "nobody@example.com"'), [], "nobody")
    for bad in ("email ~ \"x\"", 'custom:team = "x"', 'email = '):
        refused("InvalidParameterException", world.admin.list_users, UserPoolId=pool, Filter=bad)


@suite.check("a list of users can be cut down to some attributes")
def _(world):
    pool = world.pool()
    world.user(pool, name="Only")
    users = world.admin.list_users(UserPoolId=pool, AttributesToGet=["email"])["Users"]
    equal([list(attributes(u)) for u in users], [["email"]], "attributes")


@suite.check("users are listed page by page, each once")
def _(world):
    pool = world.pool()
    made = {world.user(pool) for _ in range(7)}
    pages = list(world.admin.get_paginator("list_users").paginate(
        UserPoolId=pool, PaginationConfig={"PageSize": 3}))
    seen = [u["Username"] for page in pages for u in page["Users"]]
    equal(max(len(page["Users"]) for page in pages), 3, "largest page")
    equal(sorted(seen), sorted(made), "users")
    refused("InvalidParameterException", world.admin.list_users,
            UserPoolId=pool, PaginationToken="made-up")


@suite.check("groups hold users, and tokens name the groups")
def _(world):
    pool = world.pool()
    app, user = world.app(pool), world.user(pool)
    world.admin.create_group(UserPoolId=pool, GroupName="editors", Precedence=5)
    refused("GroupExistsException", world.admin.create_group, UserPoolId=pool,
            GroupName="editors")
    for _ in range(2):  # twice is no error
        world.admin.admin_add_user_to_group(UserPoolId=pool, Username=user, GroupName="editors")
    listed = world.admin.list_users_in_group(UserPoolId=pool, GroupName="editors")["Users"]
    equal([u["Username"] for u in listed], [user], "users in the group")
    groups = world.admin.admin_list_groups_for_user(UserPoolId=pool, Username=user)["Groups"]
    equal([(g["GroupName"], g["Precedence"]) for g in groups], [("editors", 5)], "groups")
    equal(claims_of(world.tokens(app, user)["IdToken"])["cognito:groups"], ["editors"], "claim")
    world.admin.admin_remove_user_from_group(UserPoolId=pool, Username=user, GroupName="editors")
    claims = claims_of(world.tokens(app, user)["IdToken"])
    equal("cognito:groups" in claims, False, "cognito:groups without a group")
    world.admin.delete_group(UserPoolId=pool, GroupName="editors")
    refused("ResourceNotFoundException", world.admin.get_group, UserPoolId=pool,
            GroupName="editors")


@suite.check("an administrator's reset sends a code, and the old password is no longer enough")
def _(world):
    pool = world.pool()
    address = world.email()
    app, user = world.app(pool), world.user(pool, email=address)
    world.admin.admin_reset_user_password(UserPoolId=pool, Username=user)
    refused("PasswordResetRequiredException", world.sign_in, app=app, username=user)
    world.public.confirm_forgot_password(
        ClientId=app["ClientId"], Username=user, ConfirmationCode=world.code(address),
        Password="An0ther-Horse!")
    contains(world.tokens(app, user, "An0ther-Horse!"), "AccessToken", "answer")
    refused("NotAuthorizedException", world.sign_in, app=app, username=user, password=PASSWORD)
