//! Signatures of calls.

use cabana_domain::{Span, Time};
use cabana_testkit::{Answer, START, TestApp, TestKey};
use http::HeaderValue;
use serde_json::json;

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. \
    Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

/// Calls ListUserPools signed with `key` at `at`, and altered after signing.
async fn call(
    app: &TestApp,
    key: &TestKey,
    at: Time,
    change: impl FnOnce(&mut http::HeaderMap),
) -> Answer {
    let mut request = app.request("ListUserPools", &json!({ "MaxResults": 1 }));
    key.sign(&mut request, at);
    change(request.headers_mut());
    app.send(request).await
}

fn replace(
    name: &'static str,
    from: &'static str,
    to: &'static str,
) -> impl FnOnce(&mut http::HeaderMap) {
    move |headers| {
        let value = headers[name].to_str().unwrap().replace(from, to);
        headers.insert(name, HeaderValue::from_str(&value).unwrap());
    }
}

#[tokio::test]
async fn a_call_signed_with_a_known_key_passes() {
    let app = TestApp::signed().await;
    app.call("ListUserPools", json!({ "MaxResults": 1 }))
        .await
        .ok();
}

#[tokio::test]
async fn a_session_token_does_not_matter_with_a_known_key() {
    let app = TestApp::signed().await;
    let mut request = app.request("ListUserPools", &json!({ "MaxResults": 1 }));
    request
        .headers_mut()
        .insert("x-amz-security-token", HeaderValue::from_static("token"));
    app.key.as_ref().unwrap().sign(&mut request, START);
    app.send(request).await.ok();
}

#[tokio::test]
async fn a_request_that_was_changed_after_it_was_signed_is_refused() {
    let app = TestApp::signed().await;
    let key = app.key.clone().unwrap();
    let refused = async |change: Box<dyn FnOnce(&mut http::HeaderMap)>| {
        call(&app, &key, START, change)
            .await
            .refused("InvalidSignatureException", MISMATCH);
    };
    refused(Box::new(replace(
        "x-amz-target",
        "ListUserPools",
        "ListUsers",
    )))
    .await;
    refused(Box::new(replace("host", "localhost", "example"))).await;
    refused(Box::new(replace("x-amz-date", "T000000Z", "T000001Z"))).await;
    refused(Box::new(replace("authorization", "us-east-1", "us-east-2"))).await;
    refused(Box::new(|headers| {
        let value = headers["authorization"].to_str().unwrap().to_owned();
        let other = if value.ends_with('0') { "1" } else { "0" };
        let value = format!("{}{other}", &value[..value.len() - 1]);
        headers.insert("authorization", HeaderValue::from_str(&value).unwrap());
    }))
    .await;

    let mut request = app.request("ListUserPools", &json!({ "MaxResults": 1 }));
    key.sign(&mut request, START);
    let request = request.map(|_| json!({ "MaxResults": 2 }).to_string().into());
    app.send(request)
        .await
        .refused("InvalidSignatureException", MISMATCH);
}

#[tokio::test]
async fn keys_that_are_unknown_or_disabled_are_refused() {
    let app = TestApp::signed().await;
    let unknown = TestKey {
        id: "AKIAUNKNOWN".to_owned(),
        secret: "x".to_owned(),
    };
    let disabled = app.add_key("AKIADISABLED", false).await;
    for key in [unknown, disabled] {
        let answer = call(&app, &key, START, |_| {}).await;
        answer.refused(
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        );
    }
}

#[tokio::test]
async fn a_signature_is_good_for_five_minutes_both_ways() {
    let app = TestApp::signed().await;
    let key = app.key.clone().unwrap();
    let limit = Span::minutes(5);
    call(&app, &key, START.before(limit), |_| {}).await.ok();
    call(&app, &key, START.after(limit), |_| {}).await.ok();
    let second = Span::seconds(1);
    call(&app, &key, START.before(limit).before(second), |_| {}).await.refused(
        "InvalidSignatureException",
        "Signature expired: 20251231T235459Z is now earlier than 20251231T235500Z (20260101T000000Z - 5 min.)",
    );
    call(&app, &key, START.after(limit).after(second), |_| {})
        .await
        .refused(
            "InvalidSignatureException",
            "Signature not yet current: 20260101T000501Z is still later than 20260101T000500Z \
         (20260101T000000Z + 5 min.)",
        );
}

