//! Sign-in through a SAML provider, from the app's request to its tokens.

mod attacks;
mod begun_by_provider;
mod costs;
mod encryption;
mod settings;
mod sign_out;
mod signed_out_there;

use std::ops::Deref;

use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_api::ports::Clock as _;
use cabana_testkit::TestApp;
use cabana_testkit::saml::{SAML_ISSUER, SamlClaims, SamlProvider, SamlRequest, attribute};
use serde_json::{Value, json};

use super::{House, refused};
use crate::browser::{Browser, Page};
use crate::shop::{claims, code_of, over};

/// A house whose provider `Corp` speaks SAML.
struct Hall {
    house: House,
    saml: SamlProvider,
}

impl Deref for Hall {
    type Target = House;

    fn deref(&self) -> &House {
        &self.house
    }
}

/// A request that a browser has taken to the provider.
struct Begun {
    browser: Browser,
    request: SamlRequest,
}

impl Hall {
    async fn open() -> Self {
        Self::with(json!({}), json!({})).await
    }

    /// The same with further details of the provider, and another mapping.
    async fn with(details: Value, mapping: Value) -> Self {
        Self::of(TestApp::new(), details, mapping).await
    }

    /// The same of this app.
    async fn of(app: TestApp, details: Value, mapping: Value) -> Self {
        let saml = SamlProvider::default();
        let all = over(json!({ "MetadataFile": saml.metadata() }), details);
        let mapping = match mapping.as_object().unwrap().is_empty() {
            true => json!({ "email": "mail" }),
            false => mapping,
        };
        let provider = json!({
            "ProviderType": "SAML", "ProviderDetails": all, "AttributeMapping": mapping,
        });
        let house = House::of(app, json!({}), provider).await;
        Self { house, saml }
    }

    /// Sets the details of the provider.
    async fn update(&self, details: Value) {
        let wanted = json!({
            "UserPoolId": self.shop.pool, "ProviderName": "Corp", "ProviderDetails": details,
        });
        self.shop.app.ok("UpdateIdentityProvider", wanted).await;
    }

    async fn signing_certificate(&self) -> String {
        let asked = json!({ "UserPoolId": self.shop.pool });
        let shown = self.shop.app.ok("GetSigningCertificate", asked).await;
        shown["Certificate"].as_str().unwrap().to_owned()
    }

    /// Another provider.
    fn saml_of_another_key(&self) -> SamlProvider {
        SamlProvider::with_key(1)
    }

    fn audience(&self) -> String {
        format!("urn:amazon:cognito:sp:{}", self.shop.pool)
    }

    async fn begin(&self) -> Begun {
        self.begin_with(&[]).await
    }

    /// The same with further parameters of the app.
    async fn begin_with(&self, more: &[(&str, &str)]) -> Begun {
        let browser = self.shop.browser();
        let sent = self.sent(&browser, more).await;
        assert_eq!(sent.status, 302, "{}", sent.plain());
        let request = SamlRequest::of(sent.location());
        Begun { browser, request }
    }

    /// The right claims for a request.
    fn claims(&self, request: &SamlRequest) -> SamlClaims {
        let now = self.shop.app.clock.now();
        self.saml.claims(request, &self.audience(), now)
    }

    /// A right response: the assertion is signed.
    fn response(&self, claims: &SamlClaims) -> String {
        claims.response(&self.saml.signed(&claims.assertion(), &claims.id))
    }

    /// Brings a response: the form comes from another site, so without cookies.
    async fn post(&self, xml: &str, relay_state: &str) -> Page {
        let path = format!("/{}/saml2/idpresponse", self.shop.pool);
        let posted = BASE64_STANDARD.encode(xml);
        let fields = [
            ("SAMLResponse", posted.as_str()),
            ("RelayState", relay_state),
        ];
        self.shop.browser().post(&path, &fields).await
    }

    /// Brings a response and follows the redirect in the browser that began.
    async fn bring(&self, begun: &Begun, xml: &str) -> Page {
        let page = self.post(xml, &begun.request.relay_state).await;
        match page.status {
            303 => begun.browser.get(page.location()).await,
            _ => page,
        }
    }

