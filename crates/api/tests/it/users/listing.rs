//! ListUsers.

use cabana_testkit::Answer;
use serde_json::{Value, json};

use super::Scene;

async fn list(scene: &Scene, members: Value) -> Answer {
    scene.admin("ListUsers", members).await
}

/// The names of the users on a page, sorted.
fn names(page: &Value) -> Vec<&str> {
    let users = page["Users"].as_array().unwrap();
    let mut names: Vec<_> = users
        .iter()
        .map(|it| it["Username"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    names
}

async fn people() -> Scene {
    let scene = Scene::new(json!({}), json!({})).await;
    let ann = json!({
        "email": "Ann@example.com", "email_verified": "true", "given_name": "Ann",
        "family_name": "Arbor", "name": "Ann \"A\" Arbor", "phone_number": "+4930123456",
    });
    scene.user("ann", ann).await;
    let bob =
        json!({ "email": "bob@example.com", "given_name": "Bob", "preferred_username": "bobby" });
    scene.user("bob", bob).await;
    scene
        .sign_up("cleo", json!({ "email": "cleo@example.org" }))
        .await
        .ok();
    scene
        .admin("AdminDisableUser", json!({ "Username": "bob" }))
        .await
        .ok();
    scene
}

#[tokio::test]
async fn filters_find_users_by_every_searchable_attribute() {
    let scene = people().await;
    let sub = scene.attribute("cleo", "sub").await.unwrap();
    let by_sub = format!("sub = \"{sub}\"");
    for (filter, expected) in [
        ("", vec!["ann", "bob", "cleo"]),
        ("username = \"ann\"", vec!["ann"]),
        ("username ^= \"a\"", vec!["ann"]),
        ("username = \"Ann\"", vec![]),
        ("email ^= \"ann@\"", vec!["ann"]),
        ("email=\"BOB@example.com\"", vec!["bob"]),
        ("phone_number ^= \"+49\"", vec!["ann"]),
        ("name = \"ann \\\"a\\\" arbor\"", vec!["ann"]),
        ("given_name = \"Bob\"", vec!["bob"]),
        ("family_name ^= \"Arb\"", vec!["ann"]),
        ("preferred_username = \"bobby\"", vec!["bob"]),
        ("cognito:user_status = \"unconfirmed\"", vec!["cleo"]),
        ("cognito:user_status ^= \"CONF\"", vec!["ann", "bob"]),
        ("status = \"Disabled\"", vec!["bob"]),
        ("status = \"Enabled\"", vec!["ann", "cleo"]),
        ("status = \"enabled\"", vec![]),
        (by_sub.as_str(), vec!["cleo"]),
        ("\"email\" = \"bob@example.com\"", vec!["bob"]),
        ("\"email\"^=\"ann\"", vec!["ann"]),
        ("\"cognito:user_status\"=\"UNCONFIRMED\"", vec!["cleo"]),
        ("given_name = \"%\"", vec![]),
        ("given_name ^= \"_\"", vec![]),
    ] {
        let page = list(&scene, json!({ "Filter": filter })).await.ok();
        assert_eq!(names(&page), expected, "{filter}");
        assert_eq!(page.get("PaginationToken"), None);
    }
}

#[tokio::test]
async fn what_is_no_filter_is_refused() {
    let scene = people().await;
    for filter in ["email", "email = ann", "email ~ \"a\""] {
        let answer = list(&scene, json!({ "Filter": filter })).await;
        answer.refused("InvalidParameterException", "Error while parsing filter");
    }
    let answer = list(&scene, json!({ "Filter": "custom:team = \"a\"" })).await;
    answer.refused(
        "InvalidParameterException",
        "Invalid search attribute: custom:team",
    );
}

#[tokio::test]
async fn users_are_shown_whole_or_with_the_attributes_asked_for() {
    let scene = people().await;
    let ann = json!({ "Filter": "username = \"ann\"" });
    let page = list(&scene, ann.clone()).await.ok();
    let user = &page["Users"][0];
    let shown = scene.get("ann").await;
    assert_eq!(user["Attributes"], shown["UserAttributes"]);
    let names = user["Attributes"].as_array().unwrap().iter();
    let names: Vec<_> = names.map(|it| it["Name"].as_str().unwrap()).collect();
    let expected = [
        "email",
        "email_verified",
        "family_name",
        "given_name",
        "name",
        "phone_number",
        "sub",
    ];
    assert_eq!(names, expected, "by name, sub last");
    for member in [
        "UserStatus",
        "Enabled",
        "UserCreateDate",
        "UserLastModifiedDate",
    ] {
        assert_eq!(user[member], shown[member], "{member}");
    }
    let mut some = ann;
    some["AttributesToGet"] = json!(["given_name", "nickname"]);
    let page = list(&scene, some.clone()).await.ok();
    let expected = json!([{ "Name": "given_name", "Value": "Ann" }]);
    assert_eq!(page["Users"][0]["Attributes"], expected);
    some["AttributesToGet"] = json!(["given_name", "shoe_size"]);
    let answer = list(&scene, some).await;
    answer.refused(
        "InvalidParameterException",
        "One or more requested attributes do not exist.",
    );
}

#[tokio::test]
async fn pages_show_every_user_once() {
    let scene = people().await;
    let mut seen = Vec::new();
    let mut token = Value::Null;
    loop {
        let mut body = json!({ "Limit": 1 });
        if !token.is_null() {
            body["PaginationToken"] = token;
        }
        let page = list(&scene, body).await.ok();
        seen.extend(names(&page).into_iter().map(str::to_owned));
        token = page["PaginationToken"].clone();
        if token.is_null() {
            break;
        }
    }
    seen.sort_unstable();
    assert_eq!(seen, ["ann", "bob", "cleo"]);
}

#[tokio::test]
async fn a_token_is_good_for_the_filter_it_was_made_for() {
    let scene = people().await;
    let page = list(&scene, json!({ "Limit": 1 })).await.ok();
    let body =
        json!({ "Filter": "status = \"Enabled\"", "PaginationToken": page["PaginationToken"] });
    let answer = list(&scene, body).await;
    assert_eq!(answer.kind(), "InvalidParameterException");
}
