//! No table is forgotten when a pool, an app client or a user is deleted.

use cabana_domain::{ClientId, PoolId, Span, Sub};
use cabana_store::conformance::samples::at;
use cabana_store::{Change, SharedStore};
use cabana_store_sql::SqliteStore;
use rusqlite::Connection;

use super::{FIXTURES, fill, sqlite};
use crate::{Folder, sealer};

/// Tables whose rows outlive their owner, and why.
const OUTLIVE: [(&str, &str); 2] = [
    ("audit", "who changed what is kept for 400 days"),
    (
        "authorization_codes",
        "they give nothing without client and user, and expire after five minutes",
    ),
];

/// Number of rows in each table that refer to the same owner as `owner`: a column, and its value.
fn left(file: &Connection, column: &str, value: &str) -> Vec<(String, i64)> {
    let mut left = Vec::new();
    for table in fill::tables(file) {
        let has =
            format!("SELECT count(*) FROM pragma_table_info('{table}') WHERE name = '{column}'");
        let has: i64 = file.query_row(&has, [], |row| row.get(0)).unwrap();
        if has == 0 || OUTLIVE.iter().any(|(name, _)| *name == table) {
            continue;
        }
        let rows = format!("SELECT count(*) FROM {table} WHERE {column} = {value}");
        let rows: i64 = file.query_row(&rows, [], |row| row.get(0)).unwrap();
        left.push((table, rows));
    }
    left
}

/// Checks which tables have rows before a change and none after it.
async fn goes(change: Change, column: &str, value: &str, expected: &[&str]) {
    let (version, rows) = FIXTURES[FIXTURES.len() - 1];
    let folder = Folder::new();
    let path = sqlite(&folder, version, rows);
    let file = Connection::open(&path).unwrap();
    let before = left(&file, column, value);
    let filled: Vec<_> = before
        .iter()
        .filter(|(_, rows)| *rows > 0)
        .map(|(table, _)| table.as_str())
        .collect();
    for (table, rows) in &before {
        assert!(
            *rows > 0,
            "the fixture has no row of {table} for {column} {value}"
        );
    }
    assert_eq!(filled, expected, "tables with a column {column}");
    let store: SharedStore = SqliteStore::open(&path, sealer()).unwrap();
    store.apply(vec![change]).await.unwrap();
    // Before anything expires.
    let now = at(30).before(Span::seconds(1));
    while store.sweep(now, 100).await.unwrap() > 0 {}
    for (table, rows) in left(&file, column, value) {
        assert_eq!(rows, 0, "{table} keeps rows of a {column} that is gone");
    }
}

#[tokio::test]
async fn nothing_of_a_deleted_pool_is_left() {
    let change = Change::DeletePool(PoolId::new("us-east-1_fixture"));
    let tables = [
        "signing_keys",
        "clients",
        "domains",
        "resource_servers",
        "users",
        "user_names",
        "user_counts",
        "user_groups",
        "codes",
        "families",
        "browser_sessions",
        "messages",
        "activity",
        "events",
    ];
    goes(change, "pool", "1", &tables).await;
}

#[tokio::test]
async fn nothing_of_a_deleted_client_is_left() {
    let change = Change::DeleteClient {
        pool: PoolId::new("us-east-1_fixture"),
        client: ClientId::new("clientfixture"),
    };
    goes(change, "client", "1", &["families"]).await;
}

#[tokio::test]
async fn nothing_of_a_deleted_user_is_left() {
    let change = Change::DeleteUser {
        pool: PoolId::new("us-east-1_fixture"),
        sub: Sub::new("sub-of-ann"),
    };
    let tables = ["users", "codes", "families", "browser_sessions", "events"];
    goes(change, "sub", "'sub-of-ann'", &tables).await;
}
