use serde_json::json;

use crate::browser::{Browser, Page};
use crate::shop::{PASSWORD, Shop, claims, code_of};

const EMAIL: &str = "requiredAttributes[email]";

/// Signs a user up under `<name>@example.com`. Returns the page that waits for the code.
async fn sign_up(shop: &Shop, browser: &Browser, name: &str) -> Page {
    let page = browser.get(&shop.at("/signup", &[])).await;
    let email = format!("{name}@example.com");
    let values = [("username", name), (EMAIL, &email), ("password", PASSWORD)];
    browser.submit(&page, &values).await
}

#[tokio::test]
async fn a_visitor_signs_up_confirms_and_is_signed_in() {
    let shop = Shop::with(json!({}), json!({ "GenerateSecret": true })).await;
    let browser = shop.browser();
    let page = browser.get(&shop.at("/signup", &[("nonce", "n9")])).await;
    let values = [
        ("username", "bea"),
        (EMAIL, "bea@example.com"),
        ("password", PASSWORD),
    ];
    let page = browser.submit(&page, &values).await;
    assert!(page.has("verification_code"), "{}", page.plain());
    let wrong = browser.submit(&page, &[("verification_code", "x")]).await;
    assert!(
        wrong.plain().contains("code is incorrect"),
        "{}",
        wrong.plain()
    );
    let code = shop.app.code_sent_to("bea@example.com").await;
    let done = browser
        .submit(&wrong, &[("verification_code", &code)])
        .await;
    let tokens = shop.redeem(&code_of(&done), &[]).await.json();
    let id = claims(&tokens["id_token"]);
    assert_eq!(
        (&id["email_verified"], &id["nonce"]),
        (&json!(true), &json!("n9"))
    );
}

#[tokio::test]
async fn somebody_signed_out_everywhere_meanwhile_is_confirmed_and_not_signed_in() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    let page = sign_up(&shop, &browser, "bea").await;
    let named = json!({ "UserPoolId": shop.pool, "Username": "bea" });
    shop.app.ok("AdminUserGlobalSignOut", named).await;
    let code = shop.app.code_sent_to("bea@example.com").await;
    let done = browser.submit(&page, &[("verification_code", &code)]).await;
    assert_eq!(done.location(), "", "{}", done.plain());
    assert!(done.has("password"), "{}", done.plain());
}

#[tokio::test]
async fn the_page_of_an_unconfirmed_account_is_for_whoever_knows_the_password() {
    let client = json!({ "PreventUserExistenceErrors": "LEGACY" });
    let shop = Shop::with(json!({}), client).await;
    let browser = shop.browser();
    sign_up(&shop, &browser, "bea").await;
    let page = browser.get(&shop.at("/login", &[])).await;
    let wrong = [("username", "bea"), ("password", "Wrong-Horse-1")];
    let page = browser.submit(&page, &wrong).await;
    assert!(!page.has("verification_code"), "{}", page.plain());
    let right = [("username", "bea"), ("password", PASSWORD)];
    let page = browser.submit(&page, &right).await;
    assert!(page.has("verification_code"), "{}", page.plain());
}

#[tokio::test]
async fn where_an_address_is_the_name_it_is_asked_for_once() {
    let settings = json!({ "UsernameAttributes": ["email"], "Schema": [
        { "Name": "email", "Required": true }, { "Name": "name", "Required": true } ] });
    let shop = Shop::open().await;
    let pool = shop.app.pool(settings_over(settings)).await;
    let client = json!({ "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email"], "SupportedIdentityProviders": ["COGNITO"],
        "CallbackURLs": [crate::shop::CALLBACK] });
    let client = shop.app.client(&pool, client).await;
    let shop = Shop {
        pool,
        client: client.id,
        secret: client.secret,
        app: shop.app,
    };
    let browser = shop.browser();
    let page = browser.get(&shop.at("/signup", &[])).await;
    assert!(
        !page.has("username") && page.has("requiredAttributes[name]"),
        "{}",
        page.plain()
    );
    let values = [
        (EMAIL, "dee@example.com"),
        ("requiredAttributes[name]", "Dee"),
        ("password", PASSWORD),
    ];
    let confirm = browser.submit(&page, &values).await;
    let code = shop.app.code_sent_to("dee@example.com").await;
    code_of(
        &browser
            .submit(&confirm, &[("verification_code", &code)])
            .await,
    );
    let taken = browser.submit(&page, &values).await;
    assert!(
        taken.plain().contains("already exists"),
        "{}",
        taken.plain()
    );
}

fn settings_over(mut settings: serde_json::Value) -> serde_json::Value {
    settings["AutoVerifiedAttributes"] = json!(["email"]);
    settings
}

