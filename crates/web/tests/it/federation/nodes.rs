//! The first sign-ins of one person at two nodes on one PostgreSQL database.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use cabana_testkit::TestApp;
use serde_json::json;
use tokio_postgres::NoTls;

use super::House;
use crate::shop::{Shop, code_of};

/// Creates an empty database on the server that `CABANA_TEST_POSTGRES` names; in place of an earlier run's.
async fn database() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("CABANA_TEST_POSTGRES").expect("CABANA_TEST_POSTGRES is not set");
    let name = format!("cabana_web_test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let (client, connection) = tokio_postgres::connect(&server, NoTls).await.unwrap();
    tokio::spawn(connection);
    for sql in [
        format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        format!("CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"),
    ] {
        client.batch_execute(&sql).await.unwrap();
    }
    let (address, _) = server.rsplit_once('/').unwrap();
    format!("{address}/{name}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_makes_one_account_of_a_hundred_first_sign_ins_at_two_nodes() {
    let url = database().await;
    let mut first = TestApp::node(&url, 101).await;
    let (functions, idp) = (first.functions(), first.provider());
    let mut second = TestApp::node(&url, 102).await;
    second.asks(&idp);
    let shop = Shop::empty(Arc::new(first), json!({}), json!({})).await;
    shop.app.provider_of(&shop.pool, "Corp", json!({})).await;
    let house = House {
        shop,
        idp,
        functions,
    };
    house.client(json!({})).await;
    let other = Shop {
        app: Arc::new(second),
        pool: house.shop.pool.clone(),
        client: house.shop.client.clone(),
        secret: None,
    };
    let mut tasks = Vec::new();
    for number in 0..100 {
        let browser = if number % 2 == 0 {
            house.shop.browser()
        } else {
            other.browser()
        };
        let answer = house.answer(&house.signs_in_there(&browser, &[]).await);
        tasks.push(tokio::spawn(async move { browser.get(&answer).await }));
    }
    for task in tasks {
        code_of(&task.await.unwrap());
    }
    assert_eq!(house.users().await, 1);
}
