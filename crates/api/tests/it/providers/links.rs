//! Identities that administrators link to users.

use cabana_testkit::TestApp;
use serde_json::{Value, json};

use super::oidc;

#[tokio::test]
async fn an_identity_is_linked_to_a_user_and_taken_away_again() {
    let app = TestApp::new();
    let pool = app.pool(json!({ "PoolName": "links" })).await;
    app.ok("CreateIdentityProvider", oidc(&pool, "Corp")).await;
    let user = json!({ "UserPoolId": pool, "Username": "ada", "MessageAction": "SUPPRESS" });
    app.ok("AdminCreateUser", user).await;
    let who = json!({
        "ProviderName": "Corp", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "Ann-1",
    });
    let link = json!({
        "UserPoolId": pool, "SourceUser": who,
        "DestinationUser": { "ProviderName": "Cognito", "ProviderAttributeValue": "ada" },
    });
    assert_eq!(app.ok("AdminLinkProviderForUser", link).await, json!({}));
    let named = json!({ "UserPoolId": pool, "Username": "ada" });
    let identities = |user: &Value| {
        let attributes = user["UserAttributes"].as_array().unwrap().iter();
        let mut found = attributes.filter(|it| it["Name"] == "identities");
        found.next().map(|it| it["Value"].clone())
    };
    let shown = app.ok("AdminGetUser", named.clone()).await;
    let expected = r#"[{"userId":"Ann-1","providerName":"Corp","providerType":"OIDC","issuer":null,"primary":false,"dateCreated":1767225600000}]"#;
    assert_eq!(identities(&shown), Some(json!(expected)));
    // Nobody writes it but the server.
    let own = json!({
        "UserPoolId": pool, "Username": "ada",
        "UserAttributes": [{ "Name": "identities", "Value": "[]" }],
    });
    assert_eq!(app.call("AdminUpdateUserAttributes", own).await.status, 400);
    let unlink = json!({ "UserPoolId": pool, "User": who });
    assert_eq!(
        app.ok("AdminDisableProviderForUser", unlink).await,
        json!({})
    );
    assert_eq!(identities(&app.ok("AdminGetUser", named).await), None);
}

#[tokio::test]
async fn of_many_links_of_one_person_one_is_made() {
    let app = std::sync::Arc::new(TestApp::new());
    let pool = app.pool(json!({ "PoolName": "links" })).await;
    app.ok("CreateIdentityProvider", oidc(&pool, "Corp")).await;
    let mut tasks = Vec::new();
    for number in 0..10 {
        let name = format!("user{number}");
        let user = json!({ "UserPoolId": pool, "Username": name, "MessageAction": "SUPPRESS" });
        app.ok("AdminCreateUser", user).await;
        let link = json!({
            "UserPoolId": pool,
            "SourceUser": { "ProviderName": "Corp", "ProviderAttributeValue": "Ann-1" },
            "DestinationUser": { "ProviderName": "Cognito", "ProviderAttributeValue": name },
        });
        let app = app.clone();
        tasks.push(tokio::spawn(async move {
            app.call("AdminLinkProviderForUser", link).await.status
        }));
    }
    let mut made = 0;
    for task in tasks {
        made += u32::from(task.await.unwrap() == 200);
    }
    assert_eq!(made, 1);
}
