//! Identity providers: the operations, what each type's details are, and the clients that name them.

mod clients;
mod links;

use cabana_testkit::TestApp;
use serde_json::{Value, json};

/// A request for a provider of OpenID Connect.
fn oidc(pool: &str, name: &str) -> Value {
    json!({
        "UserPoolId": pool, "ProviderName": name, "ProviderType": "OIDC",
        "ProviderDetails": {
            "client_id": "app", "client_secret": "hush", "authorize_scopes": "openid email",
            "oidc_issuer": "https://idp.example", "attributes_request_method": "GET",
        },
        "AttributeMapping": { "email": "email", "name": "display_name" },
        "IdpIdentifiers": ["corp.example", "corp"],
        "AcrMapping": { "Level2": "urn:strong" },
    })
}

fn social(pool: &str, kind: &str, details: Value) -> Value {
    json!({
        "UserPoolId": pool, "ProviderName": kind, "ProviderType": kind, "ProviderDetails": details,
    })
}

/// A private key of P-256, as Apple gives one.
fn private_key() -> String {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
    use base64::prelude::{BASE64_STANDARD, Engine};
    let random = aws_lc_rs::rand::SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    BASE64_STANDARD.encode(pkcs8.as_ref())
}

#[tokio::test]
async fn a_provider_is_made_shown_changed_and_deleted() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let named = json!({ "UserPoolId": pool, "ProviderName": "Corp" });
    let made = app.ok("CreateIdentityProvider", oidc(&pool, "Corp")).await;
    let shown = app.ok("DescribeIdentityProvider", named.clone()).await;
    assert_eq!(shown, made);
    let provider = &shown["IdentityProvider"];
    let mut expected = oidc(&pool, "Corp");
    expected["ProviderDetails"]["attributes_url_add_attributes"] = json!("false");
    expected["AttributeMapping"]["username"] = json!("sub");
    expected["CreationDate"] = provider["CreationDate"].clone();
    expected["LastModifiedDate"] = provider["LastModifiedDate"].clone();
    assert_eq!(provider, &expected);

    app.call("CreateIdentityProvider", oidc(&pool, "Corp"))
        .await
        .refused(
            "DuplicateProviderException",
            "A provider with name Corp already exists.",
        );

    app.clock.advance(cabana_domain::Span::seconds(10));
    let mapping = json!({ "UserPoolId": pool, "ProviderName": "Corp", "AttributeMapping": { "email": "mail" } });
    let changed = app.ok("UpdateIdentityProvider", mapping).await;
    let after = &changed["IdentityProvider"];
    assert_eq!(
        after["AttributeMapping"],
        json!({ "email": "mail", "username": "sub" })
    );
    assert_ne!(after["LastModifiedDate"], provider["LastModifiedDate"]);
    for kept in [
        "ProviderDetails",
        "IdpIdentifiers",
        "AcrMapping",
        "CreationDate",
    ] {
        assert_eq!(after[kept], provider[kept], "{kept}");
    }

    let gone = app.call("DeleteIdentityProvider", named.clone()).await;
    assert_eq!((gone.status, gone.body), (200, Value::Null));
    for operation in [
        "DescribeIdentityProvider",
        "UpdateIdentityProvider",
        "DeleteIdentityProvider",
    ] {
        app.call(operation, named.clone()).await.refused(
            "ResourceNotFoundException",
            "Identity provider Corp does not exist.",
        );
    }
}

