//! Domains of the hosted pages.

use cabana_testkit::TestApp;
use serde_json::{Value, json};

const CERTIFICATE: &str = "arn:aws:acm:us-east-1:000000000000:certificate/test";

async fn create(app: &TestApp, pool: &str, domain: &str) -> cabana_testkit::Answer {
    app.call(
        "CreateUserPoolDomain",
        json!({ "UserPoolId": pool, "Domain": domain }),
    )
    .await
}

#[tokio::test]
async fn a_prefix_is_made_shown_changed_and_deleted() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let made = create(&app, &pool, "my-app").await.ok();
    assert_eq!(made, json!({ "ManagedLoginVersion": 1 }));
    let shown = app
        .ok("DescribeUserPoolDomain", json!({ "Domain": "my-app" }))
        .await;
    assert_eq!(
        shown["DomainDescription"],
        json!({
            "AWSAccountId": "000000000000",
            "CloudFrontDistribution": "localhost",
            "Domain": "my-app",
            "ManagedLoginVersion": 1,
            "S3Bucket": "aws-cognito-prod-iad-assets",
            "Status": "ACTIVE",
            "UserPoolId": pool,
            "Version": "20260101000000",
        })
    );
    let described = app
        .ok("DescribeUserPool", json!({ "UserPoolId": pool }))
        .await;
    assert_eq!(described["UserPool"]["Domain"], "my-app");

    let named = json!({ "UserPoolId": pool, "Domain": "my-app" });
    let wanted = json!({ "UserPoolId": pool, "Domain": "my-app", "ManagedLoginVersion": 2 });
    assert_eq!(
        app.ok("UpdateUserPoolDomain", wanted).await,
        json!({ "ManagedLoginVersion": 2 })
    );
    assert_eq!(
        app.ok("DeleteUserPoolDomain", named.clone()).await,
        json!({})
    );
    app.call("DeleteUserPoolDomain", named).await.refused(
        "InvalidParameterException",
        "No such domain or user pool exists.",
    );
    let gone = app
        .ok("DescribeUserPoolDomain", json!({ "Domain": "my-app" }))
        .await;
    assert_eq!(gone, json!({ "DomainDescription": {} }));
}

#[tokio::test]
async fn a_pool_has_one_prefix_and_one_custom_domain() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let other = app.pool(Value::Null).await;
    create(&app, &pool, "mine").await.ok();
    let refused = |answer: cabana_testkit::Answer, text: &str| {
        answer.refused("InvalidParameterException", text)
    };
    refused(create(&app, &pool, "mine").await, "Domain already exists.");
    refused(
        create(&app, &other, "mine").await,
        "Domain already associated with another user pool.",
    );
    refused(
        create(&app, &pool, "second").await,
        "User pool already has a domain configured.",
    );

    let custom = json!({
        "UserPoolId": pool,
        "Domain": "auth.example.com",
        "CustomDomainConfig": { "CertificateArn": CERTIFICATE },
    });
    let made = app.ok("CreateUserPoolDomain", custom).await;
    assert_eq!(made["CloudFrontDomain"], "localhost");
    let shown = app
        .ok("DescribeUserPool", json!({ "UserPoolId": pool }))
        .await;
    assert_eq!(shown["UserPool"]["Domain"], "mine");
    assert_eq!(shown["UserPool"]["CustomDomain"], "auth.example.com");
    let shown = app
        .ok(
            "DescribeUserPoolDomain",
            json!({ "Domain": "auth.example.com" }),
        )
        .await;
    assert_eq!(
        shown["DomainDescription"]["CustomDomainConfig"]["CertificateArn"],
        CERTIFICATE
    );
    let named =
        json!({ "UserPoolId": pool, "Domain": "auth.example.com", "ManagedLoginVersion": 2 });
    refused(
        app.call("UpdateUserPoolDomain", named.clone()).await,
        "Cannot convert custom domain to prefix domain.",
    );
    let mut named = named;
    named["CustomDomainConfig"] = json!({ "CertificateArn": CERTIFICATE });
    app.ok("UpdateUserPoolDomain", named.clone()).await;
    named["Domain"] = json!("mine");
    refused(
        app.call("UpdateUserPoolDomain", named).await,
        "CustomDomainConfig can only be set for a custom domain.",
    );
}

