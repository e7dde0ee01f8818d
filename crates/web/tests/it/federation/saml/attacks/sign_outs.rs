//! Requests to sign out that must end no session. Each is a right one with a single change; the same test sees that one
//! end it.

use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_domain::Span;
use cabana_testkit::parameters;
use cabana_testkit::saml_logout::{SamlLogout, deflated};
use serde_json::json;

use super::super::sign_out::{open, signed_in};
use super::super::signed_out_there::{Changed, DONE, SOMEBODY_ELSE};
use super::{Hall, between};
use crate::browser::{Browser, Page};

#[track_caller]
fn is_refused(page: &Page, what: &str) {
    let shown = (page.status, page.location());
    assert_eq!(shown, (400, ""), "{what}: {}", page.plain());
}

/// The address of a message that the provider has signed beside it.
fn at(hall: &Hall, message: &str) -> String {
    let query = hall.saml.query("SAMLRequest", message, Some("r-1"));
    format!("{}?{query}", hall.logout_path())
}

/// A request that is not right is refused by both bindings, and the right one of the same ID counts after it.
async fn attack(hall: &Hall, what: &str, change: impl Fn(&mut SamlLogout)) {
    written(hall, what, |it| {
        let mut changed = it.clone();
        change(&mut changed);
        changed.xml()
    })
    .await;
}

/// The same of one that is written in another way.
async fn written(hall: &Hall, what: &str, write: impl Fn(&SamlLogout) -> String) {
    let browser = signed_in(hall).await;
    let right = hall.logout(&format!("_{}", what.replace(' ', "-")));
    let xml = write(&right);
    assert_ne!(xml, right.xml(), "{what}: nothing was changed");
    is_refused(&browser.get(&at(hall, &xml)).await, what);
    // What signs here does not write such things.
    if !xml.contains("<!") {
        let signed = hall.saml.signed(&xml, &right.id);
        is_refused(&hall.post_logout(&browser, &signed).await, what);
    }
    assert!(hall.is_in(&browser).await, "{what}");
    ends(hall, &browser, &right).await;
}

async fn ends(hall: &Hall, browser: &Browser, right: &SamlLogout) {
    let page = browser.get(&hall.leaving(right)).await;
    assert_eq!(hall.status(&page, right), DONE);
    assert!(!hall.is_in(browser).await);
}

#[tokio::test]
async fn a_request_is_from_the_provider_to_us_and_now() {
    let hall = open().await;
    let (skew, next) = (Span::minutes(3), hall.shop.next_door().await.pool);
    let more = Span::seconds(181);
    let pool = &hall.shop.pool;
    attack(&hall, "expired", |it| {
        it.until = Some(it.issued.before(skew))
    })
    .await;
    attack(&hall, "old", |it| it.issued = it.issued.before(more)).await;
    attack(&hall, "early", |it| it.issued = it.issued.after(more)).await;
    attack(&hall, "of another pool", |it| {
        it.destination = it.destination.replace(pool, &next);
    })
    .await;
    attack(&hall, "for the other address", |it| {
        it.destination = it.destination.replace("logout", "idpresponse");
    })
    .await;
    let nobody = "https://evil.example";
    attack(&hall, "of nobody", |it| it.issuer = nobody.to_owned()).await;
    // Our own one, sent back.
    attack(&hall, "of us", |it| it.issuer = hall.audience()).await;
    attack(&hall, "of many sessions", |it| {
        it.sessions.extend((0..10).map(|n| format!("_{n}")));
    })
    .await;
}

