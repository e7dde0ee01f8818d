//! The test of a SAML provider: its response comes in a form, without cookies, and ends in the console.

use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_api::ports::Clock as _;
use cabana_domain::Span;
use cabana_testkit::parameters;
use cabana_testkit::saml::{SamlClaims, SamlProvider, SamlRequest, attribute};
use http::Method;
use serde_json::json;

use crate::harness::{Browser, House, Page};

const ENDED: &str = "This test has ended";
const CALLBACK: &str = "https://app.example/cb";

/// A house with a pool whose provider `Corp` speaks SAML.
struct Hall {
    house: House,
    pool: String,
    saml: SamlProvider,
}

impl Hall {
    async fn open() -> Self {
        let house = House::new().await;
        let pool = house.pool("Shop").await;
        let hall = Self {
            house,
            pool,
            saml: SamlProvider::default(),
        };
        hall.provider_of(&hall.pool).await;
        hall
    }

    async fn provider_of(&self, pool: &str) {
        let details = json!({ "MetadataFile": self.saml.metadata(), "IDPInit": "true" });
        let provider = json!({
            "ProviderType": "SAML", "ProviderDetails": details,
            "AttributeMapping": { "email": "mail", "name": "display_name" },
        });
        self.house.app.provider_of(pool, "Corp", provider).await;
    }

    fn page(&self) -> String {
        format!("/console/pools/{}/sign-in/providers/Corp/test", self.pool)
    }

    /// Begins a test.
    async fn begin(&self, browser: &mut Browser<'_>) -> SamlRequest {
        let page = browser.get(&self.page()).await;
        let link = page.is(200).between("primary\" href=\"", "\"");
        SamlRequest::of(&link.replace("&#38;", "&"))
    }

    /// The right claims for a request.
    fn claims(&self, request: &SamlRequest) -> SamlClaims {
        let audience = format!("urn:amazon:cognito:sp:{}", self.pool);
        let now = self.house.app.clock.now();
        self.saml.claims(request, &audience, now)
    }

    /// A right response: the assertion is signed.
    fn response(&self, claims: &SamlClaims) -> String {
        claims.response(&self.saml.signed(&claims.assertion(), &claims.id))
    }

    /// Brings a response to a pool: the form comes from another site, so without cookies.
    async fn post_to(&self, pool: &str, xml: &str, relay_state: &str) -> Page {
        let posted = BASE64_STANDARD.encode(xml);
        let fields = [
            ("SAMLResponse", posted.as_str()),
            ("RelayState", relay_state),
        ];
        let mut browser = self.house.browser();
        let path = format!("/{pool}/saml2/idpresponse");
        browser.request(Method::POST, &path, &fields).await
    }

    /// Brings a response; returns where it leads.
    async fn post(&self, xml: &str, relay_state: &str) -> String {
        let page = self.post_to(&self.pool, xml, relay_state).await;
        page.is(303);
        location(&page)
    }

    /// The page after a whole test with claims that a test changes.
    async fn walk(&self, browser: &mut Browser<'_>, change: impl FnOnce(&mut SamlClaims)) -> Page {
        let request = self.begin(browser).await;
        let mut claims = self.claims(&request);
        change(&mut claims);
        let back = self
            .post(&self.response(&claims), &request.relay_state)
            .await;
        browser.get(&back).await
    }

    async fn users(&self) -> usize {
        let which = json!({ "UserPoolId": self.pool });
        let found = self.house.app.ok("ListUsers", which).await;
        found["Users"].as_array().unwrap().len()
    }

    /// An app client that has the provider.
    async fn client(&self) -> String {
        let wanted = json!({
            "UserPoolId": self.pool, "ClientName": "app", "CallbackURLs": [CALLBACK],
            "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"],
            "AllowedOAuthFlowsUserPoolClient": true, "SupportedIdentityProviders": ["Corp"],
        });
        let made = self.house.app.ok("CreateUserPoolClient", wanted).await;
        let id = made["UserPoolClient"]["ClientId"].as_str().unwrap();
        id.to_owned()
    }

    /// The app's request for a sign-in at the provider.
    fn query(client: &str) -> String {
        format!(
            "client_id={client}&redirect_uri={CALLBACK}&response_type=code&scope=openid&identity_provider=Corp"
        )
    }

    /// Begins a sign-in.
    async fn sign_in(&self, browser: &mut Browser<'_>, client: &str) -> SamlRequest {
        let url = format!("/{}/oauth2/authorize?{}", self.pool, Self::query(client));
        let page = browser.request(Method::GET, &url, &[]).await;
        page.is(302);
        SamlRequest::of(&location(&page))
    }
}

