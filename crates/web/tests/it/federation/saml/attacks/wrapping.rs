//! Signature wrapping, in its eight published shapes: the signed element is moved, a forged one takes its place.

use super::{Hall, OTHER, Scene, attack, forbidden, form, misplaced};

const OBJECT: &str = "an Object, or something else that may be signed";
const SEVERAL: &str = "more than one assertion";

/// The signed response without its signature, one of the attacker's, and the signature.
fn responses(it: &Scene<'_>) -> (String, String, String) {
    let (signed, signature) = it.signed_response();
    let original = signed.replace(&signature, "");
    let forged = original
        .replace("Ann-1", "Admin-1")
        .replace("_response-1", "_evil")
        .replace(&it.claims.id, "_other");
    (original, forged, signature)
}

#[tokio::test]
async fn xsw_1_a_forged_response_with_the_signed_one_in_its_signature() {
    let hall = Hall::open().await;
    attack(&hall, &form(OBJECT), |it| {
        let (original, forged, signature) = responses(it);
        let holder = signature.replace("</ds:Signature>", &format!("{original}</ds:Signature>"));
        forged.replacen("<samlp:Status>", &format!("{holder}<samlp:Status>"), 1)
    })
    .await;
}

#[tokio::test]
async fn xsw_2_a_forged_response_with_the_signed_one_beside_its_signature() {
    let hall = Hall::open().await;
    attack(&hall, &form(OTHER), |it| {
        let (original, forged, signature) = responses(it);
        let both = format!("{original}{signature}<samlp:Status>");
        forged.replacen("<samlp:Status>", &both, 1)
    })
    .await;
}

#[tokio::test]
async fn xsw_3_a_forged_assertion_beside_the_signed_one() {
    let hall = Hall::open().await;
    let why = misplaced("Assertion");
    attack(&hall, &why, |it| {
        it.with(&format!("{}{}", it.evil(), it.assertion()))
    })
    .await;
    attack(&hall, &why, |it| {
        it.with(&format!("{}{}", it.assertion(), it.evil()))
    })
    .await;
}

#[tokio::test]
async fn xsw_4_a_forged_assertion_around_the_signed_one() {
    let hall = Hall::open().await;
    attack(&hall, &forbidden(SEVERAL), |it| {
        let within = format!("{}</saml:Assertion>", it.assertion());
        it.with(&it.evil().replace("</saml:Assertion>", &within))
    })
    .await;
}

#[tokio::test]
async fn xsw_5_a_forged_assertion_with_the_signature_of_another_one() {
    let hall = Hall::open().await;
    attack(&hall, &form(OTHER), |it| {
        let held = format!("{}<saml:Subject>", it.signature());
        let holder = it.evil().replace("<saml:Subject>", &held);
        it.with(&format!("{holder}{}", it.bare()))
    })
    .await;
}

/// A forged assertion with the signed one somewhere in its signature.
fn holding(it: &Scene<'_>, within: &str) -> String {
    let end = format!("{within}</ds:Signature>");
    let signature = it.signature().replace("</ds:Signature>", &end);
    let held = format!("{signature}<saml:Subject>");
    it.with(&it.evil().replacen("<saml:Subject>", &held, 1))
}

#[tokio::test]
async fn xsw_6_a_forged_assertion_with_the_signed_one_in_its_signature() {
    let hall = Hall::open().await;
    attack(&hall, &form(OBJECT), |it| holding(it, &it.bare())).await;
}

#[tokio::test]
async fn xsw_7_a_forged_assertion_in_extensions() {
    let hall = Hall::open().await;
    attack(&hall, &forbidden(SEVERAL), |it| {
        it.with_first(&format!(
            "<samlp:Extensions>{}</samlp:Extensions>",
            it.evil()
        ))
    })
    .await;
    // With the ID of the signed one.
    attack(&hall, &forbidden("an ID twice"), |it| {
        let evil = it.evil().replace("_evil", &it.claims.id);
        it.with_first(&format!("<samlp:Extensions>{evil}</samlp:Extensions>"))
    })
    .await;
}

#[tokio::test]
async fn xsw_8_a_forged_assertion_with_the_signed_one_in_an_object() {
    let hall = Hall::open().await;
    attack(&hall, &form(OBJECT), |it| {
        holding(it, &format!("<ds:Object>{}</ds:Object>", it.bare()))
    })
    .await;
}

#[tokio::test]
async fn a_signature_out_of_place_signs_nothing() {
    let hall = Hall::open().await;
    let why = misplaced("place for a Signature");
    attack(&hall, &why, |it| {
        let holder = format!("<samlp:Status>{}", it.signature());
        it.with(&it.bare()).replace("<samlp:Status>", &holder)
    })
    .await;
}
