//! Single logout that begins at the provider.

use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_api::ports::Clock as _;
use cabana_testkit::parameters;
use cabana_testkit::saml_logout::{SamlLogout, inflated};
use http::Request;
use serde_json::json;

use super::sign_out::{open, signed_in};
use super::{Hall, SAML_ISSUER};
use crate::browser::{Browser, Page};
use crate::shop::code_of;

/// What a test does to a request.
pub type Changed = fn(&mut SamlLogout);

/// How the provider is answered.
pub const DONE: &str = "Success";
pub const SOMEBODY_ELSE: &str = "UnknownPrincipal";

impl Hall {
    pub fn logout_path(&self) -> String {
        format!("/{}/saml2/logout", self.shop.pool)
    }

    /// A right request.
    pub fn logout(&self, id: &str) -> SamlLogout {
        let here = format!("http://localhost:9229{}", self.logout_path());
        self.saml.logout(id, &here, self.shop.app.clock.now())
    }

    /// The address of a request.
    pub fn leaving(&self, logout: &SamlLogout) -> String {
        let query = self.saml.query("SAMLRequest", &logout.xml(), Some("r-1"));
        format!("{}?{query}", self.logout_path())
    }

    /// Brings a request by a form of the provider's, in this browser.
    pub async fn post_logout(&self, browser: &Browser, xml: &str) -> Page {
        let message = BASE64_STANDARD.encode(xml);
        let fields = [("SAMLRequest", message.as_str()), ("RelayState", "r-1")];
        // From another site, so without cookies.
        let page = self.shop.browser().post(&self.logout_path(), &fields).await;
        match page.status {
            303 => browser.get(page.location()).await,
            _ => page,
        }
    }

    /// Whether the browser is signed in here.
    pub async fn is_in(&self, browser: &Browser) -> bool {
        let page = browser.get(&self.shop.at("/oauth2/authorize", &[])).await;
        page.sent_back("code").is_some()
    }

