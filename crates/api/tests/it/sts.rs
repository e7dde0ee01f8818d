//! GetCallerIdentity of AWS's Security Token Service, in the query protocol.

use bytes::Bytes;
use cabana_api::ports::Clock;
use cabana_testkit::{TestApp, TestKey};
use http::{Request, header};

/// Status and body of an answer to a form.
async fn ask(app: &TestApp, key: Option<(&TestKey, &str)>, form: &str) -> (u16, String) {
    let mut request = app
        .request("None", &serde_json::Value::Null)
        .map(|_| Bytes::from(form.to_owned()));
    let headers = request.headers_mut();
    headers.remove("x-amz-target");
    let content_type = "application/x-www-form-urlencoded; charset=utf-8";
    headers.insert(header::CONTENT_TYPE, content_type.parse().unwrap());
    if let Some((key, service)) = key {
        key.sign_for(&mut request, app.clock.now(), service);
    }
    send(app, request).await
}

async fn send(app: &TestApp, request: Request<Bytes>) -> (u16, String) {
    let answer = app.api.handle(request).await;
    let is_xml = answer.headers()[header::CONTENT_TYPE] == "text/xml";
    assert!(is_xml || answer.status() != 200);
    let text = String::from_utf8(answer.body().to_vec()).unwrap();
    (answer.status().as_u16(), text)
}

const ASKED: &str = "Action=GetCallerIdentity&Version=2011-06-15";

#[tokio::test]
async fn a_known_key_learns_its_owner() {
    let app = TestApp::signed().await;
    let key = app.key.clone().unwrap();
    let (status, body) = ask(&app, Some((&key, "sts")), ASKED).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(
        body,
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
         <Arn>arn:aws:iam::000000000000:user/test</Arn><UserId>AKIATESTTESTTESTTEST</UserId>\
         <Account>000000000000</Account></GetCallerIdentityResult><ResponseMetadata>\
         <RequestId>00000000-0000-4000-8000-000000000000</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    );
}

#[tokio::test]
async fn whoever_cannot_prove_a_key_is_refused_in_the_words_of_the_protocol() {
    let app = TestApp::signed().await;
    let right = app.key.clone().unwrap();
    let wrong = TestKey {
        secret: "another".to_owned(),
        ..right.clone()
    };
    let stranger = TestKey {
        id: "AKIASTRANGER".to_owned(),
        ..right.clone()
    };
    for (key, status, code) in [
        (None, 403, "MissingAuthenticationToken"),
        (Some((&wrong, "sts")), 403, "SignatureDoesNotMatch"),
        (Some((&right, "cognito-idp")), 403, "SignatureDoesNotMatch"),
        (Some((&stranger, "sts")), 403, "InvalidClientTokenId"),
    ] {
        let (answered, body) = ask(&app, key, ASKED).await;
        assert_eq!(answered, status, "{body}");
        let expected = format!("<Type>Sender</Type><Code>{code}</Code>");
        assert!(body.contains(&expected), "{body}");
        assert!(!body.contains("<Account>"), "{body}");
    }
}

#[tokio::test]
async fn an_emulator_answers_a_key_it_does_not_know_and_nobody_without_one() {
    let app = TestApp::new();
    let key = TestKey {
        id: "te&st".to_owned(),
        secret: "test".to_owned(),
    };
    let (status, body) = ask(&app, Some((&key, "sts")), ASKED).await;
    assert_eq!(status, 200);
    assert!(body.contains("<UserId>te&amp;st</UserId>"), "{body}");
    assert_eq!(ask(&app, None, ASKED).await.0, 403);
}

#[tokio::test]
async fn other_actions_are_refused_and_other_forms_are_left_alone() {
    let app = TestApp::signed().await;
    let key = app.key.clone().unwrap();
    let (status, body) = ask(&app, Some((&key, "sts")), "Action=AssumeRole").await;
    assert_eq!(status, 400);
    assert!(body.contains("<Code>InvalidAction</Code>"), "{body}");
    let (status, body) = ask(&app, Some((&key, "sts")), "grant_type=x").await;
    assert_eq!(status, 400);
    assert!(body.contains("UnknownOperationException"), "{body}");
}
