//! An operator's own account: setup and removal of the second factor.

use cabana_api::ports::Clock;
use cabana_domain::{Span, totp};
use http::Method;
use serde_json::json;

use crate::harness::{Browser, House, PASSWORD, Page};

const PAGE: &str = "/console/account";
const SET_UP: &str = "/console/account/authenticator";
const CODE: &str = "/console/account/authenticator/code";
const REMOVE: &str = "/console/account/authenticator/remove";
const WRONG: [(&str, &str); 1] = [("code", "000000")];

/// An authenticator app.
pub struct App<'h> {
    house: &'h House,
    seed: Vec<u8>,
}

impl<'h> App<'h> {
    pub fn reading(house: &'h House, page: &Page) -> Self {
        let key = page.between("id=\"totp-key\" translate=\"no\">", "<");
        let seed = totp::from_base32(&key.replace(' ', "")).unwrap();
        Self { house, seed }
    }

    /// The app's next code, half a minute after the one before.
    pub fn code(&self) -> String {
        self.house.app.advance(Span::seconds(30));
        self.code_now()
    }

    fn code_now(&self) -> String {
        let step = self.house.app.clock.now().seconds().div_euclid(30);
        totp::code_at(&self.seed, step)
    }
}

/// Sends the password and reads the key.
async fn begin<'h>(house: &'h House, browser: &mut Browser<'_>) -> App<'h> {
    browser.get(SET_UP).await.is(200);
    let page = browser.post(SET_UP, &[("password", PASSWORD)]).await;
    assert_eq!(page.url, CODE);
    page.is(200).has("<svg class=\"qr\"");
    App::reading(house, &page)
}

async fn set_up<'h>(house: &'h House, browser: &mut Browser<'_>) -> App<'h> {
    let app = begin(house, browser).await;
    let code = app.code();
    let page = browser.post(CODE, &[("code", &code)]).await;
    assert_eq!(page.url, PAGE);
    page.is(200)
        .has("is set up.")
        .has("Remove authenticator app");
    app
}

async fn remove(browser: &mut Browser<'_>, app: &App<'_>) -> Page {
    browser.get(REMOVE).await.is(200);
    let form = [("password", PASSWORD), ("code", &app.code())];
    browser.post(REMOVE, &form).await
}

async fn factors(house: &House, name: &str) -> serde_json::Value {
    let user = json!({ "UserPoolId": "cabana_Operators", "Username": name });
    house.app.ok("AdminGetUser", user).await["UserMFASettingList"].clone()
}

/// The audit log as an administrator sees it.
async fn log(browser: &mut Browser<'_>) -> String {
    browser.get("/console/audit").await.html
}

#[tokio::test]
async fn an_operator_sets_an_authenticator_app_up_and_the_sign_in_asks_for_it() {
    let house = House::new().await;
    for (name, group) in [("ada", "administrators"), ("rita", "read-only")] {
        house.operator(name, group).await;
        let mut browser = house.browser();
        browser.sign_in(name).await;
        browser
            .get(PAGE)
            .await
            .is(200)
            .has("Set up an authenticator app")
            .lacks("Remove");
        assert_eq!(browser.get(REMOVE).await.url, PAGE);
        let app = set_up(&house, &mut browser).await;
        assert_eq!(factors(&house, name).await, json!(["SOFTWARE_TOKEN_MFA"]));
        let log = log(&mut browser).await;
        assert!(log.contains("SetUpAuthenticatorApp"), "{log}");
        // One app at a time.
        assert_eq!(browser.get(SET_UP).await.url, PAGE);
        browser
            .post(SET_UP, &[("password", PASSWORD)])
            .await
            .is(200)
            .has("Remove it before");

        let mut another = house.browser();
        let login = another.get("/console").await;
        let form = [("username", name), ("password", PASSWORD)];
        let asked = another.post(&login.url, &form).await;
        asked.is(200).has("software_token_mfa_code");
        let code = app.code();
        let unseen = asked.html.split("<input type=\"hidden\" name=\"").skip(1);
        let unseen = unseen.map(|it| it.split_once("\" value=\"").unwrap());
        let unseen = unseen.map(|(name, rest)| (name, rest.split_once('"').unwrap().0));
        let mut form: Vec<_> = unseen.filter(|(name, _)| *name != "_csrf").collect();
        form.push(("software_token_mfa_code", &code));
        let action = asked.between("<form method=\"post\" action=\"", "\"");
        let action = action.replace("&#38;", "&").replace("&amp;", "&");
        let page = another.post(&action, &form).await;
        assert_eq!(page.url, "/console/pools", "{}", page.html);
    }
}

#[tokio::test]
async fn a_wrong_password_gives_no_key_and_counts_as_at_the_sign_in() {
    let house = House::new().await;
    let mut rita = house.reader("rita").await;
    rita.get(SET_UP).await.is(200);
    for _ in 0..5 {
        rita.post(SET_UP, &[("password", "not the right one")])
            .await
            .is(200)
            .has("This is not your password.")
            .lacks("not the right one")
            .lacks("totp-key");
    }
    let form = [("password", PASSWORD)];
    rita.post(SET_UP, &form)
        .await
        .is(200)
        .has("wrong too often");
    let page = rita.request(Method::GET, CODE, &[]).await;
    page.is(303);
    let login = house.browser().get("/console").await;
    let mut another = house.browser();
    another.get(&login.url).await;
    let form = [("username", "rita"), ("password", PASSWORD)];
    another
        .post(&login.url, &form)
        .await
        .lacks("rita · read-only");
    house.app.advance(Span::minutes(20));
    begin(&house, &mut rita).await;
    assert_eq!(factors(&house, "rita").await, json!(null));
}

