//! Answers that are brought twice, too late, by somebody else, or not at all.

use cabana_api::logic::sign_in::ticket;
use cabana_domain::Span;
use cabana_testkit::saml::SamlRequest;
use cabana_testkit::{TestApp, TestDatabase};
use serde_json::{Value, json};

use super::super::{Begun, refused};
use super::{Hall, flaw};
use crate::browser::Page;
use crate::shop::code_of;

#[track_caller]
fn used(page: &Page) {
    let (_, why) = refused(page);
    assert_eq!(why, "The answer of the identity provider was used before");
}

#[track_caller]
fn is_a_page(page: &Page) {
    let shown = (page.status, page.location());
    assert_eq!(shown, (400, ""), "{}", page.plain());
    let said = page.text.contains("Sign-in was not completed");
    assert!(said, "{}", page.plain());
}

/// The link of a page that offers to begin the app's request again.
#[track_caller]
fn begins_again(page: &Page) -> String {
    let shown = (page.status, page.location());
    assert_eq!(shown, (400, ""), "{}", page.plain());
    assert!(page.plain().contains("expired"), "{}", page.plain());
    let link = page.text.split("primary\" href=\"").nth(1).unwrap();
    link.split('"').next().unwrap().replace("&#38;", "&")
}

#[tokio::test]
async fn an_assertion_counts_once() {
    let hall = Hall::open().await;
    let begun = hall.begin().await;
    let claims = hall.claims(&begun.request);
    let right = hall.response(&claims);
    // Both forms were judged before either counted.
    let posted = [
        hall.post(&right, &begun.request.relay_state).await,
        hall.post(&right, &begun.request.relay_state).await,
    ];
    // They share one row: bringing a form again and again does not fill the database.
    let place = |page: &Page| {
        let (_, sealed) = page.location().split_once("answer=").unwrap();
        let judged = ticket::open::<Value>(&hall.shop.app.api, "judged-assertion", sealed);
        judged.unwrap()["draft"].clone()
    };
    assert_eq!(place(&posted[0]), place(&posted[1]));
    code_of(&begun.browser.get(posted[0].location()).await);
    used(&begun.browser.get(posted[1].location()).await);
    used(&begun.browser.get(posted[0].location()).await);
    used(&hall.bring(&begun, &right).await);
    // In another attempt it answers something else.
    let other = hall.begin().await;
    let page = hall.bring(&other, &right).await;
    assert_eq!(flaw(&page), "InResponseTo was not matched");
    // The same ID in an answer to that one.
    let mut again = hall.claims(&other.request);
    again.id.clone_from(&claims.id);
    used(&hall.bring(&other, &hall.response(&again)).await);
    assert_eq!(hall.users().await, 1);
}

#[tokio::test]
async fn an_answer_is_kept_once_however_often_it_is_brought() {
    let database = TestDatabase::new();
    let hall = Hall::of(TestApp::over(&database), json!({}), json!({})).await;
    let begun = hall.begin().await;
    let right = hall.response(&hall.claims(&begun.request));
    let kept = || {
        let rows = database.rows();
        rows.iter().filter(|it| it.starts_with("drafts ")).count()
    };
    let bring = || hall.post(&right, &begun.request.relay_state);
    let posted = tokio::join!(bring(), bring(), bring());
    for page in [posted.0, posted.1, posted.2, bring().await] {
        assert_eq!(page.status, 303, "{}", page.plain());
    }
    assert_eq!(kept(), 1);
    // Also once the time of the first one is over.
    hall.shop.app.advance(Span::seconds(61));
    let posted = bring().await;
    assert_eq!(kept(), 1);
    code_of(&begun.browser.get(posted.location()).await);
}

#[tokio::test]
async fn of_a_race_for_one_assertion_one_wins() {
    let hall = Hall::open().await;
    let begun = hall.begin().await;
    let right = hall.response(&hall.claims(&begun.request));
    let posted = hall.post(&right, &begun.request.relay_state).await;
    let comes = || begun.browser.get(posted.location());
    let all = tokio::join!(comes(), comes(), comes(), comes());
    let all = [all.0, all.1, all.2, all.3];
    let won = all.iter().filter(|page| page.sent_back("code").is_some());
    assert_eq!(won.count(), 1);
}

