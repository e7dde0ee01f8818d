//! PostgreSQL.

use cabana_store::conformance::{contract, races};

use crate::database::Database;

#[tokio::test]
async fn postgres_keeps_the_contract() {
    let database = Database::new().await;
    contract(database.store().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_decides_races() {
    let database = Database::new().await;
    races(database.store().await).await;
}
