//! A writing process is killed in the middle of its work; every confirmed list is there, whole.
//!
//! The process is this test binary again: it runs only [`writer`], which does nothing by itself.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use cabana_store::SharedStore;
use cabana_store::conformance::crash;
use cabana_store_sql::{PostgresStore, SqliteStore};

use crate::database::Database;
use crate::{Folder, sealer};

const ROUNDS: u32 = 3;
/// Lists written before the kill, in each round.
const LISTS: usize = 60;
/// Target database of the writer, if this process is one.
const TARGET: &str = "CABANA_TEST_CRASH_TARGET";
const FIRST: &str = "CABANA_TEST_CRASH_FIRST";

async fn open(target: &str) -> SharedStore {
    if target.starts_with("postgres://") {
        PostgresStore::connect(target, sealer()).await.unwrap()
    } else {
        SqliteStore::open(target.as_ref(), sealer()).unwrap()
    }
}

/// Not a test of its own: the process that the tests below start and kill.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writer() {
    let Ok(target) = std::env::var(TARGET) else {
        return;
    };
    let first = std::env::var(FIRST).unwrap().parse().unwrap();
    let store = open(&target).await;
    crash::write_until_killed(store, first, |number| println!("\ndone {number}")).await;
}

#[tokio::test]
async fn sqlite_keeps_whole_lists_when_it_is_killed() {
    let folder = Folder::new();
    survives(folder.path("cabana.db").to_str().unwrap()).await;
}

#[tokio::test]
async fn postgres_keeps_whole_lists_when_its_client_is_killed() {
    let database = Database::new().await;
    survives(&database.url).await;
}

async fn survives(target: &str) {
    crash::prepare(&open(target).await).await;
    let mut done = Vec::new();
    let mut first = 0;
    for round in 0..ROUNDS {
        let mut child = start(target, first);
        done.extend(read_then_kill(&mut child));
        // PostgreSQL may still be working for a client that is gone.
        let store = open(target).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        // Each of the writers was working on one more.
        let last = done.iter().copied().max().unwrap() + 32;
        let whole = crash::check(&store, &done, last).await;
        assert!(
            whole as usize >= done.len(),
            "round {round}: {whole} of {}",
            done.len()
        );
        first = last + 1;
    }
    assert!(done.len() >= LISTS * ROUNDS as usize);
}

fn start(target: &str, first: u32) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "crash::writer",
            "--nocapture",
            "--test-threads",
            "1",
        ])
        .env(TARGET, target)
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Reads the numbers of confirmed lists, kills the process after some, and reads its remaining output.
fn read_then_kill(child: &mut Child) -> Vec<u32> {
    let mut done = Vec::new();
    let output = BufReader::new(child.stdout.take().unwrap());
    for line in output.lines() {
        let line = line.unwrap();
        // The last line may be cut off: without its end it counts for nothing.
        if let Some(number) = line.strip_prefix("done ") {
            done.push(number.parse().unwrap());
        }
        if done.len() == LISTS {
            // SIGKILL: the process gets no chance to clean up.
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(
        done.len() >= LISTS,
        "the writer stopped by itself after {}",
        done.len()
    );
    done
}
