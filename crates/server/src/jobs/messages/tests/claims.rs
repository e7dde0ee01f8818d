//! Claims: renewed, lost, released.

use super::*;

/// Waits for a condition, for up to two seconds.
async fn until(what: &str, mut it_is_so: impl AsyncFnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !it_is_so().await {
        assert!(begun.elapsed() < Duration::from_secs(2), "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A claim that is renewed all the time.
const QUICK: Lease = Lease {
    length: cabana_domain::Span::seconds(20),
    trusted: Duration::from_secs(10),
    renewal: Duration::from_millis(10),
};

/// A mail on its way to a slow mail server, claimed with `lease`.
async fn slow_delivery(lease: Lease) -> (Post, JoinSet<()>) {
    let post = slow_post().await;
    post.queue("m", DeliveryMediumType::Email).await;
    let mut worker = post.worker(post.smtp());
    Arc::get_mut(&mut worker).unwrap().lease = lease;
    let mut under_way = JoinSet::new();
    worker.take(&mut under_way).await.unwrap();
    (post, under_way)
}

#[tokio::test]
async fn a_slow_delivery_keeps_its_claim_and_goes_out_once() {
    let (post, under_way) = slow_delivery(QUICK).await;
    until("the mail is on its way", async || {
        !post.mails.lock().unwrap().is_empty()
    })
    .await;
    post.clock.0.fetch_add(15, Ordering::SeqCst);
    let renewed = Time::from_seconds(START + 15 + 20);
    until("the claim is renewed", async || {
        post.message("m").await.due == renewed
    })
    .await;
    post.clock.0.fetch_add(6, Ordering::SeqCst);
    post.round(&post.worker(post.smtp())).await;
    assert_eq!(post.mails.lock().unwrap().len(), 1, "another node took it");
    post.nod.notify_one();
    under_way.join_all().await;
    let sent = post.message("m").await;
    assert_eq!((sent.state, sent.attempts), (DeliveryState::Sent, 1));
}

#[tokio::test]
async fn a_delivery_whose_message_another_node_has_is_broken_off() {
    let (post, under_way) = slow_delivery(QUICK).await;
    let mut others = post.message("m").await;
    others.attempts = 2;
    let change = Change::UpdateMessage {
        message: Box::new(others.clone()),
        attempts: 1,
    };
    post.store.apply(vec![change]).await.unwrap();
    let broken_off = tokio::time::timeout(Duration::from_secs(2), under_way.join_all());
    assert!(broken_off.await.is_ok(), "it went on");
    assert_eq!(post.message("m").await, others);
}

#[tokio::test]
async fn a_delivery_is_broken_off_before_a_claim_runs_out_that_nobody_renews() {
    let hasty = Lease {
        trusted: Duration::ZERO,
        ..QUICK
    };
    let (post, under_way) = slow_delivery(hasty).await;
    let broken_off = tokio::time::timeout(Duration::from_secs(2), under_way.join_all());
    assert!(broken_off.await.is_ok(), "it went on");
    assert_eq!(post.message("m").await.state, DeliveryState::Queued);
}

#[tokio::test]
async fn what_was_under_way_when_the_only_server_ended_goes_out_at_the_next_start() {
    let post = post("250 fine").await;
    post.queue("m", DeliveryMediumType::Email).await;
    let due = post
        .store
        .due_messages(DeliveryMediumType::Email, post.clock.now(), 1)
        .await
        .unwrap();
    let dead = post.worker(post.smtp());
    assert!(dead.claim(due[0].clone()).await.unwrap().is_some());
    let mut next = post.worker(post.smtp());
    Arc::get_mut(&mut next).unwrap().alone = true;
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(next.run(stopped));
    until("the mail goes out", async || {
        post.message("m").await.state == DeliveryState::Sent
    })
    .await;
    assert_eq!(post.mails.lock().unwrap().len(), 1);
    stop.send(true).unwrap();
    running.await.unwrap();
}

#[tokio::test]
async fn where_other_nodes_may_live_a_claim_is_waited_for() {
    let post = post("250 fine").await;
    post.queue("m", DeliveryMediumType::Email).await;
    let due = post
        .store
        .due_messages(DeliveryMediumType::Email, post.clock.now(), 1)
        .await
        .unwrap();
    let other = post.worker(post.smtp());
    assert!(other.claim(due[0].clone()).await.unwrap().is_some());
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(post.worker(post.smtp()).run(stopped));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(post.mails.lock().unwrap().is_empty());
    stop.send(true).unwrap();
    running.await.unwrap();
}
