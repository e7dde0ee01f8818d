//! Groups.

use cabana_domain::Span;
use cabana_testkit::Answer;
use serde_json::{Value, json};

use crate::users::Scene;

const ROLE: &str = "arn:aws:iam::000000000000:role/admins";

async fn scene() -> Scene {
    Scene::new(json!({}), json!({})).await
}

async fn create(scene: &Scene, name: &str, members: Value) -> Answer {
    let mut body = members;
    body["GroupName"] = json!(name);
    scene.admin("CreateGroup", body).await
}

async fn member(scene: &Scene, operation: &str, username: &str, group: &str) -> Answer {
    let body = json!({ "Username": username, "GroupName": group });
    scene.admin(operation, body).await
}

fn names(page: &Value, list: &str, member: &str) -> Vec<String> {
    let items = page[list].as_array().unwrap();
    items
        .iter()
        .map(|it| it[member].as_str().unwrap().to_owned())
        .collect()
}

/// Every page of a list, with one item each.
async fn pages(
    scene: &Scene,
    operation: &str,
    body: Value,
    list: &str,
    member: &str,
) -> Vec<String> {
    let mut all = Vec::new();
    let mut body = body;
    body["Limit"] = json!(1);
    loop {
        let page = scene.admin(operation, body.clone()).await.ok();
        all.extend(names(&page, list, member));
        match page.get("NextToken") {
            Some(token) => body["NextToken"] = token.clone(),
            None => return all,
        }
    }
}

#[tokio::test]
async fn a_group_is_shown_as_it_was_made() {
    let scene = scene().await;
    let settings = json!({ "Description": "All of us", "Precedence": 0, "RoleArn": ROLE });
    let made = create(&scene, "admins", settings).await.ok();
    let group = &made["Group"];
    let expected = json!({
        "GroupName": "admins",
        "UserPoolId": scene.pool,
        "Description": "All of us",
        "Precedence": 0,
        "RoleArn": ROLE,
        "CreationDate": 1_767_225_600,
        "LastModifiedDate": 1_767_225_600,
    });
    assert_eq!(group, &expected);
    let shown = scene
        .admin("GetGroup", json!({ "GroupName": "admins" }))
        .await;
    assert_eq!(shown.ok(), made);
    let bare = create(&scene, "bare", json!({})).await.ok();
    assert_eq!(bare["Group"].get("Precedence"), None);
}

#[tokio::test]
async fn a_group_name_is_taken_once() {
    let scene = scene().await;
    create(&scene, "admins", json!({})).await.ok();
    let answer = create(&scene, "admins", json!({})).await;
    answer.refused(
        "GroupExistsException",
        "A group with the name already exists.",
    );
    create(&scene, "Admins", json!({})).await.ok();
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let scene = scene().await;
    scene.user("ann", json!({})).await;
    create(&scene, "admins", json!({})).await.ok();
    for operation in ["GetGroup", "UpdateGroup", "DeleteGroup", "ListUsersInGroup"] {
        let answer = scene.admin(operation, json!({ "GroupName": "none" })).await;
        answer.refused("ResourceNotFoundException", "Group not found.");
    }
    for operation in ["AdminAddUserToGroup", "AdminRemoveUserFromGroup"] {
        let answer = member(&scene, operation, "ann", "none").await;
        answer.refused("ResourceNotFoundException", "Group not found.");
        let answer = member(&scene, operation, "nobody", "admins").await;
        answer.refused("UserNotFoundException", "User does not exist.");
    }
    let answer = scene
        .admin("AdminListGroupsForUser", json!({ "Username": "nobody" }))
        .await;
    answer.refused("UserNotFoundException", "User does not exist.");
}

#[tokio::test]
async fn an_update_changes_what_it_names() {
    let scene = scene().await;
    let settings = json!({ "Description": "All of us", "Precedence": 5, "RoleArn": ROLE });
    create(&scene, "admins", settings).await.ok();
    scene.app.advance(Span::seconds(1));
    let body = json!({ "GroupName": "admins", "Precedence": 1 });
    let group = scene.admin("UpdateGroup", body).await.ok()["Group"].clone();
    assert_eq!(group["Precedence"], 1);
    assert_eq!(group["Description"], "All of us");
    assert_eq!(group["RoleArn"], ROLE);
    assert_eq!(group["LastModifiedDate"], 1_767_225_601);
    let shown = scene
        .admin("GetGroup", json!({ "GroupName": "admins" }))
        .await
        .ok();
    assert_eq!(shown["Group"], group);
}

#[tokio::test]
async fn membership_is_given_and_taken_as_often_as_one_likes() {
    let scene = scene().await;
    scene.user("ann", json!({})).await;
    create(&scene, "admins", json!({})).await.ok();
    let users = json!({ "GroupName": "admins" });
    for _ in 0..2 {
        let answer = member(&scene, "AdminAddUserToGroup", "ann", "admins").await;
        assert_eq!(answer.ok(), Value::Null);
    }
    let page = scene.admin("ListUsersInGroup", users.clone()).await.ok();
    assert_eq!(names(&page, "Users", "Username"), ["ann"]);
    let shown = scene.admin("ListUsers", json!({})).await.ok();
    assert_eq!(page["Users"], shown["Users"]);
    for _ in 0..2 {
        let answer = member(&scene, "AdminRemoveUserFromGroup", "ann", "admins").await;
        assert_eq!(answer.ok(), Value::Null);
    }
    let page = scene.admin("ListUsersInGroup", users).await.ok();
    assert_eq!(page["Users"], json!([]));
}

