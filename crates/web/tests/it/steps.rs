//! The cookies that carry a step from its form to its page.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use cabana_domain::Span;
use cabana_store::seal::Purpose;
use serde_json::json;

use crate::browser::Browser;
use crate::shop::{PASSWORD, Shop};

/// The contents of the browser's steps, by the names of their cookies.
fn steps(shop: &Shop, browser: &Browser) -> Vec<(String, String)> {
    let cookies = browser.cookies.lock().unwrap();
    let steps = cookies.iter().filter(|(name, _)| name.starts_with("step-"));
    let open = |(name, value): (&String, &String)| {
        assert!(name.len() + value.len() < 3_900, "{name}: browsers drop it");
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(value).unwrap();
        let sealer = &shop.app.api.sealer;
        let plain = sealer.open(Purpose::Ticket, &[&shop.pool, name], &sealed);
        (
            name.clone(),
            String::from_utf8(plain.unwrap().to_vec()).unwrap(),
        )
    };
    steps.map(open).collect()
}

#[tokio::test]
async fn no_step_holds_a_secret_or_a_code() {
    const SECRET: &str = "S3cret-horse!";
    const CODE: &str = "918273";
    let secrets = [
        ("username", "ada"),
        ("requiredAttributes[email]", "ada@example.com"),
        ("password", SECRET),
        ("new_password", SECRET),
        ("confirm_password", "another"),
        ("verification_code", CODE),
        ("authentication_code", CODE),
        ("software_token_mfa_code", CODE),
    ];
    let by_mail = crate::second_factor::by_mail().await;
    let strict = crate::second_factor::strict().await;
    let plain = Shop::open().await;
    let invite = json!({ "UserPoolId": plain.pool, "Username": "eve", "MessageAction": "SUPPRESS",
        "TemporaryPassword": PASSWORD });
    plain.app.ok("AdminCreateUser", invite).await;
    for (shop, begin, path) in [
        (&plain, "/login", "/login"),
        (&plain, "/signup", "/signup"),
        (&plain, "/forgotPassword", "/confirmForgotPassword"),
        (&plain, "eve", "/newPassword"),
        (&by_mail, "ada", "/mfa/email"),
        (&strict, "ada", "/mfa/setup"),
    ] {
        let browser = shop.browser();
        let login = browser.get(&shop.at("/login", &[])).await;
        let csrf = login.forms()[0].fields["_csrf"].clone();
        let first = match begin.strip_prefix('/') {
            Some(_) => ("/forgotPassword", vec![("username", "ada")]),
            None => ("/login", vec![("username", begin), ("password", PASSWORD)]),
        };
        let (to, mut fields) = first;
        fields.push(("_csrf", &csrf));
        browser.post(&shop.at(to, &[]), &fields).await;
        let before = steps(shop, &browser);
        let mut fields = secrets.to_vec();
        fields.push(("_csrf", &csrf));
        let answer = browser.post(&shop.at(path, &[]), &fields).await;
        assert_eq!(
            answer.location(),
            shop.at(path, &[]),
            "the form was refused"
        );
        let after = steps(shop, &browser);
        assert_ne!(before, after, "{path} has kept nothing new");
        for (_, plain) in after {
            let is_in = |it: &str| plain.contains(it);
            assert!(
                !is_in(SECRET) && !is_in(CODE) && !is_in("another"),
                "{path}: {plain}"
            );
        }
    }
}

#[tokio::test]
async fn a_user_with_long_attributes_chooses_a_password_and_the_browser_keeps_none_of_them() {
    let shop = Shop::open().await;
    let long = "lives far away ".repeat(130);
    let invite = json!({ "UserPoolId": shop.pool, "Username": "eve", "MessageAction": "SUPPRESS",
        "TemporaryPassword": PASSWORD, "UserAttributes": [{ "Name": "address", "Value": long }] });
    shop.app.ok("AdminCreateUser", invite).await;
    let browser = shop.browser();
    let login = browser.get(&shop.at("/login", &[])).await;
    let page = browser
        .submit(&login, &[("username", "eve"), ("password", PASSWORD)])
        .await;
    let kept = steps(&shop, &browser);
    assert!(
        kept.len() == 1 && !kept[0].1.contains("far away"),
        "{kept:?}"
    );
    let own = "A password of her 0wn!";
    let values = [("new_password", own), ("confirm_password", own)];
    let done = browser.submit(&page, &values).await;
    assert!(done.location().contains("code="), "{}", done.plain());
}

