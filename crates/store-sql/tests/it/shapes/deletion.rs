//! No table is forgotten when a pool, an app client or a user goes.

use cabana_domain::{ClientId, PoolId, Span, Sub};
use cabana_store::conformance::samples::at;
use cabana_store::{Change, SharedStore, Sweep};
use cabana_store_sql::SqliteStore;
use rusqlite::Connection;

use super::{FIXTURES, fill, sqlite};
use crate::{Folder, sealer};

/// What a deletion does to the rows of a table: the condition picks those that belong to what is deleted.
#[derive(Clone, Copy)]
enum Fate {
    Deleted(&'static str),
    /// The rows outlive it, for this reason.
    Kept(&'static str, &'static str),
    /// No row of the table belongs to one.
    None,
}
use Fate::{Deleted, Kept, None};

const EXPIRE: &str = "they give nothing without client and user, and expire after five minutes";
const AUDITED: &str = "who changed what is kept for 400 days";

/// Every table of the schema, and its rows' fate when their pool, client or user is deleted.
const TABLES: [(&str, [Fate; 3]); 29] = [
    ("pools", [Deleted("n = 1"), None, None]),
    ("signing_keys", [Deleted("pool = 1"), None, None]),
    ("clients", [Deleted("pool = 1"), Deleted("n = 1"), None]),
    ("domains", [Deleted("pool = 1"), None, None]),
    ("resource_servers", [Deleted("pool = 1"), None, None]),
    ("identity_providers", [Deleted("pool = 1"), None, None]),
    ("idp_identifiers", [Deleted("pool = 1"), None, None]),
    ("saml_keys", [Deleted("pool = 1"), None, None]),
    (
        "identities",
        [Deleted("pool = 1"), None, Deleted("owner = 1")],
    ),
    (
        "users",
        [Deleted("pool = 1"), None, Deleted("sub = 'sub-of-ann'")],
    ),
    (
        "user_names",
        [Deleted("pool = 1"), None, Deleted("owner = 1")],
    ),
    (
        "passkeys",
        [Deleted("owner = 1"), None, Deleted("owner = 1")],
    ),
    (
        "devices",
        [Deleted("owner = 1"), None, Deleted("owner = 1")],
    ),
    ("user_counts", [Deleted("pool = 1"), None, None]),
    ("user_groups", [Deleted("pool = 1"), None, None]),
    (
        "members",
        [Deleted("team = 1"), None, Deleted("member = 1")],
    ),
    (
        "codes",
        [Deleted("pool = 1"), None, Deleted("sub = 'sub-of-ann'")],
    ),
    (
        "authorization_codes",
        [
            Kept("client = 1", EXPIRE),
            Kept("client = 1", EXPIRE),
            Kept("sub = 'sub-of-ann'", EXPIRE),
        ],
    ),
    (
        "families",
        [
            Deleted("pool = 1"),
            Deleted("client = 1"),
            Deleted("sub = 'sub-of-ann'"),
        ],
    ),
    (
        "browser_sessions",
        [Deleted("pool = 1"), None, Deleted("sub = 'sub-of-ann'")],
    ),
    // Keyed by a hash, and gone when they expire.
    ("spent", [None; 3]),
    ("counters", [None; 3]),
    ("drafts", [None; 3]),
    ("messages", [Deleted("pool = 1"), None, None]),
    ("deliveries", [Deleted("pool = 1"), None, None]),
    // Of the whole server.
    ("access_keys", [None; 3]),
    (
        "audit",
        [
            Kept("pool = 'us-east-1_fixture'", AUDITED),
            None,
            Kept("target = 'änn'", AUDITED),
        ],
    ),
    ("activity", [Deleted("pool = 1"), None, None]),
    (
        "events",
        [Deleted("pool = 1"), None, Deleted("sub = 'sub-of-ann'")],
    ),
];

/// The sweep's own list of what is deleted; empty when it is done.
const TOMBSTONES: &str = "graves";

fn count(file: &Connection, table: &str, condition: &str) -> i64 {
    let rows = format!("SELECT count(*) FROM {table} WHERE {condition}");
    file.query_row(&rows, [], |row| row.get(0)).unwrap()
}

/// Deletes one of the owners (0 a pool, 1 a client, 2 a user) from the newest fixture, and sweeps.
async fn delete(owner: usize, change: Change) {
    let (version, rows) = FIXTURES[FIXTURES.len() - 1];
    let folder = Folder::new();
    let path = sqlite(&folder, version, rows);
    let file = Connection::open(&path).unwrap();
    for (table, fates) in TABLES {
        if let Deleted(condition) | Kept(condition, _) = fates[owner] {
            let before = count(&file, table, condition);
            assert!(
                before > 0,
                "the fixture has no row of {table} with {condition}"
            );
        }
    }
    let store: SharedStore = SqliteStore::open(&path, sealer()).unwrap();
    store.apply(vec![change]).await.unwrap();
    // Before anything expires by itself.
    let now = at(30).before(Span::seconds(1));
    let sweep = Sweep {
        now,
        events_kept: Span::days(30),
        limit: 100,
    };
    while store.sweep(sweep).await.unwrap() > 0 {}
    for (table, fates) in TABLES {
        match fates[owner] {
            Deleted(condition) => {
                assert_eq!(count(&file, table, condition), 0, "{table} keeps rows");
            }
            Kept(condition, why) => {
                assert!(
                    count(&file, table, condition) > 0,
                    "{table} keeps none, but {why}"
                );
            }
            None => (),
        }
    }
}

#[test]
fn every_table_says_what_becomes_of_its_rows() {
    let (version, rows) = FIXTURES[FIXTURES.len() - 1];
    let folder = Folder::new();
    let file = Connection::open(sqlite(&folder, version, rows)).unwrap();
    let mut tables = fill::tables(&file);
    tables.retain(|table| table != TOMBSTONES);
    let mut named = TABLES.map(|(table, _)| table.to_owned()).to_vec();
    tables.sort();
    named.sort();
    assert_eq!(
        tables, named,
        "the schema on the left, the list above on the right"
    );
    for (table, fates) in TABLES {
        let columns = format!(
            "SELECT count(*) FROM pragma_table_info('{table}') WHERE name IN ('pool', 'client', 'sub')"
        );
        let names_one: i64 = file.query_row(&columns, [], |row| row.get(0)).unwrap();
        let owned = fates.iter().any(|fate| !matches!(fate, None));
        assert!(owned || names_one == 0, "{table} names an owner");
    }
}

#[tokio::test]
async fn nothing_of_a_deleted_pool_is_left() {
    delete(0, Change::DeletePool(PoolId::new("us-east-1_fixture"))).await;
}

#[tokio::test]
async fn nothing_of_a_deleted_client_is_left() {
    let change = Change::DeleteClient {
        pool: PoolId::new("us-east-1_fixture"),
        client: ClientId::new("clientfixture"),
    };
    delete(1, change).await;
}

#[tokio::test]
async fn nothing_of_a_deleted_user_is_left() {
    let change = Change::DeleteUser {
        pool: PoolId::new("us-east-1_fixture"),
        sub: Sub::new("sub-of-ann"),
    };
    delete(2, change).await;
}