#[tokio::test]
async fn a_signature_must_cover_host_date_and_target() {
    let app = TestApp::signed().await;
    let key = app.key.clone().unwrap();
    for name in ["host", "x-amz-date", "x-amz-target"] {
        let answer = call(&app, &key, START, |headers| {
            let value = headers["authorization"].to_str().unwrap();
            let (before, after) = value.split_once("SignedHeaders=").unwrap();
            let (names, after) = after.split_once(',').unwrap();
            let names: Vec<_> = names.split(';').filter(|it| *it != name).collect();
            let value = format!("{before}SignedHeaders={},{after}", names.join(";"));
            headers.insert("authorization", HeaderValue::from_str(&value).unwrap());
        })
        .await;
        let text = format!("'{name}' must be a 'SignedHeader' in the AWS Authorization.");
        answer.refused("InvalidSignatureException", &text);
    }
}

#[tokio::test]
async fn a_signature_for_another_service_or_day_is_refused() {
    let app = TestApp::signed().await;
    let key = app.key.clone().unwrap();
    call(
        &app,
        &key,
        START,
        replace("authorization", "cognito-idp/", "s3/"),
    )
    .await
    .refused(
        "InvalidSignatureException",
        "Credential should be scoped to correct service: 'cognito-idp'.",
    );
    call(&app, &key, START, replace("authorization", "/20260101/", "/20260102/")).await.refused(
        "InvalidSignatureException",
        "Date in Credential scope does not match the day of X-Amz-Date: '20260102', '20260101T000000Z'.",
    );
}

#[tokio::test]
async fn a_header_that_is_incomplete_is_refused_in_both_modes() {
    for app in [TestApp::new(), TestApp::signed().await] {
        let key = app.add_key("AKIAKNOWN", true).await;
        for (from, to) in [
            ("AWS4-HMAC-SHA256", "Bearer"),
            ("Signature=", "Sign="),
            ("/aws4_request", ""),
        ] {
            let answer = call(&app, &key, START, replace("authorization", from, to)).await;
            assert_eq!(
                (answer.status, answer.kind()),
                (400, "IncompleteSignatureException"),
                "{to}"
            );
        }
        let answer = call(&app, &key, START, |headers| {
            headers.remove("x-amz-date");
        })
        .await;
        assert_eq!(answer.kind(), "IncompleteSignatureException");
    }
}

#[tokio::test]
async fn an_emulator_takes_any_key_but_holds_a_known_one_to_its_secret() {
    let app = TestApp::new();
    app.call("ListUserPools", json!({ "MaxResults": 1 }))
        .await
        .ok();
    let any = TestKey {
        id: "test".to_owned(),
        secret: "test".to_owned(),
    };
    call(&app, &any, START, |_| {}).await.ok();
    call(&app, &any, START.after(Span::hours(1)), |_| {})
        .await
        .ok();
    let known = app.add_key("AKIAKNOWN", true).await;
    call(&app, &known, START, |_| {}).await.ok();
    let forged = TestKey {
        secret: "x".to_owned(),
        ..known
    };
    call(&app, &forged, START, |_| {})
        .await
        .refused("InvalidSignatureException", MISMATCH);
    let disabled = app.add_key("AKIADISABLED", false).await;
    assert_eq!(
        call(&app, &disabled, START, |_| {}).await.kind(),
        "UnrecognizedClientException"
    );
}

#[tokio::test]
async fn a_public_operation_ignores_a_signature() {
    let mut app = TestApp::signed().await;
    app.key = Some(TestKey {
        id: "AKIAUNKNOWN".to_owned(),
        secret: "x".to_owned(),
    });
    let answer = app.call("RevokeToken", json!({})).await;
    assert_eq!(answer.kind(), "InvalidParameterException");
}
