//! Creation, search and deletion of user pools.

use cabana_domain::Span;
use serde_json::{Value, json};

use crate::harness::{Browser, House, Page};

const GUIDE: &str = "/console/pools/new";

/// The first pool of this name, as the API describes it.
async fn pool(house: &House, name: &str) -> Value {
    let listed = house
        .app
        .ok("ListUserPools", json!({ "MaxResults": 60 }))
        .await;
    let pools = listed["UserPools"].as_array().unwrap();
    let found = pools.iter().find(|pool| pool["Name"] == name);
    let id = &found.unwrap_or_else(|| panic!("no {name} in {listed}"))["Id"];
    let described = house
        .app
        .ok("DescribeUserPool", json!({ "UserPoolId": id }))
        .await;
    described["UserPool"].clone()
}

/// Sends the step that a page shows with Next.
async fn next(browser: &mut Browser<'_>, page: &Page, form: &[(&str, &str)]) -> Page {
    let mut fields = vec![("go", "next")];
    fields.extend_from_slice(form);
    browser.post(&page.url, &fields).await
}

const SECURITY: [(&str, &str); 7] = [
    ("policy", "custom"),
    ("min_length", "12"),
    ("needed", "numbers"),
    ("temporary_days", "3"),
    ("mfa", "OPTIONAL"),
    ("mfa_methods", "totp"),
    ("mfa_methods", "sms"),
];

/// Goes through the guide to its last step.
async fn to_review(browser: &mut Browser<'_>, name: &str) -> Page {
    let page = browser.get(GUIDE).await;
    let page = next(browser, &page, &[("sign_in", "email")]).await;
    page.has("Configure security requirements");
    let page = next(browser, &page, &SECURITY).await;
    page.has("Configure sign-up experience");
    let sign_up = [
        ("custom_rows", "1"),
        ("custom.0.name", "team"),
        ("custom.0.type", "Number"),
        ("custom.0.max", "9"),
    ];
    let page = next(browser, &page, &sign_up).await;
    page.has("Configure message delivery").has("Text messages");
    let messages = [
        ("mail", "own"),
        ("from_address", "help@example.com"),
        ("from_name", "Help desk"),
    ];
    let page = next(browser, &page, &messages).await;
    let integrate = [
        ("pool_name", name),
        ("app_type", "public"),
        ("client_name", "app"),
        ("secret", "none"),
        ("session_minutes", "5"),
        ("refresh_days", "1"),
        ("access_minutes", "30"),
        ("id_minutes", "60"),
        ("tags", "team=web"),
    ];
    let page = next(browser, &page, &integrate).await;
    page.is(200).has("Review and create").has("custom:team");
    page
}