#[tokio::test]
async fn of_many_who_want_one_prefix_one_gets_it_and_no_pool_gets_two() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let calls = ["one", "two", "three"].map(|prefix| {
        let (api, request) = (
            app.api.clone(),
            app.request(
                "CreateUserPoolDomain",
                &json!({ "UserPoolId": pool, "Domain": prefix }),
            ),
        );
        tokio::spawn(async move { api.handle(request).await.status().as_u16() })
    });
    let mut made = 0;
    for call in calls {
        made += usize::from(call.await.unwrap() == 200);
    }
    assert_eq!(made, 1);
}

#[tokio::test]
async fn names_that_are_not_to_be_had_are_refused() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    for (domain, custom, message) in [
        (
            "my-cognito-app",
            false,
            "Domain cannot contain reserved word: cognito",
        ),
        ("aws-app", false, "Domain cannot contain reserved word: aws"),
        (
            "auth.example.com",
            false,
            "CustomDomainConfig is required for a custom domain.",
        ),
        (
            "prefix",
            true,
            "CustomDomainConfig can only be set for a custom domain.",
        ),
        ("127.0.0.1", true, "Custom domain is not a valid subdomain."),
        (
            "auth..example.com",
            true,
            "Custom domain is not a valid subdomain.",
        ),
        (
            "auth.-example.com",
            true,
            "Custom domain is not a valid subdomain.",
        ),
        (
            "x.auth.us-east-1.localhost",
            true,
            "Custom domain can not be the server's own name or a name under its prefix domains.",
        ),
    ] {
        let mut body = json!({ "UserPoolId": pool, "Domain": domain });
        if custom {
            body["CustomDomainConfig"] = json!({ "CertificateArn": CERTIFICATE });
        }
        app.call("CreateUserPoolDomain", body)
            .await
            .refused("InvalidParameterException", message);
    }
    let answer = create(&app, &pool, "Upper").await;
    assert!(
        answer
            .message()
            .starts_with("1 validation error detected: Value 'Upper' at 'domain'")
    );
}

#[tokio::test]
async fn only_versions_that_exist_and_no_failover() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    app.call(
        "CreateUserPoolDomain",
        json!({ "UserPoolId": pool, "Domain": "a", "ManagedLoginVersion": 3 }),
    )
    .await
    .refused(
        "InvalidParameterException",
        "ManagedLoginVersion must be 1 or 2.",
    );
    let failover = json!({ "SecondaryRegion": "us-west-2", "PrimaryRoute53HealthCheckId": "00000000-0000-4000-8000-000000000000" });
    let answer = app
        .call(
            "CreateUserPoolDomain",
            json!({ "UserPoolId": pool, "Domain": "a", "Routing": { "Failover": failover } }),
        )
        .await;
    assert_eq!(answer.kind(), "InvalidParameterException");
    assert!(
        answer
            .message()
            .starts_with("Failover between regions (Routing) is not built yet"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_domain_of_another_pool_is_neither_changed_nor_deleted() {
    let app = TestApp::new();
    let (mine, theirs) = (app.pool(Value::Null).await, app.pool(Value::Null).await);
    create(&app, &theirs, "theirs").await.ok();
    for operation in ["UpdateUserPoolDomain", "DeleteUserPoolDomain"] {
        app.call(operation, json!({ "UserPoolId": mine, "Domain": "theirs" }))
            .await
            .refused(
                "InvalidParameterException",
                "No such domain or user pool exists.",
            );
    }
}
