//! Attributes of pools.

use cabana_testkit::TestApp;
use serde_json::{Value, json};

use super::{describe, refused};

#[tokio::test]
async fn custom_attributes_come_with_a_prefix_and_stay() {
    let app = TestApp::new();
    let pool = app
        .pool(json!({ "Schema": [
            { "Name": "email", "AttributeDataType": "String", "Required": true, "Mutable": false },
            { "Name": "name", "Required": true, "StringAttributeConstraints": { "MaxLength": "5" } },
            { "Name": "plan", "AttributeDataType": "String", "StringAttributeConstraints": { "MinLength": "1", "MaxLength": "9" } },
        ] }))
        .await;
    app.ok(
        "AddCustomAttributes",
        json!({ "UserPoolId": pool, "CustomAttributes": [
            { "Name": "age", "AttributeDataType": "Number", "Mutable": false },
            { "Name": "note", "AttributeDataType": "String", "DeveloperOnlyAttribute": true },
        ] }),
    )
    .await;
    let schema = describe(&app, &pool).await["SchemaAttributes"]
        .as_array()
        .unwrap()
        .clone();
    let find = |name: &str| {
        schema
            .iter()
            .find(|it| it["Name"] == name)
            .unwrap_or_else(|| panic!("{name}"))
    };
    assert_eq!(schema.len(), 24);
    assert_eq!(
        (&find("email")["Required"], &find("email")["Mutable"]),
        (&json!(true), &json!(false))
    );
    // Constraints of a standard attribute only take effect together with its type.
    assert_eq!(
        find("name")["StringAttributeConstraints"]["MaxLength"],
        "2048"
    );
    assert_eq!(
        find("custom:plan"),
        &json!({
            "Name": "custom:plan",
            "AttributeDataType": "String",
            "DeveloperOnlyAttribute": false,
            "Mutable": true,
            "Required": false,
            "StringAttributeConstraints": { "MinLength": "1", "MaxLength": "9" },
        })
    );
    assert_eq!(find("custom:age")["NumberAttributeConstraints"], json!({}));
    assert_eq!(find("custom:age")["Mutable"], false);
    assert_eq!(find("dev:custom:note")["DeveloperOnlyAttribute"], true);
}

#[tokio::test]
async fn attributes_that_break_a_rule_are_refused() {
    let app = TestApp::new();
    let pool = app
        .pool(json!({ "Schema": [{ "Name": "plan", "AttributeDataType": "String" }] }))
        .await;
    let string = |name: &str, constraints: Value| json!({ "Name": name, "AttributeDataType": "String", "StringAttributeConstraints": constraints });
    for (attribute, message) in [
        (
            json!({ "Name": "x" }),
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
        ),
        (
            json!({ "Name": "x", "AttributeDataType": "String", "Required": true }),
            "Required custom attributes are not supported currently.",
        ),
        (
            json!({ "Name": "plan", "AttributeDataType": "Number" }),
            "custom:plan: Existing attribute already has name custom:plan.",
        ),
        (
            string("x", json!({ "MinLength": "many" })),
            "Invalid StringAttributeConstraints for schema attribute custom:x",
        ),
        (
            string("x", json!({ "MaxLength": "2049" })),
            "user.custom:x: String attributes cannot have a length of more than 2048",
        ),
        (
            string("x", json!({ "MinLength": "3", "MaxLength": "2" })),
            "user.custom:x: Max length cannot be less than min length.",
        ),
        (
            json!({ "Name": "x", "AttributeDataType": "Number", "NumberAttributeConstraints": { "MinValue": "1", "MaxValue": "-1" } }),
            "user.custom:x: Max value cannot be less than min value.",
        ),
    ] {
        let body = json!({ "UserPoolId": pool, "CustomAttributes": [attribute] });
        refused(&app, "AddCustomAttributes", body, message).await;
    }
    for attribute in [
        json!({ "Name": "email", "AttributeDataType": "Number" }),
        json!({ "Name": "email", "DeveloperOnlyAttribute": true }),
    ] {
        refused(
            &app,
            "CreateUserPool",
            json!({ "PoolName": "x", "Schema": [attribute] }),
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
        )
        .await;
    }
    assert_eq!(
        describe(&app, &pool).await["SchemaAttributes"]
            .as_array()
            .unwrap()
            .len(),
        22
    );
}

#[tokio::test]
async fn a_pool_has_at_most_fifty_attributes_of_its_own() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let add = async |names: std::ops::Range<u32>| {
        let attributes: Vec<_> = names
            .map(|n| json!({ "Name": format!("a{n}"), "AttributeDataType": "String" }))
            .collect();
        app.call(
            "AddCustomAttributes",
            json!({ "UserPoolId": pool, "CustomAttributes": attributes }),
        )
        .await
    };
    add(0..25).await.ok();
    add(25..49).await.ok();
    add(49..51).await.refused(
        "InvalidParameterException",
        "A user pool can have at most 50 custom attributes.",
    );
    add(49..50).await.ok();
}

#[tokio::test]
async fn nobody_writes_the_providers_that_somebody_signs_in_through() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let shown = describe(&app, &pool).await["SchemaAttributes"].clone();
    let last = shown.as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["Name"], "identities");
    assert_eq!(last["StringAttributeConstraints"], json!({}));
    let forged = json!([{ "Name": "identities", "Value": "[]" }]);
    let user =
        json!({ "UserPoolId": pool, "Username": "ann@example.org", "UserAttributes": forged });
    let answer = app.call("AdminCreateUser", user).await;
    assert!(answer.message().contains("identities"), "{}", answer.body);
    let client = app.client(&pool, json!({})).await;
    let body = json!({
        "ClientId": client.id, "Username": "ann@example.org", "Password": "Correct-Horse-1",
        "UserAttributes": forged,
    });
    let answer = app.call("SignUp", body).await;
    assert_eq!(
        answer.kind(),
        "InvalidParameterException",
        "{}",
        answer.body
    );
    for list in ["ReadAttributes", "WriteAttributes"] {
        let mut body = json!({ "UserPoolId": pool, "ClientName": "x" });
        body[list] = json!(["identities"]);
        let status = app.call("CreateUserPoolClient", body).await.status;
        assert_eq!(status, if list == "ReadAttributes" { 200 } else { 400 });
    }
}
