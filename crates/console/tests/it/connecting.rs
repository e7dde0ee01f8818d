//! Help for operators who connect an app: names, issuer, next steps.

use serde_json::json;

use crate::harness::House;

const CALLBACK: &str = "http://localhost:3080/oauth/openid/callback";

/// Sends the quick form for a LibreChat that signs in by email, and returns its quick start page.
async fn quick_start(required: &[&str]) -> String {
    let house = House::dev().await;
    let mut browser = house.administrator("ada").await;
    browser.get("/console/pools/quick").await.is(200);
    let mut fields = vec![
        ("app_type", "web"),
        ("name", "Chat"),
        ("sign_in", "email"),
        ("self_registration", "on"),
        ("return_url", CALLBACK),
    ];
    fields.extend(required.iter().map(|name| ("required", *name)));
    let page = browser.post("/console/pools/quick", &fields).await;
    page.is(200).has("OPENID_CLIENT_ID=");
    page.html
}

#[tokio::test]
async fn the_quick_form_proposes_a_name_as_librechat_shows_one() {
    let house = House::dev().await;
    let mut browser = house.administrator("ada").await;
    let page = browser.get("/console/pools/quick").await;
    for name in ["name", "email"] {
        let boxes: Vec<&str> = page.html.split("<input").collect();
        let ticked = boxes.iter().any(|it| {
            it.contains("name=\"required\"")
                && it.contains(&format!("value=\"{name}\""))
                && it.contains(" checked")
        });
        assert!(ticked, "{name} is not ticked");
    }
}

#[tokio::test]
async fn librechats_settings_never_name_a_claim_that_people_may_lack() {
    let html = quick_start(&["email", "name"]).await;
    assert!(html.contains("OPENID_NAME_CLAIM=name"), "{html}");
    assert!(html.contains("OPENID_USERNAME_CLAIM=email"), "{html}");
    let html = quick_start(&["email"]).await;
    assert!(html.contains("OPENID_NAME_CLAIM=email"), "{html}");
}

#[tokio::test]
async fn the_overview_shows_the_issuer_and_where_it_is_described_over_tls_as_well() {
    let house = House::dev().await;
    let id = house.pool("People").await;
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{id}");
    let page = browser.get(&url).await;
    let document = format!("localhost:9229/{id}/.well-known/openid-configuration");
    page.has(&format!("http://localhost:9229/{id}<"))
        .has(&format!("http://{document}"))
        .has(&format!("https://{document}"))
        .has("create an app client");
    browser
        .get(&format!("{url}/properties"))
        .await
        .has("--public-url");

    let tags =
        json!({ "UserPoolId": id, "UserPoolTags": { "cabana:issuer": "https://old.test/x" } });
    house.app.ok("UpdateUserPool", tags).await;
    let client = json!({ "UserPoolId": id, "ClientName": "app" });
    house.app.ok("CreateUserPoolClient", client).await;
    browser
        .get(&url)
        .await
        .has("https://old.test/x")
        .has("has the code for its app client")
        .lacks("create an app client");
    browser
        .get(&format!("{url}/properties"))
        .await
        .lacks("--public-url");
}
