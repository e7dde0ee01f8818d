//! Resource servers.

use cabana_testkit::TestApp;
use serde_json::{Value, json};

fn scope(name: &str) -> Value {
    json!({ "ScopeName": name, "ScopeDescription": format!("May {name}") })
}

#[tokio::test]
async fn a_resource_server_is_made_shown_replaced_and_deleted() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let named = json!({ "UserPoolId": pool, "Identifier": "https://api.example" });
    let mut wanted = json!({
        "UserPoolId": pool, "Identifier": "https://api.example", "Name": "API", "Scopes": [scope("read"), scope("write")],
    });
    let made = app.ok("CreateResourceServer", wanted.clone()).await;
    assert_eq!(made, json!({ "ResourceServer": wanted }));
    assert_eq!(app.ok("DescribeResourceServer", named.clone()).await, made);

    app.call("CreateResourceServer", wanted.clone())
        .await
        .refused(
            "InvalidParameterException",
            &format!("https://api.example already exists in user pool {pool}."),
        );

    wanted["Name"] = json!("Other");
    wanted.as_object_mut().unwrap().remove("Scopes");
    let changed = app.ok("UpdateResourceServer", wanted).await;
    assert_eq!(changed["ResourceServer"]["Name"], "Other");
    assert_eq!(changed["ResourceServer"]["Scopes"], json!([]));

    let gone = app.call("DeleteResourceServer", named.clone()).await;
    assert_eq!((gone.status, gone.body), (200, Value::Null));
    for operation in ["DescribeResourceServer", "DeleteResourceServer"] {
        app.call(operation, named.clone()).await.refused(
            "ResourceNotFoundException",
            "Resource server https://api.example does not exist.",
        );
    }
}

#[tokio::test]
async fn a_scope_has_one_name() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let wanted = json!({
        "UserPoolId": pool, "Identifier": "api", "Name": "API", "Scopes": [scope("read"), scope("read")],
    });
    app.call("CreateResourceServer", wanted)
        .await
        .refused("InvalidParameterException", "Duplicate scope name: read");
}

#[tokio::test]
async fn resource_servers_are_listed_in_pages() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    for identifier in ["c", "a", "b"] {
        app.ok(
            "CreateResourceServer",
            json!({ "UserPoolId": pool, "Identifier": identifier, "Name": "x" }),
        )
        .await;
    }
    let first = app
        .ok(
            "ListResourceServers",
            json!({ "UserPoolId": pool, "MaxResults": 2 }),
        )
        .await;
    let token = &first["NextToken"];
    let second = app
        .ok(
            "ListResourceServers",
            json!({ "UserPoolId": pool, "MaxResults": 2, "NextToken": token }),
        )
        .await;
    let identifiers = |page: &Value| {
        let servers = page["ResourceServers"].as_array().unwrap();
        servers
            .iter()
            .map(|it| it["Identifier"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (identifiers(&first), identifiers(&second)),
        (vec!["a".into(), "b".into()], vec!["c".into()])
    );
    assert_eq!(second.get("NextToken"), None);
}

#[tokio::test]
async fn without_a_pool_there_is_no_resource_server() {
    let app = TestApp::new();
    for (operation, body) in [
        (
            "CreateResourceServer",
            json!({ "UserPoolId": "us-east-1_x", "Identifier": "a", "Name": "a" }),
        ),
        (
            "DescribeResourceServer",
            json!({ "UserPoolId": "us-east-1_x", "Identifier": "a" }),
        ),
        (
            "ListResourceServers",
            json!({ "UserPoolId": "us-east-1_x" }),
        ),
    ] {
        app.call(operation, body).await.refused(
            "ResourceNotFoundException",
            "User pool us-east-1_x does not exist.",
        );
    }
}
