//! What a pool and its SAML providers say about themselves, and what they are told.

use bytes::Bytes;
use cabana_api::ports::FetchError;
use cabana_domain::Span;
use cabana_testkit::saml::{SamlProvider, SamlRequest};
use http::{Request, Response};
use serde_json::json;

use super::{Hall, flaw};
use crate::shop::code_of;

const ADDRESS: &str = "https://saml.example/metadata";

/// Answers with a document.
fn serves(hall: &Hall, document: String) {
    hall.idp.instead(move |request: &Request<Bytes>| {
        (request.uri().path() == "/metadata")
            .then(|| Ok(Response::new(Bytes::from(document.clone()))))
    });
}

/// A hall whose provider publishes its metadata.
async fn published() -> Hall {
    let hall = Hall::open().await;
    serves(&hall, hall.saml.metadata());
    let details = json!({ "MetadataURL": ADDRESS });
    hall.update(details).await;
    hall
}

#[tokio::test]
async fn requests_are_signed_if_that_is_set() {
    let hall = Hall::with(
        json!({ "RequestSigningAlgorithm": "rsa-sha256" }),
        json!({}),
    )
    .await;
    let sent = hall.sent(&hall.shop.browser(), &[]).await;
    let certificate = hall.signing_certificate().await;
    assert!(hall.saml.is_signed_by(&certificate, sent.location()));
    let changed = sent.location().replace("SAMLRequest=", "SAMLRequest=A");
    assert!(!hall.saml.is_signed_by(&certificate, &changed));
}

#[tokio::test]
async fn the_pool_describes_itself() {
    let hall = Hall::open().await;
    let path = format!("/{}/saml2/metadata", hall.shop.pool);
    let page = hall.shop.browser().get(&path).await;
    let kind = page.header("content-type");
    assert_eq!((page.status, kind), (200, "application/samlmetadata+xml"));
    let certificate = hall.signing_certificate().await;
    let base = format!("http://localhost:9229/{}", hall.shop.pool);
    for part in [
        format!(r#"entityID="{}""#, hall.audience()),
        format!(r#"Location="{base}/saml2/idpresponse""#),
        format!(r#"HTTP-POST" Location="{base}/saml2/logout""#),
        format!(r#"HTTP-Redirect" Location="{base}/saml2/logout""#),
        format!("<ds:X509Certificate>{certificate}</ds:X509Certificate>"),
    ] {
        assert!(page.text.contains(&part), "{part} in {}", page.text);
    }
    // The same at any time.
    hall.shop.app.advance(Span::days(400));
    assert_eq!(hall.shop.browser().get(&path).await.text, page.text);
    assert_eq!(hall.signing_certificate().await, certificate);
}

#[tokio::test]
async fn metadata_is_read_again_within_six_hours() {
    let hall = published().await;
    let calls = || hall.idp.calls().len();
    calls();
    code_of(&hall.sign_in_as(|_| ()).await);
    assert_eq!(calls(), 0, "read when the provider was changed");
    hall.shop.app.advance(Span::hours(6));
    code_of(&hall.sign_in_as(|_| ()).await);
    assert_eq!(calls(), 1);
    // While it cannot be read the last one serves.
    hall.idp
        .instead(|_| Some(Err(FetchError::Unreachable("down".to_owned()))));
    hall.shop.app.advance(Span::hours(7));
    code_of(&hall.sign_in_as(|_| ()).await);
    hall.shop.app.advance(Span::hours(24));
    let sent = hall.sent(&hall.shop.browser(), &[]).await;
    let (_, why) = super::super::refused(&sent);
    assert_eq!(why, "Error in calling IdP metadata document");
}

#[tokio::test]
async fn a_new_certificate_is_found_at_once_and_an_old_one_goes() {
    let hall = published().await;
    let new = SamlProvider::with_key(1);
    let signed_with_new = async || {
        let begun = hall.begin().await;
        let claims = hall.claims(&begun.request);
        let signed = new.signed(&claims.assertion(), &claims.id);
        hall.bring(&begun, &claims.response(&signed)).await
    };
    let both = [hall.saml.certificate.as_slice(), new.certificate.as_slice()];
    serves(&hall, hall.saml.metadata_with(&both));
    // No more than once a minute.
    let invalid = "SAML Assertion signature is invalid";
    assert_eq!(flaw(&signed_with_new().await), invalid);
    hall.shop.app.advance(Span::seconds(61));
    code_of(&signed_with_new().await);
    code_of(&hall.sign_in_as(|_| ()).await);
    serves(&hall, new.metadata());
    hall.shop.app.advance(Span::hours(6));
    code_of(&signed_with_new().await);
    assert_eq!(flaw(&hall.sign_in_as(|_| ()).await), invalid);
}

#[tokio::test]
async fn strangers_with_wrong_signatures_cause_one_call() {
    let hall = published().await;
    let begun = hall.begin().await;
    let claims = hall.claims(&begun.request);
    let other = hall.saml_of_another_key();
    let forged = claims.response(&other.signed(&claims.assertion(), &claims.id));
    for is_down in [false, true] {
        if is_down {
            hall.idp
                .instead(|_| Some(Err(FetchError::Unreachable("down".to_owned()))));
        }
        hall.shop.app.clock.advance(Span::seconds(61));
        hall.idp.calls();
        for _ in 0..5 {
            let page = hall.post(&forged, &begun.request.relay_state).await;
            super::super::refused(&page);
        }
        assert_eq!(hall.idp.calls().len(), 1, "{is_down}");
    }
}

#[tokio::test]
async fn a_changed_file_counts_at_once() {
    let hall = Hall::open().await;
    code_of(&hall.sign_in_as(|_| ()).await);
    let new = SamlProvider::with_key(1);
    hall.update(json!({ "MetadataFile": new.metadata() })).await;
    let page = hall.sign_in_as(|_| ()).await;
    assert_eq!(flaw(&page), "SAML Assertion signature is invalid");
}

#[tokio::test]
async fn a_domain_is_a_service_provider_of_its_own_address() {
    let hall = Hall::open().await;
    let domain = json!({ "UserPoolId": hall.shop.pool, "Domain": "corp-of-ann" });
    hall.shop.app.ok("CreateUserPoolDomain", domain).await;
    let mut browser = hall.shop.browser();
    browser.host = "corp-of-ann.auth.us-east-1.localhost:9229".to_owned();
    let query = hall
        .shop
        .at("/oauth2/authorize", &[("identity_provider", "Corp")]);
    let query = query.split_once('?').unwrap().1.to_owned();
    let sent = browser.get(&format!("/oauth2/authorize?{query}")).await;
    let request = SamlRequest::of(sent.location());
    let consumer = format!("http://{}/saml2/idpresponse", browser.host);
    assert_eq!(request.consumer, consumer);
    let right = hall.response(&hall.claims(&request));
    let posted = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, right);
    let fields = [
        ("SAMLResponse", posted.as_str()),
        ("RelayState", request.relay_state.as_str()),
    ];
    let page = browser.post("/saml2/idpresponse", &fields).await;
    assert_eq!(page.status, 303, "{}", page.plain());
    code_of(&browser.get(page.location()).await);
}
