//! A database that an older version made is migrated and keeps its data.

use cabana_domain::activity::ActivityKind;
use cabana_domain::flow::Methods;
use cabana_domain::tokens::Use;
use cabana_domain::{Span, Time};
use cabana_store::conformance::samples;
use cabana_store::{Change, Page, SharedStore};
use cabana_store_sql::{PostgresStore, SqliteStore, migrations};
use rusqlite::Connection;

use crate::database::Database;
use crate::{Folder, sealer};

const VERSIONS: &str =
    "CREATE TABLE schema_version (version BIGINT PRIMARY KEY, name TEXT NOT NULL);";
/// Rows that every version could hold.
const POOL: &str = "INSERT INTO pools (id, version, settings, mfa, created, modified)
    VALUES ('us-east-1_old', 3, '{\"Name\":\"old\"}', '{\"software_token\":false}', 5, 6);";

/// A family whose token was rotated by a program before version 4. The rows need no `methods`.
const FAMILY: &str = "INSERT INTO clients (id, pool, version, settings, secrets, created, modified)
    SELECT 'old-client', n, 1, '{}', '', 5, 6 FROM pools;
    INSERT INTO families (id, pool, client, sub, scopes, source, event_id, auth_time, issued, expires, refresh_hash,
      previous_hash, previous_good_until, revoked)
    SELECT 'old-family', pool, n, 'sub', '[]', 'api', 'event', 7, 8, 9, {new}, {old}, 10, 0 FROM clients;";

/// Hashes as the engines write them.
fn family(engine: usize) -> String {
    let blob = |byte: &str| match engine {
        0 => format!("x'{}'", byte.repeat(32)),
        _ => format!("'\\x{}'::bytea", byte.repeat(32)),
    };
    let empty = ["x''", "''::bytea"][engine];
    FAMILY
        .replace("{new}", &blob("02"))
        .replace("{old}", &blob("01"))
        .replace("'{}', ''", &format!("'{{}}', {empty}"))
}

/// SQL that made the databases of each older version, for one of the engines.
fn older(engine: usize) -> Vec<String> {
    let mut script = VERSIONS.to_owned();
    let all: Vec<_> = migrations().collect();
    let older = all.iter().take(all.len() - 1);
    let scripts = older.map(|(version, name, texts)| {
        script.push_str(&texts[engine]);
        script.push_str(&format!(
            "INSERT INTO schema_version (version, name) VALUES ({version}, '{name}');"
        ));
        format!("{script}{POOL}{}", family(engine))
    });
    scripts.collect()
}

/// The old rows are there, and new features work.
async fn is_up_to_date(store: SharedStore) {
    store.ready().await.unwrap();
    let pool = samples::pool("old").id;
    let old = store.pool(&pool).await.unwrap().unwrap();
    assert_eq!(
        (old.version, old.settings.name.as_deref()),
        (3, Some("old"))
    );
    let mut family = store.family("old-family").await.unwrap().unwrap();
    assert_eq!(family.refresh_hash, Some([2; 32]));
    // The columns of before are where the facts of its sign-in come from.
    assert_eq!(family.authentication.at, Time::from_micros(7));
    assert_eq!(family.authentication.methods, Methods(Vec::new()));
    let now = Time::from_micros(9);
    assert_eq!(family.judge(&[1; 32], now), Use::Repeated);
    assert_eq!(family.judge(&[1; 32], Time::from_micros(10)), Use::Stolen);
    family.rotate(&[1; 32], [3; 32], now, Span::seconds(1));
    let rotate = Change::RotateFamily {
        from: [2; 32],
        to: family.clone(),
    };
    store.apply(vec![rotate]).await.unwrap();
    assert_eq!(store.family("old-family").await.unwrap(), Some(family));
    let entry = samples::audit_entry("e1", Some(&pool), 1);
    let count = Change::AddActivity {
        pool: pool.clone(),
        day: 20_000,
        kind: ActivityKind::SignIn,
        by: 1,
    };
    let changes = vec![Change::RecordAudit(Box::new(entry.clone())), count];
    store.apply(changes).await.unwrap();
    let page = Page {
        limit: 1,
        after: None,
    };
    assert_eq!(
        store.audit_entries(None, page).await.unwrap().items,
        [entry]
    );
    assert_eq!(store.activity(&pool, 0).await.unwrap().len(), 1);
}

#[tokio::test]
async fn sqlite_of_an_older_program_is_brought_up_to_date() {
    assert!(!older(0).is_empty());
    for script in older(0) {
        let folder = Folder::new();
        let path = folder.path("cabana.db");
        let file = Connection::open(&path).unwrap();
        file.execute_batch(&script).unwrap();
        drop(file);
        is_up_to_date(SqliteStore::open(&path, sealer()).unwrap()).await;
    }
}

#[tokio::test]
async fn postgres_of_an_older_program_is_brought_up_to_date() {
    for script in older(1) {
        let database = Database::new().await;
        let client = database.client().await;
        client.batch_execute(&script).await.unwrap();
        let store = PostgresStore::connect(&database.url, sealer()).await;
        is_up_to_date(store.unwrap()).await;
    }
}
