mod probes;

use super::*;
use crate::listen::{Limits, Metrics, serve};
use cabana_store::Sealer;
use cabana_store_sql::SqliteStore;
use metrics_exporter_prometheus::PrometheusBuilder;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

struct Fronted {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    probes: Arc<Probes>,
}

/// An API that echoes its requests.
struct Fake(Router);

impl Calls for Fake {
    fn largest_body<'a>(&'a self, _: &'a request::Parts) -> BoxFuture<'a, usize> {
        Box::pin(async { 2 * 1024 * 1024 })
    }

    fn answer(&self, call: Request<Bytes>) -> BoxFuture<'_, Response<Bytes>> {
        let api = self.0.clone();
        Box::pin(async move {
            let Ok(response) = api.oneshot(call.map(Body::from)).await;
            let (parts, body) = response.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            Response::from_parts(parts, body)
        })
    }
}

async fn front(policy: Policy) -> Fronted {
    front_for(policy, 0, Metrics::Here).await
}

/// A front whose API and pages echo their requests, or panic on request.
async fn front_for(policy: Policy, most: usize, place: Metrics) -> Fronted {
    let echo = |who: &'static str| {
        Router::new().fallback(move |request: axum::extract::Request| async move {
            assert!(!request.headers().contains_key("x-panic"), "as asked");
            let extensions = request.extensions();
            let peer = extensions.get::<Peer>().map(|peer| peer.0.to_string());
            let id = extensions.get::<RequestId>().map(|id| id.0.len());
            let scheme = extensions.get::<Scheme>().copied();
            let host = request.headers()["host"].to_str().unwrap().to_owned();
            let spoof = request.headers().contains_key("x-forwarded-for");
            let answer = format!("{who} {peer:?} {id:?} {scheme:?} {host} {spoof}");
            ([("strict-transport-security", "max-age=1")], answer)
        })
    };
    let sealer = Arc::new(Sealer::new(&[7; 32]).unwrap());
    let (stop, stopped) = watch::channel(false);
    let probes = Arc::new(Probes::new(
        SqliteStore::open_temporary(sealer).unwrap(),
        PrometheusBuilder::new().build_recorder().handle(),
        stopped.clone(),
        place,
    ));
    let shares = Arc::new(Shares::new(most, policy.proxy));
    let front = Front::new(
        Fake(echo("api")),
        echo("web"),
        Arc::clone(&probes),
        Arc::clone(&shares),
        policy,
    );
    let front = Arc::new(front);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = Limits::new(10, Duration::from_secs(1));
    // The listener itself never stops here, so that a stopping server still answers.
    let (never, not_stopped) = watch::channel(false);
    tokio::spawn(async move {
        serve(listener, None, front, limits, shares, not_stopped).await;
        drop(never);
    });
    Fronted {
        address,
        stop,
        probes,
    }
}

fn open() -> Policy {
    Policy {
        proxy: Proxy::None,
        plain_http: true,
        public_url: "https://login.example.com".to_owned(),
        strict_transport: true,
    }
}

