//! The operators, and the rules that keep one administrator.

use cabana_domain::Span;
use cabana_domain::pool::OPERATORS_CLIENT;
use serde_json::json;

use crate::harness::{House, Page};

const LIST: &str = "/console/operators";

fn shown_password(page: &Page) -> String {
    let shown = page.between(
        "<dt>Temporary password</dt><dd><span class=\"copy\" data-copy=\"",
        "\"",
    );
    let plain = shown
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#39;", "'")
        .replace("&#34;", "\"");
    plain.replace("&#38;", "&")
}

#[tokio::test]
async fn an_operator_is_added_and_signs_in_with_the_password_shown_once() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    ada.get(LIST)
        .await
        .is(200)
        .has("(you)")
        .has("Administrator");
    let new = "/console/operators/new";
    ada.get(new).await.is(200);
    ada.post(new, &[("password_source", "generate")])
        .await
        .is(200)
        .has("Enter a user name.")
        .has("Choose a role.");
    let form = [
        ("username", "rita"),
        ("email", "rita@example.com"),
        ("role", "read-only"),
        ("password_source", "generate"),
    ];
    let page = ada.post(new, &form).await;
    page.is(200)
        .has("has been added.")
        .has("<dd>Read-only</dd>");
    let password = shown_password(&page);
    ada.get(&page.url).await.is(200).lacks("shown once");
    ada.get(LIST).await.has("rita@example.com").has("Read-only");

    let mut rita = house.browser();
    let login = rita.get("/console").await;
    let page = rita
        .post(&login.url, &[("username", "rita"), ("password", &password)])
        .await;
    let own = "a password of her own";
    let action = page
        .between("<form method=\"post\" action=\"", "\"")
        .replace("&#38;", "&");
    let fields = [("new_password", own), ("confirm_password", own)];
    let page = rita.post(&action, &fields).await;
    page.is(200).has("rita · read-only");
}

#[tokio::test]
async fn the_last_administrator_stays_and_nobody_locks_themselves_out() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    house.operator("bob", "administrators").await;
    house.operator("rita", "read-only").await;
    let demote = [("role", "read-only")];
    ada.get("/console/operators/ada")
        .await
        .is(200)
        .lacks("Disable access")
        .lacks("Delete operator")
        .lacks("Save role");
    for (action, form) in [("disable", &[][..]), ("delete", &[]), ("role", &demote)] {
        let own = ada
            .post(&format!("/console/operators/ada/{action}"), form)
            .await;
        own.is(200).has("your own access");
    }
    // Bob is disabled, so that Ada is the last one who can sign in.
    ada.get("/console/operators/bob").await.is(200);
    ada.post("/console/operators/bob/disable", &[])
        .await
        .is(200)
        .has("Access has been disabled.");
    for (action, form) in [("disable", &[][..]), ("delete", &[]), ("role", &demote)] {
        let last = ada
            .post(&format!("/console/operators/ada/{action}"), form)
            .await;
        last.is(200).has("your own access");
    }
    ada.get("/console/operators/rita").await;
    ada.post(
        "/console/operators/rita/role",
        &[("role", "administrators")],
    )
    .await
    .is(200)
    .has("<dd>Administrator</dd>");
    ada.post("/console/operators/rita/role", &demote)
        .await
        .is(200)
        .has("<dd>Read-only</dd>");
    ada.post("/console/operators/rita/role", &[("role", "owner")])
        .await
        .is(200)
        .has("Choose a role.");
    ada.get("/console/operators/bob").await;
    ada.post("/console/operators/bob/enable", &[]).await.is(200);
    ada.post("/console/operators/bob/delete", &[])
        .await
        .is(200)
        .has("has been deleted.");
    ada.get("/console/operators/bob").await.is(404);
    ada.get(LIST).await.has("ada").has("rita").lacks("bob@");
}

