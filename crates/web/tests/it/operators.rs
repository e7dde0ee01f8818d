//! The operators' pool on the hosted pages, and the counting of sign-ins there.

use std::sync::Arc;

use cabana_api::logic::operators;
use cabana_domain::PoolId;
use cabana_domain::activity::ActivityKind;
use cabana_domain::pool::{OPERATORS_CLIENT, OPERATORS_POOL};
use cabana_testkit::TestApp;
use serde_json::json;

use crate::shop::{CALLBACK, CHALLENGE, HOME, PASSWORD, Shop, VERIFIER, claims, code_of};

async fn shop() -> Shop {
    let app = Arc::new(TestApp::new());
    let urls = |url: &str| vec![url.to_owned()];
    operators::ensure(&app.api, urls(CALLBACK), urls(HOME))
        .await
        .unwrap();
    let shop = Shop {
        app,
        pool: OPERATORS_POOL.to_owned(),
        client: OPERATORS_CLIENT.to_owned(),
        secret: None,
    };
    shop.user("ada").await;
    shop
}

#[tokio::test]
async fn an_operator_signs_in_at_the_hosted_pages() {
    let shop = shop().await;
    let challenge = [
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let page = shop.sign_in(&shop.browser(), &challenge).await;
    let code = code_of(&page);
    let answer = shop.redeem(&code, &[("code_verifier", VERIFIER)]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let tokens = answer.json();
    assert_eq!(tokens["expires_in"], 900);
    assert_eq!(claims(&tokens["id_token"])["aud"], OPERATORS_CLIENT);
    shop.app.api.flush_activity().await.unwrap();
    let pool = PoolId::new(OPERATORS_POOL);
    let counts = shop.app.api.store.activity(&pool, 0).await.unwrap();
    let sign_ins = counts.iter().find(|it| it.kind == ActivityKind::SignIn);
    assert_eq!(sign_ins.unwrap().count, 1);
}

#[tokio::test]
async fn the_console_asks_with_a_code_challenge_or_not_at_all() {
    let shop = shop().await;
    let page = shop.browser().get(&shop.at("/oauth2/authorize", &[])).await;
    assert_eq!(page.sent_back("error").as_deref(), Some("invalid_request"));
}

#[tokio::test]
async fn nobody_signs_up_as_an_operator() {
    let shop = shop().await;
    let challenge = [
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let login = shop.browser().get(&shop.at("/login", &challenge)).await;
    assert!(!login.text.contains("/signup"), "{}", login.plain());
    let body = json!({
        "ClientId": OPERATORS_CLIENT, "Username": "eve", "Password": "Long-Enough-1!",
    });
    let answer = shop.app.call("SignUp", body).await;
    assert_eq!(answer.kind(), "NotAuthorizedException");
}

/// The console requires the password, and a code, before it changes an operator's own account. The holder of a
/// browser's session, who can get a code and tokens, has shown neither.
#[tokio::test]
async fn tokens_of_an_operator_change_nothing_of_their_account() {
    let shop = shop().await;
    let challenge = [
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("scope", "openid aws.cognito.signin.user.admin"),
    ];
    let page = shop.sign_in(&shop.browser(), &challenge).await;
    let answer = shop
        .redeem(&code_of(&page), &[("code_verifier", VERIFIER)])
        .await;
    let token = answer.json()["access_token"].clone();
    for (operation, mut body) in [
        (
            "SetUserMFAPreference",
            json!({ "SoftwareTokenMfaSettings": { "Enabled": false } }),
        ),
        ("AssociateSoftwareToken", json!({})),
        (
            "UpdateUserAttributes",
            json!({ "UserAttributes": [{ "Name": "email", "Value": "eve@example.com" }] }),
        ),
        (
            "ChangePassword",
            json!({ "PreviousPassword": PASSWORD, "ProposedPassword": "Long-Enough-1!" }),
        ),
        ("GlobalSignOut", json!({})),
        ("DeleteUser", json!({})),
    ] {
        body["AccessToken"] = token.clone();
        shop.app.call(operation, body).await.refused(
            "NotAuthorizedException",
            "Operators manage their account at the console.",
        );
    }
}
