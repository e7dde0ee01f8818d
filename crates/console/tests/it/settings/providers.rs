//! Identity providers of a pool, their test, and whom they are linked to.

use cabana_testkit::parameters;
use cabana_testkit::saml::SamlProvider;
use http::Method;
use serde_json::{Value, json};

use crate::harness::{Browser, House, Page};

async fn provider(house: &House, pool: &str, name: &str) -> Value {
    let which = json!({ "UserPoolId": pool, "ProviderName": name });
    house.app.ok("DescribeIdentityProvider", which).await["IdentityProvider"].clone()
}

#[tokio::test]
async fn a_provider_is_added_shown_changed_and_deleted() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    let pool = house.pool("Shop").await;
    let tab = format!("/console/pools/{pool}/sign-in");
    ada.get(&tab).await.is(200).has("No identity providers.");
    let new = format!("{tab}/providers/new");
    ada.get(&new)
        .await
        .is(200)
        .has("Sign in with Apple")
        .has("type=OIDC");
    let form = format!("{new}?type=OIDC");
    let redirect = format!("http://localhost:9229/{pool}/oauth2/idpresponse");
    ada.get(&form)
        .await
        .is(200)
        .has(&redirect)
        .has("openid email profile");
    let fields = [
        ("name", "Corp"),
        ("client_id", "cabana"),
        ("client_secret", "hush hush"),
        ("authorize_scopes", "openid email"),
        ("oidc_issuer", "https://idp.example"),
        ("attributes_request_method", "GET"),
        ("identifiers", "corp.example\ncorp.test"),
    ];
    let wrong = ada
        .post(&form, &[("name", "Corp"), ("oidc_issuer", "x")])
        .await;
    wrong.is(200).has("role=\"alert\"").has("value=\"x\"");
    let page = ada.post(&form, &fields).await;
    page.is(200)
        .has("The identity provider has been added.")
        .has(&redirect)
        .has("corp.test")
        .has("https://idp.example")
        .lacks("hush hush");
    let made = provider(&house, &pool, "Corp").await;
    assert_eq!(made["ProviderDetails"]["client_secret"], "hush hush");
    assert_eq!(made["IdpIdentifiers"], json!(["corp.example", "corp.test"]));
    assert_eq!(
        made["AttributeMapping"],
        json!({ "email": "email", "email_verified": "email_verified", "username": "sub" })
    );
    ada.get(&tab)
        .await
        .has("OpenID Connect")
        .has("/providers/Corp");

    let one = format!("{tab}/providers/Corp");
    let edit = format!("{one}/edit");
    ada.get(&edit)
        .await
        .is(200)
        .has("value=\"cabana\"")
        .lacks("hush hush");
    let changed = [
        ("client_id", "other"),
        ("client_secret", ""),
        ("authorize_scopes", "openid email"),
        ("oidc_issuer", "https://idp.example"),
        ("attributes_request_method", "GET"),
        ("token_url", "https://idp.example/token"),
    ];
    ada.post(&edit, &changed)
        .await
        .has("The identity provider has been saved.");
    let now = provider(&house, &pool, "Corp").await;
    assert_eq!(now["ProviderDetails"]["client_id"], "other");
    assert_eq!(now["ProviderDetails"]["client_secret"], "hush hush", "kept");
    assert_eq!(
        now["ProviderDetails"]["token_url"],
        "https://idp.example/token"
    );
    assert_eq!(now["IdpIdentifiers"], json!([]));

    let mapping = format!("{one}/mapping");
    ada.get(&mapping)
        .await
        .is(200)
        .has("claim email")
        .has("Level3");
    let claims = [("claim name", "display_name"), ("Level3", "urn:strong")];
    ada.post(&mapping, &claims)
        .await
        .has("display_name")
        .has("Level3: urn:strong");
    let now = provider(&house, &pool, "Corp").await;
    assert_eq!(
        now["AttributeMapping"],
        json!({ "name": "display_name", "username": "sub" })
    );
    assert_eq!(now["AcrMapping"], json!({ "Level3": "urn:strong" }));

    ada.get(&format!("{one}/delete")).await.is(200).has("Corp");
    ada.post(&format!("{one}/delete"), &[])
        .await
        .has("has been deleted");
    ada.get(&one).await.is(404);
}

