//! Decrypt of AWS's Key Management Service, for the data keys of what functions get encrypted.

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cabana_api::ports::{Clock, DataKeys};
use cabana_domain::encryption_sdk::{Context, DataKey};
use cabana_domain::kms::{Keys, Unopened};
use cabana_model::Secret;
use cabana_testkit::{TestApp, TestKey};
use http::header;
use serde_json::{Value, json};

const ARN: &str = "arn:aws:kms:us-east-1:000000000000:key/a";

/// One key, and an access key of its own.
struct OneKey(Keys, Secret);

impl OneKey {
    fn new() -> Self {
        let keys = Keys::new([(ARN.to_owned(), vec![DataKey::new([1; 32])])].into());
        Self(keys, Secret::from("of its own"))
    }
}

impl DataKeys for OneKey {
    fn open(
        &self,
        wrapped: &[u8],
        context: &[(&str, &str)],
    ) -> Result<(String, DataKey), Unopened> {
        let context: Context = context.iter().copied().collect();
        let (arn, key) = self.0.open(wrapped, &context)?;
        Ok((arn.to_owned(), key))
    }

    fn secret(&self, access_key_id: &str) -> Option<&Secret> {
        (access_key_id == "AKIASENDER").then_some(&self.1)
    }
}

fn with_a_key(mut app: TestApp) -> TestApp {
    Arc::get_mut(&mut app.api).unwrap().data_keys = Arc::new(OneKey::new());
    app
}

/// A data key of sevens, wrapped.
fn wrapped() -> String {
    let context = Context::from_iter([("userpool-id", "p")]);
    let data_key = DataKey::new([7; 32]);
    let wrapped = OneKey::new().0.wrap(ARN, &context, [0; 12], &data_key);
    BASE64_STANDARD.encode(wrapped.unwrap().unwrap())
}

fn asked() -> Value {
    json!({ "CiphertextBlob": wrapped(), "EncryptionContext": { "userpool-id": "p" } })
}

async fn ask(
    app: &TestApp,
    key: Option<(&TestKey, &str)>,
    action: &str,
    body: &Value,
) -> (u16, Value) {
    let mut request = app.request("None", body);
    let target = format!("TrentService.{action}").parse().unwrap();
    request.headers_mut().insert("x-amz-target", target);
    if let Some((key, service)) = key {
        key.sign_for(&mut request, app.clock.now(), service);
    }
    let answer = app.send(request).await;
    (answer.status, answer.body)
}

#[tokio::test]
async fn a_data_key_opens_with_its_context_for_a_known_access_key() {
    let app = with_a_key(TestApp::signed().await);
    let key = app.key.clone().unwrap();
    let plaintext = BASE64_STANDARD.encode([7; 32]);
    let right =
        json!({ "KeyId": ARN, "Plaintext": plaintext, "EncryptionAlgorithm": "SYMMETRIC_DEFAULT" });
    for key_id in [Value::Null, json!(ARN), json!("a")] {
        let mut body = asked();
        body["KeyId"] = key_id;
        let answer = ask(&app, Some((&key, "kms")), "Decrypt", &body).await;
        assert_eq!(answer, (200, right.clone()));
    }
    for (name, value, kind) in [
        (
            "EncryptionContext",
            json!({ "userpool-id": "q" }),
            "InvalidCiphertextException",
        ),
        (
            "EncryptionContext",
            json!({ "userpool-id": 1 }),
            "ValidationException",
        ),
        (
            "CiphertextBlob",
            json!("AQAA"),
            "InvalidCiphertextException",
        ),
        ("CiphertextBlob", json!("?"), "ValidationException"),
        ("KeyId", json!("b"), "IncorrectKeyException"),
        (
            "EncryptionAlgorithm",
            json!("RSAES_OAEP_SHA_1"),
            "ValidationException",
        ),
    ] {
        let mut body = asked();
        body[name] = value;
        let (status, answer) = ask(&app, Some((&key, "kms")), "Decrypt", &body).await;
        assert_eq!((status, &answer["__type"]), (400, &json!(kind)), "{answer}");
    }
    let (status, answer) = ask(&app, Some((&key, "kms")), "Encrypt", &asked()).await;
    assert_eq!(
        (status, &answer["__type"]),
        (400, &json!("UnknownOperationException"))
    );
}

#[tokio::test]
async fn nobody_else_opens_a_data_key() {
    let app = with_a_key(TestApp::signed().await);
    let right = app.key.clone().unwrap();
    let wrong = TestKey {
        secret: "another".to_owned(),
        ..right.clone()
    };
    let stranger = TestKey {
        id: "AKIASTRANGER".to_owned(),
        ..right.clone()
    };
    for (key, kind) in [
        (None, "MissingAuthenticationTokenException"),
        (Some((&wrong, "kms")), "InvalidSignatureException"),
        (Some((&right, "cognito-idp")), "InvalidSignatureException"),
        (Some((&stranger, "kms")), "UnrecognizedClientException"),
    ] {
        let (status, answer) = ask(&app, key, "Decrypt", &asked()).await;
        assert!(
            status >= 400 && answer["__type"] == kind,
            "{kind}: {answer}"
        );
        assert!(answer.get("Plaintext").is_none());
    }
    let elsewhere = TestApp::signed().await;
    let key = elsewhere.key.clone().unwrap();
    let (_, answer) = ask(&elsewhere, Some((&key, "kms")), "Decrypt", &asked()).await;
    assert_eq!(answer["__type"], "NotFoundException");
}

#[tokio::test]
async fn an_access_key_for_functions_opens_data_keys_and_nothing_else() {
    let mut app = with_a_key(TestApp::signed().await);
    let sender = |secret: &str| TestKey {
        id: "AKIASENDER".to_owned(),
        secret: secret.to_owned(),
    };
    let (status, answer) = ask(
        &app,
        Some((&sender("of its own"), "kms")),
        "Decrypt",
        &asked(),
    )
    .await;
    assert_eq!((status, &answer["KeyId"]), (200, &json!(ARN)));
    let (_, answer) = ask(&app, Some((&sender("another"), "kms")), "Decrypt", &asked()).await;
    assert_eq!(answer["__type"], "InvalidSignatureException");
    app.key = Some(sender("of its own"));
    let answer = app.call("ListUserPools", json!({ "MaxResults": 1 })).await;
    assert_eq!(answer.body["__type"], "UnrecognizedClientException");
}

#[tokio::test]
async fn an_emulator_opens_it_for_every_program_and_for_no_web_page() {
    let app = with_a_key(TestApp::new());
    let key = TestKey {
        id: "test".to_owned(),
        secret: "test".to_owned(),
    };
    let (status, _) = ask(&app, Some((&key, "kms")), "Decrypt", &asked()).await;
    assert_eq!(status, 200);
    let mut request = app.request("None", &asked());
    let headers = request.headers_mut();
    headers.insert("x-amz-target", "TrentService.Decrypt".parse().unwrap());
    key.sign_for(&mut request, app.clock.now(), "kms");
    let origin = "https://evil.example".parse().unwrap();
    request.headers_mut().insert(header::ORIGIN, origin);
    let answer = app.send(request).await;
    assert_eq!(answer.body["__type"], "AccessDeniedException");
}
