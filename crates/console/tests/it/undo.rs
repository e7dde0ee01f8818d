//! Changes that a toast takes back, and those that it does not.

use serde_json::json;

use crate::harness::{Browser, House, Page};

/// A pool with the user `ann` and the group `staff`; returns the paths of their pages.
async fn staff(house: &House) -> (String, String, String) {
    let pool = house.pool("People").await;
    let user = json!({ "UserPoolId": pool, "Username": "ann", "MessageAction": "SUPPRESS" });
    house.app.ok("AdminCreateUser", user).await;
    let group = json!({ "UserPoolId": pool, "GroupName": "staff" });
    house.app.ok("CreateGroup", group).await;
    let home = format!("/console/pools/{pool}");
    (
        format!("{home}/users/ann"),
        format!("{home}/groups/staff"),
        pool,
    )
}

async fn members(house: &House, pool: &str) -> usize {
    let group = json!({ "UserPoolId": pool, "GroupName": "staff" });
    let listed = house.app.ok("ListUsersInGroup", group).await;
    listed["Users"].as_array().unwrap().len()
}

/// Presses the button of the toast.
async fn undo(browser: &mut Browser<'_>, page: &Page) -> Page {
    let toast = page.between("<div class=\"toasts\">", "Undo</button>");
    let part = |text: &str, before: &str| {
        let (_, rest) = text.split_once(before).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let action = part(toast, "action=\"");
    let fields: Vec<_> = toast
        .split("<input ")
        .skip(1)
        .map(|field| (part(field, "name=\""), part(field, "value=\"")))
        .collect();
    assert!(fields.contains(&("undo".to_owned(), "yes".to_owned())));
    let form: Vec<_> = fields
        .iter()
        .filter(|(name, _)| name != "_csrf")
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.post(&action, &form).await
}

#[track_caller]
fn offers_none(page: &Page) {
    page.is(200)
        .has("<div class=\"toasts\">")
        .lacks("Undo</button>");
}

#[tokio::test]
async fn a_membership_comes_and_goes_from_both_pages() {
    let house = House::new().await;
    let (user, group, pool) = staff(&house).await;
    let mut ada = house.administrator("ada").await;
    for (page, add, remove, field) in [
        (&user, "groups/add", "groups/remove", ("group", "staff")),
        (&group, "members/add", "members/remove", ("user", "ann")),
    ] {
        ada.get(page).await;
        let added = ada.post(&format!("{page}/{add}"), &[field]).await;
        assert_eq!(members(&house, &pool).await, 1);
        let back = undo(&mut ada, &added).await;
        assert_eq!(members(&house, &pool).await, 0);
        assert_eq!(&back.url, page);
        back.has("Undone. ").lacks("Undo</button>");
        // Shown once.
        ada.get(page).await.lacks("Undone.");
        ada.post(&format!("{page}/{add}"), &[field]).await;
        // Who was in the group before stays in it.
        let again = ada.post(&format!("{page}/{add}"), &[field]).await;
        again.has("in the group");
        offers_none(&again);
        let removed = ada.post(&format!("{page}/{remove}"), &[field]).await;
        assert_eq!(members(&house, &pool).await, 0);
        undo(&mut ada, &removed).await.has("Undone. ");
        assert_eq!(members(&house, &pool).await, 1);
        ada.post(&format!("{page}/{remove}"), &[field]).await;
        offers_none(&ada.post(&format!("{page}/{remove}"), &[field]).await);
    }
}

#[tokio::test]
async fn what_was_refused_is_told() {
    let house = House::new().await;
    let (user, group, pool) = staff(&house).await;
    let mut ada = house.administrator("ada").await;
    ada.get(&group).await;
    let member = [("user", "ann")];
    ada.post(&format!("{group}/members/add"), &member).await;
    let removed = ada.post(&format!("{group}/members/remove"), &member).await;
    let ann = json!({ "UserPoolId": pool, "Username": "ann" });
    house.app.ok("AdminDeleteUser", ann).await;
    let refused = undo(&mut ada, &removed).await;
    refused
        .is(200)
        .has("role=\"alert\"")
        .has("This could not be undone. User does not exist.")
        .lacks("Undone.");
    ada.get(&user).await.is(404);
}

#[tokio::test]
async fn a_user_is_disabled_again_but_disabling_is_not_taken_back() {
    let house = House::new().await;
    let (user, _, pool) = staff(&house).await;
    let mut ada = house.administrator("ada").await;
    ada.get(&user).await;
    // The sessions are gone for good.
    offers_none(&ada.post(&format!("{user}/disable"), &[]).await);
    let enabled = ada.post(&format!("{user}/enable"), &[]).await;
    undo(&mut ada, &enabled)
        .await
        .has("Undone. User access has been disabled.");
    let ann = json!({ "UserPoolId": pool, "Username": "ann" });
    assert_eq!(house.app.ok("AdminGetUser", ann).await["Enabled"], false);
    ada.post(&format!("{user}/enable"), &[]).await;
    offers_none(&ada.post(&format!("{user}/enable"), &[]).await);
}

#[tokio::test]
async fn access_keys_and_roles_are_set_back() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    ada.get("/console/access-keys/new").await;
    let page = ada
        .post("/console/access-keys/new", &[("name", "terraform")])
        .await;
    let disable = page
        .between("action=\"/console/access-keys/AKIA", "/disable")
        .to_owned();
    let key = format!("/console/access-keys/AKIA{disable}");
    let disabled = ada.post(&format!("{key}/disable"), &[]).await;
    disabled.has("tag bad");
    let back = undo(&mut ada, &disabled).await;
    back.has("Undone. The access key has been enabled.")
        .lacks("tag bad");
    offers_none(&ada.post(&format!("{key}/enable"), &[]).await);

    house.operator("rita", "read-only").await;
    let rita = "/console/operators/rita";
    ada.get(rita).await;
    let role = [("role", "administrators")];
    let promoted = ada.post(&format!("{rita}/role"), &role).await;
    promoted.has("<dd>Administrator</dd>");
    let back = undo(&mut ada, &promoted).await;
    back.has("<dd>Read-only</dd>").has("Undone. ");
    let same = ada
        .post(&format!("{rita}/role"), &[("role", "read-only")])
        .await;
    offers_none(&same);
}

