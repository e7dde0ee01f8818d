//! Registering, listing and deleting passkeys.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_domain::{PoolId, Span};
use cabana_store::Page;
use cabana_testkit::Authenticator;
use serde_json::{Value, json};

use super::{ADA, Ada, NO_CHALLENGE, ORIGIN, refused, token};

const MALFORMED: (&str, &str) = ("InvalidParameterException", "Credential data is not valid");

#[tokio::test]
async fn a_passkey_is_registered_listed_and_deleted() {
    let ada = Ada::new().await;
    let options = ada.start().await;
    let sub = ada.sub();
    let expected = json!({
        "rp": { "id": "localhost", "name": "localhost" },
        "user": { "id": BASE64_URL_SAFE_NO_PAD.encode(sub), "name": ADA, "displayName": ADA },
        "challenge": options["challenge"],
        "pubKeyCredParams": [{ "type": "public-key", "alg": -7 }, { "type": "public-key", "alg": -257 }],
        "timeout": 60000,
        "excludeCredentials": [],
        "authenticatorSelection": {
            "requireResidentKey": true, "residentKey": "required", "userVerification": "preferred",
        },
    });
    assert_eq!(options, expected);
    assert_eq!(options["challenge"].as_str().unwrap().len(), 22);
    let authenticator = Authenticator::at(ORIGIN);
    let answer = ada.complete(&authenticator.create(&options)).await;
    assert_eq!(answer.ok(), json!({}));

    let listed = ada.list(json!({})).await;
    let expected = json!({ "Credentials": [{
        "CredentialId": authenticator.credential_id(),
        "FriendlyCredentialName": "Platform passkey",
        "RelyingPartyId": "localhost",
        "AuthenticatorAttachment": "platform",
        "AuthenticatorTransports": ["internal"],
        "CreatedAt": 1767225600,
    }] });
    assert_eq!(listed, expected);
    let options = ada.start().await;
    let excluded = json!([{ "type": "public-key", "id": authenticator.credential_id() }]);
    assert_eq!(options["excludeCredentials"], excluded);

    let delete = json!({ "CredentialId": authenticator.credential_id() });
    ada.call("DeleteWebAuthnCredential", delete.clone())
        .await
        .ok();
    assert_eq!(ada.list(json!({})).await, json!({ "Credentials": [] }));
    let answer = ada.call("DeleteWebAuthnCredential", delete).await;
    answer.refused(
        "ResourceNotFoundException",
        "The user has no passkey with this credential ID.",
    );
    let page = Page {
        limit: 10,
        after: None,
    };
    let pool = PoolId::new(ada.pool.as_str());
    let events = ada.app.api.store.events(&pool, None, page).await.unwrap();
    let mut kinds: Vec<_> = events.items.iter().map(|it| it.kind.as_str()).collect();
    kinds.sort_unstable();
    let expected = [
        "admin_set_password",
        "delete_passkey",
        "register_passkey",
        "sign_in",
    ];
    assert_eq!(kinds, expected);
}

#[tokio::test]
async fn clients_send_what_they_have() {
    let ada = Ada::new().await;
    // As from Swift: nothing but what is needed. As from a security key: other words.
    let bare = Authenticator::rsa_at("https://localhost");
    let mut credential = bare.create(&ada.start().await);
    for member in ["rawId", "authenticatorAttachment", "clientExtensionResults"] {
        credential.as_object_mut().unwrap().remove(member);
    }
    credential["response"]
        .as_object_mut()
        .unwrap()
        .remove("transports");
    ada.complete(&credential).await.ok();
    ada.app.advance(Span::seconds(1));
    let mut key = Authenticator::at("http://shop.localhost:3000");
    key.attachment = json!("cross-platform");
    key.transports = json!(["usb", "nfc"]);
    key.format = "packed";
    key.user_verified = false;
    ada.register(&key).await;
    let listed = ada.list(json!({})).await["Credentials"].clone();
    assert_eq!(listed[0]["AuthenticatorTransports"], json!([]));
    assert_eq!(listed[0]["FriendlyCredentialName"], "Passkey");
    assert!(listed[0].get("AuthenticatorAttachment").is_none());
    assert_eq!(listed[1]["AuthenticatorTransports"], json!(["nfc", "usb"]));
    assert_eq!(listed[1]["FriendlyCredentialName"], "Roaming passkey");
}