    /// A whole sign-in with claims that a test changes.
    async fn sign_in_as(&self, change: impl FnOnce(&mut SamlClaims)) -> Page {
        let begun = self.begin().await;
        let mut claims = self.claims(&begun.request);
        change(&mut claims);
        self.bring(&begun, &self.response(&claims)).await
    }
}

/// The reason why a response was refused, as the app gets it.
#[track_caller]
fn flaw(page: &Page) -> String {
    let (error, why) = refused(page);
    assert_eq!(error, "server_error");
    let start = "Error in SAML response processing: ";
    why.strip_prefix(start).unwrap_or(&why).to_owned()
}

#[tokio::test]
async fn a_person_comes_in_and_is_the_same_user_the_next_time() {
    let hall = Hall::open().await;
    let begun = hall.begin().await;
    let sent = &begun.request;
    assert_eq!(
        sent.consumer,
        format!("http://localhost:9229/{}/saml2/idpresponse", hall.shop.pool)
    );
    for part in [
        r#" Destination="https://saml.example/sso""#,
        r#" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST""#,
        &format!("<saml:Issuer>{}</saml:Issuer>", hall.audience()),
    ] {
        assert!(sent.xml.contains(part), "{part} in {}", sent.xml);
    }
    assert!(!sent.xml.contains("ForceAuthn") && !sent.parameters.contains_key("Signature"));

    let claimed = hall.claims(sent);
    let page = hall.bring(&begun, &hall.response(&claimed)).await;
    let tokens = hall.shop.redeem(&code_of(&page), &[]).await.json();
    let id = claims(&tokens["id_token"]);
    assert_eq!(id["cognito:username"], "corp_ann-1");
    assert_eq!(id["email"], "ann@corp.example");
    let group = format!("{}_Corp", hall.shop.pool);
    assert_eq!(id["cognito:groups"], json!([group]));
    let identity = &id["identities"][0];
    assert_eq!(identity["userId"], "Ann-1");
    assert_eq!(identity["providerType"], "SAML");
    assert_eq!(identity["issuer"], SAML_ISSUER);
    assert_eq!(
        hall.user("corp_ann-1").await["UserStatus"],
        "EXTERNAL_PROVIDER"
    );

    let again = hall.sign_in_as(|_| ()).await;
    let tokens = hall.shop.redeem(&code_of(&again), &[]).await.json();
    assert_eq!(claims(&tokens["id_token"])["sub"], id["sub"]);
    assert_eq!(hall.users().await, 1);
}

#[tokio::test]
async fn the_response_may_be_signed_instead_of_the_assertion_or_both() {
    let hall = Hall::open().await;
    let begun = hall.begin().await;
    let mut claimed = hall.claims(&begun.request);
    let whole = |it: String| hall.saml.signed(&it, "_response-1");
    let response = whole(claimed.response(&claimed.assertion()));
    code_of(&hall.bring(&begun, &response).await);
    let begun = hall.begin().await;
    claimed.in_response_to = Some(begun.request.id.clone());
    claimed.id.push('2');
    let both = whole(hall.response(&claimed));
    code_of(&hall.bring(&begun, &both).await);
}

#[tokio::test]
async fn methods_of_sha_2_are_taken() {
    let hall = Hall::open().await;
    for method in ["rsa-sha384", "rsa-sha512"] {
        let begun = hall.begin().await;
        let claimed = hall.claims(&begun.request);
        let method = format!("http://www.w3.org/2001/04/xmldsig-more#{method}");
        let signed = hall
            .saml
            .signed_by(&claimed.assertion(), &claimed.id, &method);
        code_of(&hall.bring(&begun, &claimed.response(&signed)).await);
    }
}

