use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::functions::{Lambda, Target};
use crate::outgoing::WebhookSecret;

const ARN: &str = "arn:aws:lambda:us-east-1:000000000000:function:check";

fn calls(book: Book) -> FunctionCalls {
    let client = Client::new().unwrap();
    FunctionCalls::new(book, client, "us-east-1".to_owned(), None)
}

/// A function at this address.
fn at(url: String, secret: Option<&str>) -> FunctionCalls {
    let target = Target {
        url: url.parse().unwrap(),
        secret: secret.map(|text| WebhookSecret::parse(text).unwrap()),
    };
    let book = Book {
        functions: [("check".to_owned(), target)].into(),
        lambda: None,
    };
    calls(book)
}

/// A server that hears a request on each connection and then does this with it.
async fn served<F>(each: impl Fn(usize, TcpStream, String) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for number in 0.. {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut heard = vec![0; 64 * 1024];
            let length = stream.read(&mut heard).await.unwrap();
            let heard = String::from_utf8(heard[..length].to_vec()).unwrap();
            each(number, stream, heard).await;
        }
    });
    address
}

async fn say(mut stream: TcpStream, status: &str, body: &str) {
    let length = body.len();
    let text =
        format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
    // The caller may have had enough.
    let _ = stream.write_all(text.as_bytes()).await;
}

async fn invoked(calls: &FunctionCalls) -> Result<String, FunctionError> {
    let answer = calls.invoke(ARN, "PreSignUp", b"{\"a\":1}".to_vec()).await;
    answer.map(|body| String::from_utf8(body).unwrap())
}

#[tokio::test]
async fn a_webhook_gets_the_event_signed_and_gives_the_answer() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&heard);
    let address = served(move |_, stream, request| {
        kept.lock().unwrap().push(request);
        say(stream, "200 OK", "{\"b\":2}")
    })
    .await;
    let secret = Some("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let calls = at(format!("http://{address}/hook?x=1"), secret);
    assert_eq!(invoked(&calls).await.unwrap(), "{\"b\":2}");
    for _ in 0..2 {
        let delivery = calls.deliver("msg_1", ARN, "CustomEmailSender", Vec::new());
        assert_eq!(delivery.await, Ok(()));
    }
    let heard = heard.lock().unwrap();
    let first = heard[0].to_lowercase();
    assert!(first.starts_with("post /hook?x=1 http/1.1\r\n"), "{first}");
    assert!(first.ends_with("\r\n\r\n{\"a\":1}"), "{first}");
    for header in [
        "content-type: application/json",
        "webhook-timestamp: ",
        "webhook-signature: v1,",
        "webhook-id: msg_",
    ] {
        assert!(first.contains(header), "{header}: {first}");
    }
    let same = heard
        .iter()
        .filter(|it| it.contains("webhook-id: msg_1\r\n"));
    assert_eq!(same.count(), 2);
}

#[tokio::test]
async fn a_connection_that_failed_is_tried_again_and_an_answer_is_not() {
    let address = served(|number, stream, _| async move {
        match number {
            0 | 1 => drop(stream),
            _ => say(stream, "200 OK", "{}").await,
        }
    })
    .await;
    assert_eq!(
        invoked(&at(format!("http://{address}/"), None))
            .await
            .unwrap(),
        "{}"
    );

    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let address = served(move |_, stream, _| {
        counted.fetch_add(1, Ordering::SeqCst);
        say(stream, "503 Busy", "")
    })
    .await;
    let refused = invoked(&at(format!("http://{address}/"), None)).await;
    assert_eq!(
        refused,
        Err(FunctionError::Unreachable(
            "it answered 503 Service Unavailable".to_owned()
        ))
    );
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_function_that_starts_while_it_is_called_answers() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let listener = TcpListener::bind(address).await.unwrap();
        let (mut stream, _) = listener.accept().await.unwrap();
        assert_ne!(stream.read(&mut [0; 1024]).await.unwrap(), 0);
        say(stream, "200 OK", "{}").await;
    });
    assert_eq!(
        invoked(&at(format!("http://{address}/"), None))
            .await
            .unwrap(),
        "{}"
    );
}

#[tokio::test]
async fn nothing_is_awaited_longer_than_five_seconds_but_deliveries() {
    let address = served(|_, stream, _| async move {
        tokio::spawn(async move {
            tokio::time::sleep(TIME + Duration::from_millis(200)).await;
            say(stream, "200 OK", "{}").await;
        });
    })
    .await;
    let slow = at(format!("http://{address}/"), None);
    let gone = at("http://127.0.0.1:1/".to_owned(), None);
    let begun = Instant::now();
    let timed = async {
        let answers = tokio::join!(invoked(&slow), invoked(&gone));
        (answers, begun.elapsed())
    };
    let delivery = slow.deliver("msg_1", ARN, "CustomEmailSender", Vec::new());
    let (((slow, gone), took), delivered) = tokio::join!(timed, delivery);
    assert_eq!(slow, Err(FunctionError::TimedOut));
    assert!(
        matches!(gone, Err(FunctionError::Unreachable(_))),
        "{gone:?}"
    );
    assert!(
        took >= TIME && took < TIME + Duration::from_secs(1),
        "{took:?}"
    );
    assert_eq!(delivered, Ok(()));
}

#[tokio::test]
async fn an_answer_over_six_megabytes_is_refused() {
    let address = served(|number, stream, _| async move {
        say(stream, "200 OK", &"x".repeat(LARGEST + number)).await;
    })
    .await;
    let calls = at(format!("http://{address}/"), None);
    assert_eq!(invoked(&calls).await.map(|it| it.len()), Ok(LARGEST));
    assert_eq!(invoked(&calls).await, Err(FunctionError::TooLarge));
}

#[tokio::test]
async fn the_endpoint_for_all_functions_gets_a_signed_call_of_lambda() {
    let address = served(|_, stream, request| async move {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        let head = head.to_lowercase();
        let right = head.starts_with(
            "post /api/2015-03-31/functions/arn%3aaws%3alambda%3aus-east-1%3a000000000000%3afunction%3acheck/invocations ",
        ) && head.contains("authorization: aws4-hmac-sha256 credential=id/")
            && head.contains("/us-east-1/lambda/aws4_request, signedheaders=content-type;host;x-amz-date, ")
            && body == "{\"a\":1}";
        match right {
            true => say(stream, "200 OK", "{}").await,
            false => say(stream, "400 Bad", &request).await,
        }
    })
    .await;
    let book = Book {
        functions: Default::default(),
        lambda: Some(Lambda {
            url: format!("http://{address}/api"),
            key: Some(signing::Credentials {
                key_id: "ID".to_owned(),
                secret: "secret".into(),
                session_token: None,
            }),
        }),
    };
    assert_eq!(invoked(&calls(book)).await.unwrap(), "{}");
}

#[tokio::test]
async fn a_function_without_an_address_is_not_called() {
    let calls = calls(Book::default());
    assert_eq!(invoked(&calls).await, Err(FunctionError::NotConfigured));
}
