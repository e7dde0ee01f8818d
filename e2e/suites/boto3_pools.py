"""boto3: user pools, app clients, domains, resource servers, tags, and who may call."""

from harness.checks import Suite, contains, equal, refused

suite = Suite("boto3: pools")


@suite.check("a pool made with a name only has Cognito's defaults")
def _(world):
    pool = world.admin.create_user_pool(PoolName="Defaults")["UserPool"]
    policy = pool["Policies"]["PasswordPolicy"]
    equal(policy["MinimumLength"], 8, "MinimumLength")
    for rule in ("RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols"):
        equal(policy[rule], True, rule)
    equal(policy["TemporaryPasswordValidityDays"], 7, "TemporaryPasswordValidityDays")
    equal(pool["MfaConfiguration"], "OFF", "MfaConfiguration")
    equal(pool["UserPoolTier"], "ESSENTIALS", "UserPoolTier")
    names = [a["Name"] for a in pool["SchemaAttributes"]]
    equal(names[0], "sub", "first schema attribute")
    contains(names, "phone_number_verified", "schema attributes")
    equal(pool["Arn"].endswith(f":userpool/{pool['Id']}"), True, f"ARN {pool['Arn']}")
    described = world.admin.describe_user_pool(UserPoolId=pool["Id"])["UserPool"]
    equal(described["Name"], "Defaults", "Name")
    equal(described["CreationDate"], pool["CreationDate"], "CreationDate")


@suite.check("updating a pool replaces what it may replace and keeps its schema")
def _(world):
    schema = [{"Name": "team", "AttributeDataType": "String", "Mutable": True}]
    pool = world.pool(Schema=schema, AutoVerifiedAttributes=["email"])
    policy = {"PasswordPolicy": {"MinimumLength": 12, "RequireSymbols": False}}
    world.admin.update_user_pool(UserPoolId=pool, Policies=policy)
    after = world.admin.describe_user_pool(UserPoolId=pool)["UserPool"]
    equal(after["Policies"]["PasswordPolicy"]["MinimumLength"], 12, "MinimumLength")
    equal(after.get("AutoVerifiedAttributes", []), [], "AutoVerifiedAttributes left out")
    contains([a["Name"] for a in after["SchemaAttributes"]], "custom:team", "schema attributes")


@suite.check("a deleted pool is gone, and an unknown one is ResourceNotFoundException")
def _(world):
    pool = world.pool()
    world.admin.delete_user_pool(UserPoolId=pool)
    refused("ResourceNotFoundException", world.admin.describe_user_pool, UserPoolId=pool,
            message=f"User pool {pool} does not exist.")


@suite.check("a protected pool cannot be deleted until the protection is lifted")
def _(world):
    pool = world.pool(DeletionProtection="ACTIVE")
    refused("InvalidParameterException", world.admin.delete_user_pool, UserPoolId=pool)
    world.admin.update_user_pool(UserPoolId=pool, DeletionProtection="INACTIVE")
    world.admin.delete_user_pool(UserPoolId=pool)


@suite.check("pools are listed page by page, each once")
def _(world):
    made = {world.pool() for _ in range(5)}
    pages = world.admin.get_paginator("list_user_pools").paginate(
        PaginationConfig={"PageSize": 2}
    )
    seen = [p["Id"] for page in pages for p in page["UserPools"]]
    equal(len(seen), len(set(seen)), "pools listed once")
    equal(made - set(seen), set(), "pools that are missing")


@suite.check("all violations of a request come in one InvalidParameterException")
def _(world):
    # boto3 itself refuses a missing or short member; a pattern is the service's to judge.
    message = refused("InvalidParameterException", world.admin.create_user_pool_client,
                      UserPoolId="nonsense", ClientName="bad/name")
    equal(message.startswith("2 validation errors detected: "), True, f"message {message!r}")
    contains(message, "Member must satisfy regular expression pattern", "message")
    contains(message, "'userPoolId'", "message")
    contains(message, "'clientName'", "message")


@suite.check("custom attributes can be added later, but not twice")
def _(world):
    pool = world.pool()
    attribute = [{"Name": "plan", "AttributeDataType": "String", "Mutable": True}]
    world.admin.add_custom_attributes(UserPoolId=pool, CustomAttributes=attribute)
    names = [a["Name"] for a in
             world.admin.describe_user_pool(UserPoolId=pool)["UserPool"]["SchemaAttributes"]]
    contains(names, "custom:plan", "schema attributes")
    refused("InvalidParameterException", world.admin.add_custom_attributes,
            UserPoolId=pool, CustomAttributes=attribute)


@suite.check("a pool is tagged, and an unknown cabana: tag is refused")
def _(world):
    pool = world.pool(UserPoolTags={"stage": "test"})
    arn = world.admin.describe_user_pool(UserPoolId=pool)["UserPool"]["Arn"]
    world.admin.tag_resource(ResourceArn=arn, Tags={"owner": "identity"})
    tags = world.admin.list_tags_for_resource(ResourceArn=arn)["Tags"]
    equal(tags, {"stage": "test", "owner": "identity"}, "tags")
    world.admin.untag_resource(ResourceArn=arn, TagKeys=["stage"])
    tags = world.admin.list_tags_for_resource(ResourceArn=arn)["Tags"]
    equal(tags, {"owner": "identity"}, "tags")
    refused("InvalidParameterException", world.admin.tag_resource,
            ResourceArn=arn, Tags={"cabana:nonsense": "on"})