#[tokio::test]
async fn a_saml_provider_is_added_with_its_document_and_what_it_needs_is_shown() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    let pool = house.pool("Shop").await;
    let form = format!("/console/pools/{pool}/sign-in/providers/new?type=SAML");
    ada.get(&form)
        .await
        .is(200)
        .has(&format!("urn:amazon:cognito:sp:{pool}"))
        .has(&format!("{pool}/saml2/idpresponse"))
        .has("data-file-into=\"f-MetadataFile\"");
    let document = SamlProvider::with_key(0).metadata();
    ada.post(&form, &[("name", "Adfs")])
        .await
        .has("role=\"alert\"");
    let fields = [
        ("name", "Adfs"),
        ("MetadataFile", document.as_str()),
        ("RequestSigningAlgorithm", "on"),
        ("IDPInit", "on"),
    ];
    ada.post(&form, &fields)
        .await
        .is(200)
        .has("The identity provider has been added.")
        .has("Sign-in address of the provider")
        .has("Encryption certificate, for the provider")
        .has("Signing certificate, for the provider")
        .has("Test connection");
    let made = provider(&house, &pool, "Adfs").await;
    let details = &made["ProviderDetails"];
    assert_eq!(details["RequestSigningAlgorithm"], "rsa-sha256");
    assert_eq!(
        (&details["IDPInit"], &details["IDPSignout"]),
        (&json!("true"), &Value::Null)
    );
    // What is shown can be saved again.
    let edit = format!("/console/pools/{pool}/sign-in/providers/Adfs/edit");
    ada.get(&edit).await.is(200);
    let again = [("MetadataFile", document.as_str()), ("IDPSignout", "on")];
    ada.post(&edit, &again).await.has("has been saved");
    let now = provider(&house, &pool, "Adfs").await;
    assert_eq!(now["ProviderDetails"]["IDPSignout"], "true");
    assert_eq!(now["ProviderDetails"]["IDPInit"], Value::Null);
}

#[tokio::test]
async fn an_app_client_chooses_among_the_providers() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    let pool = house.pool("Shop").await;
    house.app.provider_of(&pool, "Corp", json!({})).await;
    let wanted = json!({ "UserPoolId": pool, "ClientName": "app" });
    let client = house.app.ok("CreateUserPoolClient", wanted).await;
    let client = client["UserPoolClient"]["ClientId"]
        .as_str()
        .unwrap()
        .to_owned();
    let url = format!("/console/pools/{pool}/clients/{client}/hosted-ui");
    ada.get(&url).await.is(200).has("value=\"Corp\"");
    let fields = [
        ("used", "on"),
        ("callbacks", "https://app.example/cb"),
        ("grants", "code"),
        ("scopes", "openid"),
        ("providers", "COGNITO"),
        ("providers", "Corp"),
    ];
    ada.post(&url, &fields).await.is(200).has("Corp");
    let which = json!({ "UserPoolId": pool, "ClientId": client });
    let now = house.app.ok("DescribeUserPoolClient", which).await;
    let names = &now["UserPoolClient"]["SupportedIdentityProviders"];
    assert_eq!(names, &json!(["COGNITO", "Corp"]));
}

/// The address at the provider that the page of a test leads to.
async fn there(browser: &mut Browser<'_>, pool: &str) -> String {
    let page = format!("/console/pools/{pool}/sign-in/providers/Corp/test");
    let page = browser.get(&page).await;
    let link = page.is(200).between("primary\" href=\"", "\"");
    link.replace("&#38;", "&")
}

/// The page to which the provider's answer leads.
async fn back(house: &House, browser: &mut Browser<'_>, pool: &str, there: &str) -> Page {
    let back = house.idp.signs_in(there);
    browser
        .get(&format!("/{pool}/oauth2/idpresponse?{back}"))
        .await
}

