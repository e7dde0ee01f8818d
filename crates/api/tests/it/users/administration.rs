//! AdminGetUser, AdminDeleteUser, AdminDisableUser, AdminEnableUser, DeleteUser.

use serde_json::{Value, json};

use super::{ANN, PASSWORD, Scene};

#[tokio::test]
async fn administrators_name_users_by_name_alias_or_sub() {
    let scene = Scene::new(super::aliases(), json!({})).await;
    scene
        .user("ann", json!({ "email": ANN, "email_verified": "true" }))
        .await;
    let user = scene.get("ann").await;
    let sub = scene.attribute("ann", "sub").await.unwrap();
    assert_eq!(scene.get(ANN).await, user);
    assert_eq!(scene.get(&sub).await, user);
}

#[tokio::test]
async fn whoever_is_not_there_is_not_found() {
    let scene = Scene::usual().await;
    for operation in [
        "AdminGetUser",
        "AdminDeleteUser",
        "AdminDisableUser",
        "AdminEnableUser",
        "AdminConfirmSignUp",
        "AdminResetUserPassword",
    ] {
        let answer = scene
            .admin(operation, json!({ "Username": "nobody" }))
            .await;
        answer.refused("UserNotFoundException", "User does not exist.");
        let body = json!({ "UserPoolId": "us-east-1_nothing00", "Username": "nobody" });
        let answer = scene.app.call(operation, body).await;
        answer.refused(
            "ResourceNotFoundException",
            "User pool us-east-1_nothing00 does not exist.",
        );
    }
}

#[tokio::test]
async fn a_disabled_user_loses_every_token_and_comes_back_without_them() {
    let scene = Scene::usual().await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    scene.app.advance(cabana_domain::Span::seconds(1));
    let name = json!({ "Username": ANN });
    scene.admin("AdminDisableUser", name.clone()).await.ok();
    assert_eq!(scene.get(ANN).await["Enabled"], false);
    let answer = scene.sign_in(ANN, PASSWORD).await;
    answer.refused("NotAuthorizedException", "User is disabled.");
    scene.admin("AdminEnableUser", name).await.ok();
    assert_eq!(scene.get(ANN).await["Enabled"], true);
    let answer = scene
        .app
        .call("GetUser", json!({ "AccessToken": token }))
        .await;
    answer.refused("NotAuthorizedException", "Access Token has been revoked");
    scene.token(ANN).await;
}

#[tokio::test]
async fn a_deleted_user_is_gone_and_the_name_free() {
    let scene = Scene::usual().await;
    scene.ann().await;
    let answer = scene
        .admin("AdminDeleteUser", json!({ "Username": ANN }))
        .await;
    assert_eq!(answer.ok(), Value::Null);
    let answer = scene
        .admin("AdminGetUser", json!({ "Username": ANN }))
        .await;
    assert_eq!(answer.kind(), "UserNotFoundException");
    scene.sign_up(ANN, json!({})).await.ok();
}

#[tokio::test]
async fn people_delete_themselves() {
    let scene = Scene::usual().await;
    scene.ann().await;
    let body = json!({ "AccessToken": scene.token(ANN).await });
    assert_eq!(scene.app.ok("DeleteUser", body.clone()).await, Value::Null);
    let answer = scene.app.call("GetUser", body).await;
    assert_ne!(answer.status, 200);
    let answer = scene
        .admin("AdminGetUser", json!({ "Username": ANN }))
        .await;
    assert_eq!(answer.kind(), "UserNotFoundException");
}

#[tokio::test]
async fn a_token_that_is_none_opens_nothing() {
    let scene = Scene::usual().await;
    for operation in ["GetUser", "DeleteUser"] {
        let answer = scene
            .app
            .call(operation, json!({ "AccessToken": "a.b.c" }))
            .await;
        answer.refused("NotAuthorizedException", "Invalid Access Token");
    }
}
