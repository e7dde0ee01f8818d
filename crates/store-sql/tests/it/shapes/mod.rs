//! Stored shapes have a memory: whole databases of earlier schemas are read by this program.
//!
//! `fixtures/schema_<version>.sql` holds at least one row of every table, sealed under the key of these tests, as the
//! last program of that schema wrote it; `fixtures/README.md` says which one that was. A released one is never edited.
//! docs/adding-a-stored-thing.md says when one is made, and how.
//!
//! SQLite wrote them. They serve PostgreSQL too, because both engines run the same statements with the same values: a
//! test compares what PostgreSQL holds with the newest fixture, row by row.

mod deletion;
mod fill;

use cabana_domain::code::CodePurpose;
use cabana_domain::factor::Factor;
use cabana_domain::flow::{Method, Methods};
use cabana_domain::message::DeliveryState;
use cabana_domain::trigger::Trigger;
use cabana_domain::user::Password;
use cabana_domain::{ClientId, PoolId, Sub};
use cabana_store::conformance::samples::{self, at, hash};
use cabana_store::conformance::{passkeys, providers};
use cabana_store::{Page, SharedStore};
use cabana_store_sql::{SqliteStore, migrations};
use rusqlite::Connection;

use crate::database::Database;
use crate::{Folder, sealer};

/// Every schema of which there is a fixture. Before version 3 nothing was released.
const FIXTURES: [(i64, &str); 3] = [
    (3, include_str!("../fixtures/schema_0003.sql")),
    (4, include_str!("../fixtures/schema_0004.sql")),
    (5, include_str!("../fixtures/schema_0005.sql")),
];

/// What makes the database of a fixture, for one of the engines.
fn script(engine: usize, version: i64, rows: &str) -> String {
    let mut script =
        "CREATE TABLE schema_version (version BIGINT PRIMARY KEY, name TEXT NOT NULL);\n"
            .to_owned();
    for (number, name, texts) in migrations().take_while(|(number, ..)| *number <= version) {
        script.push_str(&texts[engine]);
        script.push_str(&format!(
            "\nINSERT INTO schema_version (version, name) VALUES ({number}, '{name}');\n"
        ));
    }
    script + &literals(engine, rows)
}

/// Literals of bytes as the engine writes them; they are SQLite's in the fixtures.
fn literals(engine: usize, rows: &str) -> String {
    if engine == 0 {
        return rows.to_owned();
    }
    let mut parts = rows.split("X'");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (hex, rest) = part.split_once('\'').unwrap();
        text.push_str(&format!("'\\x{hex}'::bytea{rest}"));
    }
    text
}

/// A database of SQLite from a fixture, not brought up to date yet.
fn sqlite(folder: &Folder, version: i64, rows: &str) -> std::path::PathBuf {
    let path = folder.path("cabana.db");
    let file = Connection::open(&path).unwrap();
    file.execute_batch(&script(0, version, rows)).unwrap();
    path
}

fn page() -> Page {
    Page {
        limit: 10,
        after: None,
    }
}

