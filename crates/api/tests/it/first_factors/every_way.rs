//! The other first factors, the administrators' calls, and what follows a first factor.

use aws_cognito_srp::{SrpClient, User};
use cabana_api::logic::clients::secret_hash;
use cabana_domain::Span;
use serde_json::{Value, json};

use super::{begin, by_mail, enter, respond, scene, scene_with};
use crate::challenges::code;
use crate::sessions::claims;
use crate::srp;
use crate::users::{ANN, PASSWORD, Scene};

const PHONE: &str = "+4930123456";

#[tokio::test]
async fn a_code_by_text_message_signs_in() {
    let scene = scene_with(&["PASSWORD", "EMAIL_OTP", "SMS_OTP"], json!({})).await;
    let attributes = json!({ "email_verified": "true", "phone_number": PHONE,
        "phone_number_verified": "true" });
    scene.user(ANN, attributes).await;
    let asked = begin(&scene, ANN, json!({})).await.ok();
    assert_eq!(
        asked["AvailableChallenges"],
        json!(["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP"])
    );
    // A challenge of the list, chosen by answering it.
    let asked = respond(&scene, "SMS_OTP", &asked, ANN, json!({}))
        .await
        .ok();
    assert_eq!(
        asked["ChallengeParameters"],
        json!({ "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS", "CODE_DELIVERY_DESTINATION": "+******3456" })
    );
    let sent = scene.app.code_sent_to(PHONE).await;
    assert_eq!(sent.len(), 6);
    let answer = json!({ "SMS_OTP_CODE": sent });
    respond(
        &scene,
        "EMAIL_OTP",
        &asked,
        ANN,
        json!({ "EMAIL_OTP_CODE": sent }),
    )
    .await
    .ok();
    let expired = respond(&scene, "SMS_OTP", &asked, ANN, answer).await;
    expired.refused(
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
    );
    let preferred = json!({ "PREFERRED_CHALLENGE": "SMS_OTP" });
    scene.app.advance(Span::seconds(1));
    let asked = begin(&scene, ANN, preferred).await.ok();
    let sent = scene.app.code_sent_to(PHONE).await;
    let missing = respond(&scene, "SMS_OTP", &asked, ANN, json!({})).await;
    missing.refused(
        "InvalidParameterException",
        "Missing required parameter SMS_OTP_CODE",
    );
    let answer = json!({ "SMS_OTP_CODE": sent });
    respond(&scene, "SMS_OTP", &asked, ANN, answer).await.ok();
}

/// The second call of SRP, for a client that knows this password.
pub async fn claim(scene: &Scene, srp: &SrpClient<User>, asked: &Value) -> cabana_testkit::Answer {
    let answers = srp::answers(srp, asked);
    let name = answers["USERNAME"].as_str().unwrap().to_owned();
    respond(scene, "PASSWORD_VERIFIER", &json!({}), &name, answers).await
}