#[tokio::test]
async fn a_request_is_a_logout_request_that_reads_one_way() {
    let hall = open().await;
    let destination = format!(r#" Destination="{}""#, hall.logout("_").destination);
    let entity = r#"<!DOCTYPE r [<!ENTITY who "Ann-1">]>"#;
    for (what, old, new) in [
        ("without an address", destination.as_str(), ""),
        ("without a name", "NameID", "BaseID"),
        ("with a name in a name", ">Ann-1<", "><b>Ann-1</b><"),
        ("with a comment", "Ann-1", "Ann<!-- -->-1"),
        ("a request to sign in", "LogoutRequest", "AuthnRequest"),
        ("an answer", "LogoutRequest", "LogoutResponse"),
        ("of another version", r#""2.0""#, r#""1.1""#),
    ] {
        written(&hall, what, |it| it.xml().replace(old, new)).await;
    }
    written(&hall, "with a document type", |it| {
        format!("{entity}{}", it.xml())
    })
    .await;
}

#[tokio::test]
async fn a_request_in_an_address_is_signed_by_the_provider() {
    let hall = open().await;
    let browser = signed_in(&hall).await;
    let right = hall.logout("_1");
    let address = hall.leaving(&right);
    let (signed, signature) = address.split_once("&Signature=").unwrap();
    let (path, query) = address.split_once('?').unwrap();
    let (before, _) = signed.split_once("&SigAlg=").unwrap();
    let other = hall.saml_of_another_key();
    let by_other = other.query("SAMLRequest", &right.xml(), Some("r-1"));
    let sha1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
    let sha1 = hall
        .saml
        .query_by(sha1, "SAMLRequest", &deflated(&right.xml()), Some("r-1"));
    let ecdsa = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
    let ecdsa = hall
        .saml
        .query_by(ecdsa, "SAMLRequest", &deflated(&right.xml()), Some("r-1"));
    let as_answer = hall.saml.query("SAMLResponse", &right.xml(), Some("r-1"));
    for (what, attack) in [
        ("unsigned", before.to_owned()),
        ("no signature", signed.to_owned()),
        ("an empty signature", format!("{signed}&Signature=")),
        ("another signature", format!("{signed}&Signature=AAAA")),
        ("another provider's", format!("{path}?{by_other}")),
        ("SHA-1", format!("{path}?{sha1}")),
        ("an algorithm of other keys", format!("{path}?{ecdsa}")),
        (
            "another state",
            address.replace("RelayState=r-1", "RelayState=r-2"),
        ),
        ("no state", address.replace("RelayState=r-1&", "")),
        ("a second state", format!("{address}&RelayState=r-2")),
        (
            "a second request",
            format!("{path}?SAMLRequest=AAAA&{query}"),
        ),
        (
            "a hidden request",
            format!("{path}?SAMLReques%74=AAAA&{query}"),
        ),
        (
            "an answer beside it",
            format!("{address}&SAMLResponse=AAAA"),
        ),
        ("an answer's name", format!("{path}?{as_answer}")),
        (
            "a request's name",
            format!(
                "{path}?{}",
                as_answer.replace("SAMLResponse", "SAMLRequest")
            ),
        ),
        (
            "a signature of other text",
            format!(
                "{path}?{}",
                query.replace("SAMLRequest=", "SAMLRequest=%20")
            ),
        ),
        ("a made-up ticket", format!("{path}?request={signature}")),
    ] {
        assert_ne!(attack, address, "{what}");
        is_refused(&browser.get(&attack).await, what);
        assert!(hall.is_in(&browser).await, "{what}");
    }
    ends(&hall, &browser, &right).await;
}

#[tokio::test]
async fn a_request_in_a_form_is_signed_within() {
    let hall = open().await;
    let browser = signed_in(&hall).await;
    let right = hall.logout("_1");
    let signed = hall.saml.signed(&right.xml(), "_1");
    let signature = between(&signed, "<ds:Signature ", "</ds:Signature>");
    let evil = right.xml().replace("_1", "_2").replace("Ann-1", "Admin-1");
    let inner = format!("<samlp:Extensions>{signed}</samlp:Extensions></samlp:LogoutRequest>");
    let end = "</samlp:LogoutRequest>";
    for (what, xml) in [
        ("unsigned", right.xml()),
        (
            "another provider's",
            hall.saml_of_another_key().signed(&right.xml(), "_1"),
        ),
        ("changed", signed.replace("Ann-1", "Bob-1")),
        (
            "another session",
            signed.replace("_session-1", "_session-2"),
        ),
        (
            "a signature of another one",
            evil.replace(end, &format!("{signature}{end}")),
        ),
        ("the signed one within", evil.replace(end, &inner)),
        (
            "a public key as a secret",
            hall.saml.signed_with_public_key(&right.xml(), "_1"),
        ),
    ] {
        is_refused(&hall.post_logout(&browser, &xml).await, what);
        assert!(hall.is_in(&browser).await, "{what}");
    }
    let page = hall.post_logout(&browser, &signed).await;
    assert_eq!(hall.status(&page, &right), DONE);
    assert!(!hall.is_in(&browser).await);
}

#[tokio::test]
async fn a_request_about_somebody_else_ends_nothing() {
    let hall = open().await;
    let browser = signed_in(&hall).await;
    let changes: [(&str, Changed); 3] = [
        ("_other-person", |it| it.name_id = "Bob-1".to_owned()),
        ("_other-case", |it| it.name_id = "ann-1".to_owned()),
        ("_other-session", |it| {
            it.sessions = vec!["_session-2".to_owned()]
        }),
    ];
    for (id, change) in changes {
        let mut logout = hall.logout(id);
        change(&mut logout);
        let page = browser.get(&hall.leaving(&logout)).await;
        assert_eq!(hall.status(&page, &logout), SOMEBODY_ELSE, "{id}");
        assert!(hall.is_in(&browser).await, "{id}");
    }
    ends(&hall, &browser, &hall.logout("_right")).await;
}

#[tokio::test]
async fn a_request_to_sign_out_counts_once() {
    let hall = open().await;
    let browser = signed_in(&hall).await;
    let right = hall.logout("_1");
    ends(&hall, &browser, &right).await;
    let again = signed_in(&hall).await;
    is_refused(&again.get(&hall.leaving(&right)).await, "again");
    let signed = hall.saml.signed(&right.xml(), "_1");
    is_refused(&hall.post_logout(&again, &signed).await, "by a form");
    assert!(hall.is_in(&again).await);
    // The redirect after a form, too: in the pool where it was judged, and for a minute.
    let right = hall.logout("_2");
    let message = BASE64_STANDARD.encode(hall.saml.signed(&right.xml(), "_2"));
    let fields = [("SAMLRequest", message.as_str())];
    let posted = || async { hall.shop.browser().post(&hall.logout_path(), &fields).await };
    let (first, second) = (posted().await, posted().await);
    let next = hall.shop.next_door().await.pool;
    let elsewhere = first.location().replace(&hall.shop.pool, &next);
    is_refused(&again.get(&elsewhere).await, "in another pool");
    hall.shop.app.advance(Span::seconds(60));
    is_refused(&again.get(first.location()).await, "late");
    assert!(hall.is_in(&again).await);
    let third = posted().await;
    assert_eq!(
        hall.status(&again.get(third.location()).await, &right),
        DONE
    );
    is_refused(&again.get(second.location()).await, "the other form");
    is_refused(&again.get(third.location()).await, "once more");
}

#[tokio::test]
async fn bombs_in_a_request_do_not_go_off() {
    let hall = open().await;
    let browser = signed_in(&hall).await;
    let right = hall.logout("_1");
    let end = "</samlp:LogoutRequest>";
    for bomb in [
        " ".repeat(20_000_000),
        "<a>".repeat(3_000),
        "<a/>".repeat(9_000),
    ] {
        let xml = right.xml().replace(end, &format!("{bomb}{end}"));
        is_refused(&browser.get(&at(&hall, &xml)).await, "a bomb");
    }
    for junk in ["AAAA", "%", "", "PGEvPg=="] {
        let query = hall.saml.query_by("x", "SAMLRequest", junk, None);
        is_refused(
            &browser
                .get(&format!("{}?{query}", hall.logout_path()))
                .await,
            junk,
        );
        let fields = [("SAMLRequest", junk)];
        is_refused(&browser.post(&hall.logout_path(), &fields).await, junk);
    }
    assert!(hall.is_in(&browser).await);
    ends(&hall, &browser, &right).await;
}

#[tokio::test]
async fn the_state_of_a_provider_leads_nowhere() {
    let hall = open().await;
    for (n, state) in [
        "https://evil.example/",
        "a&b=c#d?e",
        "\r\nSet-Cookie: x=y",
        "\"><script>",
        "\u{e9}\u{202e}",
        "%2e%2e%00",
    ]
    .into_iter()
    .enumerate()
    {
        let browser = signed_in(&hall).await;
        let right = hall.logout(&format!("_{n}"));
        let query = hall.saml.query("SAMLRequest", &right.xml(), Some(state));
        let page = browser
            .get(&format!("{}?{query}", hall.logout_path()))
            .await;
        assert_eq!(hall.status(&page, &right), DONE);
        assert_eq!(parameters(page.location())["RelayState"], state);
        assert!(page.header("set-cookie").find("x=y").is_none());
    }
    let browser = signed_in(&hall).await;
    let long = "x".repeat(1_025);
    let query = hall
        .saml
        .query("SAMLRequest", &hall.logout("_long").xml(), Some(&long));
    is_refused(
        &browser
            .get(&format!("{}?{query}", hall.logout_path()))
            .await,
        "long",
    );
    assert!(hall.is_in(&browser).await);
}

#[tokio::test]
async fn a_provider_that_is_not_told_of_sign_outs_makes_none() {
    for switch in ["false", ""] {
        let hall = open().await;
        let browser = signed_in(&hall).await;
        let mut details = json!({ "MetadataFile": hall.saml.metadata() });
        if !switch.is_empty() {
            details["IDPSignout"] = json!(switch);
        }
        hall.update(details).await;
        is_refused(
            &browser.get(&hall.leaving(&hall.logout("_1"))).await,
            switch,
        );
        assert!(hall.is_in(&browser).await);
    }
}

#[tokio::test]
async fn a_request_to_sign_out_signs_nobody_in() {
    let hall = open().await;
    let begun = hall.begin().await;
    let right = hall.logout("_1");
    let mut there = right.clone();
    there.destination.clone_from(&begun.request.consumer);
    let signed = hall.saml.signed(&there.xml(), "_1");
    let page = hall.bring(&begun, &signed).await;
    assert_eq!(super::flaw(&page), super::misplaced("Response"));
    // And an assertion signs nobody out.
    let browser = signed_in(&hall).await;
    let claims = hall.claims(&begun.request);
    is_refused(
        &hall.post_logout(&browser, &hall.response(&claims)).await,
        "an assertion",
    );
    assert!(hall.is_in(&browser).await);
}

#[tokio::test]
async fn of_a_race_for_one_sign_out_one_wins() {
    let hall = open().await;
    let browser = signed_in(&hall).await;
    let address = hall.leaving(&hall.logout("_1"));
    let comes = || browser.get(&address);
    let all = tokio::join!(comes(), comes(), comes(), comes());
    let won = [all.0, all.1, all.2, all.3];
    assert_eq!(won.iter().filter(|it| it.status == 302).count(), 1);
    assert!(!hall.is_in(&browser).await);
}