#[tokio::test]
async fn what_is_wrong_is_said_and_what_was_typed_is_kept() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    let page = browser.get(&shop.at("/signup", &[])).await;
    let fill = async |name: &str, email: &str, password: &str| {
        browser
            .submit(
                &page,
                &[("username", name), (EMAIL, email), ("password", password)],
            )
            .await
    };
    let weak = fill("eli", "eli@example.com", "short").await;
    assert!(
        weak.plain().contains("too short") && weak.text.contains("eli@example.com"),
        "{}",
        weak.plain()
    );
    let taken = fill("ada", "eli@example.com", PASSWORD).await;
    assert!(
        taken.plain().contains("This username is taken"),
        "{}",
        taken.plain()
    );
    let empty = fill("eli", "", PASSWORD).await;
    assert!(
        empty.plain().contains("Email is missing"),
        "{}",
        empty.plain()
    );
    let endless = fill("eli", &"e".repeat(2049), PASSWORD).await;
    assert!(
        endless.plain().contains("Email is too long"),
        "{}",
        endless.plain()
    );
}

#[tokio::test]
async fn a_user_name_that_could_be_an_alias_is_to_blame_itself() {
    let settings = json!({
        "AliasAttributes": ["email", "phone_number"], "AutoVerifiedAttributes": ["email"],
    });
    let shop = Shop::with(settings, json!({})).await;
    let browser = shop.browser();
    for name in ["bea@example.com", "+15550000001"] {
        let page = browser.get(&shop.at("/signup", &[])).await;
        let values = [
            ("username", name),
            (EMAIL, "bea@example.com"),
            ("password", PASSWORD),
        ];
        let page = browser.submit(&page, &values).await;
        let said = page.plain();
        assert!(
            said.contains("Choose a username that is not"),
            "{name}: {said}"
        );
        assert!(!said.contains("Enter a complete"), "{name}: {said}");
    }
}

#[tokio::test]
async fn an_unconfirmed_user_is_led_to_the_code_and_on() {
    let shop = Shop::open().await;
    let made = json!({ "ClientId": shop.client, "Username": "fay", "Password": PASSWORD,
        "UserAttributes": [{ "Name": "email", "Value": "fay@example.com" }] });
    shop.app.ok("SignUp", made).await;
    let browser = shop.browser();
    let login = browser.get(&shop.at("/login", &[])).await;
    let wrong = browser
        .submit(&login, &[("username", "fay"), ("password", "Wr0ng-Horse!")])
        .await;
    assert!(!wrong.has("verification_code"), "{}", wrong.plain());
    let page = browser
        .submit(&login, &[("username", "fay"), ("password", PASSWORD)])
        .await;
    // Makes the second message the newer one.
    shop.app.advance(cabana_domain::Span::seconds(1));
    let sent = browser.submit(&page, &[("resend", "")]).await;
    assert!(
        sent.plain().contains("A new code is on its way"),
        "{}",
        sent.plain()
    );
    let code = shop.app.code_sent_to("fay@example.com").await;
    code_of(&browser.submit(&sent, &[("verification_code", &code)]).await);
}

#[tokio::test]
async fn the_code_page_of_another_account_signs_nobody_in() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    let confirm = sign_up(&shop, &browser, "gus").await;
    // Another user takes over the name before the code is typed.
    shop.app
        .ok(
            "AdminDeleteUser",
            json!({ "UserPoolId": shop.pool, "Username": "gus" }),
        )
        .await;
    let made = json!({ "ClientId": shop.client, "Username": "gus", "Password": "An0ther-Horse!",
        "UserAttributes": [{ "Name": "email", "Value": "other@example.com" }] });
    shop.app.ok("SignUp", made).await;
    let code = shop.app.code_sent_to("other@example.com").await;
    let page = browser
        .submit(&confirm, &[("verification_code", &code)])
        .await;
    assert_eq!(page.sent_back("code"), None, "{}", page.plain());
}

