//! The link that creates the first operator.

use cabana_api::logic::operators;
use cabana_domain::Span;
use serde_json::json;

use crate::account::App;
use crate::harness::{Browser, House, PASSWORD, Page};

const FIRST: &str = "/console/account/authenticator/code?first=yes";

fn link(house: &House) -> String {
    let api = &house.app.api;
    let token = operators::setup_token(api, api.clock.now()).unwrap();
    format!("/console/setup?token={token}")
}

#[tokio::test]
async fn a_link_makes_one_operator_and_no_second_one() {
    let house = House::new().await;
    let link = link(&house);
    let mut browser = house.browser();
    let page = browser.get(&link).await;
    page.is(200).has("Set up the console");
    let token = page.between("name=\"token\" value=\"", "\"").to_owned();
    let fields = |name| {
        vec![
            ("token", token.as_str()),
            ("username", name),
            ("email", "ada@example.com"),
            ("password", PASSWORD),
            ("repeated", PASSWORD),
        ]
    };
    let page = browser.post("/console/setup", &fields("ada")).await;
    page.is(200).has("ada · administrator");
    // The password is one that signs in.
    house
        .browser()
        .sign_in("ada")
        .await
        .has("ada · administrator");

    let mut other = house.browser();
    let used = other.get(&link).await;
    used.is(403)
        .lacks("<form")
        .has("cabana console-link")
        .has("href=\"/console\"");
    let page = other.post("/console/setup", &fields("eve")).await;
    page.is(403);
    let users = json!({ "UserPoolId": "cabana_Operators" });
    let users = house.app.ok("ListUsers", users).await;
    assert_eq!(users["Users"].as_array().unwrap().len(), 1, "{users}");
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_uses_nothing_up() {
    let house = House::new().await;
    let link = link(&house);
    let mut browser = house.browser();
    let page = browser.get(&link).await;
    let token = page.between("name=\"token\" value=\"", "\"").to_owned();
    let wrong = [
        ("token", token.as_str()),
        ("username", "ada"),
        ("email", "ada@example.com"),
        ("password", "short"),
        ("repeated", "short"),
    ];
    let page = browser.post("/console/setup", &wrong).await;
    page.is(200)
        .has("id=\"f-password-error\"")
        .has("value=\"ada\"")
        .lacks("value=\"short\"");
    let different = [
        wrong[0],
        wrong[1],
        wrong[2],
        ("password", PASSWORD),
        ("repeated", "x"),
    ];
    let page = browser.post("/console/setup", &different).await;
    page.is(200).has("The passwords do not match.");
    let right = [
        wrong[0],
        wrong[1],
        wrong[2],
        ("password", PASSWORD),
        ("repeated", PASSWORD),
    ];
    let page = browser.post("/console/setup", &right).await;
    page.is(200).has("ada · administrator");
}

/// Creates an operator of this name with a link.
async fn set_up(house: &House, browser: &mut Browser<'_>, name: &str) -> Page {
    let page = browser.get(&link(house)).await;
    let token = page.between("name=\"token\" value=\"", "\"").to_owned();
    let form = [
        ("token", token.as_str()),
        ("username", name),
        ("email", "ada@example.com"),
        ("password", PASSWORD),
        ("repeated", PASSWORD),
    ];
    browser.post("/console/setup", &form).await
}

#[tokio::test]
async fn after_the_password_an_authenticator_app_is_offered() {
    let house = House::new().await;
    let mut browser = house.browser();
    let page = set_up(&house, &mut browser, "ada").await;
    assert_eq!(page.url, FIRST);
    page.is(200)
        .has("Skip for now")
        .has("href=\"/console\"")
        .lacks("Cancel");
    let app = App::reading(&house, &page);
    let wrong = browser.post(FIRST, &[("code", "000000")]).await;
    assert!(wrong.url.starts_with(FIRST), "{}", wrong.url);
    wrong.has("id=\"f-code-error\"").has("Skip for now");
    let done = browser.post(FIRST, &[("code", &app.code())]).await;
    assert_eq!(done.url, "/console/pools");
    done.is(200).has("is set up.").has("ada · administrator");
    let ada = json!({ "UserPoolId": "cabana_Operators", "Username": "ada" });
    let ada = house.app.ok("AdminGetUser", ada).await;
    assert_eq!(ada["UserMFASettingList"], json!(["SOFTWARE_TOKEN_MFA"]));
}

#[tokio::test]
async fn the_authenticator_app_may_be_skipped() {
    let house = House::new().await;
    let mut browser = house.browser();
    set_up(&house, &mut browser, "ada").await;
    let page = browser.get("/console").await;
    assert_eq!(page.url, "/console/pools");
    page.is(200).has("ada · administrator");
    house.browser().sign_in("ada").await;
}

#[tokio::test]
async fn another_site_cannot_sign_somebody_in_with_a_link() {
    let house = House::new().await;
    let link = link(&house);
    let mut browser = house.browser();
    let page = browser.get(&link).await;
    let token = page.between("name=\"token\" value=\"", "\"").to_owned();
    let form = [
        ("token", token.as_str()),
        ("username", "ada"),
        ("email", "ada@example.com"),
        ("password", PASSWORD),
        ("repeated", PASSWORD),
    ];
    browser.token = "forged".to_owned();
    let page = browser.post("/console/setup", &form).await;
    page.is(200)
        .has("This page was too old")
        .has("value=\"ada\"");
    assert!(!browser.jar.contains_key("cabana_console"));
    // Nothing was created, and the link is still good.
    let page = browser.post("/console/setup", &form).await;
    page.is(200).has("ada · administrator");
}

#[tokio::test]
async fn a_link_is_good_for_half_an_hour_and_cannot_be_made_up() {
    let house = House::new().await;
    let link = link(&house);
    house.app.advance(Span::minutes(31));
    let mut browser = house.browser();
    browser.get(&link).await.is(403).lacks("<form");
    browser.get("/console/setup?token=AAAA").await.is(403);
    browser.get("/console/setup").await.is(403);
}

#[tokio::test]
async fn what_was_wrong_is_shown_again_to_whoever_has_the_link() {
    let house = House::new().await;
    let link = link(&house);
    let mut browser = house.browser();
    let page = browser.get(&link).await;
    let token = page.between("name=\"token\" value=\"", "\"").to_owned();
    let wrong = [("token", token.as_str()), ("username", "ada")];
    let page = browser.post("/console/setup", &wrong).await;
    assert!(page.url.starts_with(&link), "{}", page.url);
    let again = browser.get(&page.url).await;
    again
        .is(200)
        .has("value=\"ada\"")
        .has("Enter an email address.");
    let draft = page.url.rsplit('=').next().unwrap();
    let other = self::link(&house);
    let other = browser.get(&format!("{other}&draft={draft}")).await;
    other.is(200).lacks("value=\"ada\"").has("has expired");
}

#[tokio::test]
async fn in_the_emulator_the_link_signs_in_directly_on_its_own_machine() {
    let house = House::dev().await;
    let first = link(&house);
    // Elsewhere it asks for a password, as it makes an operator.
    let page = house.browser().get(&first).await;
    page.is(200).has("name=\"password\"");
    let mut browser = house.own_browser();
    let page = browser.get(&first).await;
    assert_eq!(page.url, "/console/pools");
    page.is(200).has("admin · administrator");
    house.browser().get(&first).await.is(403);
    let page = house.browser().get(&link(&house)).await;
    page.is(200).has("admin · administrator");
}

#[tokio::test]
async fn looking_at_the_link_does_not_use_it_up() {
    let house = House::dev().await;
    let link = link(&house);
    let mut browser = house.own_browser();
    let looked = browser.request(http::Method::HEAD, &link, &[]).await;
    looked.is(200);
    assert!(browser.jar.is_empty(), "{:?}", browser.jar);
    let page = browser.get(&link).await;
    assert_eq!(page.is(200).url, "/console/pools");
}

#[tokio::test]
async fn on_its_own_machine_an_emulator_asks_for_no_password() {
    const CONTINUE: &str = "/console/continue";
    let house = House::dev().await;
    let mut browser = house.own_browser();
    let page = browser.get("/console/audit").await;
    page.is(200).has("Continue as administrator");
    let next = page.between("name=\"next\" value=\"", "\"").to_owned();
    assert_eq!(next, "/console/audit");
    let page = browser.post(CONTINUE, &[("next", &next)]).await;
    assert_eq!(page.url, "/console/audit");
    page.is(200)
        .has("admin · administrator")
        .has("ContinueAsAdministrator");
    // Again after signing out, and to no other site.
    browser.post("/console/sign-out", &[]).await;
    browser
        .get("/console")
        .await
        .has("Continue as administrator");
    let away = [("next", "https://evil.example/console")];
    let page = browser.post(CONTINUE, &away).await;
    assert_eq!(page.url, "/console/pools");
}

#[tokio::test]
async fn nobody_else_goes_on_without_a_password() {
    const CONTINUE: &str = "/console/continue";
    let dev = House::dev().await;
    // Another site's form.
    let mut browser = dev.own_browser();
    browser.get("/console").await;
    browser.token = "forged".to_owned();
    browser.post(CONTINUE, &[]).await.is(403);
    // Another machine.
    let mut browser = dev.own_browser();
    browser.get("/console").await;
    browser.peer = Some([192, 0, 2, 7].into());
    browser.post(CONTINUE, &[]).await.is(404);
    browser
        .get("/console")
        .await
        .lacks("Continue as administrator");
    // A name that somebody else has pointed at this machine.
    for host in ["rebound.example:9229", "127.0.0.1.nip.io:9229"] {
        let mut browser = dev.own_browser();
        browser.get("/console").await;
        browser.host = host;
        let page = browser.post(CONTINUE, &[]).await;
        assert!(
            [403, 404, 421].contains(&page.status.as_u16()),
            "{host}: {}",
            page.status
        );
        assert!(!browser.jar.contains_key("cabana_console"), "{host}");
    }
    // A server that is no emulator.
    let serve = House::new().await;
    let mut browser = serve.own_browser();
    let page = browser.get("/console").await;
    page.is(200)
        .has("cabana console-link")
        .lacks("Continue as administrator");
    browser.post(CONTINUE, &[]).await.is(404);
    serve.operator("ada", "administrators").await;
    let page = browser.get("/console").await;
    assert!(page.url.contains("/login?"), "at {}", page.url);
}