#[tokio::test]
async fn a_group_goes_with_its_memberships_and_a_user_with_theirs() {
    let scene = scene().await;
    for name in ["ann", "bob"] {
        scene.user(name, json!({})).await;
    }
    for group in ["admins", "editors"] {
        create(&scene, group, json!({})).await.ok();
        for name in ["ann", "bob"] {
            member(&scene, "AdminAddUserToGroup", name, group)
                .await
                .ok();
        }
    }
    let answer = scene
        .admin("DeleteGroup", json!({ "GroupName": "admins" }))
        .await;
    assert_eq!(answer.ok(), Value::Null);
    let page = scene
        .admin("AdminListGroupsForUser", json!({ "Username": "ann" }))
        .await
        .ok();
    assert_eq!(names(&page, "Groups", "GroupName"), ["editors"]);
    scene
        .admin("AdminDeleteUser", json!({ "Username": "ann" }))
        .await
        .ok();
    let page = scene
        .admin("ListUsersInGroup", json!({ "GroupName": "editors" }))
        .await
        .ok();
    assert_eq!(names(&page, "Users", "Username"), ["bob"]);
    scene.get("bob").await;
}

#[tokio::test]
async fn lists_come_in_pages() {
    let scene = scene().await;
    for (group, settings) in [
        ("c", json!({})),
        ("b", json!({ "Precedence": 10 })),
        ("a", json!({})),
        ("d", json!({ "Precedence": 2 })),
    ] {
        create(&scene, group, settings).await.ok();
    }
    for (index, name) in ["zoe", "ann", "max"].into_iter().enumerate() {
        scene.user(name, json!({})).await;
        let groups = if index == 0 { "abcd" } else { "a" };
        for group in groups.chars() {
            member(&scene, "AdminAddUserToGroup", name, &group.to_string())
                .await
                .ok();
        }
        scene.app.advance(Span::seconds(1));
    }
    let groups = pages(&scene, "ListGroups", json!({}), "Groups", "GroupName").await;
    assert_eq!(groups, ["a", "b", "c", "d"]);
    let zoe = json!({ "Username": "zoe" });
    let groups = pages(
        &scene,
        "AdminListGroupsForUser",
        zoe.clone(),
        "Groups",
        "GroupName",
    )
    .await;
    assert_eq!(groups, ["d", "b", "a", "c"]);
    let whole = scene.admin("AdminListGroupsForUser", zoe).await.ok();
    assert_eq!(names(&whole, "Groups", "GroupName"), groups);
    assert_eq!(whole.get("NextToken"), None);
    let body = json!({ "GroupName": "a" });
    let users = pages(&scene, "ListUsersInGroup", body, "Users", "Username").await;
    assert_eq!(users, ["zoe", "ann", "max"]);
}

#[tokio::test]
async fn groups_stand_in_the_access_token() {
    let scene = scene().await;
    scene.user("ann", json!({})).await;
    create(&scene, "admins", json!({})).await.ok();
    member(&scene, "AdminAddUserToGroup", "ann", "admins")
        .await
        .ok();
    let token = scene.token("ann").await;
    let token = cabana_api::logic::tokens::jwt::Unverified::read(&token).unwrap();
    let claims = token.claims();
    assert_eq!(claims["cognito:groups"], json!(["admins"]));
}

#[tokio::test]
async fn the_role_of_the_best_group_is_preferred_unless_different_ones_tie() {
    let scene = scene().await;
    scene.user("ann", json!({})).await;
    let role = |name: &str| format!("arn:aws:iam::000000000000:role/{name}");
    let id_token = async || {
        let answer = scene.sign_in("ann", crate::users::PASSWORD).await.ok();
        crate::sessions::claims(&answer["AuthenticationResult"]["IdToken"])
    };
    assert_eq!(id_token().await.get("cognito:roles"), None);
    for (group, settings, preferred) in [
        ("a", json!({ "RoleArn": role("a") }), Some("a")),
        (
            "b",
            json!({ "RoleArn": role("b"), "Precedence": 5 }),
            Some("b"),
        ),
        (
            "c",
            json!({ "RoleArn": role("b"), "Precedence": 5 }),
            Some("b"),
        ),
        ("d", json!({ "Precedence": 1 }), Some("b")),
        ("e", json!({ "RoleArn": role("e"), "Precedence": 5 }), None),
        (
            "f",
            json!({ "RoleArn": role("f"), "Precedence": 0 }),
            Some("f"),
        ),
    ] {
        create(&scene, group, settings).await.ok();
        member(&scene, "AdminAddUserToGroup", "ann", group)
            .await
            .ok();
        let id = id_token().await;
        let wanted = preferred.map(|name| json!(role(name)));
        assert_eq!(id.get("cognito:preferred_role"), wanted.as_ref(), "{group}");
    }
    let roles = id_token().await["cognito:roles"].clone();
    assert_eq!(roles.as_array().unwrap().len(), 5);
}
