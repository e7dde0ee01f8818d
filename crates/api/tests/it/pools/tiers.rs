//! Feature plans.

use cabana_testkit::TestApp;
use serde_json::{Value, json};

use super::describe;

const EMAIL: &str = "Email MFA (EmailMfaConfiguration)";
const HISTORY: &str = "Password history (PasswordHistorySize)";

const CODES: &str = "Sign-in without a password (AllowedFirstAuthFactors)";

fn by_code() -> Value {
    json!({ "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] } })
}

fn unavailable(feature: &str) -> String {
    format!("{feature} is not available in the LITE tier of this user pool.")
}

fn by_mail(pool: &str) -> Value {
    let mail = json!({ "Message": "Code {####}", "Subject": "Code" });
    json!({ "UserPoolId": pool, "MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": mail })
}

#[tokio::test]
async fn a_lite_pool_lacks_what_the_other_tiers_have() {
    let app = TestApp::new();
    let pool = app.pool(json!({ "UserPoolTier": "LITE" })).await;
    app.ok(
        "CreateUserPoolDomain",
        json!({ "UserPoolId": pool, "Domain": "lite", "ManagedLoginVersion": 1 }),
    )
    .await;
    let history = json!({ "PasswordPolicy": { "PasswordHistorySize": 2 } });
    let login = "Managed login (ManagedLoginVersion 2)";
    for (operation, body, feature) in [
        ("SetUserPoolMfaConfig", by_mail(&pool), EMAIL),
        (
            "CreateUserPool",
            json!({ "PoolName": "x", "UserPoolTier": "LITE", "Policies": history }),
            HISTORY,
        ),
        (
            "UpdateUserPool",
            json!({ "UserPoolId": pool, "Policies": history }),
            HISTORY,
        ),
        (
            "UpdateUserPool",
            json!({ "UserPoolId": pool, "AcrConfiguration": { "Level1": { "AcrValue": "low" } } }),
            "Own names for authentication levels (AcrConfiguration)",
        ),
        (
            "CreateUserPoolDomain",
            json!({ "UserPoolId": pool, "Domain": "lite2", "ManagedLoginVersion": 2 }),
            login,
        ),
        (
            "UpdateUserPoolDomain",
            json!({ "UserPoolId": pool, "Domain": "lite", "ManagedLoginVersion": 2 }),
            login,
        ),
        (
            "UpdateUserPool",
            json!({ "UserPoolId": pool, "Policies": by_code() }),
            CODES,
        ),
    ] {
        app.call(operation, body)
            .await
            .refused("FeatureUnavailableInTierException", &unavailable(feature));
    }

    // The tier brings the feature.
    let better = json!({ "UserPoolId": pool, "UserPoolTier": "ESSENTIALS", "Policies": history });
    app.ok("UpdateUserPool", better).await;
    app.ok("SetUserPoolMfaConfig", by_mail(&pool)).await;
}

#[tokio::test]
async fn a_pool_goes_down_to_lite_only_without_what_lite_lacks() {
    let app = TestApp::new();
    let pool = app.pool(json!({ "UserPoolTier": "PLUS" })).await;
    app.ok("SetUserPoolMfaConfig", by_mail(&pool)).await;
    let mut down =
        json!({ "UserPoolId": pool, "UserPoolTier": "LITE", "MfaConfiguration": "OPTIONAL" });
    app.call("UpdateUserPool", down.clone()).await.refused(
        "TierChangeNotAllowedException",
        &format!(
            "The tier can not change to LITE while this user pool uses a feature it lacks: {EMAIL}."
        ),
    );
    assert_eq!(describe(&app, &pool).await["UserPoolTier"], "PLUS");
    down["UserPoolTier"] = json!("ESSENTIALS");
    app.ok("UpdateUserPool", down.clone()).await;

    let off = json!({ "UserPoolId": pool, "MfaConfiguration": "OFF" });
    app.ok("SetUserPoolMfaConfig", off).await;
    let kept = json!({ "PasswordPolicy": { "PasswordHistorySize": 2 } });
    let better = json!({ "UserPoolId": pool, "Policies": kept });
    app.ok("UpdateUserPool", better).await;
    let lite = json!({ "UserPoolId": pool, "UserPoolTier": "LITE" });
    app.call("UpdateUserPool", lite).await.refused(
        "TierChangeNotAllowedException",
        &format!(
            "The tier can not change to LITE while this user pool uses a feature it lacks: {HISTORY}."
        ),
    );
    let none = json!({ "PasswordPolicy": {} });
    let without = json!({ "UserPoolId": pool, "Policies": none });
    app.ok("UpdateUserPool", without).await;
    let lite = json!({ "UserPoolId": pool, "UserPoolTier": "LITE" });
    app.ok("UpdateUserPool", lite).await;
    assert_eq!(describe(&app, &pool).await["UserPoolTier"], "LITE");
}

#[tokio::test]
async fn choosing_among_passwords_is_in_every_tier_and_codes_are_not() {
    let app = TestApp::new();
    let pool = json!({ "UserPoolTier": "LITE", "UsernameAttributes": ["email"] });
    let pool = app.pool(pool).await;
    let flows = json!({ "ExplicitAuthFlows": ["ALLOW_USER_AUTH"] });
    let client = app.client(&pool, flows).await;
    let body = json!({
        "ClientId": client.id, "AuthFlow": "USER_AUTH",
        "AuthParameters": { "USERNAME": "ann@example.com" },
    });
    let asked = app.ok("InitiateAuth", body.clone()).await;
    assert_eq!(asked["ChallengeName"], "SELECT_CHALLENGE");
    let mut signed_up = body;
    signed_up["Session"] = json!("x".repeat(20));
    app.call("InitiateAuth", signed_up)
        .await
        .refused("FeatureUnavailableInTierException", &unavailable(CODES));
    let better = json!({ "UserPoolId": pool, "UserPoolTier": "PLUS", "Policies": by_code() });
    app.ok("UpdateUserPool", better).await;
    let lite = json!({ "UserPoolId": pool, "UserPoolTier": "LITE" });
    app.call("UpdateUserPool", lite).await.refused(
        "TierChangeNotAllowedException",
        &format!(
            "The tier can not change to LITE while this user pool uses a feature it lacks: {CODES}."
        ),
    );
}