#[tokio::test]
async fn providers_are_listed_by_name_without_their_details() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    for name in ["Ccc", "Aaa", "Bbb"] {
        let mut wanted = oidc(&pool, name);
        wanted["IdpIdentifiers"] = json!([]);
        app.ok("CreateIdentityProvider", wanted).await;
    }
    let asked = json!({ "UserPoolId": pool, "MaxResults": 2 });
    let first = app.ok("ListIdentityProviders", asked.clone()).await;
    let mut asked = asked;
    asked["NextToken"] = first["NextToken"].clone();
    let second = app.ok("ListIdentityProviders", asked).await;
    let pages = [&first, &second].map(|it| it["Providers"].as_array().unwrap());
    let names: Vec<_> = pages
        .into_iter()
        .flatten()
        .map(|it| it["ProviderName"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Aaa", "Bbb", "Ccc"]);
    let members: Vec<_> = first["Providers"][0].as_object().unwrap().keys().collect();
    let expected = [
        "CreationDate",
        "LastModifiedDate",
        "ProviderName",
        "ProviderType",
    ];
    assert_eq!(members, expected);
    assert_eq!(second.get("NextToken"), None);
}

#[tokio::test]
async fn a_provider_is_found_by_an_identifier_which_no_other_has() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    app.ok("CreateIdentityProvider", oidc(&pool, "Corp")).await;
    let by = |identifier: &str| json!({ "UserPoolId": pool, "IdpIdentifier": identifier });
    let found = app
        .ok("GetIdentityProviderByIdentifier", by("corp.example"))
        .await;
    assert_eq!(found["IdentityProvider"]["ProviderName"], "Corp");
    app.call("GetIdentityProviderByIdentifier", by("other.example"))
        .await
        .refused(
            "ResourceNotFoundException",
            "Identity provider with identifier other.example does not exist.",
        );
    let taken = "An identifier of the provider belongs to another provider of the user pool.";
    app.call("CreateIdentityProvider", oidc(&pool, "Other"))
        .await
        .refused("InvalidParameterException", taken);
    let mut twice = oidc(&pool, "Other");
    twice["IdpIdentifiers"] = json!(["a", "b", "a"]);
    app.call("CreateIdentityProvider", twice)
        .await
        .refused("InvalidParameterException", "Duplicate identifier: a");
}

#[tokio::test]
async fn each_social_type_gets_what_cognito_adds() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let app_of = |scopes: &str| json!({ "client_id": "c", "client_secret": "s", "authorize_scopes": scopes });
    let rows = [
        (
            social(&pool, "Google", app_of("openid email")),
            json!({
                "client_id": "c", "client_secret": "s", "authorize_scopes": "openid email",
                "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
                "attributes_url_add_attributes": "true",
                "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
                "oidc_issuer": "https://accounts.google.com",
                "token_request_method": "POST", "token_url": "https://www.googleapis.com/oauth2/v4/token",
            }),
            "sub",
        ),
        (
            social(&pool, "Facebook", app_of("public_profile, email")),
            json!({
                "client_id": "c", "client_secret": "s", "authorize_scopes": "public_profile, email",
                "api_version": "v17.0", "attributes_url": "https://graph.facebook.com/v17.0/me?fields=",
                "attributes_url_add_attributes": "true",
                "authorize_url": "https://www.facebook.com/v17.0/dialog/oauth", "token_request_method": "GET",
                "token_url": "https://graph.facebook.com/v17.0/oauth/access_token",
            }),
            "id",
        ),
        (
            social(&pool, "LoginWithAmazon", app_of("profile postal_code")),
            json!({
                "client_id": "c", "client_secret": "s", "authorize_scopes": "profile postal_code",
                "attributes_url": "https://api.amazon.com/user/profile", "attributes_url_add_attributes": "false",
                "authorize_url": "https://www.amazon.com/ap/oa", "token_request_method": "POST",
                "token_url": "https://api.amazon.com/auth/o2/token",
            }),
            "user_id",
        ),
        (
            social(
                &pool,
                "SignInWithApple",
                json!({
                    "client_id": "c", "team_id": "t", "key_id": "k", "private_key": private_key(),
                    "authorize_scopes": "email name",
                }),
            ),
            json!({
                "client_id": "c", "team_id": "t", "key_id": "k", "authorize_scopes": "email name",
                "attributes_url_add_attributes": "false",
                "authorize_url": "https://appleid.apple.com/auth/authorize",
                "oidc_issuer": "https://appleid.apple.com", "token_request_method": "POST",
                "token_url": "https://appleid.apple.com/auth/token",
            }),
            "sub",
        ),
    ];
    for (wanted, details, subject) in rows {
        let made = app.ok("CreateIdentityProvider", wanted).await;
        let provider = &made["IdentityProvider"];
        assert_eq!(provider["ProviderDetails"], details);
        assert_eq!(provider["AttributeMapping"], json!({ "username": subject }));
        assert_eq!(provider["IdpIdentifiers"], json!([]));
        assert_eq!(provider.get("AcrMapping"), None);
        // What was shown can be sent back: the private key, which never is, stays.
        let back = json!({
            "UserPoolId": pool, "ProviderName": provider["ProviderName"],
            "ProviderDetails": provider["ProviderDetails"],
        });
        let changed = app.ok("UpdateIdentityProvider", back).await;
        assert_eq!(changed["IdentityProvider"]["ProviderDetails"], details);
    }
}

