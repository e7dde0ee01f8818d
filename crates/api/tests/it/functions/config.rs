//! LambdaConfig: accepted, completed, described, replaced.

use cabana_testkit::{TestApp, function, lambda_config};
use serde_json::json;

use crate::pools::{describe, refused};

const KEY: &str = "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-4000-8000-000000000000";

#[tokio::test]
async fn functions_are_described_as_given_and_the_token_function_by_both_names() {
    let app = TestApp::new();
    let older = lambda_config(&["PreSignUp", "PreTokenGeneration"]);
    let pool = app.pool(json!({ "LambdaConfig": older })).await;
    let arn = function("PreTokenGeneration");
    let shown = describe(&app, &pool).await["LambdaConfig"].clone();
    assert_eq!(
        shown,
        json!({
            "PreSignUp": function("PreSignUp"), "PreTokenGeneration": arn,
            "PreTokenGenerationConfig": { "LambdaArn": arn, "LambdaVersion": "V1_0" },
        })
    );
    let listed = app.ok("ListUserPools", json!({ "MaxResults": 1 })).await;
    assert_eq!(listed["UserPools"][0]["LambdaConfig"], shown);
    for version in ["V2_0", "V3_0"] {
        let newer = json!({ "LambdaArn": arn, "LambdaVersion": version });
        let config = json!({ "PreTokenGenerationConfig": newer });
        let body = json!({ "UserPoolId": pool, "LambdaConfig": config });
        app.ok("UpdateUserPool", body).await;
        let shown = describe(&app, &pool).await["LambdaConfig"].clone();
        assert_eq!(
            shown,
            json!({ "PreTokenGeneration": arn, "PreTokenGenerationConfig": newer })
        );
    }
    // An update without them removes all.
    app.ok("UpdateUserPool", json!({ "UserPoolId": pool }))
        .await;
    assert_eq!(describe(&app, &pool).await["LambdaConfig"], json!({}));
}

#[tokio::test]
async fn contradictions_are_refused() {
    let app = TestApp::new();
    let sender = json!({ "LambdaArn": function("send"), "LambdaVersion": "V1_0" });
    for (config, message) in [
        (
            json!({
                "PreTokenGeneration": function("one"),
                "PreTokenGenerationConfig": { "LambdaArn": function("two"), "LambdaVersion": "V1_0" },
            }),
            "PreTokenGeneration and PreTokenGenerationConfig must name the same function.",
        ),
        (
            json!({ "CustomEmailSender": sender }),
            "KMSKeyID is required with CustomEmailSender and CustomSMSSender.",
        ),
        (
            json!({ "CustomSMSSender": sender }),
            "KMSKeyID is required with CustomEmailSender and CustomSMSSender.",
        ),
        (
            json!({ "CustomEmailSender": { "LambdaArn": function("send") }, "KMSKeyID": KEY }),
            "1 validation error detected: Value null at 'lambdaConfig.customEmailSender.lambdaVersion' failed to satisfy \
             constraint: Member must not be null",
        ),
    ] {
        let body = json!({ "PoolName": "x", "LambdaConfig": config });
        refused(&app, "CreateUserPool", body, message).await;
    }
    let both = json!({ "CustomEmailSender": sender, "CustomSMSSender": sender, "KMSKeyID": KEY });
    app.pool(json!({ "LambdaConfig": both })).await;
}

#[tokio::test]
async fn a_pool_of_the_lite_tier_has_functions_but_none_for_access_tokens() {
    let app = TestApp::new();
    let config = |version: &str| {
        let newer = json!({ "LambdaArn": function("tokens"), "LambdaVersion": version });
        json!({ "PreTokenGenerationConfig": newer })
    };
    let create = |version: &str, tier: &str| json!({ "PoolName": "x", "LambdaConfig": config(version), "UserPoolTier": tier });
    app.ok("CreateUserPool", create("V1_0", "LITE")).await;
    for version in ["V2_0", "V3_0"] {
        let answer = app.call("CreateUserPool", create(version, "LITE")).await;
        assert_eq!(answer.kind(), "FeatureUnavailableInTierException");
        let feature = format!("Token Customization with Pre-Token Generation Lambda {version}");
        assert!(answer.message().contains(&feature), "{}", answer.message());
    }
    let pool = app.ok("CreateUserPool", create("V2_0", "PLUS")).await;
    let body = json!({
        "UserPoolId": pool["UserPool"]["Id"], "LambdaConfig": config("V2_0"), "UserPoolTier": "LITE",
    });
    let answer = app.call("UpdateUserPool", body).await;
    assert_eq!(answer.kind(), "TierChangeNotAllowedException");
}
