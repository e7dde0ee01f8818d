//! The challenges after the password: a new password, second factors, sessions between them.

use cabana_domain::{Span, totp};
use cabana_testkit::TestApp;
use serde_json::{Value, json};

use crate::auth::{PASSWORD, respond, sign_in, with_ada};

#[tokio::test]
async fn a_temporary_password_must_be_replaced_and_expires() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let client = app.client(&pool, json!({})).await;
    app.ok(
        "AdminCreateUser",
        json!({
            "UserPoolId": pool, "Username": "ada@example.org",
            "TemporaryPassword": "Temporary-1", "MessageAction": "SUPPRESS",
        }),
    )
    .await;
    let asked = sign_in(&app, &client, "ada@example.org", "Temporary-1")
        .await
        .ok();
    assert_eq!(asked["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let name = asked["ChallengeParameters"]["USER_ID_FOR_SRP"].clone();
    let weak = json!({ "USERNAME": name, "NEW_PASSWORD": "weak" });
    let refused = respond(
        &app,
        &client,
        "NEW_PASSWORD_REQUIRED",
        &asked["Session"],
        weak,
    )
    .await;
    assert_eq!(refused.kind(), "InvalidPasswordException");
    let strong = json!({ "USERNAME": name, "NEW_PASSWORD": PASSWORD });
    // A refused answer leaves the session usable; an accepted one uses it up.
    respond(
        &app,
        &client,
        "NEW_PASSWORD_REQUIRED",
        &asked["Session"],
        strong.clone(),
    )
    .await
    .ok();
    let again = respond(
        &app,
        &client,
        "NEW_PASSWORD_REQUIRED",
        &asked["Session"],
        strong,
    )
    .await;
    again.refused(
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
    );
    sign_in(&app, &client, "ada@example.org", PASSWORD)
        .await
        .ok();

    app.ok(
        "AdminSetUserPassword",
        json!({ "UserPoolId": pool, "Username": "ada@example.org", "Password": "Temporary-2", "Permanent": false }),
    )
    .await;
    app.advance(Span::days(8));
    sign_in(&app, &client, "ada@example.org", "Temporary-2")
        .await
        .refused(
            "NotAuthorizedException",
            "Temporary password has expired and must be reset by an administrator.",
        );
}

#[tokio::test]
async fn a_session_expires_and_belongs_to_one_client() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let (one, other) = (
        app.client(&pool, json!({})).await,
        app.client(&pool, json!({})).await,
    );
    app.ok(
        "AdminCreateUser",
        json!({
            "UserPoolId": pool, "Username": "ada@example.org",
            "TemporaryPassword": "Temporary-1", "MessageAction": "SUPPRESS",
        }),
    )
    .await;
    let asked = sign_in(&app, &one, "ada@example.org", "Temporary-1")
        .await
        .ok();
    let answers = json!({ "USERNAME": "ada@example.org", "NEW_PASSWORD": PASSWORD });
    respond(
        &app,
        &other,
        "NEW_PASSWORD_REQUIRED",
        &asked["Session"],
        answers.clone(),
    )
    .await
    .refused("NotAuthorizedException", "Invalid session for the user.");
    let someone = json!({ "USERNAME": "bob@example.org", "NEW_PASSWORD": PASSWORD });
    respond(
        &app,
        &one,
        "NEW_PASSWORD_REQUIRED",
        &asked["Session"],
        someone,
    )
    .await
    .refused("NotAuthorizedException", "Invalid session for the user.");
    app.advance(Span::minutes(4));
    respond(
        &app,
        &one,
        "NEW_PASSWORD_REQUIRED",
        &asked["Session"],
        answers,
    )
    .await
    .refused(
        "NotAuthorizedException",
        "Invalid session for the user, session is expired.",
    );
}

pub fn code(secret: &str, app: &TestApp) -> String {
    use cabana_api::ports::Clock;
    let seed = totp::from_base32(secret).unwrap();
    totp::code_at(&seed, app.clock.now().seconds().div_euclid(30))
}

