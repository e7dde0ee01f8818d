//! Links that create the first operator.

use cabana_api::logic::operators::{redeem_setup_token, setup_refused, setup_token};
use cabana_api::ports::Clock;
use cabana_domain::Span;
use cabana_model::ErrorKind;
use cabana_store::Change;
use cabana_testkit::TestApp;

use super::cx;

fn token(app: &TestApp) -> String {
    setup_token(&app.api, app.clock.now()).unwrap()
}

/// The fault message for a token.
async fn refusal(app: &TestApp, token: &str) -> String {
    let fault = redeem_setup_token(&cx(app, false), token)
        .await
        .unwrap_err();
    assert_eq!(fault.kind, ErrorKind::NotAuthorizedException);
    fault.message.into_owned()
}

#[tokio::test]
async fn a_set_up_link_works_once() {
    let app = TestApp::new();
    let (first, second) = (token(&app), token(&app));
    assert_ne!(first, second);
    app.advance(Span::minutes(29));
    let cx = cx(&app, false);
    let spend = redeem_setup_token(&cx, &first).await.unwrap();
    let at_once = redeem_setup_token(&cx, &first).await.unwrap();
    cx.commit([spend]).await.unwrap();
    let late = cx.try_commit([at_once]).await.unwrap_err();
    assert!(setup_refused(late).message.contains("used already"));
    assert!(refusal(&app, &first).await.contains("used already"));
    let other = redeem_setup_token(&cx, &second).await.unwrap();
    assert!(matches!(other, Change::Spend { .. }));
}

#[tokio::test]
async fn a_set_up_link_expires_and_cannot_be_forged() {
    let app = TestApp::new();
    let old = token(&app);
    app.advance(Span::minutes(30));
    assert!(refusal(&app, &old).await.contains("expired"));
    let fresh = token(&app);
    let mut forged = fresh.clone().into_bytes();
    forged[20] = if forged[20] == b'A' { b'B' } else { b'A' };
    let forged = String::from_utf8(forged).unwrap();
    for wrong in [forged.as_str(), "", "x", "ä", &fresh[..fresh.len() - 2]] {
        let message = refusal(&app, wrong).await;
        assert!(message.contains("not one of this server's"), "{message}");
    }
    redeem_setup_token(&cx(&app, false), &fresh).await.unwrap();
}