async fn users(house: &House, pool: &str) -> usize {
    let found = house
        .app
        .ok("ListUsers", json!({ "UserPoolId": pool }))
        .await;
    found["Users"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_test_shows_what_came_and_signs_nobody_up() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    let pool = house.pool("Shop").await;
    let more = json!({ "AttributeMapping": { "email": "email", "name": "display_name" } });
    house.app.provider_of(&pool, "Corp", more).await;
    let asked = there(&mut ada, &pool).await;
    assert!(asked.starts_with("https://idp.example/auth?"), "{asked}");
    let redirect = &parameters(&asked)["redirect_uri"];
    assert_eq!(
        *redirect,
        format!("http://localhost:9229/{pool}/oauth2/idpresponse")
    );
    let page = back(&house, &mut ada, &pool, &asked).await;
    page.is(200)
        .has("Would be signed in")
        .has("Corp_Ann-1")
        .has("a first sign-in would create this user")
        .has("ann@corp.example")
        .has("Not received")
        .lacks("\"at\"");
    assert_eq!(users(&house, &pool).await, 0);
    // A reload does not redeem anything again.
    ada.get(&page.url).await.is(200).has("This test has ended");

    // What a sign-in would fail for.
    house.idp.person(
        json!({ "sub": "Bea" }),
        json!({ "sub": "Bea", "email": "no address" }),
    );
    let asked = there(&mut ada, &pool).await;
    back(&house, &mut ada, &pool, &asked)
        .await
        .has("Would be refused");
    // The provider's own words.
    let asked = there(&mut ada, &pool).await;
    let state = parameters(&asked)["state"].clone();
    let query: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("error", "access_denied")
        .append_pair("error_description", "<b>not today</b>")
        .append_pair("state", &state)
        .finish();
    ada.get(&format!("/{pool}/oauth2/idpresponse?{query}"))
        .await
        .has("access_denied")
        .has("&#60;b&#62;not today");
    // A provider that is not there.
    house
        .idp
        .instead(|_| Some(Err(cabana_api::ports::FetchError::TimedOut)));
    house.app.clock.advance(cabana_domain::Span::hours(30));
    ada.sign_in("ada").await;
    let page = format!("/console/pools/{pool}/sign-in/providers/Corp/test");
    ada.get(&page)
        .await
        .is(200)
        .has("The provider cannot be reached");
}

#[tokio::test]
async fn a_test_ends_in_the_session_that_began_it_and_nowhere_else() {
    let house = House::new().await;
    let pool = house.pool("Shop").await;
    let other_pool = house.pool("Other").await;
    house.app.provider_of(&pool, "Corp", json!({})).await;
    house.app.provider_of(&other_pool, "Corp", json!({})).await;
    let mut ada = house.administrator("ada").await;
    let mut eve = house.administrator("eve").await;
    let asked = there(&mut ada, &pool).await;
    let answer = house.idp.signs_in(&asked);
    let handed = format!("/{pool}/oauth2/idpresponse?{answer}");
    house.idp.calls();
    // Somebody without a session is asked to sign in, and another operator learns nothing.
    let mut stranger = house.browser();
    let page = stranger.get(&handed).await;
    assert!(page.url.contains("/login?"), "{}", page.url);
    eve.get(&handed)
        .await
        .has("This test has ended")
        .lacks("ann@corp.example");
    // Nor one who has begun a test of their own, or of the other pool.
    there(&mut eve, &pool).await;
    eve.get(&handed).await.has("This test has ended");
    let elsewhere = eve
        .request(
            Method::GET,
            &format!("/{other_pool}/oauth2/idpresponse?{answer}"),
            &[],
        )
        .await;
    assert_eq!(elsewhere.status, 400);
    let to = ada.request(Method::GET, &handed, &[]).await;
    let to = to.headers["location"].to_str().unwrap().to_owned();
    assert!(
        to.starts_with("http://localhost:9229/console/pools/"),
        "{to}"
    );
    let moved = to.replace(&format!("/pools/{pool}/"), &format!("/pools/{other_pool}/"));
    ada.get(&moved).await.has("This test has ended");
    let called: Vec<_> = house
        .idp
        .calls()
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    assert!(!called.contains(&"/token".to_owned()), "{called:?}");
    // What is left of a test of ada's is gone with its cookie: the code was never redeemed.
    ada.get(&to).await.has("This test has ended");

    // A test lasts five minutes.
    let asked = there(&mut ada, &pool).await;
    house.app.clock.advance(cabana_domain::Span::minutes(6));
    let answer = house.idp.signs_in(&asked);
    let late = ada
        .request(
            Method::GET,
            &format!("/{pool}/oauth2/idpresponse?{answer}"),
            &[],
        )
        .await;
    assert_eq!(late.status, 400);
    assert_eq!(users(&house, &pool).await, 0);
}

#[tokio::test]
async fn a_read_only_operator_sees_providers_without_secrets_and_tests_none() {
    let house = House::new().await;
    let pool = house.pool("Shop").await;
    house.app.provider_of(&pool, "Corp", json!({})).await;
    let mut rita = house.reader("rita").await;
    let one = format!("/console/pools/{pool}/sign-in/providers/Corp");
    rita.get(&one)
        .await
        .is(200)
        .has("idp.example")
        .lacks("hush")
        .lacks("/test\"");
    for page in ["/test", "/test/result", "/edit", "/mapping", "/delete"] {
        rita.get(&format!("{one}{page}")).await.is(403);
    }
    assert!(house.idp.calls().is_empty());
}

#[tokio::test]
async fn identities_are_linked_and_unlinked_on_the_users_page() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    let pool = house.pool("Shop").await;
    house.app.provider_of(&pool, "Corp", json!({})).await;
    for name in ["ann", "bea"] {
        let user = json!({ "UserPoolId": pool, "Username": name, "MessageAction": "SUPPRESS" });
        house.app.ok("AdminCreateUser", user).await;
    }
    let page = |name: &str| format!("/console/pools/{pool}/users/{name}");
    ada.get(&page("ann")).await.is(200).has("No identities");
    let value = "x@corp.example";
    let link = |by| [("provider", "Corp"), ("by", by), ("value", value)];
    let to = format!("{}/identities/link", page("ann"));
    ada.post(&to, &link("Cognito_Subject"))
        .await
        .has("has been linked")
        .has(value);
    // The same value by another attribute is another person.
    let to = format!("{}/identities/link", page("bea"));
    ada.post(&to, &link("email")).await.has("has been linked");
    let unlink = [("provider", "Corp"), ("value", value)];
    let from = format!("{}/identities/unlink", page("bea"));
    ada.post(&from, &unlink)
        .await
        .has("has been unlinked")
        .has("No identities");
    ada.get(&page("ann"))
        .await
        .has(value)
        .lacks("No identities");
    ada.post(&from, &unlink).await.has("has no such identity");
    let to = format!("{}/identities/link", page("bea"));
    ada.post(&to, &[("provider", "Corp")])
        .await
        .has("enter whom to link");
}
