//! Step-up: TARGET_ACR_VALUES, ACCESS_TOKEN and MAX_AGE of USER_AUTH.

use aws_cognito_srp::{SrpClient, User};
use cabana_domain::Span;
use cabana_testkit::Answer;
use serde_json::{Value, json};

use super::every_way::claim;
use super::{begin, enter, respond, scene, scene_with};
use crate::challenges::code;
use crate::sessions::claims;
use crate::users::{ANN, PASSWORD, Scene};

const TWO: &str = "urn:cognito:loa:2";
pub(super) const THREE: &str = "urn:cognito:loa:3";
pub(super) const FOUR: &str = "urn:cognito:loa:4";
const OUT_OF_REACH: &str = "The user has no factors for the requested authentication level.";

/// Begins a sign-in that is to reach these levels, on top of the one of this token.
pub(super) async fn raise(scene: &Scene, token: &str, levels: &str) -> Answer {
    let given = json!({ "TARGET_ACR_VALUES": levels, "ACCESS_TOKEN": token });
    begin(scene, ANN, given).await
}

/// The challenges to choose from.
pub(super) fn offered(asked: &Value) -> &Value {
    assert_eq!(asked["ChallengeName"], "SELECT_CHALLENGE", "{asked}");
    &asked["AvailableChallenges"]
}

/// Chooses a code by mail and enters it.
pub(super) async fn by_code(scene: &Scene, asked: &Value) -> Value {
    let choice = json!({ "ANSWER": "EMAIL_OTP" });
    let asked = respond(scene, "SELECT_CHALLENGE", asked, ANN, choice);
    let asked = asked.await.ok();
    let code = scene.app.code_sent_to(ANN).await;
    enter(scene, &asked, ANN, &code).await.ok()
}

/// Demands tokens that state this level and these methods.
fn reaches(done: &Value, level: &str, methods: Value) {
    for name in ["IdToken", "AccessToken"] {
        let claims = claims(&done["AuthenticationResult"][name]);
        assert_eq!((&claims["acr"], &claims["amr"]), (&json!(level), &methods));
    }
    assert!(done["AuthenticationResult"]["RefreshToken"].is_string());
}

/// Gives Ann an authenticator app; returns its seed.
pub(super) async fn totp(scene: &Scene, token: &str) -> String {
    let pool = json!({ "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    scene.admin("SetUserPoolMfaConfig", pool).await.ok();
    let begun = json!({ "AccessToken": token });
    let begun = scene.app.ok("AssociateSoftwareToken", begun).await;
    let seed = begun["SecretCode"].as_str().unwrap().to_owned();
    let shown = json!({ "AccessToken": token, "UserCode": code(&seed, &scene.app) });
    scene.app.ok("VerifySoftwareToken", shown).await;
    let on = json!({ "Username": ANN, "SoftwareTokenMfaSettings": { "Enabled": true } });
    scene.admin("AdminSetUserMFAPreference", on).await.ok();
    scene.app.advance(Span::minutes(1));
    seed
}

#[tokio::test]
async fn what_a_token_has_shown_counts_and_its_time_stays() {
    let flows = json!({ "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH"] });
    let scene = scene(flows).await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    let first = claims(&json!(token));
    assert_eq!(first.get("acr"), None);
    scene.app.advance(Span::minutes(10));
    let asked = raise(&scene, &token, THREE).await.ok();
    assert_eq!(offered(&asked), &json!(["EMAIL_OTP"]));
    // The password has been shown.
    let password = json!({ "PASSWORD": PASSWORD });
    let other = respond(&scene, "PASSWORD", &asked, ANN, password).await;
    other.refused(
        "InvalidParameterException",
        "Invalid answer PASSWORD for SELECT_CHALLENGE.",
    );
    let done = by_code(&scene, &asked).await;
    reaches(&done, THREE, json!(["pwd", "email_otp", "mfa"]));
    let raised = claims(&done["AuthenticationResult"]["AccessToken"]);
    assert_eq!(raised["auth_time"], first["auth_time"]);
    assert_ne!(raised["origin_jti"], first["origin_jti"]);
    // Both are good from now on, and keep what they say.
    let own = json!({ "AccessToken": token });
    scene.app.ok("GetUser", own).await;
    let refresh = json!({ "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {
        "REFRESH_TOKEN": done["AuthenticationResult"]["RefreshToken"] } });
    let renewed = scene.public("InitiateAuth", refresh).await.ok();
    let renewed = claims(&renewed["AuthenticationResult"]["AccessToken"]);
    assert_eq!(
        (&renewed["acr"], &renewed["auth_time"]),
        (&json!(THREE), &first["auth_time"])
    );
    // Nothing is left to do, and another level is.
    let raised = done["AuthenticationResult"]["AccessToken"]
        .as_str()
        .unwrap();
    for levels in [
        THREE,
        "urn:cognito:loa:1",
        "urn:cognito:loa:4 urn:cognito:loa:2",
    ] {
        raise(&scene, raised, levels).await.refused(
            "InvalidParameterException",
            "The access token already reaches the requested authentication level.",
        );
    }
    raise(&scene, raised, FOUR)
        .await
        .refused("NotAuthorizedException", OUT_OF_REACH);
}

