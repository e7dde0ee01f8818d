//! Connections without a request: closed after a while, and at once if another of their address needs the room.

use super::*;

const KEPT: &[u8] = b"GET /0 HTTP/1.1\r\nhost: a\r\n\r\n";
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// A connection on which one request was answered.
async fn kept(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(KEPT).await.unwrap();
    let mut answer = [0; 512];
    let read = stream.read(&mut answer).await.unwrap();
    assert!(answer[..read].starts_with(b"HTTP/1.1 200 OK"));
    stream
}

/// Whether the server closes a connection without a response within so many milliseconds.
async fn is_closed(stream: &mut (impl AsyncReadExt + Unpin), within: u64) -> bool {
    let mut rest = Vec::new();
    let closed = stream.read_to_end(&mut rest);
    timeout(Duration::from_millis(within), closed).await.is_ok()
}

#[tokio::test]
async fn a_connection_that_was_idle_for_longest_makes_room_for_another_of_its_address() {
    let server = start_with(patient(), None, 3).await;
    let mut oldest = kept(server.address).await;
    sleep(Duration::from_millis(20)).await;
    let mut older = kept(server.address).await;
    let busy = tokio::spawn(until_closed(
        server.address,
        b"GET /1500 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
    ));
    sleep(Duration::from_millis(100)).await;
    assert_eq!(
        until_closed(server.address, GET).await,
        "",
        "none is idle yet"
    );
    sleep(Duration::from_secs(1)).await;
    let mut newest = kept(server.address).await;
    assert!(is_closed(&mut oldest, 500).await);
    assert!(!is_closed(&mut older, 100).await);
    let answer = until_closed(server.address, GET).await;
    assert!(answer.contains("200 OK"), "{answer}");
    assert!(is_closed(&mut older, 500).await);
    assert!(!is_closed(&mut newest, 100).await);
    assert!(busy.await.unwrap().contains("200 OK"), "it was cut off");
}

#[tokio::test]
async fn connections_with_a_request_under_way_make_no_room() {
    let server = start_with(patient(), None, 1).await;
    let busy = tokio::spawn(until_closed(
        server.address,
        b"GET /1500 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
    ));
    sleep(Duration::from_millis(1200)).await;
    assert_eq!(until_closed(server.address, GET).await, "");
    assert!(busy.await.unwrap().contains("200 OK"));
}

#[tokio::test]
async fn an_idle_connection_over_http2_makes_room_even_if_its_client_does_not_answer() {
    let (tls, client) = over_tls::configs(b"h2");
    let server = start_with(patient(), Some(tls), 1).await;
    let mut idle = over_tls::connected(server.address, client).await;
    idle.write_all(PREFACE).await.unwrap();
    sleep(Duration::from_millis(1100)).await;
    let answer = until_closed(server.address, GET).await;
    assert!(answer.contains("200 OK"), "{answer}");
    assert!(is_closed(&mut idle, 1000).await);
}

#[tokio::test]
async fn a_connection_over_http2_without_requests_is_let_go() {
    let (tls, client) = over_tls::configs(b"h2");
    let limits = Limits {
        idle: Duration::from_millis(150),
        ..patient()
    };
    let server = start(limits, Some(tls)).await;
    let mut idle = over_tls::connected(server.address, client).await;
    idle.write_all(PREFACE).await.unwrap();
    let goaway = async {
        loop {
            let mut head = [0; 9];
            idle.read_exact(&mut head).await.unwrap();
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let mut payload = vec![0; length as usize];
            idle.read_exact(&mut payload).await.unwrap();
            if head[3] == 7 {
                return;
            }
        }
    };
    timeout(Duration::from_secs(2), goaway).await.unwrap();
}
