//! Inputs to the OAuth 2.0 endpoints and the pages.

use axum::body::Body;
use http::{HeaderValue, Method, Request, header};
use url::Url;

use crate::House;
use crate::house::{CALLBACK, Page};

fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

fn get(house: &House, path: &str) -> Option<Page> {
    let request = Request::builder()
        .uri(format!("/{}{path}", house.pool))
        .header(header::HOST, "localhost:9229")
        .body(Body::empty());
    request.ok().map(|request| house.visit(request))
}

/// A browser is sent only to pages of ours, or to the one URL the client registered.
fn leads_nowhere_else(page: &Page, of: &str) {
    assert!(page.status.as_u16() < 500, "{}: {of}", page.status);
    let Some(location) = page.headers.get(header::LOCATION) else {
        return;
    };
    let location = location.to_str().expect("a location in ASCII");
    let here = Url::parse("http://localhost:9229/").expect("a URL");
    let target = here.join(location).expect("a URL");
    let ours = target.origin() == here.origin();
    let registered = Url::parse(CALLBACK).expect("a URL");
    let theirs = target.origin() == registered.origin() && target.path() == registered.path();
    assert!(ours || theirs, "sent to {location} by {of}");
}

fn in_a_query(data: &[u8]) -> String {
    // Bytes that no request line can carry never get here.
    let bytes = data
        .iter()
        .filter(|byte| byte.is_ascii_graphic() && **byte != b'#');
    bytes.map(|byte| char::from(*byte)).collect()
}

pub fn authorize_queries(house: &House) -> Vec<Vec<u8>> {
    let base = [
        ("client_id", house.client.as_str()),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
    ];
    let more: [&[(&str, &str)]; 4] = [
        &[("scope", "openid email"), ("state", "a b&c")],
        &[
            (
                "code_challenge",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            ),
            ("code_challenge_method", "S256"),
        ],
        &[("prompt", "none"), ("nonce", "n"), ("login_hint", "ada")],
        &[
            ("response_type", "token"),
            ("lang", "de"),
            ("resource", "https://a.example"),
        ],
    ];
    more.iter()
        .map(|more| query(&[&base, *more].concat()).into_bytes())
        .collect()
}

pub fn authorize_query(house: &House, data: &[u8]) {
    let query = in_a_query(data);
    for path in ["/oauth2/authorize", "/login", "/logout"] {
        if let Some(page) = get(house, &format!("{path}?{query}")) {
            leads_nowhere_else(&page, &query);
        }
    }
}

pub fn redirect_uris(_: &House) -> Vec<Vec<u8>> {
    [
        CALLBACK,
        "https://app.example/callback/",
        "https://app.example/callback/../x",
        "https://app.example@evil.example/callback",
        "https://app.example\\@evil.example/callback",
        "//evil.example/callback",
        "https://APP.example/callback?x#y",
    ]
    .map(|it| it.as_bytes().to_vec())
    .to_vec()
}

pub fn redirect_uri(house: &House, data: &[u8]) {
    let uri = String::from_utf8_lossy(data);
    let query = query(&[
        ("client_id", &house.client),
        ("response_type", "code"),
        ("prompt", "none"),
        ("redirect_uri", &uri),
    ]);
    if let Some(page) = get(house, &format!("/oauth2/authorize?{query}")) {
        leads_nowhere_else(&page, &uri);
        let sent_back = page.headers.get(header::LOCATION).is_some();
        assert!(!sent_back || uri == CALLBACK, "an answer for {uri:?}");
    }
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", &house.client)
        .append_pair("logout_uri", &uri)
        .finish();
    if let Some(page) = get(house, &format!("/logout?{query}")) {
        assert!(
            page.headers.get(header::LOCATION).is_none(),
            "signed out to {uri:?}"
        );
    }
}

pub fn token_forms(house: &House) -> Vec<Vec<u8>> {
    let client = [
        ("client_id", house.client.as_str()),
        ("client_secret", house.secret.as_str()),
    ];
    let grants: [&[(&str, &str)]; 3] = [
        &[
            ("grant_type", "authorization_code"),
            ("code", "x"),
            ("redirect_uri", CALLBACK),
        ],
        &[("grant_type", "refresh_token"), ("refresh_token", "x.y.z")],
        &[("grant_type", "client_credentials"), ("scope", "a/b")],
    ];
    grants
        .iter()
        .map(|grant| query(&[grant, &client[..]].concat()).into_bytes())
        .collect()
}

/// These bytes are never a code or a token that was issued.
pub fn token_form(house: &House, data: &[u8]) {
    for path in ["oauth2/token", "oauth2/revoke"] {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/{}/{path}", house.pool))
            .header(header::HOST, "localhost:9229")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(data.to_vec()))
            .expect("a request");
        let page = house.visit(request);
        let text = String::from_utf8_lossy(data);
        assert!(page.status.as_u16() < 500, "{}: {text}", page.status);
        assert!(
            path != "oauth2/token" || !page.status.is_success(),
            "tokens for {text}"
        );
    }
}

pub fn hosts(_: &House) -> Vec<Vec<u8>> {
    [
        "localhost:9229",
        "x.auth.us-east-1.localhost",
        "[::1]:9229",
        "a@b",
        "127.0.0.1:x",
    ]
    .map(|it| it.as_bytes().to_vec())
    .to_vec()
}

pub fn host_header(house: &House, data: &[u8]) {
    let Ok(host) = HeaderValue::from_bytes(data) else {
        return;
    };
    for path in ["/", "/login", "/.well-known/openid-configuration"] {
        let request = Request::builder()
            .uri(path)
            .header(header::HOST, &host)
            .body(Body::empty())
            .expect("a request");
        let page = house.visit(request);
        assert!(page.status.as_u16() < 500, "{}: {host:?}", page.status);
        assert!(
            page.headers.get(header::LOCATION).is_none(),
            "sent away by {host:?}"
        );
    }
}

pub fn cookie_lines(_: &House) -> Vec<Vec<u8>> {
    [
        "cognito=AAAA; XSRF-TOKEN=AAAA",
        "XSRF-TOKEN=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "a=1;;=;cognito=",
    ]
    .map(|it| it.as_bytes().to_vec())
    .to_vec()
}

/// A cookie that was never issued signs no one in.
pub fn cookies(house: &House, data: &[u8]) {
    let Ok(cookie) = HeaderValue::from_bytes(data) else {
        return;
    };
    let query = query(&[
        ("client_id", &house.client),
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
    ]);
    let request = Request::builder()
        .uri(format!("/{}/oauth2/authorize?{query}", house.pool))
        .header(header::HOST, "localhost:9229")
        .header(header::COOKIE, &cookie)
        .body(Body::empty())
        .expect("a request");
    let page = house.visit(request);
    assert!(page.status.as_u16() < 500, "{}: {cookie:?}", page.status);
    let location = page.headers.get(header::LOCATION);
    let location = location
        .map(|it| it.to_str().expect("ASCII"))
        .unwrap_or_default();
    assert!(!location.contains("code="), "signed in by {cookie:?}");
    let _ = page.body;
}
