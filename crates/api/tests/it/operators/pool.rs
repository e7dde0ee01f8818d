//! The operators' pool.

use cabana_api::logic::operators::{self, ADMINISTRATORS, READ_ONLY, Role};
use cabana_domain::pool::{OPERATORS_CLIENT, OPERATORS_POOL};
use cabana_domain::{ClientId, PoolId, Sub};
use cabana_testkit::TestApp;
use serde_json::{Value, json};

use super::cx;

fn urls(path: &str) -> Vec<String> {
    vec![format!("http://cabana.test:9229/console/{path}")]
}

async fn ensure(app: &TestApp) {
    operators::ensure(&app.api, urls("callback"), urls(""))
        .await
        .unwrap();
}

/// The pool's description, for callers who know its id.
async fn described(app: &TestApp) -> (Value, Value) {
    let pool = json!({ "UserPoolId": OPERATORS_POOL });
    let client = json!({ "UserPoolId": OPERATORS_POOL, "ClientId": OPERATORS_CLIENT });
    (
        app.ok("DescribeUserPool", pool).await["UserPool"].clone(),
        app.ok("DescribeUserPoolClient", client).await["UserPoolClient"].clone(),
    )
}

#[tokio::test]
async fn it_is_made_once_and_in_no_list() {
    let app = TestApp::new();
    ensure(&app).await;
    let (pool, client) = described(&app).await;
    assert_eq!(pool["Name"], "Cabana operators");
    assert_eq!(pool["MfaConfiguration"], "OPTIONAL");
    assert_eq!(pool["DeletionProtection"], "ACTIVE");
    assert_eq!(pool["UsernameConfiguration"]["CaseSensitive"], false);
    assert_eq!(pool["AliasAttributes"], json!(["email"]));
    assert_eq!(
        pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"],
        true
    );
    assert_eq!(pool["Policies"]["PasswordPolicy"]["MinimumLength"], 12);
    assert_eq!(client["ClientSecret"], Value::Null);
    assert_eq!(client["CallbackURLs"], json!(urls("callback")));
    assert_eq!(client["LogoutURLs"], json!(urls("")));
    assert_eq!(client["AllowedOAuthFlows"], json!(["code"]));
    assert_eq!(
        client["ExplicitAuthFlows"],
        json!(["ALLOW_REFRESH_TOKEN_AUTH"])
    );
    assert_eq!(client["PreventUserExistenceErrors"], "ENABLED");
    let pools = app.ok("ListUserPools", json!({ "MaxResults": 60 })).await;
    assert_eq!(pools["UserPools"], json!([]));

    ensure(&app).await;
    assert_eq!(described(&app).await, (pool, client));
    operators::ensure(&app.api, urls("new"), vec![])
        .await
        .unwrap();
    let (_, client) = described(&app).await;
    assert_eq!(client["CallbackURLs"], json!(urls("new")));
    assert_eq!(client["LogoutURLs"], Value::Null);
    let delete = app
        .call("DeleteUserPool", json!({ "UserPoolId": OPERATORS_POOL }))
        .await;
    assert_eq!(delete.kind(), "InvalidParameterException");
}

#[tokio::test]
async fn what_was_taken_away_comes_back() {
    let app = TestApp::new();
    ensure(&app).await;
    let (pool, client) = described(&app).await;
    let gone = json!({ "UserPoolId": OPERATORS_POOL, "ClientId": OPERATORS_CLIENT });
    app.ok("DeleteUserPoolClient", gone).await;
    let group = json!({ "UserPoolId": OPERATORS_POOL, "GroupName": READ_ONLY });
    app.ok("DeleteGroup", group.clone()).await;
    ensure(&app).await;
    assert_eq!(described(&app).await, (pool, client));
    app.ok("GetGroup", group).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_start_together_make_it_once() {
    let app = TestApp::new();
    let starting: Vec<_> = (0..8)
        .map(|_| {
            let api = app.api.clone();
            tokio::spawn(async move { operators::ensure(&api, urls("callback"), urls("")).await })
        })
        .collect();
    for node in starting {
        node.await.unwrap().unwrap();
    }
    let keys = app
        .api
        .store
        .signing_keys(&PoolId::new(OPERATORS_POOL))
        .await;
    assert_eq!(keys.unwrap().len(), 2);
    let client = app.api.store.client(&ClientId::new(OPERATORS_CLIENT)).await;
    assert_eq!(client.unwrap().unwrap().version, 1);
}

async fn new_user(app: &TestApp, name: &str) -> Sub {
    let body =
        json!({ "UserPoolId": OPERATORS_POOL, "Username": name, "MessageAction": "SUPPRESS" });
    let made = app.ok("AdminCreateUser", body).await;
    let attributes = made["User"]["Attributes"].as_array().unwrap().clone();
    let sub = attributes.iter().find(|it| it["Name"] == "sub").unwrap();
    Sub::new(sub["Value"].as_str().unwrap())
}

async fn add(app: &TestApp, name: &str, group: &str) {
    let body = json!({ "UserPoolId": OPERATORS_POOL, "Username": name, "GroupName": group });
    app.ok("AdminAddUserToGroup", body).await;
}

#[tokio::test]
async fn a_role_comes_from_the_groups_and_goes_with_the_account() {
    let app = TestApp::new();
    ensure(&app).await;
    let ann = new_user(&app, "ann").await;
    let role = async |sub: &Sub| operators::role(&cx(&app, false), sub).await.unwrap();
    assert_eq!(role(&ann).await, None);
    add(&app, "ann", READ_ONLY).await;
    assert_eq!(role(&ann).await, Some(Role::ReadOnly));
    add(&app, "ann", ADMINISTRATORS).await;
    assert_eq!(role(&ann).await, Some(Role::Administrator));
    let user = json!({ "UserPoolId": OPERATORS_POOL, "Username": "ann" });
    app.ok("AdminDisableUser", user.clone()).await;
    assert_eq!(role(&ann).await, None);
    app.ok("AdminEnableUser", user.clone()).await;
    assert_eq!(role(&ann).await, Some(Role::Administrator));
    app.ok("AdminDeleteUser", user).await;
    assert_eq!(role(&ann).await, None);
    assert_eq!(role(&Sub::new("nobody")).await, None);
}

#[tokio::test]
async fn a_second_factor_that_was_switched_off_can_be_set_up_again_after_a_start() {
    let app = TestApp::new();
    ensure(&app).await;
    let config = json!({ "UserPoolId": OPERATORS_POOL });
    let before = app.ok("GetUserPoolMfaConfig", config.clone()).await;
    let off = json!({ "UserPoolId": OPERATORS_POOL, "MfaConfiguration": "OFF" });
    app.ok("SetUserPoolMfaConfig", off).await;
    ensure(&app).await;
    let after = app.ok("GetUserPoolMfaConfig", config.clone()).await;
    assert_eq!(after, before);
    assert_eq!(after["MfaConfiguration"], "OPTIONAL");
    assert_eq!(after["SoftwareTokenMfaConfiguration"]["Enabled"], true);
    // A pool that requires a second factor keeps requiring it.
    let on = json!({ "UserPoolId": OPERATORS_POOL, "MfaConfiguration": "ON",
        "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    app.ok("SetUserPoolMfaConfig", on).await;
    ensure(&app).await;
    let after = app.ok("GetUserPoolMfaConfig", config).await;
    assert_eq!(after["MfaConfiguration"], "ON");
}
