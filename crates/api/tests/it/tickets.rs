//! Tickets and tokens of other releases: sealed under our key, in a shape nobody here can read, they are refused in
//! Cognito's words and never an error 500.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use cabana_store::seal::Purpose;
use cabana_testkit::TestApp;
use serde_json::{Value, json};

use crate::auth::{PASSWORD, respond, sign_in, with_ada};
use crate::bound::{ADA, Ada, EXPIRED, REFUSED};

const FOREIGN: &str = "Invalid session for the user.";

/// A value sealed as this program seals its own.
fn sealed(app: &TestApp, place: &[&str], plain: &[u8]) -> Vec<u8> {
    app.api.sealer.seal(Purpose::Ticket, place, plain).unwrap()
}

fn ticket(app: &TestApp, kind: &str, value: &Value) -> Value {
    let sealed = sealed(app, &[kind], value.to_string().as_bytes());
    json!(BASE64_URL_SAFE_NO_PAD.encode(sealed))
}

#[tokio::test]
async fn tickets_in_an_unknown_shape_are_refused() {
    let app = TestApp::new();
    let (_, client) = with_ada(&app, Value::Null, json!({})).await;
    for shape in [json!({ "version": 9 }), json!([]), json!("text")] {
        let session = ticket(&app, "session", &shape);
        let answers = json!({ "USERNAME": "ada@example.org", "SOFTWARE_TOKEN_MFA_CODE": "123456" });
        let answer = respond(&app, &client, "SOFTWARE_TOKEN_MFA", &session, answers).await;
        answer.refused(REFUSED, FOREIGN);
        let body = json!({ "Session": session });
        let answer = app.call("AssociateSoftwareToken", body).await;
        answer.refused(REFUSED, FOREIGN);
        let body = json!({ "Session": session, "UserCode": "123456" });
        let answer = app.call("VerifySoftwareToken", body).await;
        answer.refused(REFUSED, FOREIGN);
        let block = BASE64_STANDARD.encode(sealed(&app, &["srp"], shape.to_string().as_bytes()));
        let answers = json!({
            "USERNAME": "ada@example.org", "PASSWORD_CLAIM_SECRET_BLOCK": block,
            "PASSWORD_CLAIM_SIGNATURE": "AAAA", "TIMESTAMP": "Mon Feb 10 18:30:12 UTC 2025",
        });
        let answer = respond(&app, &client, "PASSWORD_VERIFIER", &Value::Null, answers).await;
        assert_eq!(answer.kind(), REFUSED, "{}", answer.body);
        let block = sealed(&app, &["device srp"], shape.to_string().as_bytes());
        let answers = json!({
            "USERNAME": "ada@example.org", "DEVICE_KEY": "us-east-1_0",
            "PASSWORD_CLAIM_SECRET_BLOCK": BASE64_STANDARD.encode(block),
            "PASSWORD_CLAIM_SIGNATURE": "AAAA", "TIMESTAMP": "Mon Feb 10 18:30:12 UTC 2025",
        });
        let name = "DEVICE_PASSWORD_VERIFIER";
        let answer = respond(&app, &client, name, &Value::Null, answers).await;
        assert_eq!(answer.kind(), REFUSED, "{}", answer.body);
    }
    sign_in(&app, &client, "ada@example.org", PASSWORD)
        .await
        .ok();
}

#[tokio::test]
async fn a_session_of_schema_3_carries_no_mark_and_begins_again() {
    let ada = Ada::new("ON").await;
    let named = json!({ "UserPoolId": ada.pool, "Username": ADA });
    let sub = ada.app.ok("AdminGetUser", named).await["Username"].clone();
    let session = json!({
        "id": "5d3c0a52-3f6c-4a54-8a2f-1f2f7a3f8a11", "pool": ada.pool, "client": ada.client.id, "sub": sub,
        "proven": ["Password"], "asked": "SetUpFactor", "chosen": null, "totp_seed": null, "sent": null,
        "expires": i64::MAX,
    });
    let session = ticket(&ada.app, "session", &session);
    ada.associate(&session).await.refused(REFUSED, EXPIRED);
}

#[tokio::test]
async fn a_paging_token_over_another_key_is_refused() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    for cursor in ["nonsense", "[]", "[\"a\",\"b\",\"c\",\"d\"]", "{}"] {
        let mut plain = i64::MAX.to_be_bytes().to_vec();
        plain.extend_from_slice(cursor.as_bytes());
        let token = sealed(&app, &["page", "ListUsers", &pool, ""], &plain);
        let body =
            json!({ "UserPoolId": pool, "PaginationToken": BASE64_URL_SAFE_NO_PAD.encode(token) });
        let answer = app.call("ListUsers", body).await;
        answer.refused(
            "InvalidParameterException",
            "Invalid pagination token given.",
        );
    }
}