impl Fronted {
    async fn ask(&self, head: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = format!("{head}\r\nhost: a.test\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }
}

#[tokio::test]
async fn calls_go_to_the_api_and_everything_else_to_the_pages() {
    let server = front(open()).await;
    for (head, who) in [
        (
            "POST / HTTP/1.1\r\nx-amz-target: X.Y\r\ncontent-length: 0",
            "api",
        ),
        ("OPTIONS / HTTP/1.1", "api"),
        ("GET / HTTP/1.1", "web"),
        (
            "POST /pool/oauth2/token HTTP/1.1\r\ncontent-length: 0",
            "web",
        ),
    ] {
        let answer = server.ask(head).await;
        assert!(
            answer.contains(&format!("\r\n\r\n{who} ")),
            "{head}: {answer}"
        );
        assert!(answer.contains("\r\nx-request-id: "), "{answer}");
    }
    let answer = server
        .ask("GET /x HTTP/1.1\r\nx-forwarded-for: 6.6.6.6")
        .await;
    assert!(
        answer.ends_with("web Some(\"127.0.0.1\") Some(36) Some(Http) a.test false"),
        "{answer}"
    );
}

#[tokio::test]
async fn behind_a_proxy_its_word_counts() {
    let policy = Policy {
        proxy: Proxy::Trusted,
        ..open()
    };
    let server = front(policy).await;
    let answer = server
        .ask("GET /x HTTP/1.1\r\nx-forwarded-for: 203.0.113.7\r\nx-forwarded-proto: https\r\nx-forwarded-host: b.test")
        .await;
    assert!(
        answer.ends_with("web Some(\"203.0.113.7\") Some(36) Some(Https) b.test false"),
        "{answer}"
    );
    assert!(answer.contains("strict-transport-security"), "{answer}");
}

#[tokio::test]
async fn a_panic_is_an_answer_and_the_server_lives_on() {
    let server = front(open()).await;
    let answer = server.ask("GET /x HTTP/1.1\r\nx-panic: yes").await;
    assert!(
        answer.starts_with("HTTP/1.1 500 ") && answer.contains("x-request-id"),
        "{answer}"
    );
    assert!(
        server
            .ask("GET /x HTTP/1.1")
            .await
            .starts_with("HTTP/1.1 200 ")
    );
}

#[tokio::test]
async fn without_tls_strangers_get_a_pointer_and_probes_an_answer() {
    let policy = Policy {
        plain_http: false,
        ..open()
    };
    let server = front(policy).await;
    let answer = server.ask("GET /pool/login?a=b HTTP/1.1").await;
    assert!(answer.starts_with("HTTP/1.1 308 "), "{answer}");
    assert!(
        answer.contains("location: https://login.example.com/pool/login?a=b\r\n"),
        "{answer}"
    );
    let answer = server.ask("POST / HTTP/1.1\r\ncontent-length: 0").await;
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    for probe in ["/healthz", "/readyz", "/metrics"] {
        let answer = server.ask(&format!("GET {probe} HTTP/1.1")).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{probe}: {answer}");
    }
}

#[tokio::test]
async fn a_body_has_its_limit_and_the_api_a_larger_one() {
    let server = front(open()).await;
    let size = 1_500_000;
    let large = |path: &str| format!("POST {path} HTTP/1.1\r\ncontent-length: {size}");
    assert!(
        server
            .ask(&large("/pool/login"))
            .await
            .starts_with("HTTP/1.1 413 ")
    );
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = format!("{}\r\nhost: a\r\nconnection: close\r\n\r\n", large("/"));
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![b'x'; size]).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.contains("api"),
        "{answer}"
    );
}