    /// The last part of the status with which the provider is answered.
    #[track_caller]
    pub fn status(&self, page: &Page, logout: &SamlLogout) -> String {
        let location = page.location();
        let start = "https://saml.example/slo?tenant=1&SAMLResponse=";
        assert!(
            location.starts_with(start),
            "{} {}",
            page.status,
            page.plain()
        );
        let xml = inflated(location, "SAMLResponse");
        for part in [
            format!(r#" InResponseTo="{}""#, logout.id),
            r#" Destination="https://saml.example/slo?tenant=1""#.to_owned(),
            format!("<saml:Issuer>{}</saml:Issuer>", self.audience()),
        ] {
            assert!(xml.contains(&part), "{part} in {xml}");
        }
        let last = xml.rsplit(r#"Value=""#).next().unwrap();
        let last = last.split('"').next().unwrap();
        last.rsplit(':').next().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_sign_out_at_the_provider_ends_the_session_here() {
    let hall = open().await;
    let certificate = hall.signing_certificate().await;
    for by_form in [false, true] {
        let browser = signed_in(&hall).await;
        let other = signed_in(&hall).await;
        assert!(hall.is_in(&browser).await);
        let logout = hall.logout(&format!("_logout-{by_form}"));
        let page = match by_form {
            true => {
                hall.post_logout(&browser, &hall.saml.signed(&logout.xml(), &logout.id))
                    .await
            }
            false => browser.get(&hall.leaving(&logout)).await,
        };
        assert_eq!(hall.status(&page, &logout), DONE);
        assert!(hall.saml.is_signed_by(&certificate, page.location()));
        let said = parameters(page.location());
        assert_eq!((said["RelayState"].as_str(), page.status), ("r-1", 302));
        assert!(!hall.is_in(&browser).await && hall.is_in(&other).await);
        // Nothing is left to tell the provider.
        let gone = browser
            .get(&format!(
                "/{}/logout?client_id={}",
                hall.shop.pool, hall.shop.client
            ))
            .await;
        assert!(gone.plain().contains("signed out"), "{}", gone.plain());
    }
}

#[tokio::test]
async fn what_a_request_leaves_out_does_not_matter() {
    let hall = open().await;
    let changes: [(&str, Changed); 3] = [
        ("_no-session", |it| it.sessions.clear()),
        ("_several", |it| {
            it.sessions.insert(0, "_session-0".to_owned())
        }),
        ("_no-end", |it| it.until = None),
    ];
    for (id, change) in changes {
        let browser = signed_in(&hall).await;
        let mut logout = hall.logout(id);
        change(&mut logout);
        let page = browser.get(&hall.leaving(&logout)).await;
        assert_eq!(hall.status(&page, &logout), DONE);
        assert!(!hall.is_in(&browser).await, "{id}");
    }
    // The format of the name, and the state.
    let browser = signed_in(&hall).await;
    let logout = hall.logout("_bare");
    let format = r#" Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent""#;
    let query = hall
        .saml
        .query("SAMLRequest", &logout.xml().replace(format, ""), None);
    let page = browser
        .get(&format!("{}?{query}", hall.logout_path()))
        .await;
    assert_eq!(hall.status(&page, &logout), DONE);
    assert!(!parameters(page.location()).contains_key("RelayState"));
    assert!(!hall.is_in(&browser).await);
}

#[tokio::test]
async fn the_answer_goes_where_the_metadata_says() {
    let hall = open().await;
    let location = r#"Location="https://saml.example/slo?tenant=1""#;
    let apart = format!(r#"{location} ResponseLocation="https://saml.example/answers""#);
    let metadata = hall.saml.metadata().replace(location, &apart);
    hall.update(json!({ "MetadataFile": metadata, "IDPSignout": "true" }))
        .await;
    let browser = signed_in(&hall).await;
    let page = browser.get(&hall.leaving(&hall.logout("_1"))).await;
    let start = "https://saml.example/answers?SAMLResponse=";
    assert!(page.location().starts_with(start), "{}", page.location());

    // A provider without an address is not answered, and its people are signed out all the same.
    let (before, rest) = metadata.split_once("<md:SingleLogoutService").unwrap();
    let without = format!("{before}{}", rest.split_once("/>").unwrap().1);
    hall.update(json!({ "MetadataFile": without, "IDPSignout": "true" }))
        .await;
    let browser = signed_in(&hall).await;
    let page = browser.get(&hall.leaving(&hall.logout("_2"))).await;
    assert_eq!(page.status, 200, "{}", page.plain());
    assert!(page.plain().contains("signed out"), "{}", page.plain());
    assert!(!hall.is_in(&browser).await);
}

#[tokio::test]
async fn who_has_no_session_is_signed_out_already() {
    let hall = open().await;
    let logout = hall.logout("_1");
    let page = hall.shop.browser().get(&hall.leaving(&logout)).await;
    assert_eq!(hall.status(&page, &logout), DONE);
    // Within a frame browsers send no cookies: nothing is known of a session.
    let logout = hall.logout("_2");
    let request = Request::get(hall.leaving(&logout)).header("sec-fetch-dest", "iframe");
    let page = hall
        .shop
        .browser()
        .send(request, axum::body::Body::empty())
        .await;
    assert_eq!(hall.status(&page, &logout), "Responder");
}

#[tokio::test]
async fn who_has_come_another_way_since_stays() {
    let hall = open().await;
    let browser = signed_in(&hall).await;
    hall.shop.user("ada").await;
    let page = browser
        .get(&hall.shop.at("/login", &[("prompt", "login")]))
        .await;
    let fields = [("username", "ada"), ("password", crate::shop::PASSWORD)];
    code_of(&browser.submit(&page, &fields).await);
    let logout = hall.logout("_1");
    let page = browser.get(&hall.leaving(&logout)).await;
    assert_eq!(hall.status(&page, &logout), DONE);
    assert!(hall.is_in(&browser).await);
    assert_eq!(logout.issuer, SAML_ISSUER);
}
