//! Users without a password: signing up, being created, signing in.

use cabana_domain::Span;
use serde_json::{Value, json};

use super::{begin, by_mail, enter, respond, scene, scene_with};
use crate::users::{ANN, PASSWORD, Scene, pairs, telling};

const PHONE: &str = "+4930123456";

async fn sign_up(scene: &Scene, name: &str, attributes: Value) -> cabana_testkit::Answer {
    let body = json!({ "Username": name, "UserAttributes": pairs(attributes) });
    scene.public("SignUp", body).await
}

/// Ann, who signed up without a password, and the session of ConfirmSignUp.
async fn confirmed(scene: &Scene) -> Value {
    let signed_up = sign_up(scene, ANN, json!({})).await.ok();
    let code = scene.app.code_sent_to(ANN).await;
    let body =
        json!({ "Username": ANN, "ConfirmationCode": code, "Session": signed_up["Session"] });
    scene.public("ConfirmSignUp", body).await.ok()["Session"].clone()
}

#[tokio::test]
async fn a_person_signs_up_without_a_password_and_straight_in_and_by_code_ever_after() {
    let scene = scene(json!({})).await;
    let session = confirmed(&scene).await;
    let body = json!({ "AuthFlow": "USER_AUTH", "AuthParameters": { "USERNAME": ANN },
        "Session": session });
    let done = scene.public("InitiateAuth", body).await.ok();
    let token = done["AuthenticationResult"]["AccessToken"].clone();
    let factors = json!({ "AccessToken": token });
    let factors = scene.app.ok("GetUserAuthFactors", factors).await;
    assert_eq!(factors["ConfiguredUserAuthFactors"], json!(["EMAIL_OTP"]));
    // Two messages of the same instant have no order.
    scene.app.advance(Span::seconds(1));
    let asked = by_mail(&scene, ANN).await;
    assert_eq!(asked["AvailableChallenges"], json!(["EMAIL_OTP"]));
    let code = scene.app.code_sent_to(ANN).await;
    enter(&scene, &asked, ANN, &code).await.ok();
    scene
        .sign_in(ANN, PASSWORD)
        .await
        .refused("NotAuthorizedException", "Incorrect username or password.");
    // Who has no password sets the first without a previous one, and the next with it.
    let change = json!({ "AccessToken": token, "ProposedPassword": PASSWORD });
    scene.app.ok("ChangePassword", change.clone()).await;
    scene.sign_in(ANN, PASSWORD).await.ok();
    let again = scene.app.call("ChangePassword", change).await;
    assert_eq!(again.kind(), "InvalidParameterException");
}

#[tokio::test]
async fn the_session_of_sign_up_is_not_needed_where_a_code_signs_in_anyway() {
    let codes = scene(json!({})).await;
    let passwords = scene_with(&["PASSWORD"], json!({})).await;
    for (scene, is_given) in [(codes, true), (passwords, false)] {
        scene.sign_up(ANN, json!({})).await.ok();
        let code = scene.app.code_sent_to(ANN).await;
        let body = json!({ "Username": ANN, "ConfirmationCode": code });
        let confirmed = scene.public("ConfirmSignUp", body).await.ok();
        assert_eq!(confirmed["Session"].is_string(), is_given);
        if is_given {
            let body = json!({ "AuthFlow": "USER_AUTH", "AuthParameters": { "USERNAME": ANN },
                "Session": confirmed["Session"] });
            let done = scene.public("InitiateAuth", body).await.ok();
            assert!(done["AuthenticationResult"].is_object());
        }
    }
}

#[tokio::test]
async fn a_lost_session_leads_to_the_choice() {
    let scene = scene(json!({})).await;
    confirmed(&scene).await;
    let asked = begin(&scene, ANN, json!({})).await.ok();
    assert_eq!(asked["ChallengeName"], "SELECT_CHALLENGE");
    assert_eq!(asked["AvailableChallenges"], json!(["EMAIL_OTP"]));
    let unasked = json!({ "ANSWER": "PASSWORD", "PASSWORD": PASSWORD });
    respond(&scene, "SELECT_CHALLENGE", &asked, ANN, unasked)
        .await
        .refused(
            "InvalidParameterException",
            "Invalid answer PASSWORD for SELECT_CHALLENGE.",
        );
}