#[tokio::test]
async fn a_code_first_is_completed_by_a_password_in_plain_or_by_srp() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    for with_srp in [false, true] {
        scene.app.advance(Span::seconds(1));
        let asked = begin(&scene, ANN, json!({})).await.ok();
        let done = by_code(&scene, &asked).await;
        let token = done["AuthenticationResult"]["AccessToken"]
            .as_str()
            .unwrap();
        let asked = raise(&scene, token, &format!("{FOUR} {THREE}")).await.ok();
        assert_eq!(offered(&asked), &json!(["PASSWORD_SRP", "PASSWORD"]));
        let code = json!({ "ANSWER": "EMAIL_OTP" });
        let answer = respond(&scene, "SELECT_CHALLENGE", &asked, ANN, code).await;
        assert_eq!(answer.kind(), "InvalidParameterException");
        let wrong = json!({ "PASSWORD": "Wrong-horse-1" });
        let wrong = respond(&scene, "PASSWORD", &asked, ANN, wrong).await;
        wrong.refused("NotAuthorizedException", "Incorrect username or password.");
        let methods = json!(["email_otp", "pwd", "mfa"]);
        if !with_srp {
            let right = json!({ "PASSWORD": PASSWORD });
            let done = respond(&scene, "PASSWORD", &asked, ANN, right).await.ok();
            reaches(&done, THREE, methods);
            continue;
        }
        let user = User::new(&scene.pool, ANN, PASSWORD);
        let srp = SrpClient::new(user, &scene.client.id, None);
        let chosen = json!({ "ANSWER": "PASSWORD_SRP", "SRP_A": srp.get_auth_parameters().a });
        let chosen = respond(&scene, "SELECT_CHALLENGE", &asked, ANN, chosen);
        let chosen = chosen.await.ok();
        reaches(&claim(&scene, &srp, &chosen).await.ok(), THREE, methods);
        // The session is used up with the secret block.
        let again = respond(
            &scene,
            "PASSWORD",
            &asked,
            ANN,
            json!({ "PASSWORD": PASSWORD }),
        );
        again.await.refused(
            "NotAuthorizedException",
            "Invalid session for the user, session can only be used once.",
        );
    }
}

