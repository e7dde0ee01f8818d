//! Secrets of app clients.

use cabana_testkit::{START, TestApp};
use serde_json::{Value, json};

#[tokio::test]
async fn a_second_secret_comes_beside_the_first_and_the_last_one_stays() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let client = app.client(&pool, json!({ "GenerateSecret": true })).await;
    let named = json!({ "UserPoolId": pool, "ClientId": client.id });
    let first = format!("{}--{}", client.id, START.seconds());
    let second = format!("{}--{}", client.id, START.seconds() + 1);

    // Created within the same second, but with an identifier of its own.
    let added =
        app.ok("AddUserPoolClientSecret", named.clone()).await["ClientSecretDescriptor"].clone();
    assert_eq!(added["ClientSecretId"], json!(second));
    assert_eq!(added["ClientSecretValue"].as_str().unwrap().len(), 51);
    assert_ne!(added["ClientSecretValue"], json!(client.secret));
    assert_eq!(
        app.ok("ListUserPoolClientSecrets", named.clone()).await,
        json!({ "ClientSecrets": [
            { "ClientSecretId": first, "ClientSecretCreateDate": START.seconds() },
            { "ClientSecretId": second, "ClientSecretCreateDate": START.seconds() },
        ] })
    );
    app.call("AddUserPoolClientSecret", named.clone())
        .await
        .refused(
            "LimitExceededException",
            "A client can have at most two secrets.",
        );

    let delete = async |id: &str| {
        let body = json!({ "UserPoolId": pool, "ClientId": client.id, "ClientSecretId": id });
        app.call("DeleteUserPoolClientSecret", body).await
    };
    assert_eq!(delete(&first).await.ok(), json!({}));
    let gone = format!("Client secret {first} does not exist.");
    delete(&first)
        .await
        .refused("ResourceNotFoundException", &gone);
    delete(&second).await.refused(
        "InvalidParameterException",
        "The last secret of a client can not be deleted.",
    );
    let shown = app.ok("DescribeUserPoolClient", named).await;
    assert_eq!(
        shown["UserPoolClient"]["ClientSecret"],
        added["ClientSecretValue"]
    );
}

#[tokio::test]
async fn a_secret_that_was_given_is_not_told_again() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let client = app
        .client(&pool, json!({ "ClientSecret": "chosen+by+the+operator+1" }))
        .await;
    assert_eq!(client.secret.as_deref(), Some("chosen+by+the+operator+1"));
    let body = json!({ "UserPoolId": pool, "ClientId": client.id, "ClientSecret": "chosen+by+the+operator+2" });
    let added = app.ok("AddUserPoolClientSecret", body).await;
    assert_eq!(
        added["ClientSecretDescriptor"].get("ClientSecretValue"),
        None
    );
}

#[tokio::test]
async fn a_public_client_gets_no_secret() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let client = app.client(&pool, Value::Null).await;
    app.call(
        "AddUserPoolClientSecret",
        json!({ "UserPoolId": pool, "ClientId": client.id }),
    )
    .await
    .refused(
        "InvalidParameterException",
        "A secret can be added only to a client that has one.",
    );
}
