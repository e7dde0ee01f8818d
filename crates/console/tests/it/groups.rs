//! The groups of a pool.

use serde_json::json;

use crate::harness::House;

#[tokio::test]
async fn a_group_is_made_changed_filled_and_deleted() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let body = json!({ "UserPoolId": pool, "Username": "tess", "MessageAction": "SUPPRESS" });
    house.app.ok("AdminCreateUser", body).await;
    let mut ada = house.administrator("ada").await;
    let groups = format!("/console/pools/{pool}/groups");
    ada.get(&groups).await.is(200).has("No groups yet");
    let new = format!("{groups}/new");
    ada.get(&new).await.is(200);
    ada.post(&new, &[("name", ""), ("precedence", "-1")])
        .await
        .is(200)
        .has("Enter a group name.")
        .has("from 0 to");
    let form = [
        ("name", "a/b"),
        ("description", "Some"),
        ("precedence", "3"),
    ];
    let page = ada.post(&new, &form).await;
    page.is(200)
        .has("has been created.")
        .has("Some")
        .has("<dd>3</dd>");
    let group = page.url.clone();
    assert_eq!(group, format!("{groups}/a%2Fb"));
    ada.get(&new).await;
    ada.post(&new, &form)
        .await
        .is(200)
        .has("id=\"f-name-error\"");

    let edit = format!("{group}/edit");
    ada.get(&edit).await.is(200).has("Some").has("value=\"3\"");
    ada.post(&edit, &[("description", "Some"), ("precedence", "")])
        .await
        .is(200)
        .has("not removed");
    ada.post(&edit, &[("description", ""), ("precedence", "5")])
        .await
        .is(200)
        .has("<dd>5</dd>")
        .lacks("Some");

    let add = format!("{group}/members/add");
    ada.post(&add, &[("user", "nobody")])
        .await
        .is(200)
        .has("id=\"f-user-error\"");
    ada.post(&add, &[("user", "tess")])
        .await
        .is(200)
        .has("/users/tess\"");
    ada.get(&format!("/console/pools/{pool}/users/tess"))
        .await
        .has("/groups/a%2Fb\"");
    ada.post(&format!("{group}/members/remove"), &[("user", "tess")])
        .await
        .is(200)
        .has("Nobody is in this group.");

    let user = format!("/console/pools/{pool}/users/tess");
    ada.get(&user).await.has("<option value=\"a/b\"");
    ada.post(&format!("{user}/groups/add"), &[("group", "a/b")])
        .await
        .is(200)
        .has("is now in the group");
    ada.post(&format!("{user}/groups/remove"), &[("group", "a/b")])
        .await
        .is(200)
        .has("In no group<");
    ada.post(&format!("{group}/delete"), &[])
        .await
        .is(200)
        .has("No groups yet");
    ada.get(&group).await.is(404);
}

#[tokio::test]
async fn a_reader_sees_groups_and_changes_none() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    house
        .app
        .ok(
            "CreateGroup",
            json!({ "UserPoolId": pool, "GroupName": "staff" }),
        )
        .await;
    let mut rita = house.reader("rita").await;
    let groups = format!("/console/pools/{pool}/groups");
    rita.get(&groups)
        .await
        .is(200)
        .has("staff")
        .lacks("Create group");
    rita.get(&format!("{groups}/staff"))
        .await
        .is(200)
        .lacks(&format!("action=\"{groups}"));
    for form in ["new", "staff/edit"] {
        rita.get(&format!("{groups}/{form}")).await.is(403);
    }
    for form in [
        "new",
        "staff/edit",
        "staff/delete",
        "staff/members/add",
        "staff/members/remove",
    ] {
        let fields = [("name", "x"), ("user", "tess"), ("description", "x")];
        rita.post(&format!("{groups}/{form}"), &fields)
            .await
            .is(403);
    }
    rita.get(&format!("{groups}/staff"))
        .await
        .is(200)
        .lacks("<dd>x</dd>");
}