#[tokio::test]
async fn an_authenticator_app_is_asked_for_whatever_else_is_preferred() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    let seed = totp(&scene, &token).await;
    let by_mail = json!({ "MfaConfiguration": "ON",
        "SoftwareTokenMfaConfiguration": { "Enabled": true },
        "EmailMfaConfiguration": { "Message": "{####}", "Subject": "Code" } });
    let policy = json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD"] } },
        "AutoVerifiedAttributes": ["email"], "EmailConfiguration": {
            "EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:0:identity/x" },
        "AccountRecoverySetting": { "RecoveryMechanisms": [{ "Name": "admin_only", "Priority": 1 }] } });
    scene.admin("UpdateUserPool", policy).await.ok();
    scene.admin("SetUserPoolMfaConfig", by_mail).await.ok();
    let prefers = json!({ "Username": ANN, "SoftwareTokenMfaSettings": { "Enabled": true },
        "EmailMfaSettings": { "Enabled": true, "PreferredMfa": true } });
    scene.admin("AdminSetUserMFAPreference", prefers).await.ok();
    let plain = scene.sign_in(ANN, PASSWORD).await.ok();
    assert_eq!(plain["ChallengeName"], "EMAIL_OTP");
    let asked = raise(&scene, &token, FOUR).await.ok();
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let other = respond(
        &scene,
        "EMAIL_OTP",
        &asked,
        ANN,
        json!({ "EMAIL_OTP_CODE": "1" }),
    );
    assert_eq!(other.await.kind(), "NotAuthorizedException");
    let shown = json!({ "SOFTWARE_TOKEN_MFA_CODE": code(&seed, &scene.app) });
    let done = respond(&scene, "SOFTWARE_TOKEN_MFA", &asked, ANN, shown)
        .await
        .ok();
    reaches(&done, FOUR, json!(["pwd", "otp", "mfa"]));
    // A required factor is asked for beyond the level, even so.
    let from_nothing = json!({ "TARGET_ACR_VALUES": "urn:cognito:loa:1",
        "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD });
    let asked = begin(&scene, ANN, from_nothing).await.ok();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
}

#[tokio::test]
async fn a_sign_in_from_the_beginning_reaches_the_level_or_none() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    let wanted = |levels: &str| json!({ "TARGET_ACR_VALUES": levels });
    let asked = begin(&scene, ANN, wanted(&format!("no:such {TWO}")))
        .await
        .ok();
    assert_eq!(offered(&asked), &json!(["EMAIL_OTP"]));
    reaches(&by_code(&scene, &asked).await, TWO, json!(["email_otp"]));
    scene.app.advance(Span::seconds(1));
    let asked = begin(&scene, ANN, wanted(THREE)).await.ok();
    assert_eq!(
        offered(&asked),
        &json!(["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"])
    );
    let password = json!({ "PASSWORD": PASSWORD });
    let asked = respond(&scene, "PASSWORD", &asked, ANN, password)
        .await
        .ok();
    assert_eq!(offered(&asked), &json!(["EMAIL_OTP"]));
    let done = by_code(&scene, &asked).await;
    reaches(&done, THREE, json!(["pwd", "email_otp", "mfa"]));
    // Users without a second factor are refused, once they have shown the first.
    let token = scene.token(ANN).await;
    totp(&scene, &token).await;
    let off = json!({ "Username": ANN, "SoftwareTokenMfaSettings": { "Enabled": false } });
    scene.admin("AdminSetUserMFAPreference", off).await.ok();
    let asked = begin(&scene, ANN, wanted(FOUR)).await.ok();
    assert_eq!(offered(&asked), &json!(["PASSWORD_SRP", "PASSWORD"]));
    let password = json!({ "PASSWORD": PASSWORD });
    let refused = respond(&scene, "PASSWORD", &asked, ANN, password).await;
    refused.refused("NotAuthorizedException", OUT_OF_REACH);
}

#[tokio::test]
async fn whoever_has_an_old_token_begins_anew() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    scene.app.advance(Span::minutes(10));
    let aged = |seconds: &str| json!({ "TARGET_ACR_VALUES": THREE, "ACCESS_TOKEN": token, "MAX_AGE": seconds });
    let young = begin(&scene, ANN, aged("600")).await.ok();
    assert_eq!(offered(&young), &json!(["EMAIL_OTP"]));
    let old = begin(&scene, ANN, aged("599")).await.ok();
    assert_eq!(
        offered(&old),
        &json!(["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"])
    );
    for wrong in ["-1", "1.5", "soon"] {
        let answer = begin(&scene, ANN, aged(wrong)).await;
        answer.refused(
            "InvalidParameterException",
            "MAX_AGE is not a number of seconds.",
        );
    }
    let asked = respond(
        &scene,
        "PASSWORD",
        &old,
        ANN,
        json!({ "PASSWORD": PASSWORD }),
    );
    let done = by_code(&scene, &asked.await.ok()).await;
    let (first, anew) = (
        claims(&json!(token)),
        claims(&done["AuthenticationResult"]["IdToken"]),
    );
    let later = anew["auth_time"].as_i64().unwrap() - first["auth_time"].as_i64().unwrap();
    assert_eq!(later, 600);
}

#[tokio::test]
async fn a_token_counts_for_its_own_user_and_client_while_it_is_valid() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    scene
        .user("bob@example.com", json!({ "email_verified": "true" }))
        .await;
    let token = scene.token(ANN).await;
    for name in ["bob@example.com", "nobody@example.com"] {
        let given = json!({ "TARGET_ACR_VALUES": THREE, "ACCESS_TOKEN": token });
        let answer = begin(&scene, name, given).await;
        answer.refused(
            "NotAuthorizedException",
            "The access token belongs to another user.",
        );
    }
    let alone = begin(&scene, ANN, json!({ "ACCESS_TOKEN": token })).await;
    alone.refused(
        "InvalidParameterException",
        "Missing required parameter TARGET_ACR_VALUES",
    );
    let flows = json!({ "ExplicitAuthFlows": ["ALLOW_USER_AUTH"] });
    let other = scene.app.client(&scene.pool, flows).await;
    let body = json!({ "ClientId": other.id, "AuthFlow": "USER_AUTH", "AuthParameters": {
        "USERNAME": ANN, "TARGET_ACR_VALUES": THREE, "ACCESS_TOKEN": token } });
    let foreign = scene.app.call("InitiateAuth", body).await;
    foreign.refused("NotAuthorizedException", "Invalid Access Token");
    let asked = raise(&scene, &token, THREE).await.ok();
    scene.app.advance(Span::seconds(1));
    scene
        .admin("AdminUserGlobalSignOut", json!({ "Username": ANN }))
        .await
        .ok();
    let late = raise(&scene, &token, THREE).await;
    late.refused("NotAuthorizedException", "Access Token has been revoked");
    let choice = json!({ "ANSWER": "EMAIL_OTP" });
    let late = respond(&scene, "SELECT_CHALLENGE", &asked, ANN, choice).await;
    assert_eq!(late.kind(), "NotAuthorizedException");
}

