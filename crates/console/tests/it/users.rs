//! The users of a pool.

use serde_json::{Value, json};

use crate::harness::{Browser, House};

pub async fn user(house: &House, pool: &str, name: &str) -> Value {
    let body = json!({ "UserPoolId": pool, "Username": name });
    house.app.ok("AdminGetUser", body).await
}

pub fn attribute<'v>(user: &'v Value, name: &str) -> Option<&'v str> {
    let mut attributes = user["UserAttributes"].as_array().unwrap().iter();
    attributes.find(|it| it["Name"] == name)?["Value"].as_str()
}

pub async fn create(
    browser: &mut Browser<'_>,
    pool: &str,
    more: &[(&str, &str)],
) -> crate::harness::Page {
    let url = format!("/console/pools/{pool}/users/new");
    browser.get(&url).await.is(200);
    let form = [&[("invitation", "none")], more].concat();
    browser.post(&url, &form).await
}

#[tokio::test]
async fn a_user_is_created_with_a_password_by_hand() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let mut ada = house.administrator("ada").await;
    let form = [
        ("username", "tess"),
        ("email", "tess@example.com"),
        ("email_verified", "on"),
        ("password_source", "set"),
        ("password", "Temp-0rary!"),
    ];
    let page = create(&mut ada, &pool, &form).await;
    page.is(200)
        .has("User \u{201c}tess\u{201d} has been created.")
        .has("Force change password")
        .lacks("Temp-0rary!");
    assert_eq!(page.url, format!("/console/pools/{pool}/users/tess"));
    let made = user(&house, &pool, "tess").await;
    assert_eq!(made["UserStatus"], "FORCE_CHANGE_PASSWORD");
    assert_eq!(attribute(&made, "email_verified"), Some("true"));
    let list = ada.get(&format!("/console/pools/{pool}/users")).await;
    list.has("tess@example.com")
        .has("<span class=\"sr\"> verified</span>");
}

#[tokio::test]
async fn a_generated_password_is_shown_once_and_works() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let mut ada = house.administrator("ada").await;
    let form = [("username", "tess"), ("password_source", "generate")];
    let page = create(&mut ada, &pool, &form).await;
    page.is(200).has("shown once");
    let password = page.between(
        "<dt>Temporary password</dt><dd><span class=\"copy\" data-copy=\"",
        "\"",
    );
    let password = password
        .replace("&#38;", "&")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#39;", "'")
        .replace("&#34;", "\"");
    ada.get(&page.url).await.is(200).lacks("shown once");
    let client = json!({ "UserPoolId": pool, "ClientName": "a", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] });
    let client = house.app.ok("CreateUserPoolClient", client).await;
    let sign_in = json!({
        "ClientId": client["UserPoolClient"]["ClientId"],
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "tess", "PASSWORD": password },
    });
    let answer = house.app.ok("InitiateAuth", sign_in).await;
    assert_eq!(answer["ChallengeName"], "NEW_PASSWORD_REQUIRED");
}

#[tokio::test]
async fn what_is_wrong_with_a_new_user_stands_beside_its_field() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let mut ada = house.administrator("ada").await;
    let weak = [
        ("username", "tess"),
        ("password_source", "set"),
        ("password", "weak-one"),
    ];
    let page = create(&mut ada, &pool, &weak).await;
    page.is(200)
        .has("id=\"f-password-error\"")
        .has("value=\"tess\"")
        .lacks("weak-one");
    let page = create(
        &mut ada,
        &pool,
        &[("password_source", "generate"), ("email_verified", "on")],
    )
    .await;
    page.is(200)
        .has("Enter a user name.")
        .has("Enter an email address.");
    let spaced = [("username", "tess t"), ("password_source", "generate")];
    create(&mut ada, &pool, &spaced)
        .await
        .is(200)
        .has("A name cannot contain spaces");
    let right = [("username", "tess"), ("password_source", "generate")];
    create(&mut ada, &pool, &right).await.is(200);
    create(&mut ada, &pool, &right)
        .await
        .is(200)
        .has("id=\"f-username-error\"");
}

#[tokio::test]
async fn names_may_hold_any_character() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let mut ada = house.administrator("ada").await;
    for name in [
        "new",
        "..",
        ".",
        "a/b?c#d",
        "50%2F+&<i>",
        "~x",
        "日本",
        "..%2f..",
    ] {
        let form = [("username", name), ("password_source", "generate")];
        let page = create(&mut ada, &pool, &form).await;
        page.is(200).lacks("<i>");
        let list = ada.get(&format!("/console/pools/{pool}/users")).await;
        list.has(&format!("href=\"{}\"", page.url));
        let page = ada.post(&format!("{}/disable", page.url), &[]).await;
        page.is(200).has("User access has been disabled.");
        assert_eq!(user(&house, &pool, name).await["Enabled"], false, "{name}");
        let page = ada.post(&format!("{}/delete", page.url), &[]).await;
        page.is(200).has("has been deleted.");
    }
}

#[tokio::test]
async fn the_list_is_searched_and_paged() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    for number in 0..61 {
        let email = format!("u{number:02}@example.com");
        let body = json!({
            "UserPoolId": pool, "Username": format!("user{number:02}"), "MessageAction": "SUPPRESS",
            "UserAttributes": [{ "Name": "email", "Value": email }],
        });
        house.app.ok("AdminCreateUser", body).await;
    }
    let mut ada = house.administrator("ada").await;
    let users = format!("/console/pools/{pool}/users");
    let first = ada.get(&users).await;
    assert_eq!(first.html.matches("<tr><th scope=\"row\"").count(), 40);
    let second = ada.get(&first.next()).await;
    assert_eq!(second.html.matches("<tr><th scope=\"row\"").count(), 21);
    second.lacks("rel=\"next\"");
    let found = ada.get(&format!("{users}?property=email&text=u07")).await;
    found.has("user07").lacks("user08").has("value=\"u07\"");
    let found = ada
        .get(&format!(
            "{users}?property=cognito%3Auser_status&text=force+change"
        ))
        .await;
    found.has("user07");
    let none = ada
        .get(&format!("{users}?property=status&text=disabled"))
        .await;
    none.is(200).has("No users found");
    let long = "x".repeat(300);
    ada.get(&format!("{users}?property=email&text={long}"))
        .await
        .is(200)
        .has("The search did not work");
    ada.get(&format!("{users}?next=forged")).await.is(200);
}