#[tokio::test]
async fn a_form_with_too_much_in_it_keeps_what_fits() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    let login = browser.get(&shop.at("/login", &[])).await;
    let csrf = login.forms()[0].fields["_csrf"].clone();
    let names: Vec<_> = (0..1_500)
        .map(|it| format!("requiredAttributes[a{it}]"))
        .collect();
    let mut fields: Vec<_> = names.iter().map(|name| (name.as_str(), "v")).collect();
    fields.extend([("go", "sign-up"), ("username", "bea"), ("_csrf", &csrf)]);
    let long = "x".repeat(8_000);
    fields.insert(0, ("requiredAttributes[nickname]", &long));
    fields.insert(0, ("requiredAttributes[name]", "Bea"));
    let page = browser.post(&shop.at("/login", &[]), &fields).await;
    assert_eq!(page.status, 303);
    let kept = steps(&shop, &browser);
    assert!(
        kept[0].1.contains("Bea") && !kept[0].1.contains("xxx"),
        "{kept:?}"
    );
}

#[tokio::test]
async fn of_more_steps_than_a_browser_keeps_the_latest_stay() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    let wrong = [("username", "ada"), ("password", "Wr0ng-horse!")];
    for nonce in ["a", "b", "c"] {
        let path = shop.at("/login", &[("nonce", nonce)]);
        browser.submit(&browser.get(&path).await, &wrong).await;
        shop.app.advance(Span::seconds(1));
    }
    assert_eq!(steps(&shop, &browser).len(), 2);
    for (nonce, has) in [("a", false), ("b", true), ("c", true)] {
        let page = browser.get(&shop.at("/login", &[("nonce", nonce)])).await;
        assert_eq!(page.plain().contains("incorrect"), has, "{nonce}");
    }
}

#[tokio::test]
async fn a_step_that_was_changed_or_is_of_another_page_is_not_believed() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    let sign_up = browser.get(&shop.at("/signup", &[])).await;
    let values = [
        ("username", "eve"),
        ("requiredAttributes[email]", "eve@example.com"),
        ("password", PASSWORD),
    ];
    let confirm = browser.submit(&sign_up, &values).await;
    let csrf = confirm.forms()[0].fields["_csrf"].clone();
    let fields = [
        ("_csrf", csrf.as_str()),
        ("verification_code", "1"),
        ("new_password", PASSWORD),
        ("software_token_mfa_code", "123456"),
        ("mfa_choice", "EMAIL_OTP"),
    ];
    // Forms of other pages lead back to the step.
    for path in ["/mfa/totp", "/newPassword", "/mfa"] {
        let page = browser.post(&shop.at(path, &[]), &fields).await;
        assert_eq!(page.location(), shop.at("/confirm", &[]), "{path}");
    }
    // So do their addresses.
    let page = browser.get(&shop.at("/mfa/totp", &[])).await;
    assert_eq!(page.location(), shop.at("/confirm", &[]));
    // Another app's request has no step.
    let other = shop.at("/confirm", &[("nonce", "other")]);
    let page = browser.get(&other).await;
    assert!(page.location().contains("/login?"), "{}", page.location());
    {
        let mut cookies = browser.cookies.lock().unwrap();
        let mut steps = cookies
            .iter_mut()
            .filter(|(name, _)| name.starts_with("step-"));
        let (_, value) = steps.next().unwrap();
        let last = if value.ends_with('A') { 'B' } else { 'A' };
        value.pop();
        value.push(last);
    }
    let page = browser.post(&shop.at("/confirm", &[]), &fields).await;
    assert!(page.location().contains("/login?"), "{}", page.location());
    let page = browser.get(page.location()).await;
    assert!(
        page.has("password") && page.text.contains("Sign in again"),
        "{}",
        page.plain()
    );
}