#[tokio::test]
async fn an_answer_counts_in_the_browser_that_began() {
    let hall = Hall::open().await;
    let attacker = hall.begin().await;
    let victim = hall.begin().await;
    let right = hall.response(&hall.claims(&attacker.request));
    let posted = hall.post(&right, &attacker.request.relay_state).await;
    // Login CSRF: the attacker's answer in the victim's browser.
    begins_again(&victim.browser.get(posted.location()).await);
    begins_again(&hall.shop.browser().get(posted.location()).await);
    assert_eq!(hall.users().await, 0);
    code_of(&attacker.browser.get(posted.location()).await);
}

#[tokio::test]
async fn an_answer_comes_within_five_minutes_and_its_redirect_within_one() {
    let hall = Hall::open().await;
    let begun = hall.begin().await;
    let right = hall.response(&hall.claims(&begun.request));
    let posted = hall.post(&right, &begun.request.relay_state).await;
    hall.shop.app.advance(Span::seconds(61));
    begins_again(&begun.browser.get(posted.location()).await);
    code_of(&hall.bring(&begun, &right).await);
    let begun = hall.begin().await;
    let right = hall.response(&hall.claims(&begun.request));
    hall.shop.app.advance(Span::seconds(301));
    let link = begins_again(&hall.post(&right, &begun.request.relay_state).await);
    let sent = begun.browser.get(&link).await;
    let request = SamlRequest::of(sent.location());
    let right = hall.response(&hall.claims(&request));
    let browser = begun.browser;
    code_of(&hall.bring(&Begun { browser, request }, &right).await);
}

#[tokio::test]
async fn forms_that_are_not_ours_lead_nowhere() {
    let hall = Hall::open().await;
    let begun = hall.begin().await;
    let right = hall.response(&hall.claims(&begun.request));
    let relay_state = begun.request.relay_state.as_str();
    for other in [
        "",
        "abc",
        &relay_state[1..],
        "identity_provider",
        "client_id=x",
    ] {
        is_a_page(&hall.post(&right, other).await);
    }
    // Another pool's path.
    let next = hall.shop.next_door().await;
    let path = format!("/{}/saml2/idpresponse", next.pool);
    let fields = [("SAMLResponse", "PHg+"), ("RelayState", relay_state)];
    is_a_page(&hall.shop.browser().post(&path, &fields).await);
    let path = format!("/{}/saml2/idpresponse", hall.shop.pool);
    for query in ["", "?answer=", "?answer=abc"] {
        is_a_page(&begun.browser.get(&format!("{path}{query}")).await);
    }
}

#[tokio::test]
async fn forms_that_are_incomplete_are_told_to_the_app() {
    let hall = Hall::open().await;
    let begun = hall.begin().await;
    let relay_state = ("RelayState", begun.request.relay_state.as_str());
    let path = format!("/{}/saml2/idpresponse", hall.shop.pool);
    let twice = [
        relay_state,
        ("SAMLResponse", "PHg+"),
        ("SAMLResponse", "PHg+"),
    ];
    for fields in [&twice[..1], &twice[..]] {
        let page = hall.shop.browser().post(&path, fields).await;
        let (error, why) = refused(&page);
        assert_eq!(error, "invalid_request");
        let said = "Invalid samlResponse or relayState from identity provider";
        assert_eq!(why, said);
    }
    let malformed = "SAML Response is not well-formed XML";
    for (posted, why) in [
        ("***", "SAML Response is not valid base64"),
        ("PHg+", malformed),
        ("/////w==", malformed),
        (
            "PHgvPg==",
            "SAML Response has no Response, or one that is out of place",
        ),
    ] {
        let fields = [relay_state, ("SAMLResponse", posted)];
        let page = hall.shop.browser().post(&path, &fields).await;
        assert_eq!(flaw(&page), why, "{posted}");
    }
}
