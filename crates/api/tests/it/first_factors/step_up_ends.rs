//! A step-up ends with what it stands on.

use aws_cognito_srp::{SrpClient, User};
use cabana_domain::Span;
use serde_json::{Value, json};

use super::every_way::claim;
use super::step_up::{FOUR, THREE, by_code, raise, totp};
use super::{begin, enter, respond, scene};
use crate::challenges::code;
use crate::users::{ANN, PASSWORD, Scene};

const EXPIRED: (&str, &str) = (
    "NotAuthorizedException",
    "Invalid session for the user, session is expired.",
);

/// Signs in with the password; returns the tokens.
async fn tokens(scene: &Scene) -> Value {
    let done = scene.sign_in(ANN, PASSWORD).await.ok();
    done["AuthenticationResult"].clone()
}

/// Has a code sent; returns the challenge and the code.
async fn send(scene: &Scene, asked: &Value) -> (Value, String) {
    let choice = json!({ "ANSWER": "EMAIL_OTP" });
    let asked = respond(scene, "SELECT_CHALLENGE", asked, ANN, choice);
    let asked = asked.await.ok();
    (asked, scene.app.code_sent_to(ANN).await)
}

async fn revoke(scene: &Scene, tokens: &Value) {
    let body = json!({ "Token": tokens["RefreshToken"] });
    scene.public("RevokeToken", body).await.ok();
}

#[tokio::test]
async fn a_step_up_ends_when_its_token_is_revoked() {
    let scene = scene(json!({ "EnableTokenRevocation": true })).await;
    scene.ann().await;
    let shown = tokens(&scene).await;
    let token = shown["AccessToken"].as_str().unwrap();
    let asked = raise(&scene, token, THREE).await.ok();
    let (sent, code) = send(&scene, &asked).await;
    let other = raise(&scene, token, THREE).await.ok();
    revoke(&scene, &shown).await;
    let late = enter(&scene, &sent, ANN, &code).await;
    late.refused(EXPIRED.0, EXPIRED.1);
    let choice = json!({ "ANSWER": "EMAIL_OTP" });
    let late = respond(&scene, "SELECT_CHALLENGE", &other, ANN, choice).await;
    late.refused(EXPIRED.0, EXPIRED.1);
}

#[tokio::test]
async fn nor_does_it_go_on_with_a_block_of_srp() {
    let scene = scene(json!({ "EnableTokenRevocation": true })).await;
    scene.ann().await;
    let begun = begin(&scene, ANN, json!({})).await.ok();
    let shown = by_code(&scene, &begun).await["AuthenticationResult"].clone();
    let token = shown["AccessToken"].as_str().unwrap();
    for revoked in [false, true] {
        let asked = raise(&scene, token, THREE).await.ok();
        let user = User::new(&scene.pool, ANN, PASSWORD);
        let srp = SrpClient::new(user, &scene.client.id, None);
        let chosen = json!({ "ANSWER": "PASSWORD_SRP", "SRP_A": srp.get_auth_parameters().a });
        let chosen = respond(&scene, "SELECT_CHALLENGE", &asked, ANN, chosen);
        let chosen = chosen.await.ok();
        if revoked {
            revoke(&scene, &shown).await;
        }
        let done = claim(&scene, &srp, &chosen).await;
        match revoked {
            true => done.refused(EXPIRED.0, EXPIRED.1),
            false => drop(done.ok()),
        }
    }
}

#[tokio::test]
async fn no_step_prolongs_it_beyond_its_age_or_its_token() {
    let minutes = json!({ "AccessTokenValidity": 10, "TokenValidityUnits": {
        "AccessToken": "minutes" } });
    let scene = scene(minutes).await;
    scene.ann().await;
    for (age, late) in [(Some("400"), 401), (None, 601)] {
        scene.app.advance(Span::seconds(1));
        let shown = tokens(&scene).await;
        let mut given = json!({ "TARGET_ACR_VALUES": THREE, "ACCESS_TOKEN": shown["AccessToken"] });
        if let Some(age) = age {
            given["MAX_AGE"] = json!(age);
        }
        scene.app.advance(Span::seconds(late - 101));
        let asked = begin(&scene, ANN, given.clone()).await.ok();
        scene.app.advance(Span::seconds(60));
        let (sent, code) = send(&scene, &asked).await;
        // The session of the code would last for three minutes.
        scene.app.advance(Span::seconds(41));
        let refused = enter(&scene, &sent, ANN, &code).await;
        refused.refused(EXPIRED.0, EXPIRED.1);
    }
}

#[tokio::test]
async fn the_code_of_an_app_counts_for_no_other_app() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    let by_app = async |token: &str, seed: &str| {
        let asked = raise(&scene, token, FOUR).await.ok();
        assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA", "{asked}");
        let shown = json!({ "SOFTWARE_TOKEN_MFA_CODE": code(seed, &scene.app) });
        let done = respond(&scene, "SOFTWARE_TOKEN_MFA", &asked, ANN, shown);
        let token = done.await.ok()["AuthenticationResult"]["AccessToken"].clone();
        token.as_str().unwrap().to_owned()
    };
    let password = scene.token(ANN).await;
    let attackers = totp(&scene, &password).await;
    let raised = by_app(&password, &attackers).await;
    let already = "The access token already reaches the requested authentication level.";
    let again = raise(&scene, &raised, FOUR).await;
    again.refused("InvalidParameterException", already);
    scene.app.advance(Span::minutes(1));
    let owners = totp(&scene, &password).await;
    let raised = by_app(&raised, &owners).await;
    let again = raise(&scene, &raised, FOUR).await;
    again.refused("InvalidParameterException", already);
}