#[tokio::test]
async fn a_token_does_not_stand_in_for_a_temporary_password() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    let temporary = json!({ "Username": ANN, "Password": "Temporary-1", "Permanent": false });
    scene.admin("AdminSetUserPassword", temporary).await.ok();
    // Its password has been replaced: there is nothing that it has shown.
    let asked = raise(&scene, &token, "urn:cognito:loa:1").await.ok();
    assert_eq!(offered(&asked), &json!(["PASSWORD_SRP", "PASSWORD"]));
    let old = json!({ "PASSWORD": PASSWORD });
    let old = respond(&scene, "PASSWORD", &asked, ANN, old).await;
    old.refused("NotAuthorizedException", "Incorrect username or password.");
}

#[tokio::test]
async fn levels_of_no_name_and_of_a_small_tier_are_refused() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    let unknown = begin(&scene, ANN, json!({ "TARGET_ACR_VALUES": "a b" })).await;
    unknown.refused(
        "InvalidParameterException",
        "TARGET_ACR_VALUES names no authentication level of this user pool.",
    );
    let named = json!({ "AcrConfiguration": { "Level2": { "AcrValue": "code" } },
        "AutoVerifiedAttributes": ["email"] });
    scene.admin("UpdateUserPool", named).await.ok();
    let renamed = begin(&scene, ANN, json!({ "TARGET_ACR_VALUES": TWO })).await;
    assert_eq!(renamed.kind(), "InvalidParameterException");
    let asked = begin(&scene, ANN, json!({ "TARGET_ACR_VALUES": "code" }))
        .await
        .ok();
    reaches(&by_code(&scene, &asked).await, "code", json!(["email_otp"]));
    let small = json!({ "UserPoolTier": "LITE", "UsernameAttributes": ["email"] });
    let flows = json!({ "ExplicitAuthFlows": ["ALLOW_USER_AUTH"] });
    let lite = Scene::new(small, flows).await;
    let answer = begin(&lite, ANN, json!({ "TARGET_ACR_VALUES": TWO })).await;
    assert_eq!(answer.kind(), "FeatureUnavailableInTierException");
}

#[tokio::test]
async fn unknown_names_are_led_on_as_those_of_users() {
    let scene = scene_with(&["PASSWORD", "EMAIL_OTP"], json!({})).await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    totp(&scene, &token).await;
    let mut lists = Vec::new();
    for number in 0..24 {
        let name = format!("nobody-{number}@example.net");
        let answer = begin(&scene, &name, json!({ "TARGET_ACR_VALUES": FOUR })).await;
        match answer.status {
            200 => lists.push(offered(&answer.body).clone()),
            // Who has no password cannot reach it, as the list without a level would tell.
            _ => answer.refused("NotAuthorizedException", OUT_OF_REACH),
        }
    }
    let asked = begin(&scene, ANN, json!({ "TARGET_ACR_VALUES": FOUR }))
        .await
        .ok();
    assert!(
        lists.len() > 12 && lists.iter().all(|it| it == offered(&asked)),
        "{lists:?}"
    );
}

#[tokio::test]
async fn administrators_raise_a_level_too() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    let body = json!({ "ClientId": scene.client.id, "AuthFlow": "USER_AUTH", "AuthParameters": {
        "USERNAME": ANN, "TARGET_ACR_VALUES": THREE, "ACCESS_TOKEN": token,
        "PREFERRED_CHALLENGE": "EMAIL_OTP" } });
    let asked = scene.admin("AdminInitiateAuth", body).await.ok();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    let code = scene.app.code_sent_to(ANN).await;
    let body = json!({ "ClientId": scene.client.id, "ChallengeName": "EMAIL_OTP",
        "Session": asked["Session"], "ChallengeResponses": { "USERNAME": ANN, "EMAIL_OTP_CODE": code } });
    let done = scene.admin("AdminRespondToAuthChallenge", body).await.ok();
    reaches(&done, THREE, json!(["pwd", "email_otp", "mfa"]));
}
