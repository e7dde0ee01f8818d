//! Sign-in, wrong, temporary and forgotten passwords, and pages at the end of a sequence.

use std::sync::Arc;

use cabana_domain::Span;
use serde_json::json;

use crate::browser::Page;
use crate::second_factor::by_mail;
use crate::shop::{PASSWORD, Shop, code_of};

const ELSEWHERE: &str = "http://localhost:3000/new";

#[tokio::test]
async fn a_wrong_password_is_told_and_the_name_is_kept() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    let login = browser.get(&shop.at("/login", &[])).await;
    for name in ["ada", "nobody"] {
        let page = browser
            .submit(&login, &[("username", name), ("password", "Wr0ng-Horse!")])
            .await;
        assert!(
            page.plain().contains("Username or password is incorrect"),
            "{}",
            page.plain()
        );
        assert!(
            page.text.contains(&format!("value=\"{name}\"")) && !page.text.contains("Wr0ng-Horse!")
        );
    }
    let page = browser
        .submit(&login, &[("username", ""), ("password", "")])
        .await;
    assert!(
        page.plain().contains("Password is missing"),
        "{}",
        page.plain()
    );
    code_of(
        &browser
            .submit(&login, &[("username", "ada"), ("password", PASSWORD)])
            .await,
    );
}

#[tokio::test]
async fn an_account_that_is_locked_or_disabled_is_told_on_the_page() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    let login = browser.get(&shop.at("/login", &[])).await;
    for _ in 0..8 {
        browser
            .submit(&login, &[("username", "ada"), ("password", "Wr0ng-Horse!")])
            .await;
    }
    let page = browser
        .submit(&login, &[("username", "ada"), ("password", PASSWORD)])
        .await;
    assert!(
        page.plain().contains("locked for a while"),
        "{}",
        page.plain()
    );
    shop.user("bob").await;
    shop.app
        .ok(
            "AdminDisableUser",
            json!({ "UserPoolId": shop.pool, "Username": "bob" }),
        )
        .await;
    let page = browser
        .submit(&login, &[("username", "bob"), ("password", PASSWORD)])
        .await;
    assert!(
        page.plain().contains("This account is disabled"),
        "{}",
        page.plain()
    );
}

#[tokio::test]
async fn a_temporary_password_is_replaced_and_the_request_survives() {
    let shop = Shop::open().await;
    let temporary = json!({ "UserPoolId": shop.pool, "Username": "cleo", "TemporaryPassword": "Temp-0rary!",
        "MessageAction": "SUPPRESS" });
    shop.app.ok("AdminCreateUser", temporary).await;
    let browser = shop.browser();
    let login = browser.get(&shop.at("/login", &[("nonce", "n7")])).await;
    let page = browser
        .submit(&login, &[("username", "cleo"), ("password", "Temp-0rary!")])
        .await;
    assert!(page.has("new_password"), "{}", page.plain());
    for (new, again, said) in [
        ("short", "short", "too short"),
        (PASSWORD, "Other-1!", "do not match"),
    ] {
        let page = browser
            .submit(&page, &[("new_password", new), ("confirm_password", again)])
            .await;
        assert!(
            page.has("new_password") && page.plain().contains(said),
            "{}",
            page.plain()
        );
    }
    let done = browser
        .submit(
            &page,
            &[("new_password", PASSWORD), ("confirm_password", PASSWORD)],
        )
        .await;
    let tokens = shop.redeem(&code_of(&done), &[]).await.json();
    assert_eq!(crate::shop::claims(&tokens["id_token"])["nonce"], "n7");
    // The page was valid once.
    let page = browser
        .submit(
            &page,
            &[("new_password", PASSWORD), ("confirm_password", PASSWORD)],
        )
        .await;
    assert_eq!(page.location(), "", "{}", page.plain());
}

