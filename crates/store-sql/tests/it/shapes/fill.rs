//! Making the fixture of the schema of today.

use std::fmt::Write as _;

use cabana_domain::activity::ActivityKind;
use cabana_domain::code::CodePurpose;
use cabana_domain::keys::AccessKey;
use cabana_domain::message::DeliveryState;
use cabana_domain::user::NameKind;
use cabana_store::conformance::samples::{self, at, hash};
use cabana_store::conformance::{passkeys, providers};
use cabana_store::{Change, SharedStore};
use cabana_store_sql::SqliteStore;
use rusqlite::Connection;

use crate::{Folder, sealer};

/// One row of everything.
pub async fn fill(store: &SharedStore) {
    let (pool, client) = samples::pool_with_client(store, "fixture").await;
    let (gone, _) = samples::pool_with_client(store, "gone").await;
    let ann = samples::user(&pool, "ann");
    let names = [
        (NameKind::Username, "ann"),
        (NameKind::Email, "ann@example.com"),
    ];
    let names = names.map(|(kind, key)| samples::login_name(kind, key));
    let sub = &ann.sub;
    let changes = vec![
        Change::InsertDomain(Box::new(samples::custom_domain(&pool, "login.example.com"))),
        Change::InsertResourceServer(samples::resource_server(&pool, "https://api")),
        Change::InsertIdentityProvider(Box::new(providers::sample(&pool, "MyOIDC"))),
        Change::InsertSamlKey(Box::new(providers::saml_key(&pool))),
        Change::InsertUser {
            user: Box::new(ann.clone()),
            names: names.to_vec(),
        },
        Change::InsertIdentity(Box::new(providers::identity(&pool, sub, "Änn"))),
        Change::InsertPasskey(Box::new(passkeys::sample(&pool, sub, 7))),
        Change::InsertDevice(Box::new(samples::device(&pool, sub, "us-east-1_00ff", 23))),
        Change::InsertGroup(samples::group(&pool, "team", Some(7))),
        Change::AddMember {
            pool: pool.clone(),
            group: "team".to_owned(),
            sub: sub.clone(),
            at: at(12),
        },
        Change::PutCode(samples::code(&pool, sub, CodePurpose::ForgotPassword, 1)),
        Change::InsertAuthorizationCode(samples::authorization_code(&pool, &client, 2)),
        Change::InsertBrowserSession(samples::browser_session(&pool, sub, 3)),
        Change::InsertFamily(samples::family(&pool, &client, sub, 10)),
        Change::Spend {
            what: "session",
            key: hash(4),
            expires: at(100),
        },
        Change::PutCounter {
            key: hash(5),
            from: None,
            to: samples::counter(3),
        },
        Change::InsertDraft(samples::draft(6)),
        Change::Send(Box::new(samples::message(
            &pool,
            "message",
            DeliveryState::Inbox,
            20,
        ))),
        Change::Deliver(Box::new(samples::delivery(
            &pool,
            "delivery",
            DeliveryState::Failed,
            21,
        ))),
        Change::InsertAccessKey(AccessKey {
            id: "AKIAFIXTURE".to_owned(),
            secret: "secret".into(),
            enabled: true,
            name: "root".to_owned(),
            created: at(1),
        }),
        Change::RecordAudit(Box::new(samples::audit_entry("entry", Some(&pool), 21))),
        Change::AddActivity {
            pool: pool.clone(),
            day: 20_000,
            kind: ActivityKind::SignIn,
            by: 2,
        },
        Change::from(samples::event(&pool, sub, "event", 22)),
        Change::DeletePool(gone),
    ];
    store.apply(changes).await.unwrap();
}

/// Every table but SQLite's own and that of the versions, those first that others refer to.
pub fn tables(file: &Connection) -> Vec<String> {
    let query = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'
        AND name != 'schema_version' ORDER BY rowid";
    let mut found = file.prepare(query).unwrap();
    let names = found.query_map([], |row| row.get(0)).unwrap();
    names.collect::<Result<_, _>>().unwrap()
}

/// Every row as a statement, in literals of SQLite.
fn dump(file: &Connection) -> String {
    let mut script = String::new();
    for table in tables(file) {
        let columns = format!("SELECT name FROM pragma_table_info('{table}')");
        let mut found = file.prepare(&columns).unwrap();
        let columns = found.query_map([], |row| row.get::<_, String>(0)).unwrap();
        let columns: Vec<_> = columns.map(Result::unwrap).collect();
        let quoted: Vec<_> = columns.iter().map(|it| format!("quote({it})")).collect();
        let rows = format!(
            "SELECT {} FROM {table} ORDER BY 1",
            quoted.join(" || ', ' || ")
        );
        let mut found = file.prepare(&rows).unwrap();
        let rows = found.query_map([], |row| row.get::<_, String>(0)).unwrap();
        for row in rows {
            let (columns, row) = (columns.join(", "), row.unwrap());
            writeln!(script, "INSERT INTO {table} ({columns}) VALUES ({row});").unwrap();
        }
    }
    script
}

/// The rows of a table of PostgreSQL as [`dump`] writes them.
pub async fn dump_postgres(client: &tokio_postgres::Client, table: &str) -> Vec<String> {
    let query = "SELECT column_name::text, data_type::text FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position";
    let columns = client.query(query, &[&table]).await.unwrap();
    let names: Vec<String> = columns.iter().map(|column| column.get(0)).collect();
    let quoted: Vec<_> = columns
        .iter()
        .map(|column| {
            let (name, kind): (String, String) = (column.get(0), column.get(1));
            let literal = match kind.as_str() {
                "bytea" => format!("'X''' || upper(encode({name}, 'hex')) || ''''"),
                "text" => format!("'''' || replace({name}, '''', '''''') || ''''"),
                _ => format!("{name}::text"),
            };
            format!("coalesce({literal}, 'NULL')")
        })
        .collect();
    let rows = format!("SELECT {} FROM {table}", quoted.join(" || ', ' || "));
    let rows = client.query(&rows, &[]).await.unwrap();
    rows.iter()
        .map(|row| {
            let (columns, row): (_, String) = (names.join(", "), row.get(0));
            format!("INSERT INTO {table} ({columns}) VALUES ({row});")
        })
        .collect()
}

/// Writes the fixture of the schema of today into the file that `CABANA_FIXTURE` names.
#[tokio::test]
#[ignore = "writes a file: run when a schema is released"]
async fn make_the_fixture_of_the_schema_of_today() {
    let target = std::env::var("CABANA_FIXTURE").expect("CABANA_FIXTURE names no file");
    let folder = Folder::new();
    let path = folder.path("cabana.db");
    let store = SqliteStore::open(&path, sealer()).unwrap();
    fill(&store).await;
    drop(store);
    let file = Connection::open(&path).unwrap();
    std::fs::write(target, dump(&file)).unwrap();
}
