mod claims;
mod texts;

use super::*;
use crate::delivery::mail::{Sender, Smtp, SmtpUrl};
use crate::delivery::sms::TEXTS_GO_NOWHERE;
use crate::edge::Machine;
use crate::jobs::{Lease, Runner};
use cabana_api::ports::Clock;
use cabana_domain::message::{MessageContent, Purpose};
use cabana_domain::pool::{MfaSettings, Pool};
use cabana_domain::{PoolId, Time};
use cabana_model::UserPoolType;
use cabana_store::Sealer;
use cabana_store_sql::SqliteStore;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

/// A clock that only moves by hand.
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Time {
        Time::from_seconds(self.0.load(Ordering::SeqCst))
    }
}

const START: i64 = 1_700_000_000;

struct Post {
    store: SharedStore,
    clock: Arc<Hand>,
    mails: Arc<Mutex<Vec<String>>>,
    url: String,
    /// Lets a waiting mail server acknowledge a mail.
    nod: Arc<Notify>,
}

/// A mail server that answers RCPT with `verdict` and stores the mails it accepts.
async fn post(verdict: &'static str) -> Post {
    let nod = Arc::new(Notify::new());
    post_that(verdict, None, nod).await
}

/// The same, but it acknowledges a mail only after a nod.
async fn slow_post() -> Post {
    let nod = Arc::new(Notify::new());
    post_that("250 fine", Some(Arc::clone(&nod)), nod).await
}

async fn post_that(verdict: &'static str, waits: Option<Arc<Notify>>, nod: Arc<Notify>) -> Post {
    let sealer = Arc::new(Sealer::new(&[7; 32]).unwrap());
    let store = SqliteStore::open_temporary(sealer).unwrap();
    let pool = Pool {
        id: PoolId::new("us-east-1_abc"),
        version: 1,
        settings: UserPoolType::default(),
        mfa: MfaSettings::default(),
        kept_issuer: None,
        sessions: Default::default(),
        created: Time::from_seconds(START),
        modified: Time::from_seconds(START),
    };
    store
        .apply(vec![Change::InsertPool {
            pool: Box::new(pool),
            keys: Vec::new(),
        }])
        .await
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let mails = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&mails);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let session = session(stream, verdict, Arc::clone(&kept), waits.clone());
            tokio::spawn(session);
        }
    });
    Post {
        store,
        clock: Arc::new(Hand(AtomicI64::new(START))),
        mails,
        url,
        nod,
    }
}

async fn session(
    stream: TcpStream,
    verdict: &'static str,
    mails: Arc<Mutex<Vec<String>>>,
    waits: Option<Arc<Notify>>,
) {
    let mut stream = BufReader::new(stream);
    let mut reply = "220 sink".to_owned();
    loop {
        stream
            .write_all(format!("{reply}\r\n").as_bytes())
            .await
            .unwrap();
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        reply = match line.get(..4).unwrap_or_default() {
            "RCPT" => verdict.to_owned(),
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await.unwrap();
                let mut mail = String::new();
                while !mail.ends_with("\r\n.\r\n") {
                    stream.read_line(&mut mail).await.unwrap();
                }
                mails.lock().unwrap().push(mail);
                if let Some(nod) = &waits {
                    nod.notified().await;
                }
                "250 taken".to_owned()
            }
            _ => "250 fine".to_owned(),
        };
    }
}

impl Post {
    fn worker(&self, mails: Destination) -> Arc<Runner<Messages>> {
        self.worker_of(DeliveryMediumType::Email, mails)
    }

    fn worker_of(
        &self,
        medium: DeliveryMediumType,
        destination: Destination,
    ) -> Arc<Runner<Messages>> {
        let (store, clock) = (
            Arc::clone(&self.store),
            Arc::clone(&self.clock) as Arc<dyn Clock>,
        );
        Arc::new(Runner {
            job: Messages {
                store,
                clock: Arc::clone(&clock),
                medium,
                destination,
            },
            clock,
            queued: Arc::new(Notify::new()),
            lease: Lease::default(),
            alone: false,
        })
    }

    fn smtp(&self) -> Destination {
        let sender = Sender {
            from: "no-reply@example.com".to_owned(),
            host: "example.com".to_owned(),
        };
        Destination::Smtp(Smtp::new(&SmtpUrl::parse(&self.url).unwrap(), None, sender).unwrap())
    }

    async fn queue(&self, id: &str, medium: DeliveryMediumType) {
        let now = self.clock.now();
        let content = MessageContent {
            subject: "Code".to_owned(),
            body: "Your code is 123456".to_owned(),
            code: Some("123456".to_owned()),
            link: None,
            purpose: Purpose::SignIn,
        };
        let message = Message {
            id: id.to_owned(),
            pool: PoolId::new("us-east-1_abc"),
            medium,
            to: "dora@example.com".to_owned(),
            from: None,
            reply_to: None,
            content: Some(content),
            state: DeliveryState::Queued,
            attempts: 0,
            due: now,
            error: None,
            created: now,
        };
        self.store
            .apply(vec![Change::Send(Box::new(message))])
            .await
            .unwrap();
    }

    /// One round of a worker, until all it began is done.
    async fn round(&self, worker: &Arc<Runner<Messages>>) {
        let mut under_way = JoinSet::new();
        worker.take(&mut under_way).await.unwrap();
        under_way.join_all().await;
    }