#[tokio::test]
async fn a_temporary_password_that_expired_is_told_in_the_pages_words() {
    let shop = Shop::open().await;
    let temporary = json!({ "UserPoolId": shop.pool, "Username": "cleo", "TemporaryPassword": "Temp-0rary!",
        "MessageAction": "SUPPRESS" });
    shop.app.ok("AdminCreateUser", temporary).await;
    shop.app.advance(Span::days(8));
    let browser = shop.browser();
    let login = browser.get(&shop.at("/login", &[])).await;
    let page = browser
        .submit(&login, &[("username", "cleo"), ("password", "Temp-0rary!")])
        .await;
    let said = "Your temporary password has expired. Ask the people who run the app for a new one.";
    assert!(page.plain().contains(said), "{}", page.plain());
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_with_a_code_and_signs_in() {
    let shop = Shop::with(json!({}), json!({ "GenerateSecret": true })).await;
    let browser = shop.browser();
    let forgot = browser
        .get(&shop.at("/forgotPassword", &[("nonce", "n8")]))
        .await;
    let page = browser
        .submit(&forgot, &[("username", "ada"), ("reset_my_password", "")])
        .await;
    assert!(page.has("verification_code"), "{}", page.plain());
    assert!(page.plain().contains("a***@e***"), "{}", page.plain());
    let code = shop.app.code_sent_to("ada@example.com").await;
    let fill = async |code: &str, new: &str, again: &str| {
        let fields = [
            ("verification_code", code),
            ("new_password", new),
            ("confirm_password", again),
        ];
        browser.submit(&page, &fields).await
    };
    let wrong = if code == "000000" { "111111" } else { "000000" };
    assert!(
        fill(wrong, "An0ther-Horse!", "An0ther-Horse!")
            .await
            .plain()
            .contains("code is incorrect")
    );
    assert!(
        fill(&code, "An0ther-Horse!", "An0ther-Mule!")
            .await
            .plain()
            .contains("do not match")
    );
    let done = fill(&code, "An0ther-Horse!", "An0ther-Horse!").await;
    let tokens = shop.redeem(&code_of(&done), &[]).await.json();
    assert_eq!(crate::shop::claims(&tokens["id_token"])["nonce"], "n8");
}

#[tokio::test]
async fn the_page_for_forgotten_passwords_tells_nobody_who_has_an_account() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    let forgot = browser.get(&shop.at("/forgotPassword", &[])).await;
    let page = browser
        .submit(
            &forgot,
            &[("username", "nobody"), ("reset_my_password", "")],
        )
        .await;
    assert!(page.has("verification_code"), "{}", page.plain());
    let fields = [
        ("verification_code", "123456"),
        ("new_password", PASSWORD),
        ("confirm_password", PASSWORD),
    ];
    let page = browser.submit(&page, &fields).await;
    assert!(
        page.has("verification_code") && page.location().is_empty(),
        "{}",
        page.plain()
    );
}

#[tokio::test]
async fn somebody_who_must_choose_a_new_password_is_led_there() {
    let shop = Shop::open().await;
    shop.app
        .ok(
            "AdminResetUserPassword",
            json!({ "UserPoolId": shop.pool, "Username": "ada" }),
        )
        .await;
    let browser = shop.browser();
    let login = browser.get(&shop.at("/login", &[])).await;
    let page = browser
        .submit(&login, &[("username", "ada"), ("password", PASSWORD)])
        .await;
    assert!(
        page.has("verification_code") && page.has("new_password"),
        "{}",
        page.plain()
    );
}

#[tokio::test]
async fn pages_in_the_middle_of_something_lead_to_the_first_one() {
    let shop = Shop::open().await;
    for path in [
        "/confirm",
        "/resendcode",
        "/confirmForgotPassword",
        "/newPassword",
        "/mfa",
        "/mfa/methods",
        "/mfa/totp",
        "/login/choose",
        "/login/email",
        "/login/passkey",
        "/passkeys/add",
    ] {
        let page = shop.browser().get(&shop.at(path, &[])).await;
        assert_eq!(page.location(), shop.at("/login", &[]), "{path}");
    }
}

#[tokio::test]
async fn the_language_asked_for_is_remembered_below_the_pool() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    let page = browser.get(&shop.at("/login", &[("lang", "pt-br")])).await;
    assert_eq!(page.status, 200);
    let lines = page.headers.get_all("set-cookie");
    let mut lines = lines.iter().filter_map(|it| it.to_str().ok());
    let line = lines.find(|it| it.starts_with("lang="));
    let expected = format!(
        "lang=pt-BR; Path=/{}; HttpOnly; SameSite=Lax; Max-Age=31536000",
        shop.pool
    );
    assert_eq!(line, Some(expected.as_str()));
    // There are only English texts: the page says so, and is in English.
    assert!(page.text.contains("<html lang=\"en\""), "{}", page.text);
    let other = shop.browser();
    other.get(&shop.at("/login", &[("lang", "tlh")])).await;
    assert!(!other.cookies.lock().unwrap().contains_key("lang"));
}

