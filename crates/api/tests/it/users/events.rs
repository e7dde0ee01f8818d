//! Events of users, committed with the change they report.

use cabana_domain::event::Event;
use cabana_domain::{PoolId, Span};
use cabana_store::Page;
use cabana_testkit::Answer;
use serde_json::{Value, json};

use super::{ANN, PASSWORD, Scene};

const NEW: &str = "Battery-Staple-2";

async fn events(scene: &Scene) -> Vec<Event> {
    let page = Page {
        limit: 100,
        after: None,
    };
    let pool = PoolId::new(scene.pool.as_str());
    let found = scene.app.api.store.events(&pool, None, page).await;
    let mut found = found.unwrap().items;
    found.reverse();
    found
}

/// Kinds and refusals, oldest first.
async fn told(scene: &Scene) -> Vec<String> {
    let word = |event: Event| match event.refused {
        Some(reason) => format!("{} {reason}", event.kind.as_str()),
        None => event.kind.as_str().to_owned(),
    };
    events(scene).await.into_iter().map(word).collect()
}

async fn sign_in(scene: &Scene, password: &str) -> Answer {
    let parameters = json!({ "USERNAME": ANN, "PASSWORD": password });
    let body = json!({ "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters });
    scene.public("InitiateAuth", body).await
}

async fn wait(scene: &Scene) {
    // Two events of the same instant have no order.
    scene.app.advance(Span::seconds(1));
}

#[tokio::test]
async fn what_a_person_does_is_told_in_order() {
    let scene = Scene::usual().await;
    let named = json!({ "Username": ANN });
    scene.sign_up(ANN, json!({})).await.ok();
    wait(&scene).await;
    scene
        .public("ResendConfirmationCode", named.clone())
        .await
        .ok();
    wait(&scene).await;
    let code = scene.app.code_sent_to(ANN).await;
    let confirm = json!({ "Username": ANN, "ConfirmationCode": code });
    scene.public("ConfirmSignUp", confirm).await.ok();
    wait(&scene).await;
    let wrong = sign_in(&scene, "Wrong-Password-1").await;
    assert_eq!(wrong.kind(), "NotAuthorizedException");
    wait(&scene).await;
    let tokens = sign_in(&scene, PASSWORD).await.ok()["AuthenticationResult"].clone();
    wait(&scene).await;
    scene.public("ForgotPassword", named).await.ok();
    wait(&scene).await;
    let code = scene.app.code_sent_to(ANN).await;
    let reset = json!({ "Username": ANN, "ConfirmationCode": code, "Password": NEW });
    scene.public("ConfirmForgotPassword", reset).await.ok();
    wait(&scene).await;
    let body = json!({
        "AccessToken": tokens["AccessToken"], "PreviousPassword": NEW, "ProposedPassword": PASSWORD,
    });
    scene.app.ok("ChangePassword", body).await;
    wait(&scene).await;
    let body = json!({ "Token": tokens["RefreshToken"], "ClientId": scene.client.id });
    scene.app.ok("RevokeToken", body).await;
    wait(&scene).await;
    let body = json!({
        "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": { "REFRESH_TOKEN": tokens["RefreshToken"] },
    });
    for _ in 0..3 {
        let refused = scene.public("InitiateAuth", body.clone()).await;
        assert_eq!(refused.kind(), "NotAuthorizedException");
    }
    let expected = [
        "sign_up",
        "resend_code",
        "confirm",
        "sign_in wrong_password",
        "sign_in",
        "forgot_password",
        "reset_password",
        "change_password",
        "revoke_token",
        // Emitted once, however often it is repeated.
        "refresh refresh_token_revoked",
    ];
    assert_eq!(told(&scene).await, expected);
    let all = events(&scene).await;
    let claims = crate::sessions::claims(&tokens["AccessToken"]);
    assert_eq!(claims["event_id"], json!(all[4].id));
    assert_eq!(claims["sub"], json!(all[4].sub.as_str()));
    assert_eq!(all[4].detail.username, claims["username"]);
    assert_eq!(
        all[4].detail.client.as_ref().unwrap().as_str(),
        scene.client.id
    );
    assert_eq!(all[4].detail.methods.names(), ["pwd"]);
}

#[tokio::test]
async fn what_administrators_do_to_a_user_is_told_and_goes_with_the_user() {
    let scene = Scene::usual().await;
    scene.ann().await;
    for operation in [
        "AdminDisableUser",
        "AdminEnableUser",
        "AdminUserGlobalSignOut",
    ] {
        wait(&scene).await;
        scene
            .admin(operation, json!({ "Username": ANN }))
            .await
            .ok();
    }
    wait(&scene).await;
    let attributes = json!([{ "Name": "name", "Value": "Ann" }]);
    let body = json!({ "Username": ANN, "UserAttributes": attributes });
    scene.admin("AdminUpdateUserAttributes", body).await.ok();
    // An account created by an administrator is counted but emits no event: the user carries the creation time.
    let expected = [
        "admin_set_password",
        "disable",
        "enable",
        "global_sign_out",
        "change_attributes",
    ];
    assert_eq!(told(&scene).await, expected);
    wait(&scene).await;
    scene
        .admin("AdminDeleteUser", json!({ "Username": ANN }))
        .await
        .ok();
    assert_eq!(told(&scene).await, ["delete"]);
}

#[tokio::test]
async fn names_that_nobody_has_and_locked_accounts_write_no_events() {
    let scene = Scene::usual().await;
    let nobody = |operation: &'static str, rest: Value| {
        let mut body = json!({ "Username": "nobody@example.com" });
        body.as_object_mut()
            .unwrap()
            .extend(rest.as_object().unwrap().clone());
        scene.public(operation, body)
    };
    nobody("ForgotPassword", json!({})).await.ok();
    nobody("ResendConfirmationCode", json!({})).await.ok();
    sign_in(&scene, PASSWORD).await;
    assert_eq!(told(&scene).await, [""; 0]);
    scene.ann().await;
    for _ in 0..20 {
        sign_in(&scene, "Wrong-Password-1").await;
    }
    let refused = told(&scene).await.len() - 1;
    assert!((4..8).contains(&refused), "{refused}");
}

#[tokio::test]
async fn a_user_who_may_not_sign_in_is_told_of_only_after_the_right_password() {
    let scene = Scene::usual().await;
    scene.ann().await;
    wait(&scene).await;
    scene
        .admin("AdminDisableUser", json!({ "Username": ANN }))
        .await
        .ok();
    wait(&scene).await;
    sign_in(&scene, PASSWORD).await;
    let told = told(&scene).await;
    assert_eq!(
        told,
        ["admin_set_password", "disable", "sign_in user_disabled"]
    );
}
