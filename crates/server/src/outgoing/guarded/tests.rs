use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::config::Mode;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// A server that answers each request by its path and ends the connection; returns its port.
async fn serving(answer: fn(&str, u16) -> String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut heard = vec![0; 4096];
                let length = stream.read(&mut heard).await.unwrap();
                let heard = String::from_utf8_lossy(&heard[..length]).into_owned();
                let path = heard.split(' ').nth(1).unwrap_or_default().to_owned();
                let words = answer(&path, port);
                stream.write_all(words.as_bytes()).await.unwrap();
                if words.contains("chunked") {
                    // Endless, as far as the reader lets it.
                    while stream.write_all(b"400\r\n").await.is_ok()
                        && stream.write_all(&[b'x'; 0x400]).await.is_ok()
                        && stream.write_all(b"\r\n").await.is_ok()
                    {}
                } else if words.is_empty() {
                    tokio::time::sleep(Duration::from_secs(60)).await;
                }
            });
        }
    });
    port
}

fn dev() -> Guarded {
    Guarded::with(Guard::new(Mode::Dev, false), system, Arc::new([])).unwrap()
}

/// A server's client, for which every name is an address of `lookup`.
fn looking(lookup: Lookup) -> Guarded {
    Guarded::with(Guard::new(Mode::Serve, false), lookup, Arc::new([])).unwrap()
}

async fn get(client: &Guarded, url: &str) -> Result<(u16, String), FetchError> {
    let request = Request::get(url).body(Bytes::new()).unwrap();
    let answer = client.fetch(request).await?;
    let body = String::from_utf8_lossy(answer.body()).into_owned();
    Ok((answer.status().as_u16(), body))
}

fn redirect(to: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n")
}

fn addresses(list: &[&str]) -> Boxed<'static, io::Result<Vec<SocketAddr>>> {
    let list: Vec<SocketAddr> = list.iter().map(|it| it.parse().unwrap()).collect();
    Box::pin(std::future::ready(Ok(list)))
}

#[tokio::test]
async fn a_name_is_judged_by_what_it_resolves_to_at_the_connection() {
    for lookup in [
        (|_| addresses(&["127.0.0.1:0"])) as Lookup,
        |_| addresses(&["169.254.169.254:0"]),
        |_| addresses(&["10.0.0.1:0", "[fd00::1]:0"]),
        |_| addresses(&["[::ffff:127.0.0.1]:0"]),
        |_| addresses(&["0.0.0.0:0"]),
    ] {
        let refused = get(&looking(lookup), "https://idp.example/secret").await;
        let Err(FetchError::Forbidden(reason)) = refused else {
            panic!("{refused:?}");
        };
        assert!(
            reason.starts_with("idp.example is ") && !reason.contains("secret"),
            "{reason}"
        );
    }
    // A public address is tried; nothing answers there.
    let public = looking(|_| addresses(&["10.0.0.1:0", "192.88.98.1:0"]));
    let tried = tokio::time::timeout(
        Duration::from_millis(300),
        get(&public, "https://idp.example/"),
    );
    assert!(!matches!(tried.await, Ok(Err(FetchError::Forbidden(_)))));
}

#[tokio::test]
async fn a_name_that_resolves_elsewhere_the_next_time_gains_nothing() {
    use std::sync::atomic::{AtomicU32, Ordering};
    static ASKED: AtomicU32 = AtomicU32::new(0);
    let rebinding: Lookup = |_| match ASKED.fetch_add(1, Ordering::Relaxed) {
        0 => addresses(&["192.88.98.1:0"]),
        _ => addresses(&["127.0.0.1:0"]),
    };
    let client = looking(rebinding);
    let first = tokio::time::timeout(
        Duration::from_millis(300),
        get(&client, "https://idp.example/"),
    );
    assert!(first.await.is_err() || ASKED.load(Ordering::Relaxed) == 1);
    let second = get(&client, "https://idp.example/").await;
    assert!(
        matches!(second, Err(FetchError::Forbidden(_))),
        "{second:?}"
    );
}

