//! Browsers at the API: cross-origin reads, calls by foreign pages, and body limits of unauthenticated callers.

use cabana_testkit::{Answer, START, TestApp, TestKey};
use http::HeaderValue;
use serde_json::json;

#[tokio::test]
async fn scripts_of_any_origin_may_call_the_api_and_read_every_answer() {
    let app = TestApp::signed().await;
    let mut preflight = app.request("InitiateAuth", &json!({}));
    *preflight.method_mut() = http::Method::OPTIONS;
    let answer = app.send(preflight).await;
    assert_eq!(answer.status, 200);
    let allowed = answer.headers["access-control-allow-headers"]
        .to_str()
        .unwrap();
    for name in [
        "amz-sdk-invocation-id",
        "amz-sdk-request",
        "authorization",
        "cache-control",
        "content-type",
        "x-amz-target",
        "x-amz-user-agent",
    ] {
        assert!(allowed.contains(name), "{name} in {allowed}");
    }
    let refused = [
        app.request("NoSuchOperation", &json!({})),
        app.request("InitiateAuth", &json!({})),
        app.request("ListUserPools", &json!({ "MaxResults": 1 })),
    ];
    let mut answers = vec![
        app.call("ListUserPools", json!({ "MaxResults": 1 })).await,
        answer,
    ];
    for request in refused {
        let answer = app.send(request).await;
        assert!(answer.status >= 400);
        answers.push(answer);
    }
    for answer in answers {
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
    }
}

/// Calls an emulator with these headers in place of the usual ones.
async fn from_page(app: &TestApp, operation: &str, headers: &[(&'static str, &str)]) -> Answer {
    let body = json!({ "MaxResults": 1, "ClientId": "nobody", "AuthFlow": "USER_PASSWORD_AUTH" });
    let mut request = app.request(operation, &body);
    for (name, value) in headers {
        let value = HeaderValue::from_str(value).unwrap();
        request.headers_mut().insert(*name, value);
    }
    app.send(request).await
}

/// A well-formed signature with an unknown key.
const MADE_UP: &str = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cognito-idp/aws4_request, \
                       SignedHeaders=host;x-amz-date, Signature=00";

#[tokio::test]
async fn no_foreign_page_administers_an_emulator() {
    let app = TestApp::new();
    for foreign in [
        &[("origin", "https://evil.example")][..],
        &[("origin", "null")],
        &[("origin", "http://localhost.evil.example")],
        &[("origin", "http://203.0.113.9:9229")],
        &[("origin", "chrome-extension://abcdefghijklmnop")],
        &[
            ("origin", "http://evil.example:9229"),
            ("host", "evil.example:9229"),
        ],
        &[
            ("sec-fetch-site", "same-origin"),
            ("host", "evil.example:9229"),
        ],
        &[
            ("referer", "http://evil.example/"),
            ("host", "evil.example"),
        ],
        &[
            ("origin", "http://localhost:3000"),
            ("host", "evil.example:9229"),
        ],
    ] {
        for signature in [None, Some(("authorization", MADE_UP))] {
            let headers: Vec<_> = foreign.iter().copied().chain(signature).collect();
            let answer = from_page(&app, "ListUserPools", &headers).await;
            assert_eq!(answer.kind(), "AccessDeniedException", "{headers:?}");
            assert!(
                answer.message().contains("cabana env sdk"),
                "{}",
                answer.message()
            );
            assert_eq!(answer.headers["access-control-allow-origin"], "*");
        }
        let public = from_page(&app, "InitiateAuth", foreign).await;
        assert_ne!(public.kind(), "AccessDeniedException", "{foreign:?}");
    }
    let mut signed = app.request("ListUserPools", &json!({ "MaxResults": 1 }));
    app.add_key("AKIAKNOWN", true)
        .await
        .sign(&mut signed, START);
    let origin = HeaderValue::from_static("https://evil.example");
    signed.headers_mut().insert("origin", origin);
    app.send(signed).await.ok();
}

#[tokio::test]
async fn programs_and_own_pages_administer_an_emulator() {
    let app = TestApp::new();
    for own in [
        &[][..],
        &[("host", "cabana:9229")],
        &[("host", "cognito.company.example")],
        &[("host", "host.docker.internal:9229")],
        &[("authorization", MADE_UP)],
        &[("origin", "http://localhost:3000")],
        &[("origin", "http://app.localhost:3000")],
        &[
            ("origin", "http://127.0.0.1:5173"),
            ("sec-fetch-site", "cross-site"),
        ],
        &[("origin", "http://web:3000"), ("host", "cabana:9229")],
        &[
            ("origin", "http://192.168.1.7:9229"),
            ("host", "192.168.1.7:9229"),
        ],
    ] {
        let answer = from_page(&app, "ListUserPools", own).await;
        assert_eq!(answer.status, 200, "{own:?}: {}", answer.body);
    }
}

#[tokio::test]
async fn only_callers_with_a_known_key_may_send_large_bodies() {
    let app = TestApp::signed().await;
    let largest = async |operation: &str, key: Option<&TestKey>| {
        let mut request = app.request(operation, &json!({}));
        if let Some(key) = key {
            key.sign(&mut request, START);
        }
        app.api.largest_body(&request.into_parts().0).await
    };
    let unknown = TestKey {
        id: "AKIAUNKNOWN".to_owned(),
        secret: "x".to_owned(),
    };
    let known = app.key.as_ref();
    assert_eq!(largest("UpdateUserPool", known).await, 2 * 1024 * 1024);
    for (operation, key) in [
        ("UpdateUserPool", None),
        ("UpdateUserPool", Some(&unknown)),
        ("InitiateAuth", known),
        ("NoSuchOperation", known),
    ] {
        assert_eq!(largest(operation, key).await, 64 * 1024, "{operation}");
    }
}
