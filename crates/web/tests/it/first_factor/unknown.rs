//! Names without an account, page by page.

use cabana_domain::Span;
use cabana_testkit::{TestClient, Work};
use serde_json::json;

use super::{ADA, bea, create, with_codes};
use crate::browser::Page;
use crate::shop::PASSWORD;

/// A page without what differs between any two names.
fn blind(page: &Page, name: &str) -> String {
    // After the initial.
    let initial = name[..1].to_uppercase();
    let mut plain = page
        .plain()
        .replace(&format!("{initial}{name}"), "NAME")
        .replace(name, "NAME");
    if let Some(at) = plain.find("***@") {
        plain.replace_range(at - 1..at + 5, "a***@a");
    }
    plain
}

#[tokio::test]
async fn the_cookie_of_a_step_is_as_long_for_users_as_for_unknown_names() {
    let shop = with_codes().await;
    let length = async |name: &str| {
        let browser = shop.browser();
        let login = browser.get(&shop.at("/login", &[])).await;
        let page = browser.submit(&login, &[("username", name)]).await;
        let cookies = browser.cookies.lock().unwrap();
        let step = cookies.iter().find(|(name, _)| name.starts_with("step-"));
        (blind(&page, name), step.unwrap().1.len())
    };
    let known = length(ADA).await;
    let mut compared = 0;
    for number in 0..24 {
        let name = format!("n{number:02}@example.com");
        assert_eq!(name.len(), ADA.len());
        for _ in 0..2 {
            let unknown = length(&name).await;
            if unknown.0 == known.0 {
                assert_eq!(unknown, known, "{name}");
                compared += 1;
            }
        }
    }
    assert!(compared > 2);
}

#[tokio::test]
async fn an_unknown_name_gets_the_pages_of_a_user_with_the_same_ways_at_the_same_cost() {
    let (work, _guard) = Work::watch();
    let shop = with_codes().await;
    let bea = bea(&shop).await;
    create(&shop, "eve@example.com", json!([])).await;
    let walk = async |name: &str| {
        // Rates are limited for everybody together.
        shop.app.advance(Span::minutes(1));
        let browser = shop.browser();
        let login = browser.get(&shop.at("/login", &[])).await;
        let mut seen = Vec::new();
        let before = work.now();
        let page = browser.submit(&login, &[("username", name)]).await;
        seen.push((blind(&page, name), work.since(&before)));
        let mut steps: Vec<(&str, &str)> = Vec::new();
        if page.has("factor") {
            steps.push(("factor", "EMAIL_OTP"));
        }
        if page.has("factor") || page.has("authentication_code") {
            steps.extend([("authentication_code", "00000000"); 21]);
            steps.push(("resend", ""));
        } else {
            steps.extend([("password", "Wrong-horse-1!"); 6]);
        }
        let mut page = page;
        for step in steps {
            let before = work.now();
            page = browser.submit(&page, &[step]).await;
            seen.push((blind(&page, name), work.since(&before)));
        }
        seen
    };
    // Fill the caches first.
    walk("warm-up@example.net").await;
    let (mut unknown, mut known) = (Vec::new(), Vec::new());
    for number in 0..16 {
        unknown.push(walk(&format!("nobody-{number}@example.net")).await);
    }
    let client = TestClient {
        id: shop.client.clone(),
        secret: None,
    };
    let called = |it: &str| format!("zq-{it}@example.com");
    let in_states = shop
        .app
        .in_every_state(&shop.pool, &client, PASSWORD, called);
    let in_states = in_states.await;
    let in_states = in_states.iter().map(String::as_str);
    for name in [ADA, bea, "eve@example.com"].into_iter().chain(in_states) {
        known.push(walk(name).await);
    }
    for seen in known {
        let same = unknown.iter().find(|it| it[0].0 == seen[0].0);
        let same = same.unwrap_or_else(|| panic!("no unknown name has {}", seen[0].0));
        for (ours, theirs) in seen.iter().zip(same) {
            assert_eq!(ours, theirs);
        }
        assert_eq!(seen.len(), same.len());
    }
}