#[tokio::test]
async fn an_address_is_refused_before_anything_is_sent() {
    let client = looking(system);
    for url in [
        "https://169.254.169.254/latest/meta-data/",
        "https://[::ffff:127.0.0.1]/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://localhost/",
        "http://idp.example/",
    ] {
        let refused = get(&client, url).await;
        assert!(
            matches!(refused, Err(FetchError::Forbidden(_))),
            "{url}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn redirects_are_followed_a_few_times_and_never_inside() {
    let port = serving(|path, port| match path {
        "/end" => OK.to_owned(),
        "/twice" => redirect("/once"),
        "/once" => redirect(&format!("http://127.0.0.1:{port}/end")),
        "/loop" => redirect("/loop"),
        "/inside" => redirect("https://10.0.0.1/"),
        "/metadata" => redirect("http://169.254.169.254/latest/meta-data/"),
        "/mapped" => redirect("https://[::ffff:169.254.169.254]/"),
        "/file" => redirect("file:///etc/passwd"),
        _ => redirect("::"),
    })
    .await;
    let client = dev();
    let at = |path: &str| format!("http://127.0.0.1:{port}{path}");
    assert_eq!(
        get(&client, &at("/twice")).await.unwrap(),
        (200, "ok".to_owned())
    );
    assert_eq!(
        get(&client, &at("/loop")).await.unwrap_err(),
        FetchError::Redirects
    );
    for path in ["/inside", "/metadata", "/mapped"] {
        let refused = get(&client, &at(path)).await;
        assert!(
            matches!(refused, Err(FetchError::Forbidden(_))),
            "{path}: {refused:?}"
        );
    }
    for path in ["/file", "/nowhere"] {
        assert!(get(&client, &at(path)).await.is_err(), "{path}");
    }
}

#[tokio::test]
async fn what_carries_a_secret_is_not_sent_on() {
    let port = serving(|path, _| match path {
        "/end" => OK.to_owned(),
        _ => redirect("/end"),
    })
    .await;
    let url = format!("http://127.0.0.1:{port}/token");
    let post = Request::post(&url)
        .body(Bytes::from_static(b"secret"))
        .unwrap();
    assert_eq!(dev().fetch(post).await.unwrap().status().as_u16(), 302);
    let bearer = Request::get(&url).header(AUTHORIZATION, "Bearer a");
    let answer = dev().fetch(bearer.body(Bytes::new()).unwrap()).await;
    assert_eq!(answer.unwrap().status().as_u16(), 302);
}

#[tokio::test]
async fn endless_and_slow_answers_end() {
    let port = serving(|path, _| match path {
        "/endless" => "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_owned(),
        "/announced" => "HTTP/1.1 200 OK\r\ncontent-length: 1048577\r\n\r\nx".to_owned(),
        _ => String::new(),
    })
    .await;
    let at = |path: &str| format!("http://127.0.0.1:{port}{path}");
    assert_eq!(
        get(&dev(), &at("/endless")).await.unwrap_err(),
        FetchError::TooLarge
    );
    assert_eq!(
        get(&dev(), &at("/announced")).await.unwrap_err(),
        FetchError::TooLarge
    );
    let begun = std::time::Instant::now();
    assert_eq!(
        get(&dev(), &at("/slow")).await.unwrap_err(),
        FetchError::TimedOut
    );
    assert!(begun.elapsed() < Duration::from_secs(8));
}

#[tokio::test]
async fn a_proxy_is_reached_wherever_it_is_and_called_for_nothing_else() {
    let lookup: Lookup = |_| addresses(&["10.0.0.1:0"]);
    let proxies: Arc<[String]> = Arc::new(["proxy.example".to_owned()]);
    let resolver = Resolver {
        guard: Guard::new(Mode::Serve, false),
        lookup,
        proxies: Arc::clone(&proxies),
    };
    let resolved = resolver.resolve("proxy.example".parse().unwrap()).await;
    assert_eq!(resolved.unwrap().count(), 1);
    assert!(
        resolver
            .resolve("idp.example".parse().unwrap())
            .await
            .is_err()
    );
    let client = Guarded::with(Guard::new(Mode::Serve, false), lookup, proxies).unwrap();
    let refused = get(&client, "https://proxy.example/").await;
    assert!(
        matches!(refused, Err(FetchError::Forbidden(_))),
        "{refused:?}"
    );
    for (text, expected) in [
        ("http://user:pass@proxy.example:3128", "proxy.example"),
        ("proxy.example:3128", "proxy.example"),
    ] {
        assert_eq!(host(text).as_deref(), Some(expected));
    }
}
