//! Each operation's message for an attribute that breaks the schema.

use cabana_testkit::Answer;
use serde_json::{Value, json};

use super::{ANN, Scene, pairs};

const REFUSED: &str = "InvalidParameterException";

/// A pool with `custom:x`, of two to three characters, and Ann in it with her access token.
async fn scene() -> (Scene, String) {
    let bounds = json!({ "MinLength": "2", "MaxLength": "3" });
    let x = json!({
        "Name": "x", "AttributeDataType": "String", "Mutable": true,
        "StringAttributeConstraints": bounds,
    });
    let listed = json!({ "WriteAttributes": ["custom:x", "name", "email"] });
    let scene = Scene::new(json!({ "Schema": [x] }), listed).await;
    scene.user("ann", json!({ "email": ANN })).await;
    let token = scene.token("ann").await;
    (scene, token)
}

/// The answers of both operations that change attributes.
async fn updates(scene: &Scene, token: &str, attributes: Value) -> [Answer; 2] {
    let own = json!({ "AccessToken": token, "UserAttributes": attributes });
    let admin = json!({ "Username": "ann", "UserAttributes": attributes });
    [
        scene.app.call("UpdateUserAttributes", own).await,
        scene.admin("AdminUpdateUserAttributes", admin).await,
    ]
}

/// The answers of both operations that create users.
async fn creations(scene: &Scene, attributes: Value) -> [Answer; 2] {
    let signs_up = json!({
        "Username": "bob", "Password": super::PASSWORD, "UserAttributes": attributes,
    });
    let admin = json!({ "Username": "bob", "UserAttributes": attributes });
    [
        scene.public("SignUp", signs_up).await,
        scene.admin("AdminCreateUser", admin).await,
    ]
}

#[tokio::test]
async fn an_update_names_the_user_and_the_attribute_a_line_each() {
    let (scene, token) = scene().await;
    for (attributes, message) in [
        (
            json!({ "update_email": "a" }),
            "user.update_email: Attribute does not exist in the schema.\n",
        ),
        (
            json!({ "custom:x": "a" }),
            "user.custom:x: String must be no shorter than 2 characters\n",
        ),
        (
            json!({ "custom:x": "abcd", "custom:y": "a" }),
            "user.custom:x: String must be no longer than 3 characters\n\
             user.custom:y: Attribute does not exist in the schema.\n",
        ),
    ] {
        for answer in updates(&scene, &token, pairs(attributes)).await {
            answer.refused(REFUSED, message);
        }
    }
}

#[tokio::test]
async fn a_new_user_is_told_of_the_schema() {
    let (scene, _) = scene().await;
    for (attributes, message) in [
        (
            json!({ "custom:y": "a" }),
            "Attributes did not conform to the schema: custom:y: Attribute does not exist in the schema.\n",
        ),
        (
            json!({ "custom:x": "a" }),
            "Attributes did not conform to the schema: custom:x: String must be no shorter than 2 characters\n",
        ),
    ] {
        for answer in creations(&scene, pairs(attributes)).await {
            answer.refused(REFUSED, message);
        }
    }
}

#[tokio::test]
async fn a_deletion_speaks_of_invalid_attributes() {
    let (scene, token) = scene().await;
    let names = json!(["custom:foo", "custom:bar"]);
    let message = "Invalid user attributes: user.custom:foo: Attribute does not exist in the schema.\n\
                   user.custom:bar: Attribute does not exist in the schema.\n";
    let body = json!({ "AccessToken": token, "UserAttributeNames": names });
    let answer = scene.app.call("DeleteUserAttributes", body).await;
    answer.refused(REFUSED, message);
    let body = json!({ "Username": "ann", "UserAttributeNames": names });
    let answer = scene.admin("AdminDeleteUserAttributes", body).await;
    answer.refused(REFUSED, message);
}

#[tokio::test]
async fn an_attribute_without_a_value_is_refused_and_deletes_nothing() {
    let (scene, token) = scene().await;
    let message = "Attribute value for email must not be null";
    for bare in [
        json!([{ "Name": "email" }]),
        json!([{ "Name": "name", "Value": "Ann" }, { "Name": "email", "Value": null }]),
    ] {
        for answer in updates(&scene, &token, bare.clone()).await {
            answer.refused(REFUSED, message);
        }
        for answer in creations(&scene, bare).await {
            answer.refused(REFUSED, message);
        }
    }
    assert_eq!(scene.attribute("ann", "email").await.as_deref(), Some(ANN));
    assert_eq!(scene.attribute("ann", "name").await, None);
}

#[tokio::test]
async fn values_keep_the_type_and_the_bounds_of_their_attribute() {
    let custom = |name: &str, kind: &str| json!({ "Name": name, "AttributeDataType": kind, "Mutable": true });
    let mut text = custom("text", "String");
    text["StringAttributeConstraints"] = json!({ "MinLength": "2", "MaxLength": "3" });
    let mut number = custom("number", "Number");
    number["NumberAttributeConstraints"] = json!({ "MinValue": "-5", "MaxValue": "10" });
    let pool =
        json!({ "Schema": [text, number, custom("flag", "Boolean"), custom("at", "DateTime")] });
    let all = json!([
        "custom:text",
        "custom:number",
        "custom:flag",
        "custom:at",
        "birthdate",
        "updated_at"
    ]);
    let scene = Scene::new(pool, json!({ "WriteAttributes": all })).await;
    let longer = |most| Some(format!("String must be no longer than {most} characters"));
    let shorter = |least| Some(format!("String must be no shorter than {least} characters"));
    for (name, good, bad, words) in [
        ("custom:text", "äöü", "äöüß", longer(3)),
        ("custom:text", "ab", "a", shorter(2)),
        ("custom:number", "-5", "-6", None),
        ("custom:number", "10", "10.5", None),
        ("custom:number", "2.5", "two", None),
        ("custom:number", "0", "NaN", None),
        ("custom:flag", "true", "yes", None),
        ("custom:at", "2026-01-01T10:00:00Z", "yesterday", None),
        ("custom:at", "2026-01-01", "2026-13-01", None),
        ("birthdate", "1990-02-28", "1990-02-30", None),
        ("birthdate", "1990-02-27", "1.1.1990", shorter(10)),
        ("updated_at", "1", "-1", None),
    ] {
        let answer = scene
            .sign_up(&format!("{name}{good}"), json!({ name: good }))
            .await;
        assert_eq!(answer.status, 200, "{name} {good}: {}", answer.body);
        let answer = scene
            .sign_up(&format!("{name}{bad}"), json!({ name: bad }))
            .await;
        let begin = format!("Attributes did not conform to the schema: {name}: ");
        assert_eq!(answer.kind(), "InvalidParameterException", "{name} {bad}");
        let message = answer.message();
        assert!(message.starts_with(&begin), "{message}");
        assert!(message.ends_with('\n'), "{message}");
        if let Some(words) = words {
            assert_eq!(message, format!("{begin}{words}\n"));
        }
    }
}
