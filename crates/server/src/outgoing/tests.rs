use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

const BOUNDS: Bounds = Bounds {
    time: Duration::from_secs(5),
    reply: 8,
};

/// The reply of a server that says this to every connection.
async fn told(words: &'static str, bounds: Bounds) -> Result<Reply, NoReply> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut heard = [0; 1024];
            assert_ne!(stream.read(&mut heard).await.unwrap(), 0);
            match words {
                "" => tokio::time::sleep(Duration::from_secs(60)).await,
                "bye" => drop(stream),
                _ => stream.write_all(words.as_bytes()).await.unwrap(),
            }
        }
    });
    call(&format!("http://{address}/secret"), bounds).await
}

async fn call(url: &str, bounds: Bounds) -> Result<Reply, NoReply> {
    let request = Request::post(url).body(Bytes::from_static(b"x")).unwrap();
    Client::new().unwrap().call(request, bounds).await
}

#[tokio::test]
async fn a_reply_has_bounds() {
    let reply = told(
        "HTTP/1.1 201 Made\r\ncontent-length: 8\r\n\r\n12345678",
        BOUNDS,
    )
    .await;
    let reply = reply.unwrap();
    assert_eq!(
        (reply.status.as_u16(), &*reply.body),
        (201, &b"12345678"[..])
    );
    let large = told(
        "HTTP/1.1 200 Fine\r\ncontent-length: 9\r\n\r\n123456789",
        BOUNDS,
    )
    .await;
    assert_eq!(large.unwrap_err(), NoReply::TooLarge(8));
    let time = Duration::from_millis(50);
    let late = told("", Bounds { time, ..BOUNDS }).await;
    assert_eq!(late.unwrap_err(), NoReply::TooLate(time));
}

#[tokio::test]
async fn a_redirect_is_a_reply_and_is_not_followed() {
    let moved = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(told(moved, BOUNDS).await.unwrap().status.as_u16(), 302);
}

#[tokio::test]
async fn a_server_that_nobody_reaches_is_told_apart_and_its_path_is_not_named() {
    let gone = call("http://127.0.0.1:1/secret", BOUNDS).await.unwrap_err();
    assert!(matches!(gone, NoReply::Unreachable(_)), "{gone:?}");
    assert!(!gone.to_string().contains("secret"), "{gone}");
    let dropped = told("bye", BOUNDS).await.unwrap_err();
    assert!(matches!(dropped, NoReply::Dropped(_)), "{dropped:?}");
    for words in [
        "nonsense\r\n\r\n",
        "HTTP/1.1 200 Fine\r\ncontent-length: 5\r\n\r\n1234",
    ] {
        let broken = told(words, BOUNDS).await.unwrap_err();
        assert!(matches!(broken, NoReply::Broken(_)), "{broken:?}");
    }
}
