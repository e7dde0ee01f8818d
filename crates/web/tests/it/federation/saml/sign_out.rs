//! Single logout.

use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_testkit::saml::SamlRequest;
use serde_json::json;

use super::Hall;
use crate::browser::{Browser, Page};
use crate::shop::{HOME, code_of};

/// A hall whose provider is told of sign-outs.
pub async fn open() -> Hall {
    let hall = Hall::with(json!({ "IDPSignout": "true" }), json!({})).await;
    hall.client(json!({ "LogoutURLs": [HOME] })).await;
    hall
}

/// A browser that came from the provider.
pub async fn signed_in(hall: &Hall) -> Browser {
    let begun = hall.begin().await;
    let right = hall.response(&hall.claims(&begun.request));
    code_of(&hall.bring(&begun, &right).await);
    begun.browser
}

fn sign_out(hall: &Hall) -> String {
    let home: String = form_urlencoded::byte_serialize(HOME.as_bytes()).collect();
    let (pool, client) = (&hall.shop.pool, &hall.shop.client);
    format!("/{pool}/logout?client_id={client}&logout_uri={home}&state=x")
}

fn answer(id: &str, status: &str) -> String {
    let xml = format!(
        r#"<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" Version="2.0" InResponseTo="{id}"><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{status}"/></samlp:Status></samlp:LogoutResponse>"#
    );
    BASE64_STANDARD.encode(xml)
}

/// What the provider's form brings back.
async fn back(hall: &Hall, request: &SamlRequest, posted: &str) -> Page {
    let path = format!("/{}/saml2/logout", hall.shop.pool);
    let fields = [
        ("SAMLResponse", posted),
        ("RelayState", request.relay_state.as_str()),
    ];
    hall.shop.browser().post(&path, &fields).await
}

#[tokio::test]
async fn a_sign_out_ends_the_session_at_the_provider_too() {
    let hall = open().await;
    let browser = signed_in(&hall).await;
    let page = browser.get(&sign_out(&hall)).await;
    let start = "https://saml.example/slo?tenant=1&SAMLRequest=";
    assert!(page.location().starts_with(start), "{}", page.location());
    let request = SamlRequest::of(page.location());
    assert_eq!(
        request.parameters["SigAlg"],
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    );
    let certificate = hall.signing_certificate().await;
    assert!(hall.saml.is_signed_by(&certificate, page.location()));
    for part in [
        "<samlp:SessionIndex>_session-1</samlp:SessionIndex>",
        r#"<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">Ann-1</saml:NameID>"#,
        r#" Destination="https://saml.example/slo?tenant=1""#,
        &hall.audience(),
    ] {
        assert!(request.xml.contains(part), "{part} in {}", request.xml);
    }
    // The session here is over, whatever the provider does.
    let straight = browser.get(&hall.shop.at("/oauth2/authorize", &[])).await;
    assert!(straight.location().contains("/login?"));
    // Back from there, the browser goes on.
    let page = back(&hall, &request, &answer(&request.id, "Success")).await;
    assert_eq!(
        (page.status, page.location()),
        (303, format!("{HOME}?state=x").as_str())
    );
    // Nobody is signed out twice.
    let page = browser.get(&sign_out(&hall)).await;
    assert!(page.location().starts_with(HOME));
}

#[tokio::test]
async fn whatever_the_provider_answers_the_browser_goes_on() {
    let hall = open().await;
    let browser = signed_in(&hall).await;
    let page = browser.get(&sign_out(&hall)).await;
    let request = SamlRequest::of(page.location());
    for posted in [
        answer(&request.id, "Responder"),
        answer("_other", "Success"),
        "AAAA".to_owned(),
        String::new(),
    ] {
        let page = back(&hall, &request, &posted).await;
        assert!(page.location().starts_with(HOME), "{}", page.plain());
    }
    // By a redirect, too.
    let relay_state = &request.relay_state;
    let path = format!("/{}/saml2/logout?RelayState={relay_state}", hall.shop.pool);
    let page = hall.shop.browser().get(&path).await;
    assert!(page.location().starts_with(HOME));
}

#[tokio::test]
async fn nobody_is_redirected_by_a_state_that_is_not_ours() {
    let hall = open().await;
    let browser = signed_in(&hall).await;
    let page = browser.get(&sign_out(&hall)).await;
    let request = SamlRequest::of(page.location());
    let next = hall.shop.next_door().await;
    for (pool, relay_state) in [
        (&hall.shop.pool, "https://evil.example/"),
        (&hall.shop.pool, ""),
        (&next.pool, request.relay_state.as_str()),
    ] {
        let fields = [("RelayState", relay_state)];
        let path = format!("/{pool}/saml2/logout");
        let page = hall.shop.browser().post(&path, &fields).await;
        assert_eq!((page.status, page.location()), (400, ""));
    }
    // Nor by that of a sign-in.
    let begun = hall.begin().await;
    let page = back(&hall, &begun.request, "").await;
    assert_eq!((page.status, page.location()), (400, ""));
    hall.shop.app.advance(cabana_domain::Span::minutes(11));
    let page = back(&hall, &request, "").await;
    assert_eq!((page.status, page.location()), (400, ""));
}

#[tokio::test]
async fn our_own_page_leads_there_too() {
    let hall = open().await;
    let browser = signed_in(&hall).await;
    let path = format!("/{}/logout?client_id={}", hall.shop.pool, hall.shop.client);
    let page = browser.get(&path).await;
    // Browsers apply it to the redirects after a form.
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("form-action 'self' http://localhost:3000 https://saml.example;"),
        "{policy}"
    );
    let page = browser.press(&page, &[("sign_out", "yes")]).await;
    let request = SamlRequest::of(page.location());
    let page = back(&hall, &request, &answer(&request.id, "Success")).await;
    let page = browser.get(page.location()).await;
    assert!(page.plain().contains("signed out"), "{}", page.plain());
}

#[tokio::test]
async fn a_provider_is_told_only_if_it_is_to_be() {
    for details in [json!({}), json!({ "IDPSignout": "false" })] {
        let hall = Hall::with(details, json!({})).await;
        hall.client(json!({ "LogoutURLs": [HOME] })).await;
        let browser = signed_in(&hall).await;
        let page = browser.get(&sign_out(&hall)).await;
        assert!(page.location().starts_with(HOME));
    }
}
