//! Every statement prepares on both engines, and no paged one scans or sorts.

use std::collections::BTreeMap;

use cabana_store_sql::{SqliteStore, statements};
use rusqlite::Connection;
use tokio_postgres::types::Type;

use crate::database::Database;
use crate::{Folder, sealer};

/// An empty SQLite database with our schema.
fn sqlite() -> (Folder, Connection) {
    let folder = Folder::new();
    let path = folder.path("cabana.db");
    drop(SqliteStore::open(&path, sealer()).unwrap());
    let connection = Connection::open(&path).unwrap();
    (folder, connection)
}

#[test]
fn sqlite_prepares_every_statement() {
    let (_folder, connection) = sqlite();
    for (name, sql) in statements() {
        let statement = connection
            .prepare(sql)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut numbers: Vec<usize> = (1..=statement.parameter_count())
            .map(|position| {
                statement.parameter_name(position).unwrap()[1..]
                    .parse()
                    .unwrap()
            })
            .collect();
        numbers.sort_unstable();
        let all: Vec<usize> = (1..=numbers.len()).collect();
        assert_eq!(numbers, all, "{name} leaves out a parameter");
    }
}

#[tokio::test]
async fn postgres_prepares_every_statement_as_sqlite_does() {
    let database = Database::new().await;
    drop(database.store().await);
    let client = database.client().await;
    let (_folder, connection) = sqlite();
    for (name, sql) in statements() {
        let here = connection.prepare(sql).unwrap();
        let there = client
            .prepare(sql)
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(there.params().len(), here.parameter_count(), "{name}");
        assert_eq!(there.columns().len(), here.column_count(), "{name}");
        let known = [Type::INT8, Type::INT4, Type::TEXT, Type::BYTEA];
        let columns = there.columns().iter().map(|column| column.type_().clone());
        for kind in there.params().iter().cloned().chain(columns) {
            assert!(known.contains(&kind), "{name} has a {kind}");
        }
    }
}

#[test]
fn sqlite_reads_pages_from_an_index_in_order() {
    let (_folder, connection) = sqlite();
    let mut seen = 0;
    for (name, sql) in statements().filter(|(_, sql)| sql.contains("LIMIT")) {
        // The rows of a deleted pool or client have no order, and counting needs none.
        // One user's devices and sessions are few enough to be sorted.
        let is_page = !name.starts_with("SWEEP_") && !name.starts_with("COUNT_");
        if !is_page || ["LIMIT_DEVICES", "LIMIT_SESSIONS"].contains(&name) {
            continue;
        }
        let plan = plan(&connection, sql);
        assert!(!plan.contains("USE TEMP B-TREE"), "{name} sorts:\n{plan}");
        assert!(
            !plan.contains("SCAN") || name == "POOLS" || plan.contains("SCAN p"),
            "{name} scans:\n{plan}"
        );
        // Otherwise a page would walk past all rows that share the first value of its cursor. SQLite's searches of
        // users are split instead.
        let has_pair = sql.contains(") > ($") || sql.contains(") < ($");
        let is_sought = match name {
            // The value is unique.
            "LIKE_SUB_IN_PARTS" => plan.contains("sub=?") && plan.contains("sub>? AND sub<?"),
            _ if name.ends_with("_IN_PARTS") => {
                plan.contains("=? AND n>?") && plan.matches("SEARCH u ").count() == 2
            }
            _ => !has_pair || name.starts_with("LIKE_") || plan.contains("(?,?)"),
        };
        assert!(is_sought, "{name} seeks half of its cursor:\n{plan}");
        seen += 1;
    }
    assert!(seen >= 25, "{seen}");
}

fn plan(connection: &Connection, sql: &str) -> String {
    let mut statement = connection
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .unwrap();
    let rows = statement.raw_query().mapped(|row| row.get::<_, String>(3));
    rows.map(Result::unwrap).collect::<Vec<_>>().join("\n")
}

/// With many rows and fresh statistics, PostgreSQL too answers every page of users from an index.
#[tokio::test]
async fn postgres_reads_pages_of_users_from_an_index_in_order() {
    let database = Database::new().await;
    drop(database.store().await);
    let client = database.client().await;
    client.batch_execute(MANY_USERS).await.unwrap();
    let mut plans = BTreeMap::new();
    for (name, sql) in statements() {
        let is_search = name.starts_with("WITH_") || name.starts_with("LIKE_");
        if name != "USERS" && !is_search || name.ends_with("_IN_PARTS") {
            continue;
        }
        client
            .batch_execute(&format!("PREPARE page AS {sql}"))
            .await
            .unwrap();
        let last = (1..9)
            .take_while(|number| sql.contains(&format!("${number}")))
            .count();
        let values = match (name, last) {
            ("USERS", _) => "'us-east-1_a', 5, 60".to_owned(),
            ("WITH_ENABLED", _) => "'us-east-1_a', 1, 5, 60".to_owned(),
            (_, 4) => "'us-east-1_a', 'value77', 5, 60".to_owned(),
            _ => "'us-east-1_a', 'value8', 'value7', 5, 60".to_owned(),
        };
        client
            .batch_execute("SET plan_cache_mode = force_generic_plan")
            .await
            .unwrap();
        let rows = client
            .query(&format!("EXPLAIN EXECUTE page({values})"), &[])
            .await
            .unwrap();
        let lines: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        client.batch_execute("DEALLOCATE page").await.unwrap();
        plans.insert(name, lines.join("\n"));
    }
    assert_eq!(plans.len(), 20);
    for (name, plan) in plans {
        assert!(!plan.contains("Seq Scan on users"), "{name} scans:\n{plan}");
        // Users with the same prefix of a sub, or one sub: few.
        let sorts = plan.contains("Sort") && !name.ends_with("_SUB");
        assert!(!sorts, "{name} sorts:\n{plan}");
    }
}

const MANY_USERS: &str = "
    INSERT INTO pools (id, version, settings, mfa, created, modified)
      VALUES ('us-east-1_a', 1, '{}', '{}', 1, 1), ('us-east-1_b', 1, '{}', '{}', 1, 1);
    INSERT INTO users (pool, sub, version, username, status, enabled, email, phone_number, name,
        given_name, family_name, preferred_username, attributes, pending, mfa, lockout, secrets,
        tokens_not_before, created, modified)
      SELECT p.n, 'value' || i, 1, 'value' || i, 'value' || (i % 5), i % 2, 'value' || i, 'value' || i,
        'value' || i, 'value' || i, 'value' || i, 'value' || i, '{}', '{}', '{}', '{}', '', 0, 1, 1
      FROM pools p, generate_series(1, 20000) i;
    ANALYZE;
";