#[tokio::test]
async fn a_registration_is_completed_once_in_time_and_by_the_client_that_started_it() {
    let ada = Ada::new().await;
    let authenticator = Authenticator::at(ORIGIN);
    let never_started =
        json!({ "rp": { "id": "localhost" }, "challenge": "AAAAAAAAAAAAAAAAAAAAAA" });
    refused(
        &ada.complete(&authenticator.create(&never_started)).await,
        NO_CHALLENGE,
    );
    // A later one replaces it.
    let replaced = authenticator.create(&ada.start().await);
    let options = ada.start().await;
    refused(&ada.complete(&replaced).await, NO_CHALLENGE);
    // Another client of the same user.
    let other = ada.app.client(&ada.pool, json!({})).await;
    let elsewhere = json!({
        "AccessToken": token(&ada.app, &other).await, "Credential": authenticator.create(&options),
    });
    ada.app
        .call("CompleteWebAuthnRegistration", elsewhere)
        .await
        .refused(
            "WebAuthnClientMismatchException",
            "The access token is of another client than the one that started the registration.",
        );
    ada.app.advance(Span::minutes(5));
    refused(
        &ada.complete(&authenticator.create(&options)).await,
        NO_CHALLENGE,
    );
    let options = ada.start().await;
    ada.complete(&authenticator.create(&options)).await.ok();
    // Replayed, and with another authenticator.
    refused(
        &ada.complete(&authenticator.create(&options)).await,
        NO_CHALLENGE,
    );
    let second = Authenticator::at(ORIGIN);
    refused(&ada.complete(&second.create(&options)).await, NO_CHALLENGE);
    // The same passkey a second time.
    let options = ada.start().await;
    refused(
        &ada.complete(&authenticator.create(&options)).await,
        MALFORMED,
    );
    assert_eq!(ada.ids().await, [authenticator.credential_id()]);
}

#[tokio::test]
async fn what_authenticator_or_browser_got_wrong_is_refused_and_nothing_is_stored() {
    let ada = Ada::new().await;
    let options = ada.start().await;
    const ORIGINS: (&str, &str) = (
        "WebAuthnOriginNotAllowedException",
        "The origin of the credential is not allowed for the relying party of this user pool.",
    );
    let not_supported = |what: &str| format!("The credential is not supported: {what}.");
    let unsupported = "WebAuthnCredentialNotSupportedException";
    type Change = fn(&mut Authenticator);
    let cases: [(Change, (&str, String)); 12] = [
        (
            |it| it.origin = "https://evil.example".to_owned(),
            (ORIGINS.0, ORIGINS.1.to_owned()),
        ),
        (
            |it| it.origin = "https://localhost.evil.example".to_owned(),
            (ORIGINS.0, ORIGINS.1.to_owned()),
        ),
        (
            |it| it.client_data = json!({ "crossOrigin": true }),
            (ORIGINS.0, ORIGINS.1.to_owned()),
        ),
        (
            |it| it.client_data = json!({ "topOrigin": "https://evil.example" }),
            (ORIGINS.0, ORIGINS.1.to_owned()),
        ),
        (
            |it| it.relying_party = Some("evil.example".to_owned()),
            (
                "WebAuthnRelyingPartyMismatchException",
                "The credential is for another relying party than that of this user pool."
                    .to_owned(),
            ),
        ),
        (
            |it| it.algorithm = Some(-8),
            (unsupported, not_supported("algorithm")),
        ),
        (
            |it| it.algorithm = Some(-35),
            (unsupported, not_supported("algorithm")),
        ),
        (|it| it.curve = 2, (unsupported, not_supported("curve"))),
        (
            |it| it.format = "made-up",
            (unsupported, not_supported("attestation format")),
        ),
        (
            |it| it.user_present = false,
            (MALFORMED.0, MALFORMED.1.to_owned()),
        ),
        (
            |it| it.id = vec![7; 1_024],
            (MALFORMED.0, MALFORMED.1.to_owned()),
        ),
        (
            |it| it.client_data = json!({ "type": "webauthn.get" }),
            (MALFORMED.0, MALFORMED.1.to_owned()),
        ),
    ];
    for (change, (kind, message)) in cases {
        let mut authenticator = Authenticator::at(ORIGIN);
        change(&mut authenticator);
        let answer = ada.complete(&authenticator.create(&options)).await;
        answer.refused(kind, &message);
    }
    let right = Authenticator::at(ORIGIN);
    for (path, value) in [
        ("", json!({})),
        ("", json!("{}")),
        ("", json!(7)),
        ("/type", json!("password")),
        ("/id", json!("AQID")),
        ("/response", json!(null)),
        ("/response/clientDataJSON", json!("bm90IEpTT04")),
        ("/response/clientDataJSON", json!("*")),
        ("/response/attestationObject", json!("AQID")),
        ("/response/transports", json!({})),
    ] {
        let mut credential = right.create(&options);
        *credential.pointer_mut(path).unwrap() = value.clone();
        let answer = ada.complete(&credential).await;
        assert_eq!(
            (answer.kind(), answer.message()),
            MALFORMED,
            "{path} {value}"
        );
    }
    assert!(ada.ids().await.is_empty());
    // None of these used the challenge up.
    ada.complete(&right.create(&options)).await.ok();
}

