//! Providers that fail, change their keys, or say no.

use bytes::Bytes;
use cabana_api::ports::FetchError;
use cabana_domain::Span;
use http::{Request, Response, StatusCode};
use serde_json::json;

use super::{House, refused};
use crate::shop::code_of;

pub(super) type Answer = Result<Response<Bytes>, FetchError>;

pub(super) fn at(path: &'static str) -> impl Fn(&Request<Bytes>) -> bool {
    move |request| request.uri().path() == path
}

pub(super) fn status(status: u16, body: &'static str) -> Answer {
    let mut response = Response::new(Bytes::from_static(body.as_bytes()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    Ok(response)
}

#[tokio::test]
async fn failures_reach_the_app_with_cognitos_words() {
    let house = House::open().await;
    type Answered = fn() -> Answer;
    let rows: [(&'static str, Answered, &str); 7] = [
        (
            "/token",
            || status(400, r#"{"error":"invalid_client"}"#),
            "Corp Error - 400 invalid_client",
        ),
        (
            "/token",
            || status(502, "<html>"),
            "Corp Error - 502 error getting token",
        ),
        (
            "/token",
            || status(200, "{}"),
            "Corp Error - it gave no access token",
        ),
        (
            "/token",
            || Err(FetchError::TimedOut),
            "Timeout occurred in calling IdP token endpoint",
        ),
        (
            "/keys",
            || Err(FetchError::TimedOut),
            "Timeout occurred in calling jwks uri",
        ),
        (
            "/me",
            || status(401, ""),
            "Corp Error - 401 error getting user info",
        ),
        (
            "/me",
            || Err(FetchError::TooLarge),
            "Error in calling IdP userinfo endpoint",
        ),
    ];
    for (path, answer, why) in rows {
        house.shop.app.advance(Span::seconds(10));
        let matches = at(path);
        house
            .idp
            .instead(move |request| matches(request).then(answer));
        let (error, said) = refused(&house.sign_in(&house.shop.browser()).await);
        assert_eq!(
            (error.as_str(), said.as_str()),
            ("invalid_request", why),
            "{path}"
        );
    }
    assert_eq!(house.users().await, 0);
}

#[tokio::test]
async fn an_address_that_is_never_called_is_told_to_administrators_only() {
    let house = House::open().await;
    let why = "10.0.0.1 is in a private network (see --allow-private-network)";
    house
        .idp
        .instead(move |_| Some(Err(FetchError::Forbidden(why.to_owned()))));
    let (_, said) = refused(&house.sent(&house.shop.browser(), &[]).await);
    assert_eq!(said, "Error in calling IdP discovery document");
    let event = &house.events().await[0];
    assert_eq!(event.refused.as_deref(), Some("provider_unreachable"));
    assert_eq!(event.detail.provider.as_deref(), Some("Corp"));
    let words = event.detail.words.as_deref().unwrap();
    assert_eq!(
        words,
        format!("Error in calling IdP discovery document: {why}")
    );
    // Once an hour, however often it happens, and no call for ten seconds.
    house.idp.calls();
    let (_, said) = refused(&house.sent(&house.shop.browser(), &[]).await);
    assert_eq!(said, "Error in calling IdP discovery document");
    assert_eq!(house.idp.calls(), []);
    house.shop.app.advance(Span::seconds(10));
    refused(&house.sent(&house.shop.browser(), &[]).await);
    assert_eq!(house.idp.calls().len(), 1);
    assert_eq!(house.events().await.len(), 1);
}

#[tokio::test]
async fn a_new_key_is_found_at_once_but_not_more_than_once_a_minute() {
    let house = House::open().await;
    house.id_token().await;
    house.idp.rotate();
    house.shop.app.advance(Span::seconds(59));
    let (_, why) = refused(&house.sign_in(&house.shop.browser()).await);
    assert!(why.contains("does not publish"), "{why}");
    house.shop.app.advance(Span::seconds(1));
    house.idp.calls();
    code_of(&house.sign_in(&house.shop.browser()).await);
    let keys =
        |calls: Vec<(String, String)>| calls.iter().filter(|(path, _)| path == "/keys").count();
    assert_eq!(keys(house.idp.calls()), 1);
    // Tokens of keys that do not exist cause no calls.
    house
        .idp
        .tamper(|header, _| header["kid"] = json!("invented"));
    for _ in 0..3 {
        refused(&house.sign_in(&house.shop.browser()).await);
    }
    assert_eq!(keys(house.idp.calls()), 0);
}

#[tokio::test]
async fn what_was_read_serves_while_the_provider_rests() {
    let house = House::open().await;
    house.id_token().await;
    house.shop.app.advance(Span::hours(2));
    let (documents, keys) = (at("/.well-known/openid-configuration"), at("/keys"));
    house.idp.instead(move |request| {
        (documents(request) || keys(request)).then(|| Err(FetchError::TimedOut))
    });
    code_of(&house.sign_in(&house.shop.browser()).await);
    house.shop.app.advance(Span::hours(23));
    refused(&house.sent(&house.shop.browser(), &[]).await);
}

#[tokio::test]
async fn a_discovery_document_of_another_issuer_is_not_believed() {
    let house = House::open().await;
    house.idp.says("issuer", json!("https://evil.example"));
    let (_, why) = refused(&house.sent(&house.shop.browser(), &[]).await);
    assert_eq!(why, "Corp Error - the discovery document is of no use");
}

#[tokio::test]
async fn a_provider_without_discovery_has_its_endpoints_in_its_details() {
    let details = json!({ "ProviderDetails": {
        "client_id": "cabana", "client_secret": "hush hush", "authorize_scopes": "openid",
        "oidc_issuer": cabana_testkit::ISSUER, "attributes_request_method": "POST",
        "authorize_url": "https://idp.example/auth", "token_url": "https://idp.example/token",
        "attributes_url": "https://idp.example/me", "jwks_uri": "https://idp.example/keys",
    } });
    let house = House::with(json!({}), details).await;
    let discovery = at("/.well-known/openid-configuration");
    house
        .idp
        .instead(move |request| discovery(request).then(|| status(404, "")));
    assert_eq!(house.id_token().await["cognito:username"], "corp_ann-1");
}

#[tokio::test]
async fn a_secret_goes_into_a_header_where_the_provider_takes_no_other() {
    let house = House::open().await;
    house.idp.says(
        "token_endpoint_auth_methods_supported",
        json!(["client_secret_basic"]),
    );
    house.idp.instead(|request| {
        let basic = request
            .headers()
            .get("authorization")
            .map(|it| it.to_str().unwrap().to_owned());
        let right = basic.as_deref() == Some("Basic Y2FiYW5hOmh1c2graHVzaA==");
        let in_body = String::from_utf8_lossy(request.body()).contains("client_secret");
        (request.uri().path() == "/token" && (!right || in_body)).then(|| status(401, ""))
    });
    assert_eq!(house.id_token().await["cognito:username"], "corp_ann-1");
}

#[tokio::test]
async fn a_no_of_the_provider_is_passed_on() {
    let house = House::open().await;
    let browser = house.shop.browser();
    for (error, description, expected) in [
        (
            "access_denied",
            "The person said no",
            ("access_denied", "The person said no"),
        ),
        ("login_required", "", ("invalid_request", "login_required")),
        (
            "server_error",
            "Out of order",
            ("server_error", "Out of order"),
        ),
    ] {
        let sent = house.sent(&browser, &[]).await;
        let state = sent.sent_back("state").unwrap();
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("error", error)
            .append_pair("error_description", description)
            .append_pair("state", &state);
        let page = browser.get(&house.answer(&query.finish())).await;
        let (error, said) = refused(&page);
        assert_eq!((error.as_str(), said.as_str()), expected);
    }
}

#[tokio::test]
async fn errors_of_the_implicit_flow_are_in_the_fragment() {
    let house = House::open().await;
    house
        .client(json!({ "AllowedOAuthFlows": ["implicit"] }))
        .await;
    let browser = house.shop.browser();
    let token = [("response_type", "token")];
    let back = house.signs_in_there(&browser, &token).await;
    house.idp.instead(|_| Some(Err(FetchError::TimedOut)));
    let page = browser.get(&house.answer(&back)).await;
    let location = page.location();
    assert!(
        location.contains("#error_description=") && location.contains("&error=invalid_request"),
        "{location}"
    );
    house.idp.heal();
    let page = house.sign_in_with(&browser, &token).await;
    assert!(page.sent_back("access_token").is_some(), "{}", page.plain());
    assert!(page.sent_back("id_token").is_some(), "{}", page.plain());
}