#[tokio::test]
async fn an_operator_loses_session_or_password_at_the_hand_of_another() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    let mut rita = house.reader("rita").await;
    house.app.advance(Span::seconds(1));
    ada.get("/console/operators/rita").await.is(200);
    ada.post("/console/operators/rita/sign-out", &[])
        .await
        .is(200)
        .has("signed out everywhere");
    let page = rita.get("/console/pools").await;
    assert!(page.url.contains("/login?"), "at {}", page.url);
    ada.get("/console/operators/rita/password")
        .await
        .is(200)
        .has("At least");
    let page = ada
        .post(
            "/console/operators/rita/password",
            &[("password_source", "generate")],
        )
        .await;
    page.is(200)
        .has("The password has been reset.")
        .has("Force change password");
    assert!(shown_password(&page).len() >= 12);
    let page = ada.get("/console/operators/rita/password").await;
    page.is(200);
    let weak = [("password_source", "set"), ("password", "short")];
    ada.post(&page.url, &weak)
        .await
        .is(200)
        .has("id=\"f-password-error\"");
}

#[tokio::test]
async fn a_reader_cannot_become_more() {
    let house = House::new().await;
    house.operator("ada", "administrators").await;
    let mut rita = house.reader("rita").await;
    rita.get(LIST)
        .await
        .is(200)
        .has("ada")
        .lacks("Add operator");
    rita.get("/console/operators/ada")
        .await
        .is(200)
        .lacks("Reset password")
        .lacks("<form method=\"post\" action=\"/console/operators");
    rita.get("/console/operators/new").await.is(403);
    rita.get("/console/operators/ada/password").await.is(403);
    let form = [
        ("username", "eve"),
        ("email", "eve@example.com"),
        ("role", "administrators"),
        ("password_source", "generate"),
    ];
    rita.post("/console/operators/new", &form).await.is(403);
    rita.post("/console/operators/rita/role", &form)
        .await
        .is(403);
    rita.post("/console/operators/rita/password", &form)
        .await
        .is(403);
    for action in ["sign-out", "enable", "software-token/delete"] {
        rita.post(&format!("/console/operators/ada/{action}"), &[])
            .await
            .is(403);
    }
    for action in ["disable", "delete"] {
        let page = rita
            .post(&format!("/console/operators/ada/{action}"), &[])
            .await;
        assert!(page.status.is_client_error());
    }
    house.operator("bob", "administrators").await;
    for action in ["disable", "delete"] {
        rita.post(&format!("/console/operators/ada/{action}"), &[])
            .await
            .is(403);
    }
    let users = json!({ "UserPoolId": "cabana_Operators", "GroupName": "administrators" });
    let users = house.app.ok("ListUsersInGroup", users).await;
    assert_eq!(users["Users"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn operators_are_not_managed_as_users_of_a_pool() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    for pool in ["cabana_Operators", "%63abana_Operators"] {
        for rest in [
            "",
            "/users",
            "/users/new",
            "/users/ada",
            "/groups",
            "/groups/administrators",
            "/sign-in",
            "/sign-in/mfa",
            "/messaging/email",
            "/integration",
            "/properties/deletion-protection",
            "/clients/new",
            "/clients/cabana_console",
            "/clients/cabana_console/edit",
            "/quick-start",
            "/delete",
        ] {
            let page = ada.get(&format!("/console/pools/{pool}{rest}")).await;
            page.is(404).has("href=\"/console/operators\"");
        }
        for rest in ["users/ada/disable", "sign-in/mfa", "delete"] {
            let url = format!("/console/pools/{pool}/{rest}");
            ada.post(&url, &[]).await.is(404);
        }
    }
    ada.get(LIST).await.is(200).has("ada · administrator");
}

#[tokio::test]
async fn no_mail_leads_an_operator_back_in() {
    let house = House::new().await;
    let ada = house.administrator("ada").await;
    let email = json!({ "UserPoolId": "cabana_Operators", "Username": "ada", "UserAttributes": [
        { "Name": "email", "Value": "ada@example.com" }, { "Name": "email_verified", "Value": "true" } ] });
    house.app.ok("AdminUpdateUserAttributes", email).await;
    let forgotten = json!({ "ClientId": OPERATORS_CLIENT, "Username": "ada" });
    let answer = house.app.call("ForgotPassword", forgotten).await;
    assert_eq!(answer.kind(), "NotAuthorizedException", "{}", answer.body);
    let mut stranger = house.browser();
    let login = stranger.get("/console").await;
    login.is(200).lacks("/forgotPassword");
    drop(ada);
}
