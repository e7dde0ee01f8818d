//! Assertions that the provider has signed, for somebody else, at another time, or without saying enough.

use cabana_domain::Span;
use cabana_testkit::saml::{SAML_ISSUER, SamlClaims, SamlProvider};
use serde_json::json;

use super::super::refused;
use super::{Hall, Scene, attack, misplaced};
use crate::shop::code_of;

/// A right response with claims that are not right here.
async fn misfit(hall: &Hall, why: &str, change: impl Fn(&mut SamlClaims)) {
    attack(hall, why, |it| {
        let mut claims = it.claims.clone();
        change(&mut claims);
        let response = it.hall.response(&claims);
        // What nobody has signed agrees.
        let destination = |of: &SamlClaims| format!(r#"Destination="{}""#, of.recipient);
        response.replace(&destination(&claims), &destination(it.claims))
    })
    .await;
}

#[tokio::test]
async fn an_assertion_is_for_us() {
    let hall = Hall::open().await;
    let next = hall.shop.next_door().await;
    let audience = "Audience restriction was not matched";
    for other in [
        "urn:other",
        "",
        &format!("urn:amazon:cognito:sp:{}", next.pool),
    ] {
        misfit(&hall, audience, |it| it.audience = other.to_owned()).await;
    }
    let recipient = "Recipient was not matched";
    misfit(&hall, recipient, |it| {
        it.recipient = it.recipient.replace(&hall.shop.pool, &next.pool);
    })
    .await;
    misfit(&hall, recipient, |it| it.recipient.push('/')).await;
    attack(&hall, recipient, |it| {
        let here = format!(r#"Destination="{}""#, it.claims.recipient);
        it.right
            .replace(&here, r#"Destination="https://evil.example/""#)
    })
    .await;
    let issuer = "Issuer was not matched";
    let other = "https://other.example";
    misfit(&hall, issuer, |it| it.issuer = other.to_owned()).await;
    attack(&hall, issuer, |it| it.right.replacen(SAML_ISSUER, other, 1)).await;
    // Only within what is signed.
    attack(&hall, issuer, |it| {
        let mut claims = it.claims.clone();
        claims.issuer = other.to_owned();
        it.with(&it.hall.saml.signed(&claims.assertion(), &claims.id))
    })
    .await;
}

#[tokio::test]
async fn an_assertion_answers_our_request() {
    let hall = Hall::open().await;
    let answers = "InResponseTo was not matched";
    misfit(&hall, answers, |it| it.in_response_to = None).await;
    misfit(&hall, answers, |it| {
        it.in_response_to = Some("_another".to_owned());
    })
    .await;
    // The signed part alone, and the other one.
    for other in [None, Some("_another".to_owned())] {
        attack(&hall, answers, |it| {
            let mut claims = it.claims.clone();
            claims.in_response_to.clone_from(&other);
            it.with(&it.hall.saml.signed(&claims.assertion(), &claims.id))
        })
        .await;
    }
    attack(&hall, answers, |it| {
        let own = it.claims.in_response_to.as_deref().unwrap();
        it.right.replacen(own, "_another", 1)
    })
    .await;
}

#[tokio::test]
async fn an_assertion_counts_within_its_time() {
    let hall = Hall::open().await;
    let seconds = Span::seconds;
    let expired = "SAML Assertion has expired";
    misfit(&hall, expired, |it| {
        it.until = it.issued.before(seconds(180))
    })
    .await;
    let early = "SAML Assertion is not valid yet";
    misfit(&hall, early, |it| it.from = it.issued.after(seconds(181))).await;
    misfit(&hall, early, |it| it.issued = it.issued.after(seconds(181))).await;
    // Clocks differ by up to three minutes.
    let late = hall.sign_in_as(|it| it.until = it.issued.before(seconds(179)));
    code_of(&late.await);
    let soon = hall.sign_in_as(|it| it.from = it.issued.after(seconds(180)));
    code_of(&soon.await);
    // One without an end.
    attack(&hall, expired, |it| {
        let assertion = it.claims.assertion();
        let end = assertion.split(" NotOnOrAfter=\"").nth(1).unwrap();
        let end = format!(r#" NotOnOrAfter="{}""#, end.split('"').next().unwrap());
        let endless = assertion.replacen(&end, "", 1);
        it.with(&it.hall.saml.signed(&endless, &it.claims.id))
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_that_is_older_than_the_app_wishes_is_refused() {
    let hall = Hall::open().await;
    // Five minutes, and two for the clocks.
    for (age, is_young) in [(430, false), (410, true)] {
        let begun = hall.begin_with(&[("max_age", "300")]).await;
        // No older sign-in is asked for.
        assert!(begun.request.xml.contains(r#" ForceAuthn="true""#));
        let mut claims = hall.claims(&begun.request);
        claims.signed_in = claims.issued.before(Span::seconds(age));
        let page = hall.bring(&begun, &hall.response(&claims)).await;
        match is_young {
            true => drop(code_of(&page)),
            false => assert_eq!(
                refused(&page).1,
                "Corp Error - the sign-in there is older than the app allows"
            ),
        }
    }
}

#[tokio::test]
async fn an_assertion_names_somebody() {
    let hall = Hall::open().await;
    let name = "SAML Assertion has no usable NameID";
    for other in ["", "  ", "a&#10;b", "<saml:x>Admin-1</saml:x>"] {
        misfit(&hall, name, |it| it.name_id = other.to_owned()).await;
    }
    let changed = |from: &'static str, to: &'static str| {
        move |it: &Scene<'_>| {
            let assertion = it.claims.assertion().replace(from, to);
            it.with(&it.hall.saml.signed(&assertion, &it.claims.id))
        }
    };
    let confirmation = "SAML Assertion has no bearer confirmation";
    attack(
        &hall,
        confirmation,
        changed("cm:bearer", "cm:sender-vouches"),
    )
    .await;
    let audience = "Audience restriction was not matched";
    attack(
        &hall,
        audience,
        changed("saml:AudienceRestriction", "saml:OneTimeUse"),
    )
    .await;
    attack(
        &hall,
        &misplaced("known condition"),
        changed("</saml:Conditions>", "<saml:Unheard/></saml:Conditions>"),
    )
    .await;
    attack(
        &hall,
        &misplaced("version 2.0"),
        changed(r#"Version="2.0""#, r#"Version="1.1""#),
    )
    .await;
}

#[tokio::test]
async fn one_providers_answer_is_not_anothers() {
    let hall = Hall::open().await;
    let mut other = SamlProvider::with_key(1);
    other.issuer = "https://other.example".to_owned();
    let details = json!({ "MetadataFile": other.metadata() });
    let wanted = json!({ "ProviderType": "SAML", "ProviderDetails": details });
    let (app, pool) = (&hall.shop.app, &hall.shop.pool);
    app.provider_of(pool, "Other", wanted).await;
    hall.client(json!({ "SupportedIdentityProviders": ["Corp", "Other"] }))
        .await;
    // `Other` answers what was asked of `Corp`, in its own name and in that of `Corp`.
    attack(&hall, "Issuer was not matched", |it| {
        let mut claims = it.claims.clone();
        claims.issuer.clone_from(&other.issuer);
        claims.response(&other.signed(&claims.assertion(), &claims.id))
    })
    .await;
    attack(&hall, "SAML Assertion signature is invalid", |it| {
        it.with(&other.signed(&it.claims.assertion(), &it.claims.id))
    })
    .await;
    // Nor does the same name at both make one person of two.
    let begun = hall.begin_with(&[("identity_provider", "Other")]).await;
    let mut claims = hall.claims(&begun.request);
    claims.issuer.clone_from(&other.issuer);
    let signed = other.signed(&claims.assertion(), &claims.id);
    code_of(&hall.bring(&begun, &claims.response(&signed)).await);
    assert_eq!(hall.user("other_ann-1").await["Username"], "other_ann-1");
    assert_eq!(hall.users().await, 2);
}

#[tokio::test]
async fn a_name_with_another_blank_is_another_name() {
    let hall = Hall::open().await;
    let named = |name: &'static str| hall.sign_in_as(move |it| it.name_id = name.to_owned());
    code_of(&named("Ann-1").await);
    code_of(&named("\n  Ann-1\t").await);
    assert_eq!(hall.users().await, 1);
    code_of(&named("Ann-1\u{a0}").await);
    code_of(&named("\u{2003}Ann-1").await);
    assert_eq!(hall.users().await, 3);
}
