//! Sign-ins that begin at the provider.

use cabana_domain::Span;
use cabana_testkit::saml::{SamlClaims, SamlRequest};
use serde_json::{Value, json};

use super::super::refused;
use super::{Hall, flaw};
use crate::browser::Page;
use crate::shop::{CALLBACK, code_of};

/// A hall whose app has SAML providers only, which may begin.
async fn open() -> Hall {
    with(json!({ "IDPInit": "true" }), json!(["Corp"])).await
}

async fn with(details: Value, providers: Value) -> Hall {
    let hall = Hall::with(details, json!({})).await;
    hall.client(json!({ "SupportedIdentityProviders": providers }))
        .await;
    hall
}

fn relay_state(hall: &Hall) -> String {
    let redirect = form_urlencoded::byte_serialize(CALLBACK.as_bytes());
    format!(
        "identity_provider=Corp&client_id={}&redirect_uri={}&response_type=code&scope=openid+email&state=s+1",
        hall.shop.client,
        redirect.collect::<String>()
    )
}

/// Brings an answer that nobody asked for, with claims that a test changes.
async fn bring(hall: &Hall, relay_state: &str, change: impl FnOnce(&mut SamlClaims)) -> Page {
    let consumer = format!("http://localhost:9229/{}/saml2/idpresponse", hall.shop.pool);
    let request = SamlRequest::none(&consumer, relay_state);
    let mut claims = hall.claims(&request);
    claims.id = "_unasked".to_owned();
    change(&mut claims);
    hall.post(&hall.response(&claims), relay_state).await
}

#[tokio::test]
async fn a_provider_begins_and_the_app_gets_a_code() {
    let hall = open().await;
    let relay_state = relay_state(&hall);
    let page = bring(&hall, &relay_state, |_| ()).await;
    assert_eq!(page.sent_back("state").as_deref(), Some("s 1"));
    let tokens = hall.shop.redeem(&code_of(&page), &[]).await.json();
    assert!(tokens["id_token"].is_string());
    // Once.
    let page = bring(&hall, &relay_state, |_| ()).await;
    let (_, why) = refused(&page);
    assert_eq!(why, "The answer of the identity provider was used before");
    // Some encode the whole once more.
    let encoded: String = form_urlencoded::byte_serialize(relay_state.as_bytes()).collect();
    let page = bring(&hall, &encoded, |it| it.id = "_2".to_owned()).await;
    code_of(&page);
}

#[tokio::test]
async fn it_is_not_older_than_six_minutes_and_answers_nothing() {
    let hall = open().await;
    let relay_state = relay_state(&hall);
    let page = bring(&hall, &relay_state, |it| {
        it.issued = it.issued.before(Span::seconds(361));
    });
    assert_eq!(flaw(&page.await), "SAML Assertion was issued too long ago");
    let page = bring(&hall, &relay_state, |it| {
        it.in_response_to = Some("_1".to_owned());
    });
    assert_eq!(flaw(&page.await), "InResponseTo was not matched");
    // The answer to a request is not one that nobody asked for.
    let begun = hall.begin().await;
    let right = hall.response(&hall.claims(&begun.request));
    let page = hall.post(&right, &relay_state).await;
    assert_eq!(flaw(&page), "InResponseTo was not matched");
    // Nor the other way round.
    let mut claims = hall.claims(&begun.request);
    claims.in_response_to = None;
    let page = hall.bring(&begun, &hall.response(&claims)).await;
    assert_eq!(flaw(&page), "InResponseTo was not matched");
    assert_eq!(hall.users().await, 0);
    code_of(
        &bring(&hall, &relay_state, |it| {
            it.issued = it.issued.before(Span::seconds(360));
        })
        .await,
    );
}

#[tokio::test]
async fn the_provider_and_the_app_must_allow_it() {
    let start = "Invalid relayState from identity provider: ";
    for (details, providers, why) in [
        (json!({}), json!(["Corp"]), "the provider may not begin"),
        (
            json!({ "IDPInit": "false" }),
            json!(["Corp"]),
            "the provider may not begin",
        ),
        (
            json!({ "IDPInit": "true" }),
            json!(["Corp", "COGNITO"]),
            "the app client has other providers than those of SAML",
        ),
    ] {
        let hall = with(details, providers).await;
        let page = bring(&hall, &relay_state(&hall), |_| ()).await;
        let (error, said) = refused(&page);
        assert_eq!(
            (error.as_str(), said),
            ("invalid_request", format!("{start}{why}"))
        );
        assert_eq!(hall.users().await, 0);
    }
}

#[tokio::test]
async fn a_redirect_goes_to_registered_addresses_only() {
    let hall = open().await;
    let evil = relay_state(&hall).replace("%2Fback", "%2Fevil");
    let page = bring(&hall, &evil, |_| ()).await;
    assert_eq!((page.status, page.location()), (400, ""));
    let nobody = relay_state(&hall).replace(&hall.shop.client, "1example23456789");
    let page = bring(&hall, &nobody, |_| ()).await;
    assert_eq!((page.status, page.location()), (400, ""));
    let other = relay_state(&hall).replace("identity_provider=Corp", "identity_provider=Evil");
    let page = bring(&hall, &other, |_| ()).await;
    refused(&page);
}
