//! Protection of the forms, and the problems they show.

use cabana_web::Scheme;
use http::{Request, header};
use serde_json::json;

use crate::shop::{CALLBACK, PASSWORD, Shop, code_of};

#[tokio::test]
async fn a_form_without_its_token_or_with_another_browsers_does_nothing() {
    let shop = Shop::open().await;
    let (mine, theirs) = (shop.browser(), shop.browser());
    let page = mine.get(&shop.at("/login", &[])).await;
    let other = theirs.get(&shop.at("/login", &[])).await;
    let foreign = other.forms()[0].fields["_csrf"].clone();
    let cookie = mine.cookies.lock().unwrap()["XSRF-TOKEN"].clone();
    for token in ["", "x", &foreign, &cookie] {
        let fields = [
            ("_csrf", token),
            ("username", "ada"),
            ("password", PASSWORD),
        ];
        let answer = mine.submit(&page, &fields).await;
        assert_eq!((answer.status, answer.location()), (403, ""), "{token}");
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
        "/mfa/methods",
        "/mfa/totp",
        "/login/choose",
        "/login/email",
        "/login/passkey",
        "/passkeys/add",
    ] {
        let answer = shop
            .browser()
            .post(&shop.at(path, &[]), &[("username", "ada")])
            .await;
        assert_eq!(answer.status, 403, "{path}");
        let again = shop.at("/oauth2/authorize", &[]).replace('&', "&#38;");
        assert!(
            answer.text.contains(&format!("href=\"{again}\""))
                && answer.plain().contains("Start again"),
            "{path}: {}",
            answer.text
        );
    }
    let without_cookie = shop.browser();
    let answer = without_cookie
        .submit(&page, &[("username", "ada"), ("password", PASSWORD)])
        .await;
    assert_eq!(answer.status, 403);
    code_of(
        &mine
            .submit(&page, &[("username", "ada"), ("password", PASSWORD)])
            .await,
    );
}

#[tokio::test]
async fn a_form_that_the_browser_says_comes_from_elsewhere_does_nothing() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    let path = shop.at("/login", &[]);
    let token = browser.get(&path).await.forms()[0].fields["_csrf"].clone();
    let body = format!("_csrf={token}&username=ada&password={PASSWORD}");
    for (site, status) in [
        ("cross-site", 403),
        ("same-site", 403),
        ("same-origin", 302),
    ] {
        let request = Request::post(&path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", site);
        let answer = browser.send(request, body.clone().into()).await;
        assert_eq!(answer.status, status, "{site}");
    }
}

#[tokio::test]
async fn every_page_is_guarded_by_the_same_headers() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    let paths = [
        shop.at("/login", &[]),
        shop.at("/signup", &[]),
        shop.at("/forgotPassword", &[]),
        shop.at("/login", &[("client_id", "x")]),
        shop.at("/nothing", &[]),
        format!("/{}/error", shop.pool),
        "/".to_owned(),
        "/inbox".to_owned(),
        "/nothing".to_owned(),
    ];
    for path in paths {
        let page = browser.get(&path).await;
        assert!(
            page.header("content-type").starts_with("text/html"),
            "{path}: {}",
            page.status
        );
        let policy = page.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(
            !policy.contains("unsafe") && !policy.contains('*'),
            "{policy}"
        );
        assert_eq!(page.header("x-frame-options"), "DENY");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert!(page.header("cache-control").contains("no-store"), "{path}");
        assert_eq!(page.header("referrer-policy"), "same-origin");
    }
    let policy = browser.get(&shop.at("/login", &[])).await;
    assert!(
        policy
            .header("content-security-policy")
            .contains("form-action 'self' http://localhost:3000;")
    );
}