#[tokio::test]
async fn it_is_offered_to_the_operator_who_made_the_change_only() {
    let house = House::new().await;
    let (_, group, pool) = staff(&house).await;
    let mut ada = house.administrator("ada").await;
    let mut rita = house.reader("rita").await;
    let mut bob = house.administrator("bob").await;
    ada.get(&group).await;
    let token = ada.token.clone();
    let form = [("_csrf", token.as_str()), ("user", "ann")];
    let added = ada
        .request(http::Method::POST, &format!("{group}/members/add"), &form)
        .await;
    added.is(303);
    let flash = ada.jar["cabana_flash"].clone();
    // Somebody who takes over the cookie is told nothing.
    for browser in [&mut rita, &mut bob] {
        browser.jar.insert("cabana_flash".to_owned(), flash.clone());
        browser
            .get(&group)
            .await
            .is(200)
            .lacks("<div class=\"toasts\">");
    }
    ada.get(&group).await.has("Undo</button>");
    // A read-only operator sends no such form, and nobody one without this browser's token.
    let remove = format!("{group}/members/remove");
    let form = [("user", "ann"), ("undo", "yes")];
    rita.post(&remove, &form).await.is(403);
    ada.token = "forged".to_owned();
    ada.post(&remove, &form).await.is(403);
    assert_eq!(members(&house, &pool).await, 1);
}

#[tokio::test]
async fn an_operator_who_became_read_only_is_offered_nothing() {
    let house = House::new().await;
    let (_, group, pool) = staff(&house).await;
    let mut ada = house.administrator("ada").await;
    let mut eve = house.administrator("eve").await;
    eve.get(&group).await;
    let token = eve.token.clone();
    let form = [("_csrf", token.as_str()), ("user", "ann")];
    eve.request(http::Method::POST, &format!("{group}/members/add"), &form)
        .await;
    ada.get("/console/operators/eve").await;
    ada.post("/console/operators/eve/role", &[("role", "read-only")])
        .await;
    offers_none(&eve.get(&group).await);
    assert_eq!(members(&house, &pool).await, 1);
}
