use super::*;

#[tokio::test]
async fn stopping_lets_requests_end_and_takes_no_new_ones() {
    let server = start(quick(), None).await;
    let slow = tokio::spawn(until_closed(
        server.address,
        b"GET /400 HTTP/1.1\r\nhost: a\r\n\r\n",
    ));
    sleep(Duration::from_millis(100)).await;
    server.stop.send(true).unwrap();
    assert!(
        slow.await.unwrap().contains("200 OK"),
        "the request under way was cut off"
    );
    timeout(Duration::from_secs(1), server.task)
        .await
        .expect("the server should have ended")
        .unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn stopping_does_not_wait_for_ever() {
    let server = start(
        Limits {
            drain: Duration::from_millis(100),
            ..quick()
        },
        None,
    )
    .await;
    let slow = tokio::spawn(until_closed(
        server.address,
        b"GET /1500 HTTP/1.1\r\nhost: a\r\n\r\n",
    ));
    sleep(Duration::from_millis(100)).await;
    server.stop.send(true).unwrap();
    timeout(Duration::from_millis(800), server.task)
        .await
        .expect("the server should have ended")
        .unwrap();
    assert!(!slow.await.unwrap().contains("200"));
}

async fn ends_within_a_second(server: Running, what: &str) {
    let begun = Instant::now();
    server.stop.send(true).unwrap();
    timeout(Duration::from_secs(5), server.task)
        .await
        .unwrap_or_else(|_| panic!("{what}: still there"))
        .unwrap();
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(1), "{what}: {took:?}");
}

#[tokio::test]
async fn idle_connections_do_not_hold_up_a_server_that_stops() {
    for (what, sent) in [
        ("no byte", &b""[..]),
        ("half a head", b"GET / HTTP/1.1\r\nhost: a\r\n"),
        ("half a handshake", b"\x16\x03\x01\x02\x00"),
        ("a kept connection", b"GET /0 HTTP/1.1\r\nhost: a\r\n\r\n"),
    ] {
        let server = start(patient(), None).await;
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(sent).await.unwrap();
        sleep(Duration::from_millis(50)).await;
        ends_within_a_second(server, what).await;
        drop(stream);
    }
}

#[tokio::test]
async fn idle_connections_over_tls_do_not_hold_up_a_server_that_stops() {
    for (what, sent) in [
        ("no request", &b""[..]),
        (
            "a preface",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
        ),
    ] {
        let (tls, client) = over_tls::configs(b"h2");
        let server = start(patient(), Some(tls)).await;
        let mut stream = over_tls::connected(server.address, client).await;
        stream.write_all(sent).await.unwrap();
        stream.flush().await.unwrap();
        sleep(Duration::from_millis(50)).await;
        ends_within_a_second(server, what).await;
        drop(stream);
    }
}

#[tokio::test]
async fn a_request_of_which_half_has_come_is_still_answered_when_the_server_stops() {
    let server = start(patient(), None).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = b"POST /0 HTTP/1.1\r\nhost: a\r\ncontent-length: 8\r\n\r\nhalf";
    stream.write_all(head).await.unwrap();
    sleep(Duration::from_millis(50)).await;
    server.stop.send(true).unwrap();
    sleep(Duration::from_millis(500)).await;
    stream.write_all(b"half").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("halfhalf"), "{answer}");
    timeout(Duration::from_secs(1), server.task)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn an_answer_that_is_read_slowly_is_not_cut_when_the_server_stops() {
    let server = start(patient(), None).await;
    let size = 20_000_000;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = format!("POST /0 HTTP/1.1\r\nhost: a\r\ncontent-length: {size}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![b'x'; size]).await.unwrap();
    sleep(Duration::from_millis(300)).await;
    server.stop.send(true).unwrap();
    sleep(Duration::from_millis(500)).await;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert!(answer.len() > size, "{} bytes", answer.len());
    timeout(Duration::from_secs(1), server.task)
        .await
        .unwrap()
        .unwrap();
}
