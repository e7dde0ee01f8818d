//! Tokens after the sign-in: claims, refresh, rotation, revocation.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_domain::Span;
use cabana_testkit::{Answer, TestApp, TestClient};
use serde_json::{Value, json};

use crate::auth::{PASSWORD, sign_in, with_ada};

async fn tokens(app: &TestApp, client: &TestClient) -> Value {
    let body = sign_in(app, client, "ada@example.org", PASSWORD).await.ok();
    body["AuthenticationResult"].clone()
}

pub fn claims(token: &Value) -> Value {
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

async fn refresh(app: &TestApp, client: &TestClient, token: &Value) -> Answer {
    app.call(
        "InitiateAuth",
        json!({
            "AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": client.id,
            "AuthParameters": { "REFRESH_TOKEN": token },
        }),
    )
    .await
}

async fn rotate(app: &TestApp, client: &TestClient, token: &Value) -> Answer {
    app.call(
        "GetTokensFromRefreshToken",
        json!({ "ClientId": client.id, "RefreshToken": token }),
    )
    .await
}

#[tokio::test]
async fn tokens_say_what_cognitos_say() {
    let app = TestApp::new();
    let (pool, client) = with_ada(&app, Value::Null, json!({})).await;
    app.ok(
        "CreateGroup",
        json!({ "UserPoolId": pool, "GroupName": "admins" }),
    )
    .await;
    app.ok(
        "AdminAddUserToGroup",
        json!({ "UserPoolId": pool, "Username": "ada@example.org", "GroupName": "admins" }),
    )
    .await;
    let tokens = tokens(&app, &client).await;
    let (id, access) = (claims(&tokens["IdToken"]), claims(&tokens["AccessToken"]));
    assert_eq!(id["token_use"], "id");
    assert_eq!(id["aud"], json!(client.id));
    assert_eq!(id["email"], "ada@example.org");
    assert_eq!(id["cognito:groups"], json!(["admins"]));
    assert_eq!(id["cognito:username"], id["sub"]);
    assert!(id.get("nonce").is_none() && id.get("at_hash").is_none());
    assert_eq!(access["token_use"], "access");
    assert_eq!(access["client_id"], json!(client.id));
    assert_eq!(access["scope"], "aws.cognito.signin.user.admin");
    assert!(access.get("aud").is_none() && access.get("version").is_none());
    for name in [
        "sub",
        "iss",
        "origin_jti",
        "event_id",
        "auth_time",
        "cognito:groups",
    ] {
        assert_eq!(id[name], access[name], "{name}");
    }
    assert_eq!(id["iss"], json!(format!("http://localhost:9229/{pool}")));
    assert_ne!(id["jti"], access["jti"]);
    assert_eq!(
        access["exp"].as_i64().unwrap() - access["iat"].as_i64().unwrap(),
        3600
    );
    let header = tokens["IdToken"]
        .as_str()
        .unwrap()
        .split('.')
        .next()
        .unwrap();
    let header: Value =
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    assert_eq!(header.as_object().unwrap().len(), 2);
    assert_eq!(header["alg"], "RS256");
    assert_eq!(
        tokens["RefreshToken"].as_str().unwrap().split('.').count(),
        5
    );
}

#[tokio::test]
async fn refreshing_keeps_the_sign_in_and_makes_new_tokens() {
    let app = TestApp::new();
    let (_, client) = with_ada(&app, Value::Null, json!({})).await;
    let first = tokens(&app, &client).await;
    app.advance(Span::minutes(30));
    let body = refresh(&app, &client, &first["RefreshToken"]).await.ok();
    let second = &body["AuthenticationResult"];
    assert!(second.get("RefreshToken").is_none());
    let (old, new) = (
        claims(&first["AccessToken"]),
        claims(&second["AccessToken"]),
    );
    for name in ["origin_jti", "auth_time", "event_id", "sub", "scope"] {
        assert_eq!(old[name], new[name], "{name}");
    }
    assert_ne!(old["jti"], new["jti"]);
    assert_eq!(
        new["iat"].as_i64().unwrap() - old["iat"].as_i64().unwrap(),
        1800
    );
    app.advance(Span::days(31));
    refresh(&app, &client, &first["RefreshToken"])
        .await
        .refused("NotAuthorizedException", "Refresh Token has expired");
}

#[tokio::test]
async fn a_forged_or_foreign_refresh_token_is_invalid() {
    let app = TestApp::new();
    let (pool, client) = with_ada(&app, Value::Null, json!({})).await;
    let other = app.client(&pool, json!({})).await;
    let first = tokens(&app, &client).await;
    let token = first["RefreshToken"].as_str().unwrap();
    let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    parts[3] = "A".repeat(parts[3].len());
    for forged in [parts.join("."), "nonsense".to_owned()] {
        refresh(&app, &client, &json!(forged))
            .await
            .refused("NotAuthorizedException", "Invalid Refresh Token.");
    }
    refresh(&app, &other, &json!(token))
        .await
        .refused("NotAuthorizedException", "Invalid Refresh Token.");
    refresh(&app, &client, &json!(token)).await.ok();
}

fn rotating(grace: u32) -> Value {
    json!({
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
        "RefreshTokenRotation": { "Feature": "ENABLED", "RetryGracePeriodSeconds": grace },
    })
}

#[tokio::test]
async fn a_rotated_token_is_good_within_its_grace_period_and_its_reuse_ends_the_sign_in() {
    let app = TestApp::new();
    let (_, client) = with_ada(&app, Value::Null, rotating(10)).await;
    let first = tokens(&app, &client).await["RefreshToken"].clone();
    let second = rotate(&app, &client, &first).await.ok()["AuthenticationResult"].clone();
    assert_ne!(second["RefreshToken"], first);
    app.advance(Span::seconds(5));
    let third = rotate(&app, &client, &first).await.ok()["AuthenticationResult"].clone();
    app.advance(Span::seconds(10));
    let reused = rotate(&app, &client, &first).await;
    assert_eq!(reused.kind(), "RefreshTokenReuseException");
    // The holder of the newest one is signed out, too.
    rotate(&app, &client, &third["RefreshToken"])
        .await
        .refused("NotAuthorizedException", "Refresh Token has been revoked");
    app.call("GetUser", json!({ "AccessToken": third["AccessToken"] }))
        .await
        .refused("NotAuthorizedException", "Access Token has been revoked");
}

#[tokio::test]
async fn one_of_many_who_rotate_at_once_gets_the_next_token_and_all_stay_one_family() {
    let app = std::sync::Arc::new(TestApp::new());
    let (_, client) = with_ada(&app, Value::Null, rotating(0)).await;
    let first = tokens(&app, &client).await["RefreshToken"].clone();
    let tries = (0..20).map(|_| {
        let (app, client, first) = (app.clone(), client.clone(), first.clone());
        tokio::spawn(async move { rotate(&app, &client, &first).await.status })
    });
    let mut won = 0;
    for one in tries.collect::<Vec<_>>() {
        won += u32::from(one.await.unwrap() == 200);
    }
    assert_eq!(won, 1);
}

#[tokio::test]
async fn revoking_ends_one_sign_in_and_global_sign_out_all() {
    let app = TestApp::new();
    let (_, client) = with_ada(&app, Value::Null, json!({})).await;
    let (one, two) = (tokens(&app, &client).await, tokens(&app, &client).await);
    let access = app
        .call(
            "RevokeToken",
            json!({ "ClientId": client.id, "Token": one["AccessToken"] }),
        )
        .await;
    assert_eq!(access.kind(), "UnsupportedTokenTypeException");
    for _ in 0..2 {
        app.ok(
            "RevokeToken",
            json!({ "ClientId": client.id, "Token": one["RefreshToken"] }),
        )
        .await;
    }
    refresh(&app, &client, &one["RefreshToken"])
        .await
        .refused("NotAuthorizedException", "Refresh Token has been revoked");
    app.call("GetUser", json!({ "AccessToken": one["AccessToken"] }))
        .await
        .refused("NotAuthorizedException", "Access Token has been revoked");
    app.ok("GetUser", json!({ "AccessToken": two["AccessToken"] }))
        .await;
    app.advance(Span::seconds(1));
    app.ok(
        "GlobalSignOut",
        json!({ "AccessToken": two["AccessToken"] }),
    )
    .await;
    app.call("GetUser", json!({ "AccessToken": two["AccessToken"] }))
        .await
        .refused("NotAuthorizedException", "Access Token has been revoked");
    refresh(&app, &client, &two["RefreshToken"])
        .await
        .refused("NotAuthorizedException", "Refresh Token has been revoked");
    tokens(&app, &client).await;
}

#[tokio::test]
async fn an_access_token_expires_and_a_changed_one_is_invalid() {
    let app = TestApp::new();
    let (_, client) = with_ada(&app, Value::Null, json!({})).await;
    let tokens = tokens(&app, &client).await;
    let access = tokens["AccessToken"].as_str().unwrap();
    let (signed, signature) = access.rsplit_once('.').unwrap();
    let (header, payload) = signed.split_once('.').unwrap();
    let mut changed = claims(&tokens["AccessToken"]);
    changed["exp"] = json!(9_999_999_999_i64);
    let changed = BASE64_URL_SAFE_NO_PAD.encode(changed.to_string());
    let none = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
    for forged in [
        format!("{header}.{changed}.{signature}"),
        format!("{none}.{payload}."),
        tokens["IdToken"].as_str().unwrap().to_owned(),
    ] {
        app.call("GetUser", json!({ "AccessToken": forged }))
            .await
            .refused("NotAuthorizedException", "Invalid Access Token");
    }
    app.advance(Span::minutes(61));
    app.call("GetUser", json!({ "AccessToken": access }))
        .await
        .refused("NotAuthorizedException", "Access Token has expired");
}

/// A key that the token contains or points to is ignored.
#[tokio::test]
async fn no_key_but_the_pools_own_signs_tokens() {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
    let app = TestApp::new();
    let (_, client) = with_ada(&app, Value::Null, json!({})).await;
    let tokens = tokens(&app, &client).await;
    let access = tokens["AccessToken"].as_str().unwrap();
    let (header, rest) = access.split_once('.').unwrap();
    let payload = rest.split_once('.').unwrap().0;
    let header = BASE64_URL_SAFE_NO_PAD.decode(header).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    let own = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let public = own.public_key();
    let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let jwk = json!({
        "kty": "RSA", "kid": header["kid"],
        "n": encode(public.modulus().big_endian_without_leading_zero()),
        "e": encode(public.exponent().big_endian_without_leading_zero()),
    });
    let signed = |header: Value| format!("{}.{payload}", encode(header.to_string().as_bytes()));
    for header in [
        header.clone(),
        json!({ "kid": header["kid"], "alg": "RS256", "jwk": jwk }),
        json!({ "kid": header["kid"], "alg": "RS256", "jku": "https://app.example/jwks.json" }),
        json!({ "kid": "another", "alg": "RS256", "jwk": jwk }),
    ] {
        let signed = signed(header);
        let mut signature = vec![0; public.modulus_len()];
        let random = SystemRandom::new();
        own.sign(
            &RSA_PKCS1_SHA256,
            &random,
            signed.as_bytes(),
            &mut signature,
        )
        .unwrap();
        let forged = format!("{signed}.{}", encode(&signature));
        app.call("GetUser", json!({ "AccessToken": forged }))
            .await
            .refused("NotAuthorizedException", "Invalid Access Token");
    }
}

#[tokio::test]
async fn a_machine_gets_a_token_if_its_client_is_for_that() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let scopes = json!([{ "ScopeName": "read", "ScopeDescription": "Reads" }, { "ScopeName": "write", "ScopeDescription": "Writes" }]);
    let server =
        json!({ "UserPoolId": pool, "Identifier": "api", "Name": "API", "Scopes": scopes });
    app.ok("CreateResourceServer", server).await;
    let settings = json!({
        "ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"],
        "AllowedOAuthScopes": ["api/read", "api/write"],
        "GenerateSecret": true,
    });
    let client = app.client(&pool, settings).await;
    let ask = |secret: &str, scopes: Value| json!({ "ClientId": client.id, "Secret": secret, "Scopes": scopes });
    let secret = client.secret.clone().unwrap();
    let got = app
        .ok("GetClientToken", ask(&secret, json!(["api/read"])))
        .await;
    let got = &got["ClientAuthenticationResult"];
    assert_eq!(
        (&got["TokenType"], &got["ExpiresIn"]),
        (&json!("Bearer"), &json!(3600))
    );
    let claims = claims(&got["AccessToken"]);
    assert_eq!(claims["scope"], "api/read");
    assert_eq!(claims["sub"], json!(client.id));
    app.call("GetClientToken", ask(&secret, json!(["api/delete"])))
        .await
        .refused(
            "InvalidParameterException",
            "Invalid scope requested: api/delete",
        );
    app.call("GetClientToken", ask(&"x".repeat(24), json!([])))
        .await
        .refused("NotAuthorizedException", "Invalid client or client secret");

    let other = app.client(&pool, json!({ "GenerateSecret": true })).await;
    let body = json!({ "ClientId": other.id, "Secret": other.secret });
    app.call("GetClientToken", body).await.refused(
        "NotAuthorizedException",
        "ALLOW_CLIENT_TOKEN_AUTH is not enabled for this client.",
    );
}

