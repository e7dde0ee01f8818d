//! Probes over the port.

use super::*;

#[tokio::test]
async fn metrics_are_for_this_machine_or_for_a_port_of_their_own() {
    let ask = async |policy: Policy, place, more: &str| {
        let server = front_for(policy, 0, place).await;
        let answer = server.ask(&format!("GET /metrics HTTP/1.1{more}")).await;
        answer.split(' ').nth(1).unwrap().to_owned()
    };
    let behind = |proxy| Policy { proxy, ..open() };
    assert_eq!(ask(open(), Metrics::Here, "").await, "200");
    assert_eq!(ask(open(), Metrics::Elsewhere, "").await, "404");
    let forwarded = "\r\nx-forwarded-for: 203.0.113.7";
    for (proxy, more) in [
        (Proxy::Silent, ""),
        (Proxy::Trusted, ""),
        (Proxy::Trusted, forwarded),
    ] {
        assert_eq!(ask(behind(proxy), Metrics::Here, more).await, "403");
    }
}

#[tokio::test]
async fn the_store_is_asked_once_a_second_whether_it_is_ready() {
    let server = front(open()).await;
    let ready = async || server.ask("GET /readyz HTTP/1.1").await;
    assert!(ready().await.starts_with("HTTP/1.1 200 "));
    let asked_at = server.probes.asked_at().await.unwrap();
    for _ in 0..20 {
        ready().await;
    }
    assert_eq!(server.probes.asked_at().await, Some(asked_at));
    tokio::time::sleep(Duration::from_millis(1_050)).await;
    ready().await;
    assert!(server.probes.asked_at().await > Some(asked_at));
}

#[tokio::test]
async fn a_server_that_stops_is_alive_but_not_ready() {
    let server = front(open()).await;
    server.stop.send(true).unwrap();
    assert!(
        server
            .ask("GET /readyz HTTP/1.1")
            .await
            .starts_with("HTTP/1.1 503 ")
    );
    assert!(
        server
            .ask("GET /healthz HTTP/1.1")
            .await
            .starts_with("HTTP/1.1 200 ")
    );
}
