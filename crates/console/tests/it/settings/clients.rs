use cabana_testkit::TestApp;
use serde_json::{Value, json};

use super::form::{borrowed, changed, fields};
use crate::harness::House;

/// A confidential client with hardly a default setting.
async fn unusual(app: &TestApp, pool: &str) -> String {
    let server = json!({
        "UserPoolId": pool, "Identifier": "orders", "Name": "Orders",
        "Scopes": [{ "ScopeName": "read", "ScopeDescription": "See orders" }],
    });
    app.ok("CreateResourceServer", server).await;
    let client = json!({
        "UserPoolId": pool, "ClientName": "web", "GenerateSecret": true,
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"],
        "AuthSessionValidity": 7,
        "RefreshTokenValidity": 150, "AccessTokenValidity": 300, "IdTokenValidity": 2,
        "TokenValidityUnits": { "RefreshToken": "minutes", "AccessToken": "seconds", "IdToken": "hours" },
        "RefreshTokenRotation": { "Feature": "ENABLED", "RetryGracePeriodSeconds": 11 },
        "EnableTokenRevocation": false,
        "PreventUserExistenceErrors": "ENABLED",
        "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email", "orders/read"],
        "CallbackURLs": ["https://app.example/cb", "http://localhost:3000/cb"],
        "LogoutURLs": ["https://app.example/"],
        "DefaultRedirectURI": "http://localhost:3000/cb",
        "SupportedIdentityProviders": ["COGNITO"],
        "ReadAttributes": ["email", "name"],
        "WriteAttributes": ["name"],
    });
    let made = app.ok("CreateUserPoolClient", client).await;
    made["UserPoolClient"]["ClientId"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn described(app: &TestApp, pool: &str, client: &str) -> Value {
    let which = json!({ "UserPoolId": pool, "ClientId": client });
    let mut client = app.ok("DescribeUserPoolClient", which).await["UserPoolClient"].clone();
    client.as_object_mut().unwrap().remove("LastModifiedDate");
    for list in [
        "ExplicitAuthFlows",
        "AllowedOAuthScopes",
        "ReadAttributes",
        "WriteAttributes",
    ] {
        if let Some(items) = client[list].as_array_mut() {
            items.sort_by_key(|it| it.as_str().map(str::to_owned));
        }
    }
    client
}

#[tokio::test]
async fn a_form_sent_back_as_it_came_changes_nothing() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let id = unusual(&house.app, &pool).await;
    let before = described(&house.app, &pool, &id).await;
    let mut browser = house.administrator("ada").await;
    for edit in ["/edit", "/hosted-ui", "/attributes"] {
        let url = format!("/console/pools/{pool}/clients/{id}{edit}");
        let page = browser.get(&url).await;
        let form = fields(&page.is(200).html);
        let saved = browser.post(&url, &borrowed(&form)).await;
        assert_ne!(saved.url, url, "{edit}: {}", saved.html);
        assert_eq!(described(&house.app, &pool, &id).await, before, "{edit}");
    }
}

#[tokio::test]
async fn the_page_shows_what_the_client_may_and_its_secret_only_when_asked() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let id = unusual(&house.app, &pool).await;
    let secret = described(&house.app, &pool, &id).await["ClientSecret"].clone();
    let secret = secret.as_str().unwrap();
    let url = format!("/console/pools/{pool}/clients/{id}");
    let mut ada = house.administrator("ada").await;
    let page = ada.get(&url).await;
    page.is(200)
        .has("Show client secret")
        .has("<span id=\"client-secret\" hidden>")
        .has("150 minutes")
        .has("300 seconds")
        .has("a grace period of 11 seconds")
        .has("orders/read")
        .has(&format!(
            "/{pool}/login?client_id={id}&#38;response_type=code"
        ));
    let shown = ada.get(&format!("{url}?show=secret")).await;
    shown.has("<span id=\"client-secret\">").has(secret);
    let mut rita = house.reader("rita").await;
    for url in [
        url.clone(),
        format!("{url}?show=secret"),
        format!("/console/pools/{pool}/integration"),
    ] {
        rita.get(&url).await.is(200).lacks(secret).lacks(">Edit<");
    }
    for page in [
        "edit",
        "hosted-ui",
        "attributes",
        "sessions",
        "secrets/new",
        "delete",
    ] {
        rita.get(&format!("{url}/{page}"))
            .await
            .is(403)
            .lacks(secret);
    }
}