#[tokio::test]
async fn where_only_administrators_make_users_there_is_no_sign_up() {
    let closed = json!({ "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true } });
    let shop = Shop::with(closed, json!({})).await;
    let browser = shop.browser();
    assert!(
        !browser
            .get(&shop.at("/login", &[]))
            .await
            .text
            .contains("/signup")
    );
    let page = browser.get(&shop.at("/signup", &[])).await;
    assert_eq!(page.status, 403);
}

#[tokio::test]
async fn the_link_of_a_mail_confirms_and_says_so_to_whoever_comes_second() {
    let shop = Shop::open().await;
    let made = json!({ "ClientId": shop.client, "Username": "hal", "Password": PASSWORD,
        "UserAttributes": [{ "Name": "email", "Value": "hal@example.com" }] });
    shop.app.ok("SignUp", made).await;
    let code = shop.app.code_sent_to("hal@example.com").await;
    let link = |code: &str| {
        format!(
            "/{}/confirmUser?client_id={}&user_name=hal&confirmation_code={code}",
            shop.pool, shop.client
        )
    };
    let wrong = shop.browser().get(&link("nonsense")).await;
    assert_eq!(wrong.status, 400, "{}", wrong.plain());
    // Mail scanners send HEAD first, and then follow the link.
    let looked = http::Request::head(link(&code));
    let looked = shop.browser().send(looked, axum::body::Body::empty()).await;
    assert_eq!(looked.status, 200);
    let user = json!({ "UserPoolId": shop.pool, "Username": "hal" });
    let before = shop.app.ok("AdminGetUser", user.clone()).await;
    assert_eq!(before["UserStatus"], "UNCONFIRMED");
    for said in ["Thank you", "confirmed before", "confirmed before"] {
        let page = shop.browser().get(&link(&code)).await;
        assert_eq!(page.status, 200, "{}", page.plain());
        assert!(page.plain().contains(said), "{}", page.plain());
        assert!(page.text.contains(crate::shop::HOME), "{}", page.text);
    }
    let after = shop.app.ok("AdminGetUser", user).await;
    assert_eq!(after["UserStatus"], "CONFIRMED");
    // Only the link that was valid: nobody learns which accounts exist.
    assert_eq!(shop.browser().get(&link("123456")).await.status, 400);
}

#[tokio::test]
async fn guesses_at_a_link_that_was_followed_are_counted() {
    let shop = Shop::open().await;
    let made = json!({ "ClientId": shop.client, "Username": "hal", "Password": PASSWORD,
        "UserAttributes": [{ "Name": "email", "Value": "hal@example.com" }] });
    shop.app.ok("SignUp", made).await;
    let code = shop.app.code_sent_to("hal@example.com").await;
    let link = |code: &str| {
        shop.at(
            "/confirmUser",
            &[("user_name", "hal"), ("confirmation_code", code)],
        )
    };
    assert_eq!(shop.browser().get(&link(&code)).await.status, 200);
    let mut guesses = 0;
    while shop.browser().get(&link("no-code")).await.status == 400 {
        guesses += 1;
        assert!(guesses < 50, "nobody counts");
    }
    assert_eq!(shop.browser().get(&link(&code)).await.status, 429);
}

#[tokio::test]
async fn where_a_developer_waits_for_a_code_the_page_leads_to_the_inbox() {
    let shop = Shop::open().await;
    let values = [
        ("username", "ivy"),
        (EMAIL, "ivy@example.com"),
        ("password", PASSWORD),
    ];
    for (browser, shown) in [(shop.browser(), true), (shop.production(), false)] {
        let page = browser.get(&shop.at("/signup", &[])).await;
        assert!(!page.text.contains("/inbox"), "{}", page.text);
        let page = browser.submit(&page, &values).await;
        assert_eq!(
            page.text.contains("href=\"/inbox\" target=\"_blank\""),
            shown,
            "{}",
            page.text
        );
        let user = json!({ "UserPoolId": shop.pool, "Username": "ivy" });
        shop.app.ok("AdminDeleteUser", user).await;
        let page = browser.get(&shop.at("/forgotPassword", &[])).await;
        let page = browser.submit(&page, &[("username", "ada")]).await;
        assert_eq!(
            page.text.contains("href=\"/inbox\" target=\"_blank\""),
            shown,
            "{}",
            page.text
        );
    }
}

#[tokio::test]
async fn only_addresses_of_the_pools_domains_sign_up_and_the_field_says_so() {
    let tags = json!({ "UserPoolTags": { "cabana:sign-up-domains": "example.org" } });
    let shop = Shop::with(tags, json!({})).await;
    let browser = shop.browser();
    let page = browser.get(&shop.at("/signup", &[])).await;
    for (name, email) in [
        ("joy", "joy@example.com"),
        ("joy@x.test", "joy@example.org"),
    ] {
        let values = [("username", name), (EMAIL, email), ("password", PASSWORD)];
        let refused = browser.submit(&page, &values).await;
        assert!(
            refused
                .plain()
                .contains("Use an email address at example.org"),
            "{}",
            refused.plain()
        );
        assert!(refused.text.contains("aria-invalid=\"true\""));
    }
    let values = [
        ("username", "joy"),
        (EMAIL, "Joy@Example.org"),
        ("password", PASSWORD),
    ];
    let confirm = browser.submit(&page, &values).await;
    let code = shop.app.code_sent_to("Joy@Example.org").await;
    let code = [("verification_code", code.as_str())];
    code_of(&browser.submit(&confirm, &code).await);
}

#[tokio::test]
async fn where_no_address_can_be_proven_nobody_is_asked_to_sign_up_by_it() {
    let settings = json!({ "AutoVerifiedAttributes": [],
        "UserPoolTags": { "cabana:sign-up-domains": "example.org" } });
    let shop = Shop::with(settings, json!({})).await;
    let login = shop.browser().get(&shop.at("/login", &[])).await;
    assert!(!login.text.contains("/signup"), "{}", login.text);
    let page = shop.browser().get(&shop.at("/signup", &[])).await;
    assert_eq!(page.status, 403);
}