#[tokio::test]
async fn a_password_is_needed_where_no_code_could_sign_in() {
    let missing = "Missing required parameter Password";
    let only_passwords = scene_with(&["PASSWORD"], json!({})).await;
    let no_user_auth = json!({ "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"] });
    let no_user_auth = scene(no_user_auth).await;
    for scene in [&only_passwords, &no_user_auth] {
        let answer = sign_up(scene, ANN, json!({})).await;
        answer.refused("InvalidParameterException", missing);
    }
    // A number that the pool does not verify, and no address.
    let pool = json!({
        "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::000000000000:role/sms" },
        "AutoVerifiedAttributes": ["email"],
        "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "SMS_OTP"] } },
    });
    let flows = json!({ "ExplicitAuthFlows": ["ALLOW_USER_AUTH"] });
    let scene = Scene::new(pool, flows).await;
    for attributes in [json!({ "email": ANN }), json!({ "phone_number": PHONE })] {
        let answer = sign_up(&scene, "ann", attributes).await;
        answer.refused("InvalidParameterException", missing);
    }
    let body = json!({ "Username": "ann", "MessageAction": "SUPPRESS" });
    let made = scene.admin("AdminCreateUser", body).await.ok();
    assert_eq!(made["User"]["UserStatus"], "FORCE_CHANGE_PASSWORD");
}

#[tokio::test]
async fn an_administrator_creates_a_user_without_a_password() {
    let scene = scene(json!({})).await;
    let body = json!({ "Username": ANN });
    let made = scene.admin("AdminCreateUser", body).await.ok();
    assert_eq!(made["User"]["UserStatus"], "CONFIRMED");
    let invitation = scene.app.newest_message(ANN).await;
    assert_eq!(invitation.code, None);
    assert!(invitation.body.contains(ANN), "{}", invitation.body);
    let again = json!({ "Username": ANN, "MessageAction": "RESEND" });
    let again = scene.admin("AdminCreateUser", again).await;
    assert_eq!(again.kind(), "UnsupportedUserStateException");
    // Nobody has verified the address; the code does.
    assert_eq!(scene.attribute(ANN, "email_verified").await, None);
    scene.app.advance(Span::seconds(1));
    let asked = by_mail(&scene, ANN).await;
    let code = scene.app.code_sent_to(ANN).await;
    enter(&scene, &asked, ANN, &code).await.ok();
    let verified = scene.attribute(ANN, "email_verified").await;
    assert_eq!(verified.as_deref(), Some("true"));
}

#[tokio::test]
async fn an_invitation_about_a_password_is_not_sent_to_a_user_without_one() {
    let scene = scene(json!({})).await;
    for (text, is_sent) in [
        ("Hello {username}, your password is {####}", false),
        ("Hello {username}, come in", true),
    ] {
        let template = json!({ "EmailMessage": text, "EmailSubject": "Hello" });
        let config = json!({ "AdminCreateUserConfig": { "InviteMessageTemplate": template } });
        scene.admin("UpdateUserPool", config).await.ok();
        let name = format!("{is_sent}@example.com");
        let body = json!({ "Username": name });
        scene.admin("AdminCreateUser", body).await.ok();
        let invitation = scene.app.newest_message(&name).await;
        assert_eq!(invitation.body.starts_with("Hello"), is_sent);
        assert!(!invitation.body.contains('#'), "{}", invitation.body);
    }
}

#[tokio::test]
async fn who_is_not_confirmed_learns_it_by_a_code_to_the_address_that_is_to_be_confirmed() {
    let hiding = scene(json!({})).await;
    sign_up(&hiding, ANN, json!({})).await.ok();
    hiding.app.advance(Span::seconds(1));
    let asked = by_mail(&hiding, ANN).await;
    let wrong = enter(&hiding, &asked, ANN, "x").await;
    assert_eq!(wrong.kind(), "CodeMismatchException");
    let code = hiding.app.code_sent_to(ANN).await;
    enter(&hiding, &asked, ANN, &code)
        .await
        .refused("UserNotConfirmedException", "User is not confirmed.");
    assert_eq!(hiding.status(ANN).await, "UNCONFIRMED");
    let telling = scene(telling()).await;
    sign_up(&telling, ANN, json!({})).await.ok();
    begin(&telling, ANN, json!({}))
        .await
        .refused("UserNotConfirmedException", "User is not confirmed.");
}