/// Everything there is can be read, and says what was written.
async fn is_read(store: &SharedStore, version: i64) {
    let pool = PoolId::new("us-east-1_fixture");
    let (client, sub) = (ClientId::new("clientfixture"), Sub::new("sub-of-ann"));
    let of_pool = store.pool(&pool).await.unwrap().unwrap();
    let name = of_pool.settings.name.as_deref();
    assert_eq!(name, Some("pool fixture with an ü"));
    assert!(of_pool.mfa.software_token);
    let keys = store.signing_keys(&pool).await.unwrap();
    let mut secrets: Vec<_> = keys.iter().map(|key| key.pkcs8.clone()).collect();
    secrets.sort();
    assert_eq!(secrets, [[1, 0, 255], [2, 0, 255]]);
    let app = store.client(&client).await.unwrap().unwrap();
    assert_eq!(app.secrets[0].value.expose(), "a secret");
    let domain = store.domain("login.example.com").await.unwrap().unwrap();
    assert!(domain.custom.is_some() && domain.managed_login_version == 2);
    let server = store.resource_server(&pool, "https://api").await.unwrap();
    assert_eq!(server.unwrap().scopes[0].name, "write");
    let ann = store.user_by_name(&pool, "ann").await.unwrap().unwrap();
    assert_eq!(Some(&ann), store.user(&pool, &sub).await.unwrap().as_ref());
    assert_eq!(ann.attribute("custom:nul"), Some("a\0b"));
    assert_eq!(ann.pending["email"], "new@example.com");
    assert_eq!(ann.mfa.preferred, Some(Factor::Totp));
    assert_eq!(ann.lockout.failures, 2);
    assert!(matches!(&ann.secrets.password, Password::Srp { salt, .. } if salt.0 == [1; 16]));
    assert_eq!(ann.secrets.history.len(), 2);
    assert_eq!(ann.secrets.totp.as_ref().unwrap().0, [3; 20]);
    assert_eq!(ann.temporary_password_expires, Some(at(7)));
    assert_eq!(store.count_users(&pool).await.unwrap(), 1);
    let groups = store.groups_of(&pool, &sub).await.unwrap();
    assert_eq!((groups.len(), groups[0].precedence), (1, Some(7)));
    let members = store.members(&pool, "team", page()).await.unwrap().items;
    assert_eq!(members[0].username, "ann");
    let code = store.code(&pool, &sub, CodePurpose::ForgotPassword).await;
    assert_eq!(code.unwrap().unwrap().destination, "ann@example.com");
    let methods = Methods(vec![Method::Pwd, Method::Otp]);
    let granted = store.authorization_code(&hash(2)).await.unwrap().unwrap();
    assert_eq!(granted.authentication.at, at(13));
    assert_eq!(granted.authentication.methods, methods);
    let session = store.browser_session(&hash(3)).await.unwrap().unwrap();
    assert_eq!(session.authentication.at, at(14));
    assert_eq!(session.authentication.methods, methods);
    let family = store.family("family-10").await.unwrap().unwrap();
    assert_eq!(family.authentication.at, at(17));
    assert_eq!(family.authentication.methods, methods);
    assert_eq!(family.refresh_hash, Some(hash(10)));
    assert!(store.is_spent(&hash(4)).await.unwrap());
    assert_eq!(store.counter(&hash(5)).await.unwrap().unwrap().count, 3);
    let message = store.message("message").await.unwrap().unwrap();
    assert_eq!(message.state, DeliveryState::Inbox);
    assert_eq!(message.content.unwrap().code.as_deref(), Some("123456"));
    let key = store.access_key("AKIAFIXTURE").await.unwrap().unwrap();
    assert_eq!(key.secret.expose(), "secret");
    let entries = store.audit_entries(Some(&pool), page()).await.unwrap();
    assert_eq!(entries.items[0].target.as_deref(), Some("änn"));
    assert_eq!(store.activity(&pool, 0).await.unwrap()[0].count, 2);
    if version >= 4 {
        assert_eq!(family.earlier.len(), 2);
        assert!(!granted.level_asked);
        let events = store.events(&pool, Some(&sub), page()).await.unwrap();
        assert_eq!(events.items[0].detail.username, "änn");
        assert_eq!(ann.factor_guesses.wrong.len(), 2);
        let draft = store.draft(&hash(6)).await.unwrap().unwrap();
        assert_eq!(draft.content.expose(), r#"{"name":"änn"}"#);
    }
    if version >= 5 {
        let found = store.passkeys(&pool, &sub).await.unwrap();
        assert!(ann.mfa.passkey && ann.secrets.pending_passkey.is_some());
        assert_eq!(found, [passkeys::sample(&pool, &sub, 7)]);
        let delivery = store.delivery("delivery").await.unwrap().unwrap();
        assert_eq!(delivery.trigger, Trigger::CustomEmailSender);
        assert_eq!(delivery.event.expose(), r#"{"userName":"änn"}"#);
        let provider = store.identity_provider(&pool, "MyOIDC").await.unwrap();
        assert_eq!(
            provider.as_deref(),
            Some(&providers::sample(&pool, "MyOIDC"))
        );
        let saml_key = store.saml_key(&pool).await.unwrap();
        assert_eq!(saml_key, Some(providers::saml_key(&pool)));
        let identity = providers::identity(&pool, &sub, "Änn");
        let found = store.user_by_identity(&pool, &identity.key).await.unwrap();
        assert_eq!(found.as_ref(), Some(&ann));
        let device = samples::device(&pool, &sub, "us-east-1_00ff", 23);
        let key = family.authentication.device.as_deref().unwrap();
        assert_eq!(store.device(&pool, &sub, key).await.unwrap(), Some(device));
    }
}

#[tokio::test]
async fn sqlite_reads_the_shapes_of_every_earlier_release() {
    for (version, rows) in FIXTURES {
        let folder = Folder::new();
        let path = sqlite(&folder, version, rows);
        is_read(&SqliteStore::open(&path, sealer()).unwrap(), version).await;
    }
}

#[tokio::test]
async fn postgres_reads_the_shapes_of_every_earlier_release() {
    for (version, rows) in FIXTURES {
        let database = Database::new().await;
        let client = database.client().await;
        client
            .batch_execute(&script(1, version, rows))
            .await
            .unwrap();
        is_read(&database.store().await, version).await;
    }
}

#[test]
fn the_newest_schema_has_a_fixture_with_rows_in_every_table() {
    let (version, rows) = FIXTURES[FIXTURES.len() - 1];
    let newest = migrations().last().map(|(number, ..)| number);
    assert_eq!(Some(version), newest);
    let folder = Folder::new();
    let file = Connection::open(sqlite(&folder, version, rows)).unwrap();
    for table in fill::tables(&file) {
        let count = format!("SELECT count(*) FROM {table}");
        let count: i64 = file.query_row(&count, [], |row| row.get(0)).unwrap();
        assert!(count > 0, "the newest fixture has no row of {table}");
    }
}

/// A row without its sealed values, whose nonces are random, and without the shard of a count, which is too.
fn without_chance(row: &str) -> String {
    let mut parts = row.split("X'");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (hex, rest) = part.split_once('\'').unwrap();
        text.push_str(&format!("{} bytes{rest}", hex.len() / 2));
    }
    match text.strip_prefix("INSERT INTO user_counts ") {
        Some(_) => "a count".to_owned(),
        None => text,
    }
}

#[tokio::test]
async fn postgres_writes_the_rows_that_the_newest_fixture_holds() {
    let (version, rows) = FIXTURES[FIXTURES.len() - 1];
    let folder = Folder::new();
    let tables = fill::tables(&Connection::open(sqlite(&folder, version, rows)).unwrap());
    let database = Database::new().await;
    fill::fill(&database.store().await).await;
    let client = database.client().await;
    let mut written = Vec::new();
    for table in &tables {
        written.extend(fill::dump_postgres(&client, table).await);
    }
    let mut written: Vec<_> = written.iter().map(|row| without_chance(row)).collect();
    let mut expected: Vec<_> = rows.lines().map(without_chance).collect();
    written.sort();
    expected.sort();
    assert_eq!(written, expected);
}
