//! Limits over real connections, from two addresses of this machine.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests stand outside of test functions"
)]

mod common;

use std::net::SocketAddr;

use common::{Folder, Running};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;

const ATTACKER: &str = "127.0.0.2:0";
const NEIGHBOUR: &str = "127.0.0.1:0";

/// Sends a request from an address and returns everything that comes back.
async fn ask(from: &str, port: u16, head: &str, body: &str) -> String {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(from.parse().unwrap()).unwrap();
    let to = SocketAddr::from(([127, 0, 0, 1], port));
    let mut stream = socket.connect(to).await.unwrap();
    let request = format!(
        "{head}\r\nhost: localhost:{port}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

async fn call(from: &str, port: u16, operation: &str, body: &str) -> String {
    let head = format!(
        "POST / HTTP/1.1\r\ncontent-type: application/x-amz-json-1.1\r\n\
         x-amz-target: AWSCognitoIdentityProviderService.{operation}"
    );
    ask(from, port, &head, body).await
}

/// The value of a metric.
async fn metric(port: u16, name: &str) -> f64 {
    let page = ask(NEIGHBOUR, port, "GET /metrics HTTP/1.1", "").await;
    let line = page.lines().find(|line| line.starts_with(name));
    let line = line.unwrap_or_else(|| panic!("no {name} in {page}"));
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn an_attack_from_one_address_does_not_stop_another() {
    let folder = Folder::new("limits");
    let flags = ["--limit-per-address", "1"];
    let server = Running::with(&folder, &flags);
    let port = server.1;
    let pools = call(NEIGHBOUR, port, "ListUserPools", r#"{"MaxResults":1}"#).await;
    let id = pools.split_once(r#""Id":""#).unwrap().1;
    let pool = id.split('"').next().unwrap();
    let sign_in = r#"{"ClientId":"nobody","AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"a","PASSWORD":"b"}}"#;
    let page = format!("GET /{pool}/login HTTP/1.1");
    let token = format!("POST /{pool}/oauth2/token HTTP/1.1");
    let mut refused = 0;
    for _ in 0..200 {
        let answer = call(ATTACKER, port, "InitiateAuth", sign_in).await;
        refused += u32::from(answer.contains("TooManyRequestsException"));
    }
    // Five at once, and one for each second that this took.
    assert!((100..=195).contains(&refused), "{refused} of 200 refused");
    for head in [&page, &token] {
        let answer = ask(ATTACKER, port, head, "").await;
        assert!(answer.starts_with("HTTP/1.1 429"), "{head}: {answer}");
        assert!(answer.contains("retry-after: 1"), "{head}: {answer}");
    }
    let answer = call(NEIGHBOUR, port, "InitiateAuth", sign_in).await;
    assert!(answer.contains("ResourceNotFoundException"), "{answer}");
    for (head, status) in [(&page, 400), (&token, 400)] {
        let answer = ask(NEIGHBOUR, port, head, "").await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{head}: {answer}"
        );
    }
    let counted = metric(port, r#"cabana_refused_total{limit="address"}"#).await;
    assert!(counted >= f64::from(refused) + 2.0, "{counted}");
    let configured = metric(port, r#"cabana_limit_per_second{limit="address"}"#).await;
    assert!((configured - 1.0).abs() < f64::EPSILON, "{configured}");
    metric(port, "cabana_limit_tracked").await;
    assert!(server.stop());
}