#[tokio::test]
async fn where_a_second_factor_is_required_it_is_set_up_first_and_asked_for_after() {
    let app = TestApp::new();
    let (pool, client) = with_ada(&app, Value::Null, json!({})).await;
    app.ok(
        "SetUserPoolMfaConfig",
        json!({ "UserPoolId": pool, "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": { "Enabled": true } }),
    )
    .await;
    let name = "ada@example.org";
    let asked = sign_in(&app, &client, name, PASSWORD).await.ok();
    assert_eq!(asked["ChallengeName"], "MFA_SETUP");
    assert_eq!(
        asked["ChallengeParameters"]["MFAS_CAN_SETUP"],
        r#"["SOFTWARE_TOKEN_MFA"]"#
    );
    // Answering before anything is set up fails.
    let early = respond(
        &app,
        &client,
        "MFA_SETUP",
        &asked["Session"],
        json!({ "USERNAME": name }),
    )
    .await;
    early.refused("NotAuthorizedException", "Invalid session for the user.");

    let seed = app
        .ok(
            "AssociateSoftwareToken",
            json!({ "Session": asked["Session"] }),
        )
        .await;
    let secret = seed["SecretCode"].as_str().unwrap().to_owned();
    let wrong = app
        .call(
            "VerifySoftwareToken",
            json!({ "Session": seed["Session"], "UserCode": "000000" }),
        )
        .await;
    wrong.refused(
        "EnableSoftwareTokenMFAException",
        "Code mismatch and fail enable Software Token MFA",
    );
    let verified = app
        .ok(
            "VerifySoftwareToken",
            json!({ "Session": seed["Session"], "UserCode": code(&secret, &app) }),
        )
        .await;
    assert_eq!(verified["Status"], "SUCCESS");
    respond(
        &app,
        &client,
        "MFA_SETUP",
        &verified["Session"],
        json!({ "USERNAME": name }),
    )
    .await
    .ok();

    let asked = sign_in(&app, &client, name, PASSWORD).await.ok();
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let answers = |code: String| json!({ "USERNAME": name, "SOFTWARE_TOKEN_MFA_CODE": code });
    respond(
        &app,
        &client,
        "SOFTWARE_TOKEN_MFA",
        &asked["Session"],
        answers(code(&secret, &app)),
    )
    .await
    .refused(
        "ExpiredCodeException",
        "Your software token has already been used once.",
    );
    app.advance(Span::seconds(60));
    respond(
        &app,
        &client,
        "SOFTWARE_TOKEN_MFA",
        &asked["Session"],
        answers("000000".into()),
    )
    .await
    .refused("CodeMismatchException", "Invalid code received for user");
    respond(
        &app,
        &client,
        "SOFTWARE_TOKEN_MFA",
        &asked["Session"],
        answers(code(&secret, &app)),
    )
    .await
    .ok();
    app.advance(Span::seconds(60));
    respond(
        &app,
        &client,
        "SOFTWARE_TOKEN_MFA",
        &asked["Session"],
        answers(code(&secret, &app)),
    )
    .await
    .refused(
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
    );
}

#[tokio::test]
async fn several_factors_are_a_choice_and_a_mailed_code_is_one_of_them() {
    let app = TestApp::new();
    let (pool, client) = with_ada(&app, Value::Null, json!({})).await;
    app.ok(
        "SetUserPoolMfaConfig",
        json!({
            "UserPoolId": pool, "MfaConfiguration": "OPTIONAL",
            "SoftwareTokenMfaConfiguration": { "Enabled": true },
            "EmailMfaConfiguration": { "Message": "Your code is {####}", "Subject": "Code" },
        }),
    )
    .await;
    let name = "ada@example.org";
    let tokens = sign_in(&app, &client, name, PASSWORD).await.ok();
    let access = tokens["AuthenticationResult"]["AccessToken"].clone();
    let early = app
        .call(
            "SetUserMFAPreference",
            json!({ "AccessToken": access, "SoftwareTokenMfaSettings": { "Enabled": true } }),
        )
        .await;
    early.refused(
        "InvalidParameterException",
        "User has not verified software token mfa",
    );
    let seed = app
        .ok("AssociateSoftwareToken", json!({ "AccessToken": access }))
        .await;
    let secret = seed["SecretCode"].as_str().unwrap().to_owned();
    app.ok(
        "VerifySoftwareToken",
        json!({ "AccessToken": access, "UserCode": code(&secret, &app) }),
    )
    .await;
    app.ok(
        "SetUserMFAPreference",
        json!({
            "AccessToken": access,
            "SoftwareTokenMfaSettings": { "Enabled": true },
            "EmailMfaSettings": { "Enabled": true },
        }),
    )
    .await;
    let asked = sign_in(&app, &client, name, PASSWORD).await.ok();
    assert_eq!(asked["ChallengeName"], "SELECT_MFA_TYPE");
    assert_eq!(
        asked["ChallengeParameters"]["MFAS_CAN_CHOOSE"],
        r#"["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]"#
    );
    let chosen = json!({ "USERNAME": name, "ANSWER": "EMAIL_OTP" });
    let asked = respond(&app, &client, "SELECT_MFA_TYPE", &asked["Session"], chosen)
        .await
        .ok();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    assert_eq!(
        asked["ChallengeParameters"]["CODE_DELIVERY_DELIVERY_MEDIUM"],
        "EMAIL"
    );
    let mailed = app.code_sent_to(name).await;
    assert_eq!(mailed.len(), 8);
    // The session awaits no challenge of another name.
    for other in ["PASSWORD", "WEB_AUTHN", "SMS_OTP", "ADMIN_NO_SRP_AUTH"] {
        let answers = json!({ "USERNAME": name, "PASSWORD": PASSWORD, "CREDENTIAL": "{}" });
        respond(&app, &client, other, &asked["Session"], answers)
            .await
            .refused("NotAuthorizedException", "Invalid session for the user.");
    }
    let answers = |code: &str| json!({ "USERNAME": name, "EMAIL_OTP_CODE": code });
    let other = if mailed == "11111111" {
        "22222222"
    } else {
        "11111111"
    };
    respond(
        &app,
        &client,
        "EMAIL_OTP",
        &asked["Session"],
        answers(other),
    )
    .await
    .refused(
        "CodeMismatchException",
        "Invalid code or auth state for the user.",
    );
    respond(
        &app,
        &client,
        "EMAIL_OTP",
        &asked["Session"],
        answers(&mailed),
    )
    .await
    .ok();
}
