//! User pools: creation, lists, deletion.

mod attributes;
mod members;
mod second_factors;
mod settings;
mod tiers;
mod unbuilt;
mod zeros;

use cabana_domain::Span;
use cabana_testkit::TestApp;
use serde_json::{Value, json};

pub async fn describe(app: &TestApp, pool: &str) -> Value {
    app.ok("DescribeUserPool", json!({ "UserPoolId": pool }))
        .await["UserPool"]
        .clone()
}

pub async fn refused(app: &TestApp, operation: &str, body: Value, message: &str) {
    app.call(operation, body)
        .await
        .refused("InvalidParameterException", message);
}

#[tokio::test]
async fn updates_at_the_same_time_all_count() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let arn = describe(&app, &pool).await["Arn"].clone();
    let calls: Vec<_> = (0..4)
        .map(|n| {
            let body = json!({ "ResourceArn": arn, "Tags": { n.to_string(): "x" } });
            let (api, request) = (app.api.clone(), app.request("TagResource", &body));
            tokio::spawn(async move { api.handle(request).await.status().as_u16() })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), 200);
    }
    assert_eq!(
        describe(&app, &pool).await["UserPoolTags"]
            .as_object()
            .unwrap()
            .len(),
        4
    );
}

#[tokio::test]
async fn a_pool_goes_only_unprotected_and_without_a_domain() {
    let app = TestApp::new();
    let pool = app.pool(json!({ "DeletionProtection": "ACTIVE" })).await;
    let named = json!({ "UserPoolId": pool });
    refused(
        &app,
        "DeleteUserPool",
        named.clone(),
        "The user pool cannot be deleted because deletion protection is activated. \
         Deletion protection must be inactivated first.",
    )
    .await;
    app.ok(
        "UpdateUserPool",
        json!({ "UserPoolId": pool, "DeletionProtection": "INACTIVE" }),
    )
    .await;
    app.ok(
        "CreateUserPoolDomain",
        json!({ "UserPoolId": pool, "Domain": "mine" }),
    )
    .await;
    refused(
        &app,
        "DeleteUserPool",
        named.clone(),
        "User pool cannot be deleted. It has a domain configured that should be deleted first.",
    )
    .await;
    app.ok(
        "DeleteUserPoolDomain",
        json!({ "UserPoolId": pool, "Domain": "mine" }),
    )
    .await;
    let client = app.client(&pool, Value::Null).await;
    let gone = app.call("DeleteUserPool", named.clone()).await;
    assert_eq!((gone.status, &gone.body), (200, &Value::Null));
    let message = format!("User pool {pool} does not exist.");
    for operation in [
        "DescribeUserPool",
        "DeleteUserPool",
        "GetUserPoolMfaConfig",
        "ListUserPoolClients",
    ] {
        app.call(operation, named.clone())
            .await
            .refused("ResourceNotFoundException", &message);
    }
    let answer = app
        .call(
            "DescribeUserPoolClient",
            json!({ "UserPoolId": pool, "ClientId": client.id }),
        )
        .await;
    answer.refused("ResourceNotFoundException", &message);
    assert_eq!(
        app.ok("ListUserPools", json!({ "MaxResults": 60 })).await,
        json!({ "UserPools": [] })
    );
}

#[tokio::test]
async fn pools_are_listed_in_pages_oldest_first() {
    let app = TestApp::new();
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(app.pool(Value::Null).await);
        app.advance(Span::seconds(1));
    }
    let (mut listed, mut token, mut pages) = (Vec::new(), Value::Null, 0);
    loop {
        let page = app
            .ok(
                "ListUserPools",
                json!({ "MaxResults": 2, "NextToken": token }),
            )
            .await;
        for pool in page["UserPools"].as_array().unwrap() {
            assert_eq!(
                (&pool["Name"], &pool["LambdaConfig"]),
                (&json!("test"), &json!({}))
            );
            listed.push(pool["Id"].as_str().unwrap().to_owned());
        }
        pages += 1;
        match page.get("NextToken") {
            Some(next) => token = next.clone(),
            None => break,
        }
    }
    assert_eq!((listed, pages), (made, 3));
}

#[tokio::test]
async fn a_paging_token_is_good_for_its_own_list_and_an_hour() {
    let app = TestApp::new();
    let (pool, other) = (app.pool(Value::Null).await, app.pool(Value::Null).await);
    let token = app.ok("ListUserPools", json!({ "MaxResults": 1 })).await["NextToken"].clone();
    for n in 0..2 {
        app.client(&pool, json!({ "ClientName": n.to_string() }))
            .await;
    }
    let list = json!({ "UserPoolId": pool, "MaxResults": 1 });
    let theirs = app.ok("ListUserPoolClients", list).await["NextToken"].clone();
    app.ok(
        "ListUserPools",
        json!({ "MaxResults": 1, "NextToken": token }),
    )
    .await;

    let bad = "Invalid pagination token given.";
    refused(
        &app,
        "ListUserPools",
        json!({ "MaxResults": 1, "NextToken": theirs }),
        bad,
    )
    .await;
    refused(
        &app,
        "ListUserPools",
        json!({ "MaxResults": 1, "NextToken": "AAAA" }),
        bad,
    )
    .await;
    refused(
        &app,
        "ListUserPoolClients",
        json!({ "UserPoolId": other, "NextToken": theirs }),
        bad,
    )
    .await;
    let regular = json!({ "UserPoolId": pool, "ClientType": "REGULAR", "NextToken": theirs });
    refused(&app, "ListUserPoolClients", regular, bad).await;
    app.advance(Span::hours(1));
    refused(
        &app,
        "ListUserPools",
        json!({ "MaxResults": 1, "NextToken": token }),
        bad,
    )
    .await;
}