#[tokio::test]
async fn a_pool_may_require_that_authenticators_verify_the_user() {
    let ada = Ada::new().await;
    let required = json!({ "UserPoolId": ada.pool, "WebAuthnConfiguration": { "UserVerification": "required" } });
    ada.app.ok("SetUserPoolMfaConfig", required).await;
    let options = ada.start().await;
    assert_eq!(
        options["authenticatorSelection"]["userVerification"],
        "required"
    );
    let mut authenticator = Authenticator::at(ORIGIN);
    authenticator.user_verified = false;
    let answer = ada.complete(&authenticator.create(&options)).await;
    answer.refused(
        "InvalidParameterException",
        "The user pool requires user verification.",
    );
    authenticator.user_verified = true;
    ada.complete(&authenticator.create(&options)).await.ok();
}

#[tokio::test]
async fn a_user_has_twenty_passkeys_at_most_in_pages() {
    let ada = Ada::new().await;
    let mut ids = Vec::new();
    for number in 0..20 {
        let mut authenticator = Authenticator::at(ORIGIN);
        authenticator.id = vec![number; 64];
        ada.register(&authenticator).await;
        ids.push(authenticator.credential_id());
        ada.app.advance(Span::seconds(i64::from(number) % 2));
    }
    let answer = ada.call("StartWebAuthnRegistration", json!({})).await;
    answer.refused(
        "LimitExceededException",
        "A user can have 20 passkeys at most.",
    );
    assert_eq!(ada.ids().await, ids);
    let (mut paged, mut token) = (Vec::new(), Value::Null);
    loop {
        let page = ada
            .list(json!({ "MaxResults": 7, "NextToken": token }))
            .await;
        let listed = page["Credentials"].as_array().unwrap();
        paged.extend(listed.iter().map(|it| it["CredentialId"].clone()));
        token = page["NextToken"].clone();
        match token.is_null() {
            true => break,
            false => assert_eq!(listed.len(), 7),
        }
    }
    assert_eq!(json!(paged), json!(ids));
    let other = json!({ "NextToken": "AAAA" });
    let answer = ada.call("ListWebAuthnCredentials", other).await;
    assert_eq!(answer.kind(), "InvalidParameterException");
    let delete = json!({ "CredentialId": ids[3] });
    ada.call("DeleteWebAuthnCredential", delete).await.ok();
    ada.register(&Authenticator::at(ORIGIN)).await;
}

#[tokio::test]
async fn a_user_sees_and_deletes_their_own_passkeys_only() {
    let ada = Ada::new().await;
    let authenticator = Authenticator::at(ORIGIN);
    ada.register(&authenticator).await;
    let bob = ada.bob().await;
    assert!(bob.ids().await.is_empty());
    let delete = json!({ "CredentialId": authenticator.credential_id() });
    let answer = bob.call("DeleteWebAuthnCredential", delete).await;
    assert_eq!(answer.kind(), "ResourceNotFoundException");
}

#[tokio::test]
async fn only_a_verified_address_is_told_of_passkeys_and_not_without_end() {
    let ada = Ada::new().await;
    let attributes = async |more: &[Value]| {
        let mut given = vec![json!({ "Name": "email", "Value": ADA })];
        given.extend_from_slice(more);
        let body = json!({ "UserPoolId": ada.pool, "Username": ADA, "UserAttributes": given });
        ada.app.ok("AdminUpdateUserAttributes", body).await;
        ada.app.mailbox().await.len()
    };
    let add_and_delete = async || {
        let authenticator = Authenticator::at(ORIGIN);
        ada.register(&authenticator).await;
        let delete = json!({ "CredentialId": authenticator.credential_id() });
        ada.call("DeleteWebAuthnCredential", delete).await.ok();
        ada.app.mailbox().await.len()
    };
    // Anybody can enter anybody's address.
    let sent = attributes(&[]).await;
    for _ in 0..2 {
        assert_eq!(add_and_delete().await, sent);
    }
    let verified = json!({ "Name": "email_verified", "Value": "true" });
    let sent = attributes(&[verified]).await;
    for number in 1..=11 {
        assert_eq!(add_and_delete().await - sent, 10.min(number));
    }
    let told = ada.app.newest_message(ADA).await;
    assert_eq!(told.subject, "New passkey");
    ada.app.advance(Span::minutes(59));
    assert_eq!(add_and_delete().await - sent, 10);
}
