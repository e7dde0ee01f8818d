use super::*;
use crate::edge::Machine;
use cabana_api::{Settings, Signatures, Transports};
use cabana_domain::password::hash::Cost;
use cabana_store::{Sealer, SharedStore};
use cabana_store_sql::SqliteStore;
use std::sync::Arc;

fn store() -> (SharedStore, Arc<Sealer>) {
    let sealer = Arc::new(Sealer::new(&[7; 32]).unwrap());
    (
        SqliteStore::open_temporary(Arc::clone(&sealer)).unwrap(),
        sealer,
    )
}

fn api(store: &(SharedStore, Arc<Sealer>), public_url: &str) -> Api {
    let settings = Settings {
        region: "us-east-1".to_owned(),
        account_id: "000000000000".to_owned(),
        public_url: public_url.to_owned(),
        argon2: Cost::LEAST,
        limits: cabana_api::limits::Rates::EMULATOR,
        events_kept: cabana_domain::Span::days(30),
        signatures: Signatures::KnownKeysOnly,
        transports: Transports {
            email: true,
            sms: true,
        },
    };
    Api::new(
        Arc::clone(&store.0),
        Arc::clone(&store.1),
        Arc::new(Machine),
        Arc::new(Machine),
        settings,
    )
}

#[tokio::test]
async fn the_demo_pool_is_made_once_and_is_what_librechat_needs() {
    let store = store();
    let api = api(&store, "http://localhost:9229");
    let client = ensure(&api).await.unwrap().unwrap();
    assert!(client.is_confidential());
    let settings = &client.settings;
    let callbacks = settings.callback_urls.clone().unwrap();
    for url in [
        "http://localhost:3080/oauth/openid/callback",
        "http://localhost:9229/demo/callback",
        "https://localhost:9229/demo/callback",
    ] {
        assert!(
            callbacks.iter().any(|it| it == url),
            "{url} is missing in {callbacks:?}"
        );
    }
    assert!(
        settings
            .logout_urls
            .iter()
            .flatten()
            .any(|it| it == "http://localhost:3080/login")
    );
    let pool = store.0.pool(&client.pool).await.unwrap().unwrap();
    assert!(!pool.is_case_sensitive() && pool.has_alias("email") && catalog::needs_mail(&pool));
    assert_eq!(store.0.domain("demo").await.unwrap().unwrap().pool, pool.id);

    let again = ensure(&api).await.unwrap().unwrap();
    assert_eq!(again, client, "a second start changes nothing");
    assert_eq!(catalog::pools(&store.0).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_demo_client_follows_the_server_to_another_port() {
    let store = store();
    let first = ensure(&api(&store, "http://localhost:9229"))
        .await
        .unwrap()
        .unwrap();
    let moved = ensure(&api(&store, "http://localhost:4711"))
        .await
        .unwrap()
        .unwrap();
    let callbacks = moved.settings.callback_urls.clone().unwrap();
    for url in [
        "http://localhost:9229/demo/callback",
        "https://localhost:4711/demo/callback",
    ] {
        assert!(
            callbacks.iter().any(|it| it == url),
            "{url} is missing in {callbacks:?}"
        );
    }
    assert_eq!(moved.secrets, first.secrets);
    assert_eq!(
        moved.settings.explicit_auth_flows,
        first.settings.explicit_auth_flows
    );
    assert_eq!(
        moved.settings.allowed_oauth_scopes,
        first.settings.allowed_oauth_scopes
    );
}

#[tokio::test]
async fn a_server_with_pools_of_its_own_gets_no_demo() {
    let store = store();
    let api = api(&store, "http://localhost:9229");
    let own = CreateUserPoolRequest {
        pool_name: "mine".to_owned(),
        ..CreateUserPoolRequest::default()
    };
    call::<op::CreateUserPool>(&api, own).await.unwrap();
    assert_eq!(ensure(&api).await.unwrap(), None);
    assert_eq!(catalog::pools(&store.0).await.unwrap().len(), 1);
}

#[test]
fn plain_http_elsewhere_than_localhost_is_no_callback() {
    let (callbacks, _) = demo_urls("http://box.internal:9229");
    assert_eq!(callbacks, ["https://box.internal:9229/demo/callback"]);
    let (callbacks, logouts) = demo_urls("https://box.test");
    assert_eq!(
        (callbacks, logouts),
        (
            vec!["https://box.test/demo/callback".to_owned()],
            vec!["https://box.test/demo".to_owned()]
        )
    );
}

#[tokio::test]
async fn the_operators_pool_is_no_pool_to_walk_over() {
    let store = store();
    let api = api(&store, "http://localhost:9229");
    let urls = vec!["http://localhost:9229/console".to_owned()];
    cabana_api::logic::operators::ensure(&api, urls, vec![])
        .await
        .unwrap();
    assert!(catalog::pools(&store.0).await.unwrap().is_empty());
    let client = ensure(&api).await.unwrap();
    assert!(client.is_some(), "the demo pool is still made");
}