#[tokio::test]
async fn srp_is_one_of_the_choices_for_everybody() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    for (name, password, right) in [
        (ANN, PASSWORD, true),
        (ANN, "Wrong-horse1", false),
        ("nobody@example.net", PASSWORD, false),
    ] {
        let srp = SrpClient::new(
            User::new(&scene.pool, name, password),
            &scene.client.id,
            None,
        );
        let a = srp.get_auth_parameters().a;
        let at_once = json!({ "PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": a });
        let at_once = begin(&scene, name, at_once).await.ok();
        let choice = begin(&scene, name, json!({})).await.ok();
        let chosen = json!({ "ANSWER": "PASSWORD_SRP", "SRP_A": a });
        let chosen = respond(&scene, "SELECT_CHALLENGE", &choice, name, chosen);
        let chosen = chosen.await.ok();
        let direct = json!({ "SRP_A": a });
        let direct = respond(&scene, "PASSWORD_SRP", &choice, name, direct);
        let direct = direct.await.ok();
        for asked in [at_once, chosen, direct] {
            let answer = claim(&scene, &srp, &asked).await;
            match right {
                true => drop(answer.ok()),
                false => {
                    answer.refused("NotAuthorizedException", "Incorrect username or password.");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_choice_without_its_proof_is_asked_for() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    for (challenge, missing) in [("PASSWORD", "PASSWORD"), ("PASSWORD_SRP", "SRP_A")] {
        let preferred = json!({ "PREFERRED_CHALLENGE": challenge });
        let asked = begin(&scene, ANN, preferred).await.ok();
        assert_eq!(asked["ChallengeName"], challenge);
        let answer = respond(&scene, challenge, &asked, ANN, json!({})).await;
        answer.refused(
            "InvalidParameterException",
            &format!("Missing required parameter {missing}"),
        );
        // Another one of the list.
        let answer = json!({ "ANSWER": "PASSWORD", "PASSWORD": PASSWORD });
        respond(&scene, "SELECT_CHALLENGE", &asked, ANN, answer)
            .await
            .ok();
    }
    for word in ["WEB_AUTHN", "SMS_OTP"] {
        let preferred = json!({ "PREFERRED_CHALLENGE": word });
        let asked = begin(&scene, ANN, preferred).await.ok();
        assert_eq!(asked["ChallengeName"], "SELECT_CHALLENGE");
    }
    let asked = begin(&scene, ANN, json!({})).await.ok();
    for word in ["SMS_OTP", "NEW_PASSWORD_REQUIRED", "x"] {
        let answer = json!({ "ANSWER": word });
        respond(&scene, "SELECT_CHALLENGE", &asked, ANN, answer)
            .await
            .refused(
                "InvalidParameterException",
                &format!("Invalid answer {word} for SELECT_CHALLENGE."),
            );
    }
}

#[tokio::test]
async fn administrators_have_the_same_choice_and_may_name_the_sub() {
    let scene = scene(json!({ "PreventUserExistenceErrors": "LEGACY" })).await;
    scene.ann().await;
    let sub = scene.get(ANN).await["Username"].clone();
    let body = json!({ "ClientId": scene.client.id, "AuthFlow": "USER_AUTH",
        "AuthParameters": { "USERNAME": sub, "PREFERRED_CHALLENGE": "EMAIL_OTP" } });
    let asked = scene.admin("AdminInitiateAuth", body).await.ok();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    assert_eq!(
        asked["AvailableChallenges"],
        json!(["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"])
    );
    let body = json!({ "ClientId": scene.client.id, "ChallengeName": "EMAIL_OTP",
        "Session": asked["Session"], "ChallengeResponses": {
            "USERNAME": ANN, "EMAIL_OTP_CODE": scene.app.code_sent_to(ANN).await } });
    let done = scene.admin("AdminRespondToAuthChallenge", body).await;
    assert!(done.ok()["AuthenticationResult"].is_object());
}

#[tokio::test]
async fn a_confidential_client_proves_itself_in_each_step() {
    let scene = scene(json!({ "GenerateSecret": true })).await;
    scene.ann().await;
    let secret = scene.client.secret.as_deref().unwrap();
    let hash = secret_hash::compute(secret, ANN, &scene.client.id);
    let missing = begin(&scene, ANN, json!({})).await;
    assert_eq!(missing.kind(), "NotAuthorizedException");
    let preferred = json!({ "PREFERRED_CHALLENGE": "EMAIL_OTP", "SECRET_HASH": hash });
    let asked = begin(&scene, ANN, preferred).await.ok();
    let sent = scene.app.code_sent_to(ANN).await;
    let missing = enter(&scene, &asked, ANN, &sent).await;
    assert_eq!(missing.kind(), "NotAuthorizedException");
    let proven = json!({ "EMAIL_OTP_CODE": sent, "SECRET_HASH": hash });
    respond(&scene, "EMAIL_OTP", &asked, ANN, proven).await.ok();
}

#[tokio::test]
async fn a_session_lives_as_long_as_the_client_says() {
    let scene = scene(json!({ "AuthSessionValidity": 15 })).await;
    scene.ann().await;
    let asked = by_mail(&scene, ANN).await;
    let sent = scene.app.code_sent_to(ANN).await;
    scene.app.advance(Span::minutes(14));
    enter(&scene, &asked, ANN, &sent).await.ok();
    let asked = begin(&scene, ANN, json!({})).await.ok();
    scene.app.advance(Span::minutes(15));
    let late = json!({ "ANSWER": "EMAIL_OTP" });
    respond(&scene, "SELECT_CHALLENGE", &asked, ANN, late)
        .await
        .refused(
            "NotAuthorizedException",
            "Invalid session for the user, session is expired.",
        );
}

#[tokio::test]
async fn a_password_chosen_leads_on_to_what_else_is_due() {
    let scene = scene(json!({})).await;
    let invited = json!({ "Username": ANN, "TemporaryPassword": PASSWORD,
        "MessageAction": "SUPPRESS" });
    scene.admin("AdminCreateUser", invited).await.ok();
    let password = |it: &str| json!({ "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": it });
    let asked = begin(&scene, ANN, password(PASSWORD)).await.ok();
    assert_eq!(asked["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    assert_eq!(asked.get("AvailableChallenges"), None);
    let new = json!({ "NEW_PASSWORD": "Another-Horse-1" });
    let done = respond(&scene, "NEW_PASSWORD_REQUIRED", &asked, ANN, new);
    let done = done.await.ok();
    // An authenticator app of her own.
    let token = &done["AuthenticationResult"]["AccessToken"];
    let config = json!({ "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    scene.admin("SetUserPoolMfaConfig", config).await.ok();
    let body = json!({ "AccessToken": token });
    let seed = scene.app.ok("AssociateSoftwareToken", body).await;
    let secret = seed["SecretCode"].as_str().unwrap();
    let body = json!({ "AccessToken": token, "UserCode": code(secret, &scene.app) });
    scene.app.ok("VerifySoftwareToken", body).await;
    let body = json!({ "AccessToken": token, "SoftwareTokenMfaSettings": { "Enabled": true } });
    scene.app.ok("SetUserMFAPreference", body).await;
    scene.app.advance(Span::minutes(1));
    let asked = begin(&scene, ANN, password("Another-Horse-1")).await.ok();
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let answer = json!({ "SOFTWARE_TOKEN_MFA_CODE": code(secret, &scene.app) });
    let done = respond(&scene, "SOFTWARE_TOKEN_MFA", &asked, ANN, answer);
    assert!(done.await.ok()["AuthenticationResult"].is_object());
}

#[tokio::test]
async fn tokens_say_that_a_code_signed_in() {
    let scene = scene(json!({})).await;
    let levels = json!({ "AcrConfiguration": { "Level2": { "AcrValue": "code" } } });
    scene.admin("UpdateUserPool", levels).await.ok();
    let policy = json!({ "Policies": { "SignInPolicy": {
        "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] } } });
    scene.admin("UpdateUserPool", policy).await.ok();
    scene.ann().await;
    let asked = by_mail(&scene, ANN).await;
    let sent = scene.app.code_sent_to(ANN).await;
    let done = enter(&scene, &asked, ANN, &sent).await.ok();
    let id = claims(&done["AuthenticationResult"]["IdToken"]);
    assert_eq!(
        (&id["acr"], &id["amr"]),
        (&json!("code"), &json!(["email_otp"]))
    );
}

#[tokio::test]
async fn a_server_without_mail_offers_no_codes_by_mail_to_anybody() {
    let mut scene = scene(json!({})).await;
    scene.without_mail();
    scene.ann().await;
    for name in [ANN, "nobody@example.net"] {
        let asked = begin(&scene, name, json!({})).await.ok();
        assert_eq!(
            asked["AvailableChallenges"],
            json!(["PASSWORD_SRP", "PASSWORD"])
        );
    }
}