#[tokio::test]
async fn a_client_is_made_as_the_guide_says_and_gets_a_secret() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{pool}/clients/new");
    let page = browser.get(&url).await;
    let empty = browser.post(&url, &borrowed(&fields(&page.html))).await;
    empty
        .is(200)
        .has("Enter a name.")
        .has("Enter at least one URL.");
    let form = changed(
        &page.html,
        &[
            ("type", Some("confidential")),
            ("name", Some("librechat")),
            (
                "callbacks",
                Some("https://chat.example/oauth/openid/callback"),
            ),
        ],
    );
    let mut form = borrowed(&form);
    form.push(("scopes", "profile"));
    let made = browser.post(&url, &form).await;
    made.is(200)
        .has("librechat")
        .has("Show client secret")
        .has("Profile");
    let id = made.url.rsplit('/').next().unwrap();
    let client = described(&house.app, &pool, id).await;
    assert!(client["ClientSecret"].is_string());
    assert_eq!(client["PreventUserExistenceErrors"], "ENABLED");
    let list = browser
        .get(&format!("/console/pools/{pool}/integration"))
        .await;
    list.has("librechat").has("Confidential").has("Available");
}

#[tokio::test]
async fn a_client_of_a_machine_is_made_in_one_go() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    unusual(&house.app, &pool).await;
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{pool}/clients/new");
    let page = browser.get(&url).await;
    let form = changed(
        &page.html,
        &[
            ("type", Some("confidential")),
            ("name", Some("machine")),
            ("grants", Some("client_credentials")),
            ("scopes", None),
            ("custom", Some("orders/read")),
        ],
    );
    let made = browser.post(&url, &borrowed(&form)).await;
    made.is(200).has("Client credentials").has("orders/read");
}

#[tokio::test]
async fn a_secret_is_changed_over() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let id = unusual(&house.app, &pool).await;
    let old = described(&house.app, &pool, &id).await["ClientSecret"].clone();
    let mut browser = house.administrator("ada").await;
    let here = format!("/console/pools/{pool}/clients/{id}");
    browser.get(&format!("{here}/secrets/new")).await.is(200);
    let short = browser
        .post(
            &format!("{here}/secrets/new"),
            &[("client_secret", "short")],
        )
        .await;
    short
        .is(200)
        .has("Enter 24 to 64 letters")
        .lacks("value=\"short\"");
    let added = browser
        .post(&format!("{here}/secrets/new"), &[("client_secret", "")])
        .await;
    let new = added
        .is(200)
        .between("New client secret", "</section>")
        .to_owned();
    let new = new.split("<code translate=\"no\">").nth(1).unwrap();
    let new = new.split('<').next().unwrap();
    let page = browser.get(&here).await;
    page.lacks("Add client secret").lacks(new);
    let delete = page.between("/secrets/delete?secret=", "\"").to_owned();
    let ask = browser
        .get(&format!("{here}/secrets/delete?secret={delete}"))
        .await;
    let done = browser.post(&ask.is(200).url, &[]).await;
    done.is(200)
        .has("The client secret has been deleted.")
        .has("Add client secret");
    let now = described(&house.app, &pool, &id).await["ClientSecret"].clone();
    assert_eq!(now, new);
    assert_ne!(now, old);
}

#[tokio::test]
async fn attributes_are_taken_from_a_client_but_not_all_of_them() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let id = unusual(&house.app, &pool).await;
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{pool}/clients/{id}/attributes");
    let page = browser.get(&url).await;
    let none = changed(&page.html, &[("read", None)]);
    browser
        .post(&url, &borrowed(&none))
        .await
        .is(200)
        .has("at least one attribute to read");
    let form = changed(&page.html, &[("read", Some("email"))]);
    browser.post(&url, &borrowed(&form)).await.is(200);
    let client = described(&house.app, &pool, &id).await;
    assert_eq!(client["ReadAttributes"], json!(["email"]));
    assert_eq!(client["WriteAttributes"], json!(["name"]));
}