#[tokio::test]
async fn attributes_are_mapped_as_cognito_does() {
    let mapping = json!({
        "email": "mail", "name": "urn:oid:2.16", "nickname": "groups", "given_name": "none",
    });
    let hall = Hall::with(json!({}), mapping).await;
    let page = hall
        .sign_in_as(|it| {
            it.attributes = [
                attribute("mail", &["ann@corp.example"]),
                attribute("urn:oid:2.16", &["Ann &amp; Co"]),
                attribute("groups", &["A B", "C"]),
                attribute("other", &["x"]),
            ]
            .concat();
        })
        .await;
    code_of(&page);
    let attributes = hall.attributes("corp_ann-1").await;
    assert_eq!(attributes["name"], "Ann & Co");
    assert_eq!(attributes["nickname"], "[A+B, C]");
    assert_eq!(attributes.get("given_name"), None);
    // One that disappears stays, one that is empty goes.
    let page = hall
        .sign_in_as(|it| {
            it.attributes = attribute("urn:oid:2.16", &[""]);
        })
        .await;
    code_of(&page);
    let attributes = hall.attributes("corp_ann-1").await;
    assert_eq!(attributes.get("name"), None);
    assert_eq!(attributes["nickname"], "[A+B, C]");
}

#[tokio::test]
async fn what_the_provider_refuses_reaches_the_app_and_the_activity() {
    let hall = Hall::open().await;
    let begun = hall.begin().await;
    let claimed = hall.claims(&begun.request);
    let denied = claimed.response("").replace(
        r#"<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>"#,
        r#"<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"/></samlp:StatusCode><samlp:StatusMessage>Account locked</samlp:StatusMessage>"#,
    );
    let page = hall.bring(&begun, &denied).await;
    assert_eq!(
        flaw(&page),
        "Corp answered Responder, AuthnFailed: Account locked"
    );
    let query = "error_description=Error+in+SAML+response+processing%3A+Corp+answered+Responder%2C+AuthnFailed%3A+Account+locked&state=s+1&error=server_error";
    assert!(page.location().ends_with(query), "{}", page.location());
    let told = format!("{:?}", hall.events().await);
    assert!(told.contains("AuthnFailed: Account locked"), "{told}");
}

#[tokio::test]
async fn a_link_by_name_or_by_an_attribute_leads_to_the_user() {
    let hall = Hall::open().await;
    hall.shop.user("ada").await;
    hall.link("ada", "Cognito_Subject", "Ann-1").await;
    hall.link("ada", "email", "bob@corp.example").await;
    code_of(&hall.sign_in_as(|_| ()).await);
    let by_attribute = hall.sign_in_as(|it| {
        it.name_id = "Bob-1".to_owned();
        it.attributes = attribute("mail", &["bob@corp.example"]);
    });
    code_of(&by_attribute.await);
    assert_eq!(hall.users().await, 1);
    let identities = hall.attributes("ada").await["identities"].clone();
    let identities: Value = serde_json::from_str(identities.as_str().unwrap()).unwrap();
    let identities = identities.as_array().unwrap();
    assert_eq!(identities.len(), 2);
    // The first sign-in has made the link one of the person.
    for (identity, name) in identities.iter().zip(["Ann-1", "Bob-1"]) {
        assert_eq!(identity["userId"], name);
        assert_eq!(identity["issuer"], SAML_ISSUER);
        assert_eq!(identity["primary"], false);
    }
}

#[tokio::test]
async fn an_app_that_asks_for_a_new_sign_in_gets_one() {
    let hall = Hall::open().await;
    let prompt = [("prompt", "login")];
    let request = hall.begin_with(&prompt).await.request;
    assert!(request.xml.contains(r#" ForceAuthn="true""#));
}

#[tokio::test]
async fn an_assertion_of_a_hundred_kilobytes_is_taken_and_a_longer_one_is_not() {
    let hall = Hall::open().await;
    let of = |length: usize| attribute("groups", &["x".repeat(length).as_str()]);
    let page = hall.sign_in_as(|it| it.attributes = of(95_000)).await;
    code_of(&page);
    let page = hall.sign_in_as(|it| it.attributes = of(100_000)).await;
    assert_eq!(flaw(&page), "SAML Response is too large");
}