#[tokio::test]
async fn wrong_details_are_refused_by_name() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let rows = [
        (
            "client_id",
            Value::Null,
            "client_id is required in ProviderDetails for provider type OIDC.",
        ),
        (
            "attributes_request_method",
            json!("PUT"),
            "Invalid attributes_request_method in ProviderDetails: it is GET or POST.",
        ),
        (
            "authorize_scopes",
            json!("email"),
            "Invalid authorize_scopes in ProviderDetails: it must contain openid.",
        ),
        (
            "oidc_issuer",
            json!("https://idp.example/"),
            "Invalid oidc_issuer in ProviderDetails: it must not end in a slash.",
        ),
        (
            "oidc_issuer",
            json!("http://idp.example"),
            "Invalid oidc_issuer in ProviderDetails: it must be an https address.",
        ),
        (
            "jwks_uri",
            json!("file:///etc/passwd"),
            "Invalid jwks_uri in ProviderDetails: it names no host.",
        ),
        (
            "token_url",
            json!("https://a:b@idp.example"),
            "Invalid token_url in ProviderDetails: it must have neither credentials nor a fragment.",
        ),
        (
            "issuer",
            json!("x"),
            "issuer is not a member of ProviderDetails for provider type OIDC.",
        ),
        (
            "private_key",
            json!("x"),
            "private_key is not a member of ProviderDetails for provider type OIDC.",
        ),
    ];
    for (member, value, message) in rows {
        let mut wanted = oidc(&pool, "Corp");
        match value {
            Value::Null => drop(
                wanted["ProviderDetails"]
                    .as_object_mut()
                    .unwrap()
                    .remove(member),
            ),
            value => wanted["ProviderDetails"][member] = value,
        }
        let answer = app.call("CreateIdentityProvider", wanted).await;
        answer.refused("InvalidParameterException", message);
    }
    let apple = json!({
        "client_id": "c", "team_id": "t", "key_id": "k", "private_key": "hush", "authorize_scopes": "email",
    });
    app.call(
        "CreateIdentityProvider",
        social(&pool, "SignInWithApple", apple),
    )
    .await
    .refused(
        "InvalidParameterException",
        "Invalid private_key in ProviderDetails: it is not a private key of P-256 in PKCS #8.",
    );
    let facebook = json!({
        "client_id": "c", "client_secret": "s", "authorize_scopes": "email", "api_version": "v1.0/../x",
    });
    app.call(
        "CreateIdentityProvider",
        social(&pool, "Facebook", facebook),
    )
    .await
    .refused(
        "InvalidParameterException",
        "Invalid api_version in ProviderDetails: it is of the form v17.0.",
    );
}

#[tokio::test]
async fn names_mappings_and_levels_have_their_rules() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    for name in ["Google", "google", "COGNITO", "Cognito"] {
        app.call("CreateIdentityProvider", oidc(&pool, name))
            .await
            .refused(
                "InvalidParameterException",
                &format!("Provider name {name} can not be used with provider type OIDC."),
            );
    }
    let details = json!({ "client_id": "c", "client_secret": "s", "authorize_scopes": "email" });
    let mut wanted = social(&pool, "Google", details);
    wanted["ProviderName"] = json!("MyGoogle");
    app.call("CreateIdentityProvider", wanted.clone())
        .await
        .refused(
            "InvalidParameterException",
            "Provider name MyGoogle can not be used with provider type Google.",
        );
    wanted["ProviderName"] = json!("Google");
    wanted["AcrMapping"] = json!({ "Level1": "a" });
    app.call("CreateIdentityProvider", wanted).await.refused(
        "InvalidParameterException",
        "AcrMapping can only be used with provider type OIDC.",
    );
    for (attribute, claim, message) in [
        (
            "custom:none",
            "x",
            "Invalid AttributeMapping: the attribute custom:none can not be mapped in this user pool.",
        ),
        (
            "sub",
            "sub",
            "Invalid AttributeMapping: the attribute sub can not be mapped in this user pool.",
        ),
        (
            "identities",
            "x",
            "Invalid AttributeMapping: the attribute identities can not be mapped in this user pool.",
        ),
        (
            "username",
            "email",
            "Invalid AttributeMapping: username is always mapped to sub.",
        ),
        (
            "email",
            " ",
            "Invalid AttributeMapping: the attribute email is mapped to nothing.",
        ),
    ] {
        let mut wanted = oidc(&pool, "Corp");
        wanted["AttributeMapping"] = json!({ attribute: claim });
        app.call("CreateIdentityProvider", wanted)
            .await
            .refused("InvalidParameterException", message);
    }
}
