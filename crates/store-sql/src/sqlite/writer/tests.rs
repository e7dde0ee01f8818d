//! Behaviour that only the writer can show: a full disk, and lists that share a commit.

use std::path::Path;
use std::task::Poll;

use super::*;
use crate::sqlite::TemporaryFolder;
use crate::sqlite::connection::{Durability, open_writer};
use crate::value::{Value, params};

const PUT: &str = "INSERT INTO things (list, part, bytes) VALUES ($1, $2, $3)";
const PARTS: &str = "SELECT part FROM things WHERE list = $1 ORDER BY part";

fn writer(path: &Path, pages: u32) -> Writer {
    writer_for(path, pages, None)
}

fn writer_for(path: &Path, pages: u32, callers: Option<Arc<Callers>>) -> Writer {
    let connection = open_writer(path, Durability::None).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE things (list INTEGER, part INTEGER, bytes BLOB, UNIQUE (list, part))",
        )
        .unwrap();
    let used: u32 = connection
        .query_row("PRAGMA page_count", [], |row| row.get(0))
        .unwrap();
    connection
        .execute_batch(&format!("PRAGMA max_page_count = {}", used + pages))
        .unwrap();
    Writer::start(connection, callers).unwrap()
}

/// A list of three parts of 3 KiB each.
fn list(number: i64) -> Vec<Step> {
    let part = |part: i64| {
        let row = params![number, part, vec![7u8; 3_000]];
        Step::one(PUT, row, Verdict::Conflict("part"))
    };
    (0..3).map(part).collect()
}

/// Queues all lists before the writer has answered one, so that they share commits.
async fn all_at_once(writer: &Writer, lists: Vec<Vec<Step>>) -> Vec<Result<u64>> {
    futures_util::future::join_all(lists.into_iter().map(|list| writer.apply(list))).await
}

fn parts(path: &Path, list: i64) -> usize {
    let reader = Connection::open(path).unwrap();
    query(&reader, PARTS, &[Value::Int(list)]).unwrap().len()
}

#[tokio::test]
async fn on_a_full_disk_every_list_is_there_as_it_was_answered() {
    let folder = TemporaryFolder::new().unwrap();
    let path = folder.0.join("cabana.db");
    let writer = writer(&path, 100);
    let outcomes = all_at_once(&writer, (0..100).map(list).collect()).await;
    let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert!(done > 0 && done < 100, "{done}");
    for (number, outcome) in (0..).zip(&outcomes) {
        match outcome {
            Ok(rows) => assert_eq!((*rows, parts(&path, number)), (3, 3)),
            Err(StoreError::Unavailable(_)) => assert_eq!(parts(&path, number), 0),
            Err(other) => panic!("{other:?}"),
        }
    }
    // The writer is still alive, and a list that needs no space succeeds.
    let nothing = Step::any("DELETE FROM things WHERE list = $1", params![-1i64]);
    assert_eq!(writer.apply(vec![nothing]).await.unwrap(), 0);
}

#[tokio::test]
async fn a_list_that_fails_does_not_touch_its_neighbours() {
    let folder = TemporaryFolder::new().unwrap();
    let path = folder.0.join("cabana.db");
    let writer = writer(&path, 10_000);
    let mut lists: Vec<_> = (0..30).map(list).collect();
    for (number, list) in lists.iter_mut().enumerate() {
        match number % 3 {
            // The last part duplicates the first; a statement that SQLite refuses.
            1 => list.extend_from_within(..1),
            2 => list.push(Step::any("INSERT INTO nowhere VALUES (1)", params![])),
            _ => {}
        }
    }
    let outcomes = all_at_once(&writer, lists).await;
    for (number, outcome) in (0..).zip(outcomes) {
        let expected = match outcome {
            Ok(_) => 3,
            Err(StoreError::Conflict("part") | StoreError::Unavailable(_)) => 0,
            Err(other) => panic!("{other:?}"),
        };
        assert_eq!(expected == 3, number % 3 == 0, "list {number}");
        assert_eq!(parts(&path, number), expected, "list {number}");
    }
}

#[tokio::test]
async fn what_is_queued_is_written_before_the_writer_ends() {
    let folder = TemporaryFolder::new().unwrap();
    let path = folder.0.join("cabana.db");
    let writer = writer(&path, 10_000);
    for number in 0..50 {
        // Polled once: the list is queued (a quick writer has even answered), and nobody waits for the answer.
        let mut apply = Box::pin(writer.apply(list(number)));
        let first = std::future::poll_fn(|context| Poll::Ready(apply.as_mut().poll(context)));
        assert!(!matches!(first.await, Poll::Ready(Err(_))));
    }
    drop(writer);
    for number in 0..50 {
        assert_eq!(parts(&path, number), 3, "list {number}");
    }
}

#[tokio::test]
async fn callers_who_always_work_are_answered_all_the_same() {
    let folder = TemporaryFolder::new().unwrap();
    let path = folder.0.join("cabana.db");
    let writer = writer_for(&path, 10_000, Some(Arc::default()));
    for round in 0..3 {
        let lists = (0..40).map(|number| list(round * 40 + number)).collect();
        let outcomes = all_at_once(&writer, lists).await;
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(3))));
    }
    assert_eq!(parts(&path, 119), 3);
}

#[tokio::test]
async fn while_another_holds_the_file_nothing_is_done_and_all_are_told() {
    let folder = TemporaryFolder::new().unwrap();
    let path = folder.0.join("cabana.db");
    let connection = open_writer(&path, Durability::None).unwrap();
    connection.busy_timeout(std::time::Duration::ZERO).unwrap();
    let writer = Writer::start(connection, None).unwrap();
    let other = Connection::open(&path).unwrap();
    let nothing = || {
        vec![Step::any(
            "DELETE FROM pools WHERE id = $1",
            params!["none"],
        )]
    };
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    for outcome in all_at_once(&writer, (0..10).map(|_| nothing()).collect()).await {
        assert!(
            matches!(outcome, Err(StoreError::Unavailable(_))),
            "{outcome:?}"
        );
    }
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(writer.apply(nothing()).await.unwrap(), 0);
}
