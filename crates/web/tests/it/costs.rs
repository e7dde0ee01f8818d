//! Store operations of the OAuth endpoints. Pools, clients and keys come from memory.

use axum::body::Body;
use cabana_testkit::Work;
use http::{Request, header};
use serde_json::json;

use crate::browser::Page;
use crate::shop::{CHALLENGE, HOME, Shop, VERIFIER};

/// Checks the number of reads and lists of changes per response.
pub struct Till(pub &'static Work);

impl Till {
    pub async fn takes(
        &self,
        what: &str,
        step: impl Future<Output = Page>,
        questions: u64,
        writes: u64,
    ) -> Page {
        let before = self.0.now();
        let page = step.await;
        let cost = self.0.since(&before);
        let sum = |name: &str| {
            let counted = cost.iter().filter(|(it, _)| it.starts_with(name));
            counted.map(|(_, count)| count).sum::<u64>()
        };
        let asked = sum("cabana_store_queries_total");
        let written = sum("cabana_store_writes_total");
        assert_eq!((asked, written), (questions, writes), "{what}");
        page
    }
}

#[tokio::test]
async fn an_oauth_request_asks_the_store_what_it_must_and_nothing_twice() {
    let (work, _guard) = Work::watch();
    let till = Till(work);
    let shop = Shop::with(
        json!({}),
        json!({ "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"] }),
    )
    .await;
    let pkce = [
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let proof = [("code_verifier", VERIFIER)];
    // Fill the caches.
    let code = shop.code(&pkce).await;
    shop.redeem(&code, &proof).await;
    let browser = shop.browser();
    shop.sign_in(&browser, &pkce).await;

    let authorize = shop.at("/oauth2/authorize", &pkce);
    let stranger = shop.browser();
    till.takes("authorize", stranger.get(&authorize), 0, 0)
        .await;
    // The session and its user.
    let page = till.takes("authorize, signed in", browser.get(&authorize), 2, 1);
    let code = page.await.sent_back("code").unwrap();
    // The code, the user and their groups.
    let page = till.takes("token, code", shop.redeem(&code, &proof), 3, 1);
    assert_eq!(page.await.status, 200);
    // The code that is gone, and the family it became, which is revoked.
    let page = till.takes("token, code again", shop.redeem(&code, &proof), 2, 1);
    assert_eq!(page.await.status, 400);

    let code = browser.get(&authorize).await.sent_back("code").unwrap();
    let tokens = shop.redeem(&code, &proof).await.json();
    let token = |name: &str| tokens[name].as_str().unwrap();
    let refresh = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token("refresh_token")),
    ];
    // The family, the user and their groups.
    let page = till.takes("token, refresh", shop.token(&refresh), 3, 0);
    assert_eq!(page.await.status, 200);
    // The user and the family.
    for path in [
        format!("/{}/oauth2/userInfo", shop.pool),
        "/oauth2/userInfo".to_owned(),
    ] {
        let bearer = format!("Bearer {}", token("access_token"));
        let request = Request::get(&path).header(header::AUTHORIZATION, bearer);
        let page = till.takes(&path, browser.send(request, Body::empty()), 2, 0);
        assert_eq!(page.await.status, 200);
    }
    for document in ["openid-configuration", "jwks.json"] {
        let path = format!("/{}/.well-known/{document}", shop.pool);
        till.takes(document, browser.get(&path), 0, 0).await;
    }
    let revoke = format!("/{}/oauth2/revoke", shop.pool);
    let fields = [
        ("client_id", shop.client.as_str()),
        ("token", token("refresh_token")),
    ];
    let page = till.takes("revoke", browser.post(&revoke, &fields), 1, 1);
    assert_eq!(page.await.status, 200);
    let more = [("id_token_hint", token("id_token")), ("logout_uri", HOME)];
    let logout = shop.at("/logout", &more);
    let page = till.takes("logout", browser.get(&logout), 0, 1);
    assert_eq!(page.await.location(), format!("{HOME}?state=s+1"));
}

#[tokio::test]
async fn client_credentials_ask_for_each_resource_server_once() {
    let (work, _guard) = Work::watch();
    let mut shop = Shop::open().await;
    let server = json!({ "UserPoolId": shop.pool, "Identifier": "api", "Name": "api",
        "Scopes": [{ "ScopeName": "read", "ScopeDescription": "r" },
            { "ScopeName": "write", "ScopeDescription": "w" }] });
    shop.app.ok("CreateResourceServer", server).await;
    let machine = json!({ "GenerateSecret": true, "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": ["api/read", "api/write"] });
    let machine = shop.app.client(&shop.pool, machine).await;
    (shop.client, shop.secret) = (machine.id, machine.secret);
    let fields = [("grant_type", "client_credentials")];
    assert_eq!(shop.token(&fields).await.status, 200);
    let till = Till(work);
    let page = till.takes("token, client credentials", shop.token(&fields), 1, 0);
    assert_eq!(page.await.status, 200);
}

#[tokio::test]
async fn introspection_and_pushed_requests_write_nothing() {
    let (work, _guard) = Work::watch();
    let till = Till(work);
    let tags = json!({ "UserPoolTags": { "cabana:dialect": "standard" } });
    let shop = Shop::with(tags, json!({ "GenerateSecret": true })).await;
    let browser = shop.browser();
    let code = shop.sign_in(&browser, &[]).await;
    let code = code.sent_back("code").unwrap();
    let tokens = shop.redeem(&code, &[]).await.json();
    let secret = shop.secret.as_deref().unwrap();
    let id = [
        ("client_id", shop.client.as_str()),
        ("client_secret", secret),
    ];
    let introspect = format!("/{}/oauth2/introspect", shop.pool);
    let other = shop.next_door().await.tokens(&[]).await;
    // The family and the user. A token of somebody else costs nothing.
    for (name, tokens, queries) in [
        ("access_token", &tokens, 2),
        ("refresh_token", &tokens, 2),
        ("id_token", &tokens, 0),
        ("access_token", &other, 0),
    ] {
        let token = [("token", tokens[name].as_str().unwrap())];
        let fields = [&id[..], &token].concat();
        let page = till.takes(name, browser.post(&introspect, &fields), queries, 0);
        assert_eq!(page.await.status, 200);
    }
    let par = format!("/{}/oauth2/par", shop.pool);
    let asked = [
        ("response_type", "code"),
        ("redirect_uri", crate::shop::CALLBACK),
    ];
    let fields = [&id[..], &asked].concat();
    let page = till.takes("par", browser.post(&par, &fields), 0, 0).await;
    let uri = page.json()["request_uri"].as_str().unwrap().to_owned();
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([id[0], ("request_uri", uri.as_str())])
        .finish();
    let authorize = format!("/{}/oauth2/authorize?{query}", shop.pool);
    // The session, its user, and whether the request was used before.
    let page = till.takes("authorize, pushed", browser.get(&authorize), 3, 1);
    assert!(page.await.sent_back("code").is_some());
}
