//! Sign-in right after sign-up, with the session from ConfirmSignUp.

use cabana_domain::Span;
use cabana_testkit::Answer;
use serde_json::{Value, json};

use super::{ANN, Scene};
use crate::sessions::claims;

const FOREIGN: &str = "Invalid session for the user.";
const REFUSED: &str = "NotAuthorizedException";

async fn scene() -> Scene {
    let flows = json!({ "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"] });
    let levels = json!({
        "UsernameAttributes": ["email"], "AutoVerifiedAttributes": ["email"],
        "AcrConfiguration": { "Level1": { "AcrValue": "urn:cognito:loa:1" } },
    });
    Scene::new(levels, flows).await
}

/// Signs a user up and confirms them; returns both sessions.
async fn confirmed(scene: &Scene, name: &str) -> (Value, Value) {
    let signed_up = scene.sign_up(name, json!({})).await.ok();
    let code = scene.app.code_sent_to(name).await;
    let body =
        json!({ "Username": name, "ConfirmationCode": code, "Session": signed_up["Session"] });
    let confirmed = scene.public("ConfirmSignUp", body).await.ok();
    (signed_up["Session"].clone(), confirmed["Session"].clone())
}

async fn straight_in(scene: &Scene, name: &str, session: &Value) -> Answer {
    let body = json!({
        "AuthFlow": "USER_AUTH",
        "AuthParameters": { "USERNAME": name },
        "Session": session,
    });
    scene.public("InitiateAuth", body).await
}

#[tokio::test]
async fn a_confirmed_code_signs_in_once() {
    let scene = scene().await;
    let (first, second) = confirmed(&scene, ANN).await;
    // The session from SignUp grants nothing by itself.
    straight_in(&scene, ANN, &first)
        .await
        .refused(REFUSED, FOREIGN);
    straight_in(&scene, "bob@example.com", &second)
        .await
        .refused(REFUSED, FOREIGN);
    let answer = straight_in(&scene, ANN, &second).await.ok();
    let id = claims(&answer["AuthenticationResult"]["IdToken"]);
    assert_eq!(id["email_verified"], true);
    assert_eq!(id["amr"], json!(["email_otp"]));
    assert_eq!(id["acr"], "urn:cognito:loa:2");
    straight_in(&scene, ANN, &second).await.refused(
        REFUSED,
        "Invalid session for the user, session can only be used once.",
    );
}

#[tokio::test]
async fn the_session_is_good_for_a_while_and_for_its_client() {
    let scene = scene().await;
    let (_, session) = confirmed(&scene, ANN).await;
    let flows = json!({ "ExplicitAuthFlows": ["ALLOW_USER_AUTH"] });
    let other = scene.app.client(&scene.pool, flows).await;
    let body = json!({
        "ClientId": other.id, "AuthFlow": "USER_AUTH",
        "AuthParameters": { "USERNAME": ANN }, "Session": session,
    });
    let answer = scene.app.call("InitiateAuth", body).await;
    answer.refused(REFUSED, FOREIGN);
    scene.app.advance(Span::minutes(4));
    straight_in(&scene, ANN, &session)
        .await
        .refused(REFUSED, "Invalid session for the user, session is expired.");
}

#[tokio::test]
async fn a_session_confirms_only_who_got_it() {
    let scene = scene().await;
    let ann = scene.sign_up(ANN, json!({})).await.ok();
    scene.sign_up("bob@example.com", json!({})).await.ok();
    let code = scene.app.code_sent_to("bob@example.com").await;
    let body = json!({ "Username": "bob@example.com", "ConfirmationCode": code, "Session": ann["Session"] });
    let answer = scene.public("ConfirmSignUp", body).await;
    answer.refused(REFUSED, FOREIGN);
    assert_eq!(scene.status("bob@example.com").await, "UNCONFIRMED");
    let answer = straight_in(&scene, ANN, &ann["Session"]).await;
    answer.refused(REFUSED, FOREIGN);
}

#[tokio::test]
async fn a_required_second_factor_is_still_required() {
    let scene = scene().await;
    let body =
        json!({ "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    scene.admin("SetUserPoolMfaConfig", body).await.ok();
    let (_, session) = confirmed(&scene, ANN).await;
    let answer = straight_in(&scene, ANN, &session).await.ok();
    assert_eq!(answer["ChallengeName"], "MFA_SETUP");
}

#[tokio::test]
async fn only_clients_with_the_flow_get_a_session() {
    let scene = Scene::usual().await;
    let signed_up = scene.sign_up(ANN, json!({})).await.ok();
    assert_eq!(signed_up.get("Session"), None);
    let answer = straight_in(&scene, ANN, &json!("x".repeat(20))).await;
    answer.refused(
        "InvalidParameterException",
        "USER_AUTH flow not enabled for this client",
    );
}

#[tokio::test]
async fn the_session_ends_with_signing_out_everywhere_and_with_the_address() {
    let scene = scene().await;
    let (_, session) = confirmed(&scene, ANN).await;
    let named = json!({ "Username": ANN });
    scene.admin("AdminUserGlobalSignOut", named).await.ok();
    let expired = "Invalid session for the user, session is expired.";
    let answer = straight_in(&scene, ANN, &session).await;
    answer.refused(REFUSED, expired);
    let (_, session) = confirmed(&scene, "bob@example.com").await;
    let other = json!([{ "Name": "email", "Value": "other@example.com" }]);
    let other = json!({ "Username": "bob@example.com", "UserAttributes": other });
    scene.admin("AdminUpdateUserAttributes", other).await.ok();
    let answer = straight_in(&scene, "other@example.com", &session).await;
    answer.refused(REFUSED, expired);
}
