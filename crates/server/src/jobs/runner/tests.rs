use super::*;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

const START: i64 = 1_700_000_000;

/// A clock that only moves by hand.
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Time {
        Time::from_seconds(self.0.load(Ordering::SeqCst))
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Row {
    id: &'static str,
    progress: Progress,
    state: &'static str,
    error: Option<String>,
}

/// A kind of job with a queue in memory and scripted outcomes. `None` never ends.
struct Errand {
    rows: Mutex<BTreeMap<&'static str, Row>>,
    answers: Mutex<Vec<Option<Result<(), Failure>>>>,
}

#[async_trait]
impl Job for Errand {
    type Item = Row;
    type Done = ();

    const KIND: &'static str = "errand";
    const AT_ONCE: u32 = 2;

    fn id(row: &Row) -> &str {
        row.id
    }

    fn progress(row: &Row) -> Progress {
        row.progress
    }

    fn schedule(row: &mut Row, attempts: u32, due: Time) {
        (row.progress.attempts, row.progress.due) = (attempts, due);
    }

    async fn due(&self, now: Time, limit: u32) -> Result<Vec<Row>, StoreError> {
        let rows = self.rows.lock().unwrap();
        let due = rows
            .values()
            .filter(|row| row.state == "queued" && row.progress.due <= now);
        Ok(due.take(limit as usize).cloned().collect())
    }

    async fn save(&self, row: &Row, attempts: u32) -> Result<(), StoreError> {
        let mut rows = self.rows.lock().unwrap();
        let kept = rows.get_mut(row.id).ok_or(StoreError::Gone)?;
        if kept.progress.attempts != attempts {
            return Err(StoreError::Stale);
        }
        *kept = row.clone();
        Ok(())
    }

    async fn release(&self, _: Time, _: Time) -> Result<(), StoreError> {
        Ok(())
    }

    async fn attempt(&self, _: &Row) -> Result<(), Failure> {
        let answer = self.answers.lock().unwrap().remove(0);
        match answer {
            Some(answer) => answer,
            None => std::future::pending().await,
        }
    }

    fn settle(row: &mut Row, outcome: Outcome<()>) {
        (row.state, row.error) = match outcome {
            Outcome::Done(()) => ("done", None),
            Outcome::Retried(error) => ("queued", Some(error)),
            Outcome::GivenUp(error) => ("failed", Some(error)),
        };
    }
}

struct Stage {
    runner: Arc<Runner<Errand>>,
    clock: Arc<Hand>,
}

impl Stage {
    fn new(answers: Vec<Option<Result<(), Failure>>>, lease: Lease) -> Self {
        let clock = Arc::new(Hand(AtomicI64::new(START)));
        let now = clock.now();
        let progress = Progress {
            attempts: 0,
            due: now,
            created: now,
        };
        let row = Row {
            id: "e",
            progress,
            state: "queued",
            error: None,
        };
        let runner = Arc::new(Runner {
            job: Errand {
                rows: Mutex::new(BTreeMap::from([("e", row)])),
                answers: Mutex::new(answers),
            },
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            queued: Arc::new(Notify::new()),
            lease,
            alone: false,
        });
        Self { runner, clock }
    }

    async fn round(&self) -> Row {
        let mut under_way = JoinSet::new();
        self.runner.take(&mut under_way).await.unwrap();
        under_way.join_all().await;
        self.row()
    }

    fn row(&self) -> Row {
        self.runner.job.rows.lock().unwrap()["e"].clone()
    }
}

fn later() -> Option<Result<(), Failure>> {
    Some(Err(Failure::Later("busy".to_owned())))
}

#[tokio::test]
async fn a_job_is_retried_after_growing_waits_and_done_once() {
    let stage = Stage::new(vec![later(), later(), Some(Ok(()))], Lease::default());
    let row = stage.round().await;
    assert_eq!((row.state, row.error.as_deref()), ("queued", Some("busy")));
    assert_eq!(row.progress.due, Time::from_seconds(START + 10));
    assert_eq!(
        stage.round().await.progress.attempts,
        1,
        "not before its time"
    );
    stage.clock.0.fetch_add(10, Ordering::SeqCst);
    let row = stage.round().await;
    assert_eq!(row.progress.due, Time::from_seconds(START + 10 + 60));
    stage.clock.0.fetch_add(60, Ordering::SeqCst);
    let row = stage.round().await;
    assert_eq!(
        (row.state, row.progress.attempts, row.error),
        ("done", 3, None)
    );
    assert_eq!(stage.round().await.progress.attempts, 3);
}

#[tokio::test]
async fn a_job_is_given_up_after_a_day_or_where_it_says_so() {
    let stage = Stage::new(vec![later()], Lease::default());
    stage.clock.0.fetch_add(24 * 3600, Ordering::SeqCst);
    assert_eq!(stage.round().await.state, "failed");
    let never = Some(Err(Failure::Never("no such thing".to_owned())));
    let row = Stage::new(vec![never], Lease::default()).round().await;
    assert_eq!(
        (row.state, row.error.as_deref()),
        ("failed", Some("no such thing"))
    );
}

#[tokio::test]
async fn a_job_whose_claim_is_lost_is_broken_off_and_left_to_whoever_has_it() {
    let quick = Lease {
        renewal: Duration::from_millis(10),
        ..Lease::default()
    };
    let stage = Stage::new(vec![None, Some(Ok(()))], quick);
    let mut under_way = JoinSet::new();
    stage.runner.take(&mut under_way).await.unwrap();
    let mut others = stage.row();
    assert_eq!((others.state, others.progress.attempts), ("queued", 1));
    others.progress.attempts = 2;
    stage.runner.job.save(&others, 1).await.unwrap();
    let broken_off = tokio::time::timeout(Duration::from_secs(2), under_way.join_all());
    assert!(broken_off.await.is_ok(), "it went on");
    assert_eq!(stage.row(), others, "nothing is noted of it");
    stage.clock.0.fetch_add(21, Ordering::SeqCst);
    let row = stage.round().await;
    assert_eq!((row.state, row.progress.attempts), ("done", 3));
}