#[tokio::test]
async fn a_scope_that_its_resource_server_dropped_is_in_no_token_until_it_is_back() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let server = |scopes: &[&str]| {
        let scope = |name: &&str| json!({ "ScopeName": name, "ScopeDescription": "x" });
        let scopes: Vec<_> = scopes.iter().map(scope).collect();
        json!({ "UserPoolId": pool, "Identifier": "api", "Name": "API", "Scopes": scopes })
    };
    app.ok("CreateResourceServer", server(&["read", "write"]))
        .await;
    let settings = json!({
        "ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"],
        "AllowedOAuthScopes": ["api/read", "api/write"],
        "GenerateSecret": true,
    });
    let client = app.client(&pool, settings).await;
    let body = json!({ "ClientId": client.id, "Secret": client.secret });
    let scopes = async || {
        let got = app.ok("GetClientToken", body.clone()).await;
        claims(&got["ClientAuthenticationResult"]["AccessToken"])["scope"].clone()
    };
    assert_eq!(scopes().await, "api/read api/write");
    app.ok("UpdateResourceServer", server(&["write"])).await;
    assert_eq!(scopes().await, "api/write");
    app.ok("UpdateResourceServer", server(&["read", "write"]))
        .await;
    assert_eq!(scopes().await, "api/read api/write");
}

#[tokio::test]
async fn an_id_token_has_an_identifier_where_tokens_can_be_revoked() {
    let app = TestApp::new();
    let (_, client) = with_ada(&app, Value::Null, json!({ "EnableTokenRevocation": false })).await;
    let tokens = tokens(&app, &client).await;
    let (id, access) = (claims(&tokens["IdToken"]), claims(&tokens["AccessToken"]));
    assert_eq!((id.get("jti"), id.get("origin_jti")), (None, None));
    assert!(access["jti"].is_string());
    assert_eq!(access.get("origin_jti"), None);
}
