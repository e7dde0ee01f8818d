mod idle;
mod stopping;

use super::*;
use http_body_util::BodyExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

/// Echoes the request, after the milliseconds in its path.
struct Echo;

impl Answer for Echo {
    async fn answer(&self, request: Request<Incoming>, link: Link) -> Response<Body> {
        let wait: u64 = request
            .uri()
            .path()
            .trim_start_matches('/')
            .parse()
            .unwrap_or(0);
        sleep(Duration::from_millis(wait)).await;
        let version = request.version();
        let body = request.into_body().collect().await.unwrap().to_bytes();
        Response::new(Body::from(format!(
            "tls={} {version:?} {}",
            link.tls,
            String::from_utf8_lossy(&body)
        )))
    }
}

struct Running {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

async fn start(limits: Limits, tls: Option<Arc<rustls::ServerConfig>>) -> Running {
    start_with(limits, tls, 0).await
}

/// A server with a limit of connections per address.
async fn start_with(
    limits: Limits,
    tls: Option<Arc<rustls::ServerConfig>>,
    most: usize,
) -> Running {
    let listener = bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    let shares = Arc::new(Shares::new(most, Proxy::None));
    let task = tokio::spawn(serve(
        listener,
        tls,
        Arc::new(Echo),
        limits,
        shares,
        stopped,
    ));
    Running {
        address,
        stop,
        task,
    }
}

fn quick() -> Limits {
    Limits {
        connections: 10,
        first_byte: Duration::from_millis(150),
        handshake: Duration::from_millis(150),
        headers: Duration::from_millis(150),
        idle: Duration::from_millis(150),
        age: Duration::from_secs(60),
        drain: Duration::from_secs(2),
    }
}

/// Timeouts as in production.
fn patient() -> Limits {
    Limits::new(100, Duration::from_secs(10))
}

/// Sends bytes and reads until the server closes; fails if it does not within 2 seconds.
async fn until_closed(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    let read = timeout(Duration::from_secs(2), stream.read_to_end(&mut answer)).await;
    let _ = read.expect("the server should have closed the connection");
    String::from_utf8_lossy(&answer).into_owned()
}

const GET: &[u8] = b"GET /0 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn a_request_is_answered() {
    let server = start(quick(), None).await;
    let answer = until_closed(server.address, GET).await;
    assert!(
        answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("tls=false HTTP/1.1 "),
        "{answer}"
    );
}

#[tokio::test]
async fn who_sends_nothing_or_half_a_head_is_let_go() {
    let server = start(quick(), None).await;
    for slow in [
        &b""[..],
        b"G",
        b"GET / HTTP/1.1\r\nhost: a\r\n",
        b"PRI * HTTP/2",
        b"\x16",
        b"\x16\x03\x01\x02\x00",
    ] {
        let started = Instant::now();
        until_closed(server.address, slow).await;
        assert!(
            started.elapsed() < Duration::from_secs(1),
            "{slow:?} held the connection"
        );
    }
}

