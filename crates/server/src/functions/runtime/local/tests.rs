use std::sync::Arc;

use super::*;

const SOON: Duration = Duration::from_millis(20);
const LATER: Duration = Duration::from_secs(5);

fn function() -> Arc<Local> {
    Arc::new(Local::new("check".to_owned(), 0))
}

fn event(id: &str) -> Invocation {
    Invocation {
        id: id.to_owned(),
        arn: "arn".to_owned(),
        event: Bytes::from_static(b"{}"),
        deadline: 0,
    }
}

/// A runtime that gives this answer to every event.
fn runtime(function: &Arc<Local>, answer: Answer) -> tokio::task::JoinHandle<()> {
    let function = Arc::clone(function);
    tokio::spawn(async move {
        loop {
            let next = function.next().await;
            assert!(function.answer(&next.id, answer.clone()));
        }
    })
}

#[tokio::test]
async fn runtimes_answer_events_of_many_callers() {
    let function = function();
    let answer = Ok(b"answer".to_vec());
    let _runtimes = [
        runtime(&function, answer.clone()),
        runtime(&function, answer),
    ];
    while !function.is_served() {
        tokio::task::yield_now().await;
    }
    let calls = (0..100).map(|number| {
        let function = Arc::clone(&function);
        async move { function.invoke(event(&number.to_string()), LATER).await }
    });
    for answer in futures_util::future::join_all(calls).await {
        assert_eq!(answer, Ok(b"answer".to_vec()));
    }
    assert!(function.state().running.is_empty());
}

#[tokio::test]
async fn a_function_without_a_runtime_fails_at_once_and_one_that_starts_again_is_awaited() {
    let function = function();
    let never = function.invoke(event("a"), LATER).await;
    assert_eq!(never, Err(FunctionError::NotConfigured));
    let first = runtime(&function, Ok(Vec::new()));
    while !function.is_served() {
        tokio::task::yield_now().await;
    }
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    assert!(!function.is_served());
    let gone = function.invoke(event("b"), SOON).await;
    let nobody = FunctionError::Unreachable("no runtime asks for events".to_owned());
    assert_eq!(gone, Err(nobody));
    let start_again = async {
        tokio::time::sleep(SOON).await;
        drop(runtime(&function, Ok(Vec::new())));
    };
    let (answer, ()) = tokio::join!(function.invoke(event("c"), LATER), start_again);
    assert_eq!(answer, Ok(Vec::new()));
}

#[tokio::test]
async fn a_late_answer_is_no_error_of_the_runtime() {
    let function = function();
    let asking = Arc::clone(&function);
    let taken = tokio::spawn(async move { asking.next().await });
    while !function.is_served() {
        tokio::task::yield_now().await;
    }
    let answer = function.invoke(event("slow"), SOON).await;
    assert_eq!(answer, Err(FunctionError::TimedOut));
    assert_eq!(taken.await.unwrap().id, "slow");
    assert!(function.answer("slow", Ok(Vec::new())));
    assert!(
        !function.answer("slow", Ok(Vec::new())),
        "it is answered once"
    );
    assert!(!function.answer("unknown", Ok(Vec::new())));
}

#[tokio::test]
async fn a_runtime_that_failed_at_its_start_says_why_until_one_asks() {
    let function = function();
    function.fail("no module named x");
    let failed = Err(FunctionError::Failed("no module named x".to_owned()));
    assert_eq!(function.invoke(event("a"), LATER).await, failed);
    let _runtime = runtime(&function, Ok(Vec::new()));
    while !function.is_served() {
        tokio::task::yield_now().await;
    }
    // Another one fails; the first is still well.
    function.fail("no module named y");
    assert_eq!(function.invoke(event("b"), LATER).await, Ok(Vec::new()));
}