#[tokio::test]
async fn a_wrong_code_switches_nothing_on_and_codes_are_counted() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    let app = begin(&house, &mut ada).await;
    let page = ada.post(CODE, &WRONG).await;
    page.is(200)
        .has("This is not the code")
        .lacks("value=\"000000\"")
        .has("id=\"totp-key\"");
    assert_eq!(factors(&house, "ada").await, json!(null));
    for _ in 0..8 {
        ada.post(CODE, &WRONG).await.is(200);
    }
    ada.post(CODE, &[("code", &app.code_now())])
        .await
        .is(200)
        .has("wrong too often");
    assert_eq!(factors(&house, "ada").await, json!(null));
    assert!(!log(&mut ada).await.contains("SetUpAuthenticatorApp"));
}

#[tokio::test]
async fn a_set_up_that_waits_ends_once_the_account_has_changed() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    let late = begin(&house, &mut ada).await;
    let waiting = ada.jar["cabana_authenticator"].clone();
    let app = set_up(&house, &mut ada).await;
    ada.jar
        .insert("cabana_authenticator".to_owned(), waiting.clone());
    ada.post(CODE, &[("code", &late.code())])
        .await
        .is(200)
        .has("Begin again");
    // Nor does it work once the app that replaced it is removed.
    remove(&mut ada, &app).await.is(200);
    ada.jar
        .insert("cabana_authenticator".to_owned(), waiting.clone());
    ada.post(CODE, &[("code", &late.code())])
        .await
        .is(200)
        .has("Begin again");
    // Nor does a setup work once the password has changed.
    let late = begin(&house, &mut ada).await;
    let other = json!({ "UserPoolId": "cabana_Operators", "Username": "ada",
        "Password": "another long password", "Permanent": true });
    house.app.ok("AdminSetUserPassword", other).await;
    ada.post(CODE, &[("code", &late.code())])
        .await
        .is(200)
        .has("Begin again");
    assert_eq!(factors(&house, "ada").await, json!(null));
    // Nor does it work for somebody else.
    let mut rita = house.reader("rita").await;
    rita.get(SET_UP).await.is(200);
    rita.jar.insert("cabana_authenticator".to_owned(), waiting);
    let page = rita.post(CODE, &[("code", &late.code())]).await;
    assert_eq!(page.url, SET_UP);
    assert_eq!(factors(&house, "rita").await, json!(null));
}

#[tokio::test]
async fn removing_takes_the_password_and_a_code() {
    let house = House::new().await;
    let mut rita = house.reader("rita").await;
    let app = set_up(&house, &mut rita).await;
    rita.get(REMOVE).await.is(200);
    let code = app.code();
    let wrong = [("password", "not the right one"), ("code", code.as_str())];
    rita.post(REMOVE, &wrong)
        .await
        .is(200)
        .has("This is not your password.");
    let wrong = [("password", PASSWORD), ("code", "000000")];
    rita.post(REMOVE, &wrong)
        .await
        .is(200)
        .has("This is not the code");
    assert_eq!(factors(&house, "rita").await, json!(["SOFTWARE_TOKEN_MFA"]));
    let right = [("password", PASSWORD), ("code", code.as_str())];
    let page = rita.post(REMOVE, &right).await;
    assert_eq!(page.url, PAGE);
    page.is(200).has("has been removed");
    assert_eq!(factors(&house, "rita").await, json!(null));
    assert!(log(&mut rita).await.contains("RemoveAuthenticatorApp"));
    rita.get(REMOVE).await.is(200);
    rita.post(REMOVE, &right).await.is(200);
    house.browser().sign_in("rita").await;
}

#[tokio::test]
async fn a_changed_factor_ends_every_other_session_of_the_operator() {
    let house = House::new().await;
    let mut here = house.administrator("ada").await;
    let mut elsewhere = house.browser();
    elsewhere.sign_in("ada").await;
    let before = here.jar.clone();
    house.app.advance(Span::seconds(1));
    let app = set_up(&house, &mut here).await;
    here.get("/console/pools").await.is(200);
    for jar in [elsewhere.jar.clone(), before] {
        elsewhere.jar = jar;
        let page = elsewhere.get("/console/pools").await;
        assert!(page.url.contains("/login?"), "at {}", page.url);
    }
    let before = here.jar.clone();
    remove(&mut here, &app).await.is(200);
    elsewhere.jar = before;
    let page = elsewhere.get("/console/pools").await;
    assert!(page.url.contains("/login?"), "at {}", page.url);
}

#[tokio::test]
async fn a_lost_factor_is_taken_away_by_another_administrator_only() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    let mut rita = house.reader("rita").await;
    set_up(&house, &mut ada).await;
    set_up(&house, &mut rita).await;
    let of = |name: &str| format!("/console/operators/{name}/software-token/delete");
    rita.post(&of("ada"), &[]).await.is(403);
    // Nor can they delete their own this way, which would need no password.
    rita.post(&of("rita"), &[]).await.is(403).has("read-only");
    ada.post(&of("ada"), &[])
        .await
        .is(200)
        .has("Remove your own authenticator app under Your account.");
    for name in ["ada", "rita"] {
        assert_eq!(factors(&house, name).await, json!(["SOFTWARE_TOKEN_MFA"]));
    }
    house.app.advance(Span::seconds(1));
    ada.get("/console/operators/rita").await.is(200);
    ada.post(&of("rita"), &[])
        .await
        .is(200)
        .has("has been deleted, and");
    assert_eq!(factors(&house, "rita").await, json!(null));
    assert!(log(&mut ada).await.contains("AdminDeleteSoftwareToken"));
    let page = rita.get("/console/pools").await;
    assert!(page.url.contains("/login?"), "at {}", page.url);
}