@suite.check("an app client has Cognito's defaults, and its secret only if asked for")
def _(world):
    pool = world.pool()
    plain = world.admin.create_user_pool_client(UserPoolId=pool, ClientName="plain")
    plain = plain["UserPoolClient"]
    equal("ClientSecret" in plain, False, "ClientSecret present")
    equal(plain["RefreshTokenValidity"], 30, "RefreshTokenValidity")
    equal(plain["EnableTokenRevocation"], True, "EnableTokenRevocation")
    equal(plain["AllowedOAuthFlowsUserPoolClient"], False, "AllowedOAuthFlowsUserPoolClient")
    secret = world.app(pool, GenerateSecret=True)
    described = world.admin.describe_user_pool_client(
        UserPoolId=pool, ClientId=secret["ClientId"])["UserPoolClient"]
    equal(described["ClientSecret"], secret["ClientSecret"], "ClientSecret")
    listed = world.admin.list_user_pool_clients(UserPoolId=pool, MaxResults=10)["UserPoolClients"]
    equal({c["ClientId"] for c in listed}, {plain["ClientId"], secret["ClientId"]}, "client ids")
    equal([k for c in listed for k in c if k == "ClientSecret"], [], "secrets in the list")


@suite.check("updating an app client keeps its id and secret and resets what is left out")
def _(world):
    pool = world.pool()
    app = world.app(pool, GenerateSecret=True, RefreshTokenValidity=5)
    world.admin.update_user_pool_client(
        UserPoolId=pool, ClientId=app["ClientId"], AccessTokenValidity=2)
    after = world.admin.describe_user_pool_client(
        UserPoolId=pool, ClientId=app["ClientId"])["UserPoolClient"]
    equal(after["ClientSecret"], app["ClientSecret"], "ClientSecret")
    equal(after["AccessTokenValidity"], 2, "AccessTokenValidity")
    equal(after["RefreshTokenValidity"], 30, "RefreshTokenValidity")
    world.admin.delete_user_pool_client(UserPoolId=pool, ClientId=app["ClientId"])
    refused("ResourceNotFoundException", world.admin.describe_user_pool_client,
            UserPoolId=pool, ClientId=app["ClientId"])


@suite.check("OAuth settings of an app client are checked when they are set")
def _(world):
    pool = world.pool()
    oauth = {"AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthFlows": ["code"],
             "SupportedIdentityProviders": ["COGNITO"]}
    world.app(pool, **oauth, AllowedOAuthScopes=["openid", "email"],
              CallbackURLs=["https://app.example.com/back", "http://localhost:3000/back"])
    refused("ScopeDoesNotExistException", world.app, pool=pool, **oauth,
            AllowedOAuthScopes=["openid", "printer/print"],
            CallbackURLs=["https://app.example.com/back"])
    refused("InvalidParameterException", world.app, pool=pool, **oauth,
            AllowedOAuthScopes=["openid"], CallbackURLs=["http://app.example.com/back"])


@suite.check("a domain serves the pool's pages under its own host name")
def _(world):
    pool = world.pool()
    prefix = world.name("shop")
    world.admin.create_user_pool_domain(UserPoolId=pool, Domain=prefix)
    described = world.admin.describe_user_pool_domain(Domain=prefix)["DomainDescription"]
    equal(described["UserPoolId"], pool, "UserPoolId")
    equal(described["Status"], "ACTIVE", "Status")
    app = world.app(pool, AllowedOAuthFlowsUserPoolClient=True, AllowedOAuthFlows=["code"],
                    AllowedOAuthScopes=["openid"], SupportedIdentityProviders=["COGNITO"],
                    CallbackURLs=["http://localhost:3000/back"])
    query = (f"/login?client_id={app['ClientId']}&response_type=code&scope=openid"
             "&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fback")
    host = f"{prefix}.auth.us-east-1.localhost:{world.server.port}"
    status, _, page = world.fetch(query, {"Host": host})
    equal(status, 200, "status of /login at the domain")
    contains(page, 'name="password"', "sign-in page")
    refused("InvalidParameterException", world.admin.delete_user_pool, UserPoolId=pool)
    world.admin.delete_user_pool_domain(UserPoolId=pool, Domain=prefix)
    world.admin.delete_user_pool(UserPoolId=pool)
    status, _, _ = world.fetch(query, {"Host": host})
    equal(status == 200, False, "the domain still answers after it was deleted")


@suite.check("a resource server's scopes are made, replaced, listed and deleted")
def _(world):
    pool = world.pool()
    read = {"ScopeName": "read", "ScopeDescription": "Read things"}
    world.admin.create_resource_server(
        UserPoolId=pool, Identifier="https://things.example.com", Name="Things", Scopes=[read])
    refused("InvalidParameterException", world.admin.create_resource_server,
            UserPoolId=pool, Identifier="https://things.example.com", Name="Again")
    write = {"ScopeName": "write", "ScopeDescription": "Write things"}
    world.admin.update_resource_server(
        UserPoolId=pool, Identifier="https://things.example.com", Name="Things",
        Scopes=[read, write])
    listed = world.admin.list_resource_servers(UserPoolId=pool, MaxResults=10)["ResourceServers"]
    equal([s["ScopeName"] for s in listed[0]["Scopes"]], ["read", "write"], "scopes")
    world.admin.delete_resource_server(UserPoolId=pool, Identifier="https://things.example.com")
    refused("ResourceNotFoundException", world.admin.describe_resource_server,
            UserPoolId=pool, Identifier="https://things.example.com")


@suite.check("a wrong signature made with the known key is refused")
def _(world):
    key, _ = world.server.credentials()
    impostor = world.client(key, "not-the-secret-of-this-key")
    refused("InvalidSignatureException", impostor.list_user_pools, MaxResults=1)


@suite.check("dev lets credentials pass that it does not know")
def _(world):
    stranger = world.client("AKIAIOSFODNN7STRANGE", "any-secret-will-do")
    contains(stranger.list_user_pools(MaxResults=1), "UserPools", "answer")