    async fn message(&self, id: &str) -> Message {
        self.store.message(id).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn a_mail_goes_out_once_though_two_nodes_work_and_leaves_no_content_behind() {
    let post = post("250 fine").await;
    for number in 0..6 {
        post.queue(&format!("m{number}"), DeliveryMediumType::Email)
            .await;
    }
    let (one, two) = (post.worker(post.smtp()), post.worker(post.smtp()));
    tokio::join!(post.round(&one), post.round(&two));
    post.round(&one).await;
    assert_eq!(post.mails.lock().unwrap().len(), 6);
    let sent = post.message("m0").await;
    assert_eq!(
        (sent.state, sent.content, sent.attempts),
        (DeliveryState::Sent, None, 1)
    );
    let mails = post.mails.lock().unwrap();
    assert!(
        mails
            .iter()
            .all(|mail| mail.contains("Your code is 123456") && mail.contains("Message-ID: <m"))
    );
}

#[tokio::test]
async fn a_mail_that_is_put_off_is_tried_again_later_and_given_up_after_a_day() {
    let post = post("451 later please").await;
    post.queue("m", DeliveryMediumType::Email).await;
    let worker = post.worker(post.smtp());
    post.round(&worker).await;
    let waiting = post.message("m").await;
    assert_eq!(
        (waiting.state, waiting.attempts),
        (DeliveryState::Queued, 1)
    );
    assert_eq!(waiting.due, Time::from_seconds(START + 10));
    assert!(waiting.error.unwrap().contains("later please") && waiting.content.is_some());
    post.round(&worker).await;
    assert_eq!(post.message("m").await.attempts, 1, "not before its time");
    post.clock.0.fetch_add(10, Ordering::SeqCst);
    post.round(&worker).await;
    assert_eq!(
        post.message("m").await.due,
        Time::from_seconds(START + 10 + 60)
    );
    post.clock.0.store(START + 24 * 3600, Ordering::SeqCst);
    post.round(&worker).await;
    let given_up = post.message("m").await;
    assert_eq!(
        (given_up.state, given_up.content),
        (DeliveryState::Failed, None)
    );
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_is_not_tried_again() {
    let post = post("550 no such person").await;
    post.queue("m", DeliveryMediumType::Email).await;
    post.round(&post.worker(post.smtp())).await;
    let failed = post.message("m").await;
    assert_eq!(failed.state, DeliveryState::Failed);
    assert!(failed.error.unwrap().contains("no such person"));
}

#[tokio::test]
async fn the_log_shows_addresses_masked() {
    let post = post("550 no such person").await;
    post.queue("m", DeliveryMediumType::Email).await;
    let message = post.message("m").await;
    let (to, reason) = for_log(&message, "550 <dora@example.com> is unknown");
    assert_eq!(to, "d***@e***");
    assert_eq!(reason, "550 <d***@e***> is unknown");
}

#[tokio::test]
async fn a_log_in_that_is_refused_may_be_mended_so_the_mail_waits() {
    let post = post("530 log in first").await;
    post.queue("m", DeliveryMediumType::Email).await;
    post.round(&post.worker(post.smtp())).await;
    assert_eq!(post.message("m").await.state, DeliveryState::Queued);
}

#[tokio::test]
async fn a_message_whose_worker_died_goes_out_when_the_claim_is_over() {
    let post = post("250 fine").await;
    post.queue("m", DeliveryMediumType::Email).await;
    let worker = post.worker(post.smtp());
    let due = post
        .store
        .due_messages(DeliveryMediumType::Email, post.clock.now(), 1)
        .await
        .unwrap();
    let claimed = worker.claim(due[0].clone()).await.unwrap();
    assert!(claimed.is_some());
    assert!(
        worker.claim(due[0].clone()).await.unwrap().is_none(),
        "a second claim of the same reading"
    );
    post.round(&worker).await;
    assert_eq!(post.mails.lock().unwrap().len(), 0);
    post.clock.0.fetch_add(21, Ordering::SeqCst);
    post.round(&worker).await;
    assert_eq!(post.mails.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn the_inbox_keeps_what_a_message_says_and_nowhere_says_why() {
    let post = post("250 fine").await;
    post.queue("inbox", DeliveryMediumType::Email).await;
    post.round(&post.worker(Destination::Inbox)).await;
    let kept = post.message("inbox").await;
    assert_eq!(kept.state, DeliveryState::Inbox);
    assert_eq!(kept.content.unwrap().code.as_deref(), Some("123456"));
    post.queue("text", DeliveryMediumType::Sms).await;
    let nowhere = Destination::Nowhere(TEXTS_GO_NOWHERE);
    post.round(&post.worker_of(DeliveryMediumType::Sms, nowhere))
        .await;
    let failed = post.message("text").await;
    assert_eq!(
        (failed.state, failed.content),
        (DeliveryState::Failed, None)
    );
    assert_eq!(failed.error.as_deref(), Some(TEXTS_GO_NOWHERE));
}

#[tokio::test]
async fn the_worker_wakes_when_something_is_queued_and_ends_when_told() {
    let post = post("250 fine").await;
    let worker = Arc::new(Runner {
        job: Messages {
            store: Arc::clone(&post.store),
            clock: Arc::new(Machine),
            medium: DeliveryMediumType::Sms,
            destination: Destination::Inbox,
        },
        clock: Arc::new(Machine),
        queued: Arc::new(Notify::new()),
        lease: Lease::default(),
        alone: true,
    });
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(Arc::clone(&worker).run(stopped));
    tokio::time::sleep(Duration::from_millis(100)).await;
    post.queue("m", DeliveryMediumType::Sms).await;
    worker.queued.notify_one();
    let begun = std::time::Instant::now();
    while post.message("m").await.state != DeliveryState::Inbox {
        assert!(
            begun.elapsed() < Duration::from_millis(500),
            "the worker slept on"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stop.send(true).unwrap();
    tokio::time::timeout(Duration::from_secs(1), running)
        .await
        .unwrap()
        .unwrap();
}