fn location(page: &Page) -> String {
    page.headers["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_test_by_saml_shows_what_came_and_signs_nobody_up() {
    let hall = Hall::open().await;
    let mut ada = hall.house.administrator("ada").await;
    let provider = hall.page().replace("/test", "");
    ada.get(&provider).await.is(200).has("Test connection");
    let consumer = format!("http://localhost:9229/{}/saml2/idpresponse", hall.pool);
    ada.get(&hall.page()).await.has(&consumer);
    let request = hall.begin(&mut ada).await;
    assert_eq!(request.consumer, consumer);
    let mut claims = hall.claims(&request);
    claims.attributes += &attribute("groups", &["Staff", "Board"]);
    let back = hall
        .post(&hall.response(&claims), &request.relay_state)
        .await;
    let page = ada.get(&back).await;
    page.is(200)
        .has("Would be signed in")
        .has("NameID")
        .has("<code>Ann-1</code>")
        .has("Corp_Ann-1")
        .has("a first sign-in would create this user")
        .has("ann@corp.example")
        .has("SAML attribute")
        .has("Staff<br>Board")
        .has("Not received");
    assert_eq!(hall.users().await, 0);
    // Somebody who is there is found, and not changed.
    let user = json!({ "UserPoolId": hall.pool, "Username": "ann", "MessageAction": "SUPPRESS" });
    hall.house.app.ok("AdminCreateUser", user).await;
    let link = json!({
        "UserPoolId": hall.pool,
        "DestinationUser": { "ProviderName": "Cognito", "ProviderAttributeValue": "ann" },
        "SourceUser": {
            "ProviderName": "Corp", "ProviderAttributeName": "Cognito_Subject",
            "ProviderAttributeValue": "Ann-1",
        },
    });
    hall.house.app.ok("AdminLinkProviderForUser", link).await;
    let which = json!({ "UserPoolId": hall.pool, "Username": "ann" });
    let before = hall.house.app.ok("AdminGetUser", which.clone()).await;
    hall.walk(&mut ada, |_| ())
        .await
        .is(200)
        .has("A user of this pool.");
    assert_eq!(hall.house.app.ok("AdminGetUser", which).await, before);
    // What a sign-in would fail for.
    hall.walk(&mut ada, |it| {
        it.name_id = "Bea".to_owned();
        it.attributes = attribute("mail", &["no address"]);
    })
    .await
    .has("Would be refused");
    assert_eq!(hall.users().await, 1);
}

#[tokio::test]
async fn a_test_by_saml_says_why_a_response_was_refused() {
    let hall = Hall::open().await;
    let mut ada = hall.house.administrator("ada").await;
    let refused = |page: &Page, why: &str| {
        let start = "Error in SAML response processing";
        page.is(200)
            .has("did not succeed")
            .has(&format!("{start}: {why}"))
            .lacks("ann@corp.example");
    };
    type Change = fn(&mut SamlClaims);
    let changes: [(Change, &str); 5] = [
        (
            |it| it.audience.push('x'),
            "Audience restriction was not matched",
        ),
        (|it| it.recipient.push('x'), "Recipient was not matched"),
        (|it| it.issuer.push('x'), "Issuer was not matched"),
        (
            |it| it.in_response_to = None,
            "InResponseTo was not matched",
        ),
        (
            |it| it.until = it.until.before(Span::hours(1)),
            "SAML Assertion has expired",
        ),
    ];
    for (change, why) in changes {
        refused(&hall.walk(&mut ada, change).await, why);
    }
    // Another key, and what was changed on the way.
    for (key, name) in [(1, "Ann-1"), (0, "Bob-1")] {
        let request = hall.begin(&mut ada).await;
        let claims = hall.claims(&request);
        let signed = SamlProvider::with_key(key).signed(&claims.assertion(), &claims.id);
        let xml = claims.response(&signed).replace("Ann-1", name);
        let back = hall.post(&xml, &request.relay_state).await;
        refused(&ada.get(&back).await, "SAML Assertion signature is invalid");
    }
    // The provider's own words.
    let request = hall.begin(&mut ada).await;
    let denied = hall.claims(&request).response("").replace(
        r#"status:Success"/>"#,
        r#"status:Responder"/><samlp:StatusMessage>&lt;b&gt;not today</samlp:StatusMessage>"#,
    );
    let back = hall.post(&denied, &request.relay_state).await;
    ada.get(&back)
        .await
        .has("Corp answered Responder")
        .has("&#60;b&#62;not today");
    assert_eq!(hall.users().await, 0);
}

#[tokio::test]
async fn a_test_by_saml_ends_in_the_session_that_began_it_and_nowhere_else() {
    let hall = Hall::open().await;
    let other_pool = hall.house.pool("Other").await;
    hall.provider_of(&other_pool).await;
    let mut ada = hall.house.administrator("ada").await;
    let mut eve = hall.house.administrator("eve").await;
    let request = hall.begin(&mut ada).await;
    let response = hall.response(&hall.claims(&request));
    // It comes to the pool of the test only.
    hall.post_to(&other_pool, &response, &request.relay_state)
        .await
        .is(400);
    let back = hall.post(&response, &request.relay_state).await;
    let start = format!("http://localhost:9229{}/result?", hall.page());
    assert!(back.starts_with(&start), "{back}");
    // Somebody without a session is asked to sign in, and another operator learns nothing.
    let mut stranger = hall.house.browser();
    let page = stranger.get(&back).await;
    assert!(page.url.contains("/login?"), "{}", page.url);
    eve.get(&back).await.has(ENDED).lacks("ann@corp.example");
    // Nor one who has begun a test of their own, or has got hold of the cookie.
    hall.begin(&mut eve).await;
    eve.get(&back).await.has(ENDED);
    eve.jar
        .insert("cabana_trial".to_owned(), ada.jar["cabana_trial"].clone());
    eve.get(&back).await.has(ENDED).lacks("ann@corp.example");
    // Nor the operator in another browser, at another pool's provider, or after the next test has begun.
    let mut elsewhere = hall.house.browser();
    elsewhere.sign_in("ada").await;
    elsewhere.get(&back).await.has(ENDED);
    let cookie = ada.jar["cabana_trial"].clone();
    let moved = back.replace(
        &format!("/pools/{}/", hall.pool),
        &format!("/pools/{other_pool}/"),
    );
    ada.get(&moved).await.has(ENDED);
    hall.begin(&mut ada).await;
    ada.get(&back).await.has(ENDED);
    // None of that was the answer's end: it is still good where it belongs.
    ada.jar.insert("cabana_trial".to_owned(), cookie);
    ada.get(&back).await.has("ann@corp.example");
    assert_eq!(hall.users().await, 0);
}

#[tokio::test]
async fn a_response_counts_once_in_a_test_and_for_five_minutes() {
    let hall = Hall::open().await;
    let mut ada = hall.house.administrator("ada").await;
    let request = hall.begin(&mut ada).await;
    let response = hall.response(&hall.claims(&request));
    let cookie = ada.jar["cabana_trial"].clone();
    let back = hall.post(&response, &request.relay_state).await;
    ada.get(&back).await.has("ann@corp.example");
    // A reload shows nothing.
    ada.get(&back).await.has(ENDED).lacks("ann@corp.example");
    // Neither the answer nor the response counts again, even with the cookie of before.
    let again = hall.post(&response, &request.relay_state).await;
    for url in [&back, &again] {
        ada.jar.insert("cabana_trial".to_owned(), cookie.clone());
        ada.get(url)
            .await
            .has("was used before")
            .lacks("ann@corp.example");
    }
    // In the next test it answers another request.
    let next = hall.begin(&mut ada).await;
    let back = hall.post(&response, &next.relay_state).await;
    ada.get(&back).await.has("InResponseTo was not matched");

    // A browser follows at once, and a test lasts five minutes.
    let request = hall.begin(&mut ada).await;
    let response = hall.response(&hall.claims(&request));
    let back = hall.post(&response, &request.relay_state).await;
    hall.house.app.clock.advance(Span::minutes(2));
    ada.get(&back).await.has(ENDED).lacks("ann@corp.example");
    hall.house.app.clock.advance(Span::minutes(4));
    let response = hall.response(&hall.claims(&request));
    hall.post_to(&hall.pool, &response, &request.relay_state)
        .await
        .is(400);
}

#[tokio::test]
async fn a_response_of_a_test_completes_no_sign_in_and_the_other_way_round() {
    let hall = Hall::open().await;
    let client = hall.client().await;
    let mut ada = hall.house.administrator("ada").await;
    let tested = hall.begin(&mut ada).await;
    let of_test = hall.response(&hall.claims(&tested));
    let mut bob = hall.house.browser();
    let asked = hall.sign_in(&mut bob, &client).await;
    let of_sign_in = hall.response(&hall.claims(&asked));

    // The response of a test, in a sign-in that a browser has begun, or one that the provider would begin.
    for relay_state in [asked.relay_state.clone(), Hall::query(&client)] {
        let page = hall.post_to(&hall.pool, &of_test, &relay_state).await;
        let to = location(&page);
        assert!(to.starts_with(CALLBACK), "{to}");
        let said = parameters(&to);
        assert!(!said.contains_key("code"), "{to}");
        assert!(
            said["error_description"].ends_with("InResponseTo was not matched"),
            "{to}"
        );
    }
    // The response of a sign-in, in a test.
    let back = hall.post(&of_sign_in, &tested.relay_state).await;
    ada.get(&back)
        .await
        .has("InResponseTo was not matched")
        .lacks("ann@corp.example");

    // What was judged is sealed for the one or the other.
    let tested = hall.begin(&mut ada).await;
    let of_test = hall.response(&hall.claims(&tested));
    let back = hall.post(&of_test, &tested.relay_state).await;
    let answer = parameters(&back)["answer"].clone();
    let url = format!("/{}/saml2/idpresponse?answer={answer}", hall.pool);
    bob.request(Method::GET, &url, &[]).await.is(400);
    let on = hall.post(&of_sign_in, &asked.relay_state).await;
    let answer = parameters(&on)["answer"].clone();
    let url = format!("{}/result?answer={answer}", hall.page());
    ada.get(&url).await.has(ENDED);
    // A state of a test that comes as one of OpenID Connect's brings nothing.
    let tested = hall.begin(&mut ada).await;
    let state = &tested.relay_state;
    let url = format!("/{}/oauth2/idpresponse?code=x&state={state}", hall.pool);
    ada.get(&url).await.is(200).has(ENDED);
    assert_eq!(hall.users().await, 0);
    // The sign-in was untouched by all of this.
    let page = bob.request(Method::GET, &on, &[]).await;
    let to = location(&page);
    assert!(parameters(&to).contains_key("code"), "{to}");
    assert_eq!(hall.users().await, 1);
}

#[tokio::test]
async fn a_read_only_operator_tests_no_saml_provider() {
    let hall = Hall::open().await;
    let mut rita = hall.house.reader("rita").await;
    let provider = hall.page().replace("/test", "");
    rita.get(&provider).await.is(200).lacks("Test connection");
    rita.get(&hall.page()).await.is(403);
    // Nor do they end one, with whatever they have got hold of.
    let mut ada = hall.house.administrator("ada").await;
    let request = hall.begin(&mut ada).await;
    let response = hall.response(&hall.claims(&request));
    let back = hall.post(&response, &request.relay_state).await;
    rita.jar
        .insert("cabana_trial".to_owned(), ada.jar["cabana_trial"].clone());
    rita.get(&back).await.is(403).lacks("ann@corp.example");
    ada.get(&back).await.has("ann@corp.example");
}
