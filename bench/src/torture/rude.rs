//! Misbehaving clients: too slow, too many, too large, too deep, or no HTTP at all. Each is refused or disconnected in
//! time, without effect on the others.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::{JoinHandle, spawn_local};
use tokio::time::timeout;

use super::Options;
use super::place::Place;
use super::report::Report;
use crate::common::Outcome;
use crate::common::server::Setup;
use crate::common::usage;

/// Connections of each slow kind.
const SLOW: usize = 150;
/// Time between two bytes of a slow client.
const DRIP: Duration = Duration::from_secs(1);
/// The server's longest timeout (30 seconds for a head or a body), and some more for a busy machine.
const PATIENCE: Duration = Duration::from_secs(45);
/// Longest wait of polite requests.
const LONGEST: Duration = Duration::from_secs(2);
/// Most memory that may remain in use afterwards.
const KEPT: u64 = 96 * 1024 * 1024;

/// # Errors
/// If the server does not start, or dies.
pub async fn run(options: &Options, report: &mut Report) -> Outcome<()> {
    let setup = Setup::new(&options.binary, None, None)?;
    let server = setup.start().await?;
    let place = Rc::new(Place::make(&setup).await?);
    let before = usage::memory(server.pid())?.own;
    let over = Rc::new(Cell::new(false));
    let polite = polite_client(place.clone(), over.clone());
    let slow = slow_clients(&place);
    for (what, bytes, expected) in bad_requests(&place) {
        let answer = send(&place, &bytes).await?;
        report.demand(expected.iter().any(|it| answer.starts_with(it)), || {
            let start: String = answer.chars().take(80).collect();
            format!("{what}: answered {start:?}")
        });
    }
    let mut kept = BTreeMap::new();
    for (kind, one) in slow {
        let held = one.await??;
        let longest: &mut Duration = kept.entry(kind).or_default();
        *longest = held.max(*longest);
    }
    for (kind, held) in kept {
        report.demand(held < PATIENCE, || format!("{kind} is kept for {held:.0?}"));
        report.notes.push(format!(
            "{SLOW} times {kind}: disconnected within {held:.0?}"
        ));
    }
    over.set(true);
    let (asked, slowest) = polite.await??;
    report.demand(slowest <= LONGEST, || {
        format!("a polite request waited {slowest:.1?}")
    });
    let after = usage::memory(server.pid())?.own;
    report.demand(after < before + KEPT, || {
        format!("memory: {before} bytes before, {after} after")
    });
    report.rounds = 1;
    report.acknowledged = asked;
    report.notes.push(format!(
        "{asked} polite requests within {slowest:.1?}; memory {} MiB before, {} after",
        before >> 20,
        after >> 20
    ));
    server.stop()
}