#[tokio::test]
async fn a_form_may_lead_through_another_user_pool_to_its_apps() {
    let answer = "https://people.auth.example/oauth2/idpresponse";
    let client = json!({ "CallbackURLs": [CALLBACK, answer] });
    let shop = Shop::with(json!({}), client).await;
    let page = shop.browser().get(&shop.at("/login", &[])).await;
    let policy = page.header("content-security-policy").to_owned();
    let targets = "form-action 'self' http://localhost:3000 https: https://people.auth.example;";
    assert!(policy.contains(targets), "{policy}");
}

#[tokio::test]
async fn cookies_are_out_of_reach_of_scripts_and_secure_over_tls() {
    let shop = Shop::open().await;
    for (scheme, prefix) in [(Scheme::Http, ""), (Scheme::Https, "__Secure-")] {
        let mut browser = shop.browser();
        browser.scheme = scheme;
        let login = browser.get(&shop.at("/login", &[])).await;
        let done = browser
            .submit(&login, &[("username", "ada"), ("password", PASSWORD)])
            .await;
        let lines = [login.header("set-cookie"), done.header("set-cookie")];
        assert!(
            lines[0].starts_with(&format!("{prefix}XSRF-TOKEN="))
                && lines[1].starts_with(&format!("{prefix}cognito=")),
            "{lines:?}"
        );
        assert!(
            lines[0].contains(&format!("; Path=/{};", shop.pool)),
            "{lines:?}"
        );
        assert!(
            lines[1].contains(&format!("; Path=/{};", shop.pool))
                && lines[1].contains("Max-Age=3600")
        );
        for line in lines {
            assert!(line.contains("; HttpOnly; SameSite=Lax"), "{line}");
            assert_eq!(line.contains("; Secure"), scheme == Scheme::Https, "{line}");
        }
    }
}

#[tokio::test]
async fn what_is_typed_never_becomes_markup() {
    let shop = Shop::open().await;
    let nasty = "\"><script>alert(1)</script>";
    let browser = shop.browser();
    let page = browser
        .get(&shop.at("/login", &[("login_hint", nasty)]))
        .await;
    assert!(!page.text.contains("<script>alert"));
    let page = browser
        .submit(&page, &[("username", nasty), ("password", "x")])
        .await;
    assert!(
        page.has("password") && !page.text.contains("<script>alert"),
        "{}",
        page.plain()
    );
}

#[tokio::test]
async fn what_breaks_a_constraint_of_the_api_is_told_in_words_for_people() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    let form = browser.get(&shop.at("/signup", &[])).await;
    for name in ["Bea Lee".to_owned(), "b".repeat(129)] {
        let values = [
            ("username", name.as_str()),
            ("requiredAttributes[email]", "bea@example.com"),
            ("password", PASSWORD),
        ];
        let page = browser.submit(&form, &values).await.plain();
        assert!(page.contains("no spaces and at most 128"), "{page}");
    }
    let long = format!("{}@example.com", "b".repeat(2_100));
    let values = [
        ("username", "bea"),
        ("requiredAttributes[email]", &long),
        ("password", PASSWORD),
    ];
    let page = browser.submit(&form, &values).await;
    assert!(
        page.plain().contains("Email is too long."),
        "{}",
        page.plain()
    );
    assert!(page.text.contains("aria-invalid=\"true\""));

    let form = browser.get(&shop.at("/forgotPassword", &[])).await;
    let page = browser.submit(&form, &[("username", "Bea Lee")]).await;
    assert!(
        page.plain().contains("no spaces and at most 128"),
        "{}",
        page.plain()
    );

    let form = browser.get(&shop.at("/signup", &[])).await;
    let values = [
        ("username", "bea"),
        ("requiredAttributes[email]", "bea@example.com"),
        ("password", PASSWORD),
    ];
    let form = browser.submit(&form, &values).await;
    let page = browser
        .submit(&form, &[("verification_code", &"1".repeat(3_000))])
        .await;
    assert!(
        page.plain().contains("code is incorrect"),
        "{}",
        page.plain()
    );
}
