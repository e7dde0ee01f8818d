//! Tags of pools.

use cabana_testkit::TestApp;
use serde_json::{Value, json};

async fn arn(app: &TestApp, pool: &str) -> String {
    let shown = app
        .ok("DescribeUserPool", json!({ "UserPoolId": pool }))
        .await;
    shown["UserPool"]["Arn"].as_str().unwrap().to_owned()
}

async fn tags(app: &TestApp, arn: &str) -> Value {
    app.ok("ListTagsForResource", json!({ "ResourceArn": arn }))
        .await["Tags"]
        .clone()
}

#[tokio::test]
async fn tags_come_change_and_go_one_by_one() {
    let app = TestApp::new();
    let pool = app
        .pool(json!({ "UserPoolTags": { "team": "a", "stage": "test" } }))
        .await;
    let arn = arn(&app, &pool).await;
    assert_eq!(
        arn,
        format!("arn:aws:cognito-idp:us-east-1:000000000000:userpool/{pool}")
    );
    app.ok(
        "TagResource",
        json!({ "ResourceArn": arn, "Tags": { "team": "b", "empty": "" } }),
    )
    .await;
    assert_eq!(
        tags(&app, &arn).await,
        json!({ "team": "b", "stage": "test", "empty": "" })
    );
    app.ok(
        "UntagResource",
        json!({ "ResourceArn": arn, "TagKeys": ["stage", "unknown"] }),
    )
    .await;
    assert_eq!(tags(&app, &arn).await, json!({ "team": "b", "empty": "" }));
    let shown = app
        .ok("DescribeUserPool", json!({ "UserPoolId": pool }))
        .await;
    assert_eq!(
        shown["UserPool"]["UserPoolTags"],
        json!({ "team": "b", "empty": "" })
    );
}

#[tokio::test]
async fn reserved_and_meaningless_tags_are_refused_everywhere() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let arn = arn(&app, &pool).await;
    for (tags, message) in [
        (
            json!({ "aws:x": "1" }),
            "Tag keys beginning with aws: are reserved for system use.",
        ),
        (
            json!({ "cabana:x": "1" }),
            "The tag cabana:x is unknown. Known are cabana:dialect, cabana:issuer, cabana:sign-up-domains and cabana:srp.",
        ),
        (
            json!({ "cabana:srp": "1" }),
            "The tag cabana:srp must be on or off.",
        ),
        (
            json!({ "cabana:issuer": "x" }),
            "The tag cabana:issuer must be an http or https URL without query and fragment.",
        ),
    ] {
        let refused = [
            app.call("TagResource", json!({ "ResourceArn": arn, "Tags": tags }))
                .await,
            app.call(
                "CreateUserPool",
                json!({ "PoolName": "x", "UserPoolTags": tags }),
            )
            .await,
            app.call(
                "UpdateUserPool",
                json!({ "UserPoolId": pool, "UserPoolTags": tags }),
            )
            .await,
        ];
        refused
            .iter()
            .for_each(|it| it.refused("InvalidParameterException", message));
    }
    assert_eq!(tags(&app, &arn).await, json!({}));
}

#[tokio::test]
async fn a_pool_has_at_most_fifty_tags() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let arn = arn(&app, &pool).await;
    let many: serde_json::Map<_, _> = (0..50).map(|n| (n.to_string(), json!("x"))).collect();
    app.ok("TagResource", json!({ "ResourceArn": arn, "Tags": many }))
        .await;
    app.call(
        "TagResource",
        json!({ "ResourceArn": arn, "Tags": { "one more": "x" } }),
    )
    .await
    .refused(
        "InvalidParameterException",
        "A user pool can have at most 50 tags.",
    );
}

#[tokio::test]
async fn an_arn_must_be_an_existing_pools() {
    let app = TestApp::new();
    let call = async |arn: &str| {
        app.call("ListTagsForResource", json!({ "ResourceArn": arn }))
            .await
    };
    call("arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_missing")
        .await
        .refused(
            "ResourceNotFoundException",
            "User pool us-east-1_missing does not exist.",
        );
    call("arn:aws:cognito-idp:us-east-1:000000000000:other/x")
        .await
        .refused(
            "InvalidParameterException",
            "ResourceArn is not the ARN of a user pool.",
        );
}

#[tokio::test]
async fn an_arn_of_another_region_or_account_names_another_pool() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let own = arn(&app, &pool).await;
    for foreign in [
        own.replace("us-east-1:", "eu-west-1:"),
        own.replace("000000000000", "000000000001"),
        own.replace("arn:aws:", "arn:aws-cn:"),
    ] {
        for operation in ["TagResource", "UntagResource", "ListTagsForResource"] {
            let body = json!({ "ResourceArn": foreign, "Tags": { "a": "b" }, "TagKeys": ["a"] });
            app.call(operation, body).await.refused(
                "ResourceNotFoundException",
                &format!("User pool {pool} does not exist."),
            );
        }
    }
    assert_eq!(tags(&app, &own).await, json!({}));
}