#[tokio::test]
async fn one_address_cannot_hold_all_connections() {
    let server = front_for(open(), 2, Metrics::Here).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(b"GET /x HTTP/1.1\r\n").await.unwrap();
        held.push(stream);
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut refused = TcpStream::connect(server.address).await.unwrap();
    let mut answer = Vec::new();
    let _ = refused.read_to_end(&mut answer).await;
    assert!(answer.is_empty());
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut neighbour = socket.connect(server.address).await.unwrap();
    let request = b"GET /x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    neighbour.write_all(request).await.unwrap();
    let mut answer = String::new();
    neighbour.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    drop(held);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let answer = server.ask("GET /x HTTP/1.1").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[tokio::test]
async fn behind_a_proxy_one_address_cannot_hold_all_requests() {
    let policy = Policy {
        proxy: Proxy::Trusted,
        ..open()
    };
    let server = front_for(policy, 1, Metrics::Here).await;
    let mut held = TcpStream::connect(server.address).await.unwrap();
    let half = b"POST /x HTTP/1.1\r\nhost: a\r\nx-forwarded-for: 203.0.113.7\r\ncontent-length: 9\r\n\r\nhalf";
    held.write_all(half).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    for (address, status) in [("203.0.113.7", 429), ("203.0.113.8", 200)] {
        let head = format!("GET /x HTTP/1.1\r\nx-forwarded-for: {address}");
        let answer = server.ask(&head).await;
        let begin = format!("HTTP/1.1 {status} ");
        assert!(answer.starts_with(&begin), "{address}: {answer}");
    }
}

#[tokio::test]
async fn on_localhost_browsers_are_not_told_to_avoid_plain_http() {
    let policy = Policy {
        strict_transport: false,
        ..open()
    };
    let answer = front(policy).await.ask("GET /x HTTP/1.1").await;
    assert!(!answer.contains("strict-transport-security"), "{answer}");
}

#[tokio::test]
async fn the_public_url_says_that_browsers_use_tls_where_nothing_else_does() {
    let policy = |public_url: &str, proxy| Policy {
        public_url: public_url.to_owned(),
        proxy,
        ..open()
    };
    let https = "https://login.example.com";
    for (public_url, proxy, scheme) in [
        (https, Proxy::Silent, "Https"),
        (https, Proxy::Trusted, "Https"),
        (https, Proxy::None, "Http"),
        ("http://login.example.com", Proxy::Silent, "Http"),
    ] {
        let server = front(policy(public_url, proxy)).await;
        let answer = server.ask("GET /x HTTP/1.1").await;
        assert!(answer.contains(&format!("Some({scheme})")), "{answer}");
        let here = "GET /x HTTP/1.1\r\nx-forwarded-proto: http";
        let here = server.ask(here).await;
        let said = proxy == Proxy::Trusted;
        assert!(!said || here.contains("Some(Http)"), "{here}");
    }
}

#[tokio::test]
async fn scripts_learn_why_a_request_got_nowhere() {
    let server = front(open()).await;
    let secure = Policy {
        plain_http: false,
        ..open()
    };
    let secure = front(secure).await;
    for path in ["/", "/pool/oauth2/token", "/.well-known/jwks.json"] {
        let post = format!("POST {path} HTTP/1.1");
        for (server, more, status) in [
            (&server, "content-length: 9000000", 413),
            (&server, "content-length: 0\r\nhost: b.test", 400),
            (&server, "content-length: 0\r\nx-panic: yes", 500),
            (&secure, "content-length: 0", 403),
        ] {
            let answer = server.ask(&format!("{post}\r\n{more}")).await;
            let begin = format!("HTTP/1.1 {status} ");
            assert!(answer.starts_with(&begin), "{path} {more}: {answer}");
            let allowed = answer.contains("access-control-allow-origin: *\r\n");
            assert!(allowed, "{path} {more}: {answer}");
        }
    }
    let answer = server.ask("GET /pool/login HTTP/1.1").await;
    assert!(!answer.contains("access-control"), "{answer}");
}

#[tokio::test]
async fn of_the_console_the_log_has_patterns_and_no_names() {
    let page = axum::routing::get(async |pattern: MatchedPath| axum::Extension(pattern));
    let console = Router::new().route("/console/users/{name}", page);
    let request = Request::get("/console/users/alice").body(Body::empty());
    let Ok(response) = console.oneshot(request.unwrap()).await;
    let is_logged = |path, as_what| assert_eq!(logged(path, &response), as_what);
    is_logged("/console/users/alice", "/console/users/{name}");
    is_logged("/us-east-1_a/login", "/us-east-1_a/login");
    let refused = Response::new(Body::empty());
    assert_eq!(logged("/console/users/alice", &refused), "/console");
}

#[test]
fn a_path_in_the_log_is_short_whatever_is_in_it() {
    let response = Response::new(Body::empty());
    for letter in ["a", "ä", "€"] {
        let path = format!("/{}", letter.repeat(10_000));
        let logged = logged(&path, &response).len();
        assert!(
            (LOGGED_PATH - 3..=LOGGED_PATH).contains(&logged),
            "{logged}"
        );
    }
}