#[tokio::test]
async fn a_head_has_its_limit() {
    let server = start(quick(), None).await;
    let head = |bytes: usize| {
        let long = "a".repeat(bytes);
        format!("GET /0 HTTP/1.1\r\nhost: a\r\nx-long: {long}\r\nconnection: close\r\n\r\n")
    };
    let answer = until_closed(server.address, head(32 * 1024).as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    // Unread bytes may cost the client the response.
    let answer = until_closed(server.address, head(200 * 1024).as_bytes()).await;
    let is_refused = answer.is_empty() || answer.starts_with("HTTP/1.1 431 ");
    assert!(is_refused, "{answer}");
    let many = format!(
        "GET /0 HTTP/1.1\r\nhost: a\r\n{}\r\n",
        "a: b\r\n".repeat(200)
    );
    let answer = until_closed(server.address, many.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

#[tokio::test]
async fn a_kept_connection_without_requests_is_let_go() {
    let server = start(quick(), None).await;
    let answer = until_closed(server.address, b"GET /0 HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
}

#[tokio::test]
async fn one_connection_too_many_waits_for_its_turn() {
    let limits = Limits {
        connections: 1,
        ..quick()
    };
    let server = start(limits, None).await;
    let started = Instant::now();
    let slow = tokio::spawn(until_closed(
        server.address,
        b"GET /300 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
    ));
    sleep(Duration::from_millis(100)).await;
    let second = until_closed(server.address, GET).await;
    assert!(second.contains("200 OK"), "{second}");
    assert!(
        started.elapsed() >= Duration::from_millis(300),
        "it did not wait"
    );
    assert!(slow.await.unwrap().contains("200 OK"));
}

/// No one accepts these; the default queue of a listener holds 128.
#[tokio::test]
async fn a_burst_of_connections_waits_and_loses_nobody() {
    let listener = bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    for _ in 0..400 {
        let connected = timeout(Duration::from_secs(2), TcpStream::connect(address)).await;
        waiting.push(connected.expect("the queue is full").unwrap());
    }
    for _ in &waiting {
        let accepted = timeout(Duration::from_secs(2), listener.accept()).await;
        accepted.expect("a connection was lost").unwrap();
    }
}

#[tokio::test]
async fn a_connection_of_age_ends_after_its_request() {
    let server = start(
        Limits {
            age: Duration::from_millis(50),
            ..quick()
        },
        None,
    )
    .await;
    let answer = until_closed(server.address, b"GET /120 HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert!(answer.contains("200 OK"), "{answer}");
}

mod over_tls {
    use super::*;
    use crate::tls::{Authority, Certificates, ca_path, names};
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, ServerName};
    use tokio_rustls::TlsConnector;
    use tokio_rustls::client::TlsStream;

    pub(super) fn configs(alpn: &[u8]) -> (Arc<rustls::ServerConfig>, Arc<rustls::ClientConfig>) {
        let name = format!(
            "cabana-listen-{}-{}",
            std::process::id(),
            String::from_utf8_lossy(alpn).replace('/', "-")
        );
        let dir = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&dir);
        let certificates = Certificates::local(
            Authority::open(&dir).unwrap(),
            names("localhost", "us-east-1", []),
        )
        .unwrap();
        let mut roots = rustls::RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_file(ca_path(&dir)).unwrap())
            .unwrap();
        std::fs::remove_dir_all(&dir).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut client = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        client.alpn_protocols = vec![alpn.to_vec()];
        (
            Arc::new(certificates).server_config().unwrap(),
            Arc::new(client),
        )
    }

    /// A TLS connection on which `alpn` was agreed.
    pub(super) async fn connected(
        address: SocketAddr,
        client: Arc<rustls::ClientConfig>,
    ) -> TlsStream<TcpStream> {
        let stream = TcpStream::connect(address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        TlsConnector::from(client)
            .connect(name, stream)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn the_same_port_speaks_tls_and_plain_http() {
        let (server, client) = configs(b"http/1.1");
        let server = start(quick(), Some(server)).await;
        let mut stream = connected(server.address, client).await;
        stream.write_all(GET).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("tls=true HTTP/1.1 "), "{answer}");
        assert!(
            until_closed(server.address, GET)
                .await
                .contains("tls=false")
        );
    }

    #[tokio::test]
    async fn who_asks_for_http2_over_tls_gets_it() {
        let (server, client) = configs(b"h2");
        let server = start(quick(), Some(server)).await;
        let mut stream = connected(server.address, client).await;
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        stream
            .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
            .await
            .unwrap();
        let mut frame = [0; 9];
        stream.read_exact(&mut frame).await.unwrap();
        assert_eq!(frame[3], 4, "the first frame is the server's SETTINGS");
    }

    #[tokio::test]
    async fn half_a_handshake_is_let_go() {
        let (server, _) = configs(b"half");
        let server = start(quick(), Some(server)).await;
        let started = Instant::now();
        until_closed(server.address, b"\x16\x03\x01\x02\x00\x01").await;
        assert!(started.elapsed() < Duration::from_secs(1));
    }
}