#[tokio::test]
async fn the_guide_makes_what_was_entered_on_its_pages() {
    let house = House::dev().await;
    let mut browser = house.administrator("ada").await;
    let page = to_review(&mut browser, "People").await;
    let review = page.url.clone();
    let page = browser.post(&review, &[("go", "create")]).await;
    assert!(page.url.contains("/quick-start?client="), "{}", page.url);
    page.is(200)
        .has("User pool &#34;People&#34; has been created successfully.");
    let pool = pool(&house, "People").await;
    assert_eq!(pool["UsernameAttributes"], json!(["email"]));
    assert_eq!(pool["DeletionProtection"], "ACTIVE");
    assert_eq!(pool["MfaConfiguration"], "OPTIONAL");
    let policy = &pool["Policies"]["PasswordPolicy"];
    assert_eq!(policy["MinimumLength"], 12);
    assert_eq!(policy["RequireNumbers"], true);
    assert_eq!(policy["RequireSymbols"], false);
    assert_eq!(policy["TemporaryPasswordValidityDays"], 3);
    // Recovery was not ticked, so only administrators can reset passwords.
    let ways = &pool["AccountRecoverySetting"]["RecoveryMechanisms"];
    assert_eq!(ways, &json!([{ "Name": "admin_only", "Priority": 1 }]));
    let attributes = pool["SchemaAttributes"].as_array().unwrap();
    let own = attributes
        .iter()
        .find(|it| it["Name"] == "custom:team")
        .unwrap();
    assert_eq!(own["AttributeDataType"], "Number");
    assert_eq!(own["Mutable"], false);
    assert_eq!(
        own["NumberAttributeConstraints"],
        json!({ "MaxValue": "9" })
    );
    assert_eq!(
        pool["EmailConfiguration"]["From"],
        "\"Help desk\" <help@example.com>"
    );
    assert_eq!(pool["UserPoolTags"], json!({ "team": "web" }));
    let id = json!({ "UserPoolId": pool["Id"] });
    let mfa = house.app.ok("GetUserPoolMfaConfig", id.clone()).await;
    assert_eq!(mfa["SoftwareTokenMfaConfiguration"]["Enabled"], true);
    assert!(mfa["SmsMfaConfiguration"].is_object());
    let clients = house.app.ok("ListUserPoolClients", id).await;
    assert_eq!(clients["UserPoolClients"][0]["ClientName"], "app");
    // The same once more: the page, reloaded or sent, links to the pool that exists.
    let home = format!("href=\"/console/pools/{}\"", pool["Id"].as_str().unwrap());
    browser.get(&review).await.is(200).has(&home);
    let again = browser.post(&review, &[("go", "create")]).await;
    again.is(200).has("already").has(&home);
    let listed = house
        .app
        .ok("ListUserPools", json!({ "MaxResults": 60 }))
        .await;
    assert_eq!(listed["UserPools"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn every_step_is_shown_as_it_was_left() {
    let house = House::dev().await;
    let mut browser = house.administrator("ada").await;
    let review = to_review(&mut browser, "People").await;
    let at = |step: &str| review.url.replace("/review?", &format!("/{step}?"));
    let ticked = "name=\"sign_in\" value=\"email\" checked";
    for (step, text) in [
        ("sign-in", ticked),
        ("security", "value=\"12\""),
        ("sign-up", "value=\"team\""),
        ("messages", "value=\"help@example.com\""),
        ("integrate", "value=\"People\""),
        ("review", "custom:team"),
    ] {
        browser.get(&at(step)).await.is(200).has(text);
    }
    // What is wrong stays beside its field when the page is reloaded, until the step is sent anew.
    let wrong = [("go", "next"), ("mail", "own"), ("from_address", "nobody")];
    let page = browser.post(&at("messages"), &wrong).await;
    assert_eq!(page.url, at("messages"));
    for _ in 0..2 {
        let page = browser.get(&page.url).await;
        page.is(200)
            .has("id=\"f-from-5faddress-error\"")
            .has("value=\"nobody\"");
    }
    let page = browser
        .post(&page.url, &[("go", "previous"), ("mail", "server")])
        .await;
    assert_eq!(page.url, at("sign-up"));
    browser
        .get(&at("messages"))
        .await
        .lacks("There is a problem");
    // There are spare rows after those that were filled in.
    let filled = [("custom_rows", "5"), ("custom.4.name", "unit")];
    next(&mut browser, &page, &filled).await;
    let page = browser.get(&at("sign-up")).await;
    page.has("value=\"unit\"").has("name=\"custom.9.name\"");
    assert_eq!(page.html.matches("<details class=\"more\">").count(), 5);
}

/// Enter in a field presses the first button of its form.
#[tokio::test]
async fn the_first_button_of_each_step_goes_on() {
    let house = House::dev().await;
    let mut browser = house.administrator("ada").await;
    let begun = browser.get(GUIDE).await;
    for step in ["sign-in", "security", "sign-up", "messages", "integrate"] {
        let page = browser.get(&begun.url.replace("sign-in", step)).await;
        let form = page.between("<form class=\"stack panels\"", "</form>");
        let (_, first) = form.split_once("<button").unwrap();
        let (first, _) = first.split_once('>').unwrap();
        assert!(
            first.contains("value=\"next\"") && !first.contains("hidden"),
            "{step}: {first}"
        );
    }
}

#[tokio::test]
async fn nothing_is_made_of_what_is_wrong() {
    let house = House::dev().await;
    let mut browser = house.administrator("ada").await;
    let page = browser.get(GUIDE).await;
    let page = next(&mut browser, &page, &[]).await;
    page.is(200).has("Choose at least one sign-in option.");
    // The first step with a problem comes back.
    let review = page.url.replace("/sign-in?", "/review?");
    let page = browser.post(&review, &[("go", "create")]).await;
    page.is(200).has("Configure sign-in experience");
    let listed = house
        .app
        .ok("ListUserPools", json!({ "MaxResults": 60 }))
        .await;
    assert_eq!(listed["UserPools"], json!([]));
}

#[tokio::test]
async fn what_was_entered_is_nobody_elses_and_not_for_ever() {
    let house = House::dev().await;
    let mut ada = house.administrator("ada").await;
    let review = to_review(&mut ada, "People").await.url;
    let mut bob = house.administrator("bob").await;
    let damaged = review.replace("draft=", "draft=A");
    for (browser, url) in [(&mut bob, &review), (&mut ada, &damaged)] {
        browser.get("/console/pools").await;
        let page = browser.post(url, &[("go", "create")]).await;
        page.is(200)
            .has("Configure sign-in experience")
            .has("Nothing was created.")
            .lacks("value=\"12\"");
        browser.get(url).await.is(200).has("Nothing was created.");
    }
    house.app.advance(Span::hours(13));
    ada = house.browser();
    ada.sign_in("ada").await;
    let url = review.replace("/review?", "/integrate?");
    let page = ada.post(&url, &[("pool_name", "Typed last")]).await;
    page.is(200).has("Nothing was created.");
    // What was sent with the step that came too late is kept.
    let url = page.url.replace("/sign-in?", "/integrate?");
    ada.get(&url).await.is(200).has("Typed last");
}

#[tokio::test]
async fn who_only_reads_is_shown_no_way_to_change_and_refused_one() {
    let house = House::dev().await;
    let id = house.pool("People").await;
    let client = json!({
        "UserPoolId": id, "ClientName": "app", "GenerateSecret": true, "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"],
        "CallbackURLs": ["http://localhost:3080/oauth/openid/callback"],
    });
    let made = house.app.ok("CreateUserPoolClient", client).await;
    let secret = made["UserPoolClient"]["ClientSecret"].as_str().unwrap();
    let mut reader = house.reader("rita").await;
    let list = reader.get("/console/pools").await;
    list.has("People")
        .lacks("/console/pools/new")
        .lacks("/console/pools/quick");
    reader.get(GUIDE).await.is(403);
    for url in [
        "/console/pools/new/review",
        "/console/pools/quick",
        &format!("/console/pools/{id}/delete"),
    ] {
        reader.get(url).await.is(403);
        let form = [("go", "create"), ("name", "People")];
        reader.post(url, &form).await.is(403);
    }
    let start = format!("/console/pools/{id}/quick-start");
    let page = reader.get(&start).await;
    page.is(200).lacks(secret).has("only administrators see it");
    let page = house.administrator("ada").await.get(&start).await;
    page.is(200).has(&format!("OPENID_CLIENT_SECRET={secret}"));
}

#[tokio::test]
async fn a_prefix_is_said_to_be_free_or_taken() {
    let house = House::dev().await;
    let id = house.pool("People").await;
    let domain = json!({ "UserPoolId": id, "Domain": "people" });
    house.app.ok("CreateUserPoolDomain", domain).await;
    let mut browser = house.administrator("ada").await;
    for (prefix, text) in [
        ("free", "The domain free is available."),
        ("people", "The domain people is not available"),
        ("aws-things", "reserved word aws"),
        ("Not+One", "lower-case letters"),
    ] {
        let page = browser
            .get(&format!("/console/domain-available?prefix={prefix}"))
            .await;
        page.is(200).has(text);
    }
}

#[tokio::test]
async fn a_pool_goes_with_its_domain_once_its_protection_is_lifted() {
    let house = House::dev().await;
    let made =
        json!({ "PoolName": "People", "DeletionProtection": "ACTIVE", "MfaConfiguration": "OFF" });
    let made = house.app.ok("CreateUserPool", made).await;
    let id = made["UserPool"]["Id"].as_str().unwrap();
    let domain = json!({ "UserPoolId": id, "Domain": "people" });
    house.app.ok("CreateUserPoolDomain", domain).await;
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{id}/delete");
    browser
        .get(&url)
        .await
        .has("Deactivate deletion protection");
    let page = browser.post(&url, &[("name", "people")]).await;
    page.is(200).has("Enter the name of the user pool.");
    pool(&house, "People").await;
    let all = [("name", "People"), ("unprotect", "on"), ("domains", "on")];
    let page = browser.post(&url, &all).await;
    page.is(200).has("has been deleted.").lacks(id);
}

#[tokio::test]
async fn a_search_looks_at_name_and_id() {
    let house = House::dev().await;
    let (people, robots) = (house.pool("People").await, house.pool("Robots").await);
    let mut browser = house.administrator("ada").await;
    let page = browser.get("/console/pools?search=PEOP").await;
    page.has(&people).lacks(&robots);
    let page = browser
        .get(&format!("/console/pools?search={robots}"))
        .await;
    page.has("Robots").lacks(&people);
    browser
        .get("/console/pools?search=%3Cb%3E")
        .await
        .has("No user pool matches")
        .lacks("<b>");
}