#[tokio::test]
async fn a_url_the_server_refuses_stands_beside_its_field() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let id = unusual(&house.app, &pool).await;
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{pool}/clients/{id}/hosted-ui");
    let page = browser.get(&url).await;
    for field in ["callbacks", "logouts"] {
        let wrong = "https://app.example/cb\nhttp://localhost:3000/cb\nhttp://far.example/";
        let form = changed(&page.html, &[(field, Some(wrong))]);
        let again = browser.post(&url, &borrowed(&form)).await;
        again
            .is(200)
            .has("http://far.example/ is not allowed")
            .has(&format!("id=\"f-{field}-error\""));
    }
}

#[tokio::test]
async fn a_client_is_deleted_by_whoever_knows_its_name() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let id = unusual(&house.app, &pool).await;
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{pool}/clients/{id}/delete");
    browser.get(&url).await.is(200);
    browser.post(&url, &[("name", "other")]).await.is(200);
    let gone = browser.post(&url, &[("name", "web")]).await;
    gone.is(200)
        .has("App client &#34;web&#34; has been deleted.");
    browser
        .get(&format!("/console/pools/{pool}/clients/{id}"))
        .await
        .is(404);
}

#[tokio::test]
async fn a_refused_address_is_shown_and_added_by_administrators_only() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let id = unusual(&house.app, &pool).await;
    let before = described(&house.app, &pool, &id).await;
    let request = format!("client_id={id}&redirect_uri=https%3A%2F%2Fnew.example%2Fcb&state=s");
    let url = format!("/console/pools/{pool}/clients/{id}/refused/callback?{request}");
    let mut reader = house.reader("rita").await;
    let page = reader.get(&url).await;
    page.is(200)
        .has("https://new.example/cb")
        .has("Only an administrator can add it.")
        .lacks("Add this address");
    reader.post(&url, &[]).await.is(403);
    let mut ada = house.administrator("ada").await;
    let page = ada.get(&url).await;
    page.is(200)
        .has("https://new.example/cb")
        .has("https://app.example/cb")
        .has("Add this address");
    // A form without this browser's token cannot add it.
    let token = std::mem::take(&mut ada.token);
    ada.post(&url, &[]).await.is(403);
    assert_eq!(described(&house.app, &pool, &id).await, before);
    ada.token = token;
    let go_on = format!("/{pool}/oauth2/authorize?{}", request.replace('&', "&#38;"));
    let added = ada.post(&url, &[]).await;
    assert_eq!(added.url, url);
    added.is(200).has("The address has been added.").has(&go_on);
    let mut expected = before.clone();
    let urls = expected["CallbackURLs"].as_array_mut().unwrap();
    urls.push("https://new.example/cb".into());
    let mut after = described(&house.app, &pool, &id).await;
    for client in [&mut expected, &mut after] {
        let urls = client["CallbackURLs"].as_array_mut().unwrap();
        urls.sort_by_key(|url| url.as_str().map(str::to_owned));
    }
    assert_eq!(after, expected);

    let bad = url.replace("https%3A%2F%2Fnew.example%2Fcb", "javascript%3Aalert(1)");
    ada.post(&bad, &[]).await.is(200).has("is not allowed");
    ada.get(&url.replace("/callback?", "/sign-out?"))
        .await
        .is(404);
}

#[tokio::test]
async fn a_client_without_lists_stays_without_them_and_rotation_goes_off_where_it_is_on() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let settings = json!({
        "UserPoolId": pool, "ClientName": "web", "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
        "RefreshTokenRotation": { "Feature": "ENABLED", "RetryGracePeriodSeconds": 7 },
    });
    let made = house.app.ok("CreateUserPoolClient", settings).await;
    let id = made["UserPoolClient"]["ClientId"].as_str().unwrap();
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{pool}/clients/{id}/attributes");
    let page = browser.get(&url).await;
    let form = fields(&page.html);
    assert!(form.contains(&("read".to_owned(), "email_verified".to_owned())));
    browser.post(&url, &borrowed(&form)).await.is(200);
    let client = described(&house.app, &pool, id).await;
    assert_eq!(client["ReadAttributes"], Value::Null);
    assert_eq!(client["WriteAttributes"], Value::Null);

    let url = format!("/console/pools/{pool}/clients/{id}/edit");
    let page = browser.get(&url).await;
    let form = changed(&page.html, &[("rotation", None)]);
    browser.post(&url, &borrowed(&form)).await.is(200);
    let client = described(&house.app, &pool, id).await;
    assert_eq!(client["RefreshTokenRotation"]["Feature"], "DISABLED");
}
