//! Quotas.

use cabana_domain::client::Client;
use cabana_domain::group::Group;
use cabana_domain::pool::Pool;
use cabana_domain::resource_server::ResourceServer;
use cabana_domain::{ClientId, PoolId};
use cabana_store::{Change, Page};
use cabana_testkit::{START, TestApp};
use serde_json::{Value, json};

const LIMIT: &str = "LimitExceededException";

/// Stores things without the API; only the last one up to the quota is created through it.
async fn store(app: &TestApp, things: impl Iterator<Item = Change>) {
    app.api.store.apply(things.collect()).await.unwrap();
}

#[tokio::test]
async fn a_pool_has_so_many_groups_and_no_more() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let group = |number: usize| {
        Change::InsertGroup(Group {
            pool: PoolId::new(&pool),
            name: format!("group{number}"),
            version: 0,
            description: None,
            role_arn: None,
            precedence: None,
            created: START,
            modified: START,
        })
    };
    store(&app, (0..9_999).map(group)).await;
    let create = |name: &str| json!({ "UserPoolId": pool, "GroupName": name });
    app.ok("CreateGroup", create("last")).await;
    app.call("CreateGroup", create("more"))
        .await
        .refused(LIMIT, "There can be at most 10000 groups in a user pool.");
    // Another pool has its own quota.
    let other = app.pool(Value::Null).await;
    let elsewhere = json!({ "UserPoolId": other, "GroupName": "more" });
    app.ok("CreateGroup", elsewhere).await;
}

#[tokio::test]
async fn a_user_is_in_so_many_groups_and_no_more() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let user =
        json!({ "UserPoolId": pool, "Username": "ann@example.com", "MessageAction": "SUPPRESS" });
    app.ok("AdminCreateUser", user).await;
    let join = async |number: usize| {
        let group = format!("group{number}");
        let body = json!({ "UserPoolId": pool, "GroupName": group });
        app.ok("CreateGroup", body.clone()).await;
        let mut body = body;
        body["Username"] = json!("ann@example.com");
        app.call("AdminAddUserToGroup", body).await
    };
    for number in 0..100 {
        assert_eq!(join(number).await.status, 200);
    }
    join(100).await.refused(
        "InvalidParameterException",
        "A user can be in at most 100 groups.",
    );
    // Joining again does not count.
    let again = json!({ "UserPoolId": pool, "GroupName": "group7", "Username": "ann@example.com" });
    assert_eq!(app.call("AdminAddUserToGroup", again).await.status, 200);
}

#[tokio::test]
async fn a_pool_has_so_many_resource_servers_and_no_more() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let server = |number: usize| {
        Change::InsertResourceServer(ResourceServer {
            pool: PoolId::new(&pool),
            identifier: format!("server{number}"),
            version: 1,
            name: "API".to_owned(),
            scopes: Vec::new(),
        })
    };
    store(&app, (0..300).map(server)).await;
    let body = json!({ "UserPoolId": pool, "Identifier": "more", "Name": "API" });
    app.call("CreateResourceServer", body).await.refused(
        LIMIT,
        "There can be at most 300 resource servers in a user pool.",
    );
}

#[tokio::test]
async fn a_pool_has_so_many_clients_and_no_more() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let client = |number: usize| {
        Change::InsertClient(Box::new(Client {
            id: ClientId::new(format!("client{number}")),
            pool: PoolId::new(&pool),
            version: 1,
            settings: Default::default(),
            secrets: Vec::new(),
            sso_minutes: None,
            created: START,
            modified: START,
        }))
    };
    store(&app, (0..10_000).map(client)).await;
    let body = json!({ "UserPoolId": pool, "ClientName": "more" });
    app.call("CreateUserPoolClient", body).await.refused(
        LIMIT,
        "There can be at most 10000 app clients in a user pool.",
    );
}

#[tokio::test]
async fn an_account_has_so_many_pools_and_no_more() {
    let app = TestApp::new();
    app.pool(Value::Null).await;
    let page = Page {
        limit: 1,
        after: None,
    };
    let first = app.api.store.pools(page).await.unwrap().items.remove(0);
    let pool = |number: usize| Change::InsertPool {
        pool: Box::new(Pool {
            id: PoolId::new(format!("us-east-1_{number}")),
            ..first.clone()
        }),
        keys: Vec::new(),
    };
    store(&app, (0..9_999).map(pool)).await;
    app.call("CreateUserPool", json!({ "PoolName": "more" }))
        .await
        .refused(
            LIMIT,
            "There can be at most 10000 user pools in this account.",
        );
}
