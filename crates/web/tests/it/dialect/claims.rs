use axum::body::Body;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use http::{Request, header};
use serde_json::{Value, json};

use super::{in_dialect, names, standard};
use crate::shop::{Shop, claims, code_of};

/// What userInfo says to the bearer of an access token.
async fn user_info(shop: &Shop, tokens: &Value) -> Value {
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let request = Request::get(format!("/{}/oauth2/userInfo", shop.pool))
        .header(header::AUTHORIZATION, bearer);
    let page = shop.browser().send(request, Body::empty()).await;
    assert_eq!(page.status, 200, "{}", page.text);
    page.json()
}

fn header_of(token: &Value) -> Value {
    let header = token.as_str().unwrap().split('.').next().unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap()
}

fn all_scopes() -> Value {
    json!({ "AllowedOAuthScopes": ["openid", "email", "phone", "profile", "address"] })
}

#[tokio::test]
async fn without_the_tag_and_in_cognitos_dialect_nothing_changes() {
    let mut seen = Vec::new();
    for dialect in [None, Some("cognito")] {
        let shop = in_dialect(dialect, json!({})).await;
        let asked = [("claims", r#"{"id_token":{"phone_number":null}}"#)];
        let page = shop.sign_in(&shop.browser(), &asked).await;
        assert_eq!(page.sent_back("iss"), None);
        let tokens = shop.redeem(&code_of(&page), &[]).await.json();
        assert_eq!(names(&header_of(&tokens["access_token"])), ["alg", "kid"]);
        assert_eq!(claims(&tokens["access_token"]).get("aud"), None);
        let id = claims(&tokens["id_token"]);
        let told = user_info(&shop, &tokens).await;
        assert_eq!(told["email_verified"], "true");
        let malformed = shop.at("/oauth2/authorize", &[("claims", "{")]);
        let page = shop.browser().get(&malformed).await;
        assert_eq!(page.sent_back("error"), None);
        for path in ["/oauth2/introspect", "/oauth2/par"] {
            let fields = [("client_id", shop.client.as_str())];
            let page = shop
                .browser()
                .post(&format!("/{}{path}", shop.pool), &fields)
                .await;
            assert_eq!(page.status, 404, "{path}");
        }
        let discovery = format!("/{}/.well-known/openid-configuration", shop.pool);
        let document = shop.browser().get(&discovery).await.json();
        let all = [names(&id), names(&told), names(&document), names(&tokens)];
        seen.push(all.map(|list| list.join(" ")));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(
        seen[0][0],
        "at_hash aud auth_time cognito:username email email_verified exp iat iss jti origin_jti sub token_use"
    );
    assert_eq!(seen[0][1], "email email_verified sub username");
}

#[tokio::test]
async fn an_address_is_a_scope_of_the_standard_dialect_only() {
    let shop = in_dialect(None, json!({})).await;
    let made = json!({ "UserPoolId": shop.pool, "ClientName": "x", "AllowedOAuthFlows": ["code"],
        "AllowedOAuthFlowsUserPoolClient": true, "CallbackURLs": [crate::shop::CALLBACK],
        "AllowedOAuthScopes": ["openid", "address"] });
    let refused = shop.app.call("CreateUserPoolClient", made).await;
    assert_eq!(refused.status, 400);
    let shop = standard(all_scopes()).await;
    let tokens = shop.tokens(&[("scope", "openid address")]).await;
    let told = user_info(&shop, &tokens).await;
    assert_eq!(told["address"], json!({ "formatted": "1 Reef Street" }));
    assert_eq!(names(&told), ["address", "sub"]);
}

#[tokio::test]
async fn user_info_has_types_and_what_the_scopes_ask_for() {
    let shop = standard(all_scopes()).await;
    let tokens = shop
        .tokens(&[("scope", "openid email phone profile")])
        .await;
    let told = user_info(&shop, &tokens).await;
    assert_eq!(told["email_verified"], json!(true));
    assert_eq!(told["phone_number_verified"], json!(true));
    assert_eq!(told["updated_at"], json!(1_700_000_000));
    assert_eq!(told.get("address"), None);
    let tokens = shop.tokens(&[("scope", "openid")]).await;
    assert_eq!(names(&user_info(&shop, &tokens).await), ["sub"]);
}

#[tokio::test]
async fn an_id_token_holds_what_the_protocol_needs_and_what_was_asked_for() {
    let shop = standard(all_scopes()).await;
    let protocol = "at_hash aud auth_time exp iat iss jti origin_jti sub token_use";
    let scopes = ("scope", "openid email profile");
    let tokens = shop.tokens(&[scopes]).await;
    assert_eq!(names(&claims(&tokens["id_token"])).join(" "), protocol);
    let wish = r#"{"id_token":{"email":null,"updated_at":{"essential":true},"no_such":null},
        "userinfo":{"phone_number":{"essential":true}}}"#;
    let tokens = shop.tokens(&[("scope", "openid"), ("claims", wish)]).await;
    let id = claims(&tokens["id_token"]);
    let wanted = "at_hash aud auth_time email exp iat iss jti origin_jti sub token_use updated_at";
    assert_eq!(names(&id).join(" "), wanted);
    assert_eq!(id["updated_at"], json!(1_700_000_000));
    assert_eq!(
        names(&user_info(&shop, &tokens).await),
        ["phone_number", "sub"]
    );
    // A refresh asks for the same.
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let tokens = shop.token(&fields).await.json();
    assert_eq!(names(&claims(&tokens["id_token"])).join(" "), wanted);
    assert_eq!(
        names(&user_info(&shop, &tokens).await),
        ["phone_number", "sub"]
    );
}

#[tokio::test]
async fn claims_by_name_are_no_way_round_scopes_and_read_permissions() {
    let narrow = json!({ "AllowedOAuthScopes": ["openid", "email"], "ReadAttributes": ["email"] });
    let shop = standard(narrow).await;
    let wish = r#"{"id_token":{"phone_number":null,"name":null,"email_verified":null,"identities":null},
        "userinfo":{"phone_number":null,"name":null,"email_verified":null}}"#;
    let tokens = shop.tokens(&[("scope", "openid"), ("claims", wish)]).await;
    let id = claims(&tokens["id_token"]);
    for name in [
        "phone_number",
        "name",
        "email_verified",
        "identities",
        "email",
    ] {
        assert_eq!(id.get(name), None, "{name}");
    }
    assert_eq!(names(&user_info(&shop, &tokens).await), ["sub"]);
}

#[tokio::test]
async fn without_revocation_too_user_info_knows_what_was_asked_for() {
    let mut client = all_scopes();
    client["EnableTokenRevocation"] = json!(false);
    let shop = standard(client).await;
    let wish = r#"{"userinfo":{"email":null}}"#;
    let tokens = shop.tokens(&[("scope", "openid"), ("claims", wish)]).await;
    assert_eq!(user_info(&shop, &tokens).await["email"], "ada@example.com");
}

#[tokio::test]
async fn another_person_than_the_app_wants_is_not_sent_to_it() {
    let shop = standard(json!({})).await;
    shop.user("bob").await;
    let browser = shop.browser();
    let page = shop.sign_in(&browser, &[]).await;
    let tokens = shop.redeem(&code_of(&page), &[]).await.json();
    let ada = claims(&tokens["id_token"])["sub"]
        .as_str()
        .unwrap()
        .to_owned();
    let wish = format!(r#"{{"id_token":{{"sub":{{"value":"{ada}"}}}}}}"#);
    let asked = [("claims", wish.as_str())];
    let page = browser.get(&shop.at("/oauth2/authorize", &asked)).await;
    assert!(page.sent_back("code").is_some(), "{}", page.location());
    let other = [("claims", r#"{"id_token":{"sub":{"value":"nobody"}}}"#)];
    let silent = [other[0], ("prompt", "none")];
    let page = browser.get(&shop.at("/oauth2/authorize", &silent)).await;
    assert_eq!(page.sent_back("error").as_deref(), Some("login_required"));
    let page = shop.enter(&shop.browser(), "bob", &asked).await;
    assert_eq!(page.sent_back("error").as_deref(), Some("access_denied"));
    assert_eq!(page.sent_back("code"), None);
}

#[tokio::test]
async fn an_essential_level_is_reached_or_there_is_no_code() {
    let shop = standard(json!({})).await;
    for (level, error) in [
        ("urn:cognito:loa:1", None),
        ("no:such:level", Some("unmet_authentication_requirements")),
    ] {
        let wish = format!(r#"{{"id_token":{{"acr":{{"essential":true,"values":["{level}"]}}}}}}"#);
        let page = shop.sign_in(&shop.browser(), &[("claims", &wish)]).await;
        assert_eq!(page.sent_back("error").as_deref(), error);
        assert_eq!(page.sent_back("code").is_none(), error.is_some());
    }
    // Only wished for, or asked for by `acr_values`, it is never an error.
    for asked in [
        (
            "claims",
            r#"{"id_token":{"acr":{"values":["no:such:level"]}}}"#,
        ),
        ("acr_values", "no:such:level"),
    ] {
        let tokens = shop.tokens(&[asked]).await;
        assert!(tokens["access_token"].is_string());
    }
}

#[tokio::test]
async fn what_is_no_request_of_claims_is_refused() {
    let shop = standard(json!({})).await;
    for bad in ["{", "[]", r#"{"userinfo":"all"}"#] {
        let page = shop
            .browser()
            .get(&shop.at("/oauth2/authorize", &[("claims", bad)]))
            .await;
        assert_eq!(page.sent_back("error").as_deref(), Some("invalid_request"));
    }
}