#[tokio::test]
async fn links_of_the_start_page_stay_on_the_scheme_that_asked() {
    let shop = Shop::open().await;
    let mut browser = shop.browser();
    for scheme in [cabana_web::Scheme::Http, cabana_web::Scheme::Https] {
        browser.scheme = scheme;
        let page = browser.get("/").await;
        for path in [
            "us-east-1_…/.well-known/openid-configuration",
            "us-east-1_…/.well-known/jwks.json",
            "_cabana/messages",
        ] {
            let link = format!("href=\"{}://localhost:9229/{path}\"", scheme.as_str());
            assert!(page.text.contains(&link), "{link}: {}", page.text);
        }
    }
}

#[tokio::test]
async fn a_page_that_ends_an_apps_request_has_the_apps_name() {
    let name = json!({ "ClientName": "Corner shop" });
    let shop = Shop::with(json!({}), name).await;
    let browser = shop.browser();
    let is_named = |page: &Page, status: u16, path: &str| {
        assert_eq!(page.status, status, "{path}: {}", page.plain());
        let named = page.text.contains("<span>Corner shop</span>");
        assert!(named, "{path}: {}", page.plain());
    };
    for (path, parameter) in [
        ("/oauth2/authorize", ("redirect_uri", ELSEWHERE)),
        ("/oauth2/authorize", ("redirect_uri", "")),
        ("/logout", ("logout_uri", ELSEWHERE)),
        ("/confirmUser", ("confirmation_code", "123456")),
    ] {
        let page = browser.get(&shop.at(path, &[parameter])).await;
        is_named(&page, 400, path);
    }
    for path in [
        "/login",
        "/signup",
        "/confirm",
        "/resendcode",
        "/forgotPassword",
        "/confirmForgotPassword",
        "/newPassword",
        "/mfa",
        "/passkeys/add",
        "/allow/callback",
        "/logout",
    ] {
        let page = browser
            .post(&shop.at(path, &[]), &[("sign_out", "yes")])
            .await;
        is_named(&page, 403, path);
    }
    shop.sign_in(&browser, &[]).await;
    let ask = format!("/{}/logout?client_id={}", shop.pool, shop.client);
    let page = browser.get(&ask).await;
    is_named(&page, 200, "the question");
    let page = browser.submit(&page, &[("sign_out", "yes")]).await;
    is_named(&page, 200, "the answer");
}

#[tokio::test]
async fn a_page_tells_the_apps_developer_what_is_wrong_with_the_request() {
    let shop = Shop::open().await;
    let other = shop.next_door().await;
    let of = |client: &str| shop.at("/oauth2/authorize", &[("client_id", client)]);
    let twice = |name: &str| format!("{}&{name}=x", shop.at("/oauth2/authorize", &[]));
    let out = |query: &str| format!("/{}/logout?{query}&client_id={}", shop.pool, shop.client);
    for (path, said) in [
        (of("0123456789abcdefghijklmnop"), "Client does not exist."),
        (of(&other.client), "Client does not exist."),
        (of(""), "Exactly one client_id is required."),
        (twice("client_id"), "Exactly one client_id is required."),
        (
            twice("redirect_uri"),
            "Exactly one redirect_uri is required.",
        ),
        (
            out("id_token_hint=x"),
            "id_token_hint is not an ID token of this user pool",
        ),
    ] {
        let page = shop.browser().get(&path).await;
        assert_eq!(page.status, 400, "{path}");
        assert!(page.plain().contains(said), "{}", page.plain());
    }
}

#[tokio::test]
async fn who_needs_a_code_that_cannot_be_sent_is_told_so_where_they_signed_in() {
    let mut shop = by_mail().await;
    Arc::get_mut(&mut shop.app).unwrap().stop_mail();
    let page = shop.sign_in(&shop.browser(), &[]).await;
    assert!(
        page.has("password") && page.plain().contains("We cannot send you a code."),
        "{}",
        page.plain()
    );
}