/// Sends small requests until the end; returns their number and the longest wait.
fn polite_client(place: Rc<Place>, over: Rc<Cell<bool>>) -> JoinHandle<Outcome<(u64, Duration)>> {
    spawn_local(async move {
        let (mut asked, mut slowest) = (0, Duration::ZERO);
        let path = format!("/{}/.well-known/openid-configuration", place.pool);
        let request = place.requests.get(&path, "");
        while !over.get() {
            let begun = Instant::now();
            let mut connection = place.connect(0).await?;
            let status = connection.send(&request).await?.status;
            if status != 200 {
                return Err(format!("a polite request was answered {status}").into());
            }
            asked += 1;
            slowest = slowest.max(begun.elapsed());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok((asked, slowest))
    })
}

/// Slow clients of every kind; each returns the time until it was disconnected.
fn slow_clients(place: &Rc<Place>) -> Vec<(&'static str, JoinHandle<Outcome<Duration>>)> {
    let host = &place.requests.host;
    let head = format!("GET / HTTP/1.1\r\nhost: {host}\r\nx-slow: ");
    let body = format!(
        "POST / HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: 90000\r\n\r\n"
    );
    let kept = format!("GET /healthz HTTP/1.1\r\nhost: {host}\r\n\r\n");
    // The bytes sent at once, and whether more follow slowly.
    let kinds = [
        ("a connection without a byte", String::new(), false),
        ("a head that never ends", head, true),
        ("a body that never ends", body, true),
        ("half a TLS handshake", "\x16".to_owned(), false),
        ("a kept connection without a request", kept, false),
    ];
    let everybody = kinds
        .into_iter()
        .flat_map(|kind| std::iter::repeat_n(kind, SLOW));
    everybody
        .map(|(kind, start, drips)| (kind, spawn_local(slow_client(place.clone(), start, drips))))
        .collect()
}

/// Sends the start, and then a byte now and then or nothing, until the server hangs up.
async fn slow_client(place: Rc<Place>, start: String, drips: bool) -> Outcome<Duration> {
    let node = place.nodes.first().ok_or("there is no node")?;
    let mut stream = TcpStream::connect(node).await?;
    let begun = Instant::now();
    stream.write_all(start.as_bytes()).await?;
    let mut answer = [0; 1024];
    while begun.elapsed() < PATIENCE {
        match timeout(DRIP, stream.read(&mut answer)).await {
            Ok(Ok(0) | Err(_)) => break,
            Ok(Ok(_)) => {}
            Err(_) if drips => {
                if stream.write_all(b"x").await.is_err() {
                    break;
                }
            }
            Err(_) => {}
        }
    }
    Ok(begun.elapsed())
}

/// Sends everything, as far as it is accepted; returns the answer.
async fn send(place: &Place, bytes: &[u8]) -> Outcome<String> {
    let node = place.nodes.first().ok_or("there is no node")?;
    let mut stream = TcpStream::connect(node).await?;
    let (mut reader, mut writer) = stream.split();
    // An early refusal arrives before everything is sent.
    let write = async { writer.write_all(bytes).await.is_ok() };
    let mut answer = vec![0; 4096];
    let read = async {
        let read = timeout(Duration::from_secs(5), reader.read(&mut answer)).await;
        read.ok().and_then(Result::ok).unwrap_or_default()
    };
    let (_, read) = tokio::join!(timeout(Duration::from_secs(5), write), read);
    answer.truncate(read);
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// The bytes to send, and the permitted answers; none is permitted too.
fn bad_requests(place: &Place) -> Vec<(&'static str, Vec<u8>, &'static [&'static str])> {
    const TOO_LARGE: &[&str] = &[
        "HTTP/1.1 413",
        "HTTP/1.1 431",
        "HTTP/1.1 400",
        "HTTP/1.1 414",
    ];
    const REFUSED: &[&str] = &["HTTP/1.1 4"];
    const SHUT: &[&str] = &["HTTP/1.1 4", "HTTP/1.1 505"];
    let host = &place.requests.host;
    let head = |line: &str, more: &str| {
        format!("{line} HTTP/1.1\r\nhost: {host}\r\n{more}\r\n").into_bytes()
    };
    let call = |body: String| place.requests.public("SignUp", &body);
    let nested = |open: &str, close: &str| {
        let (open, close) = (open.repeat(100_000), close.repeat(100_000));
        format!(
            "{{\"ClientId\":\"{}\",\"ClientMetadata\":{open}1{close}}}",
            place.client
        )
    };
    let json = "content-type: application/x-amz-json-1.1\r\nx-amz-target: AWSCognitoIdentityProviderService.SignUp\r\n";
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    let token = format!("POST /{}/oauth2/token", place.pool);
    let long = "a".repeat(1 << 20);
    let fields = "a=b&".repeat(200_000);
    vec![
        (
            "a header of 1 MiB",
            head("GET /", &format!("x-long: {long}\r\n")),
            TOO_LARGE,
        ),
        (
            "200,000 headers",
            head("GET /", &"a: b\r\n".repeat(200_000)),
            TOO_LARGE,
        ),
        (
            "a path of 1 MiB",
            head(&format!("GET /{long}"), ""),
            TOO_LARGE,
        ),
        ("JSON 100,000 arrays deep", call(nested("[", "]")), REFUSED),
        (
            "JSON 100,000 objects deep",
            call(nested("{\"a\":", "}")),
            REFUSED,
        ),
        ("JSON without an end", call("[".repeat(1_000_000)), REFUSED),
        ("a body of 3 MiB", call("a".repeat(3 << 20)), TOO_LARGE),
        (
            "a body without an end",
            [
                head("POST /", &format!("{json}transfer-encoding: chunked\r\n")),
                format!("10000\r\n{}\r\n", "a".repeat(0x10000))
                    .repeat(64)
                    .into_bytes(),
            ]
            .concat(),
            TOO_LARGE,
        ),
        (
            "200,000 fields",
            [
                head(
                    &token,
                    &format!("{form}content-length: {}\r\n", fields.len()),
                ),
                fields.into_bytes(),
            ]
            .concat(),
            REFUSED,
        ),
        (
            "two lengths",
            head(
                "POST /",
                &format!("{json}content-length: 1\r\ncontent-length: 2\r\n"),
            ),
            SHUT,
        ),
        (
            "a length that is none",
            head("POST /", &format!("{json}content-length: -1\r\n")),
            SHUT,
        ),
        ("two hosts", head("GET /", "host: evil.example\r\n"), SHUT),
        ("no host", b"GET / HTTP/1.1\r\n\r\n".to_vec(), SHUT),
        (
            "no HTTP",
            b"\0\x01\x02\x03 what is this\r\n\r\n".to_vec(),
            SHUT,
        ),
        (
            "a line break in a path",
            b"GET /\r\n\t/x HTTP/1.1\r\nhost: a\r\n\r\n".to_vec(),
            SHUT,
        ),
        (
            "another HTTP",
            b"GET / HTTP/9.9\r\nhost: a\r\n\r\n".to_vec(),
            SHUT,
        ),
    ]
}
