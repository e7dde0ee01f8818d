//! Normalizes a request before any other code sees it: one host, one form of URI, a body that is whole and not too
//! large.

use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::header::HOST;
use http::uri::PathAndQuery;
use http::{HeaderValue, Response, StatusCode, Uri, header, request};
use http_body_util::BodyExt;

use super::shares::Sent;

/// Timeout of the whole body; the largest needs 70 kB per second.
const BODY_TIME: Duration = Duration::from_secs(30);

/// Overhead of a header besides its name and value, as HTTP/2 counts it (RFC 9113 §6.5.2).
const ENTRY: usize = 32;
/// Refuses a request because too many bytes are in progress.
const TOO_MUCH: Refusal = Refusal(
    StatusCode::SERVICE_UNAVAILABLE,
    "too much is being sent at once",
);

/// A short answer in plain text.
pub(super) fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}

/// The reason why a request is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal(pub(super) StatusCode, &'static str);

impl From<Refusal> for Response<Body> {
    fn from(Refusal(status, text): Refusal) -> Self {
        let mut response = plain(status, text);
        if is_passing(status) {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// Whether the same request may succeed a second later.
fn is_passing(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    )
}

/// Refuses a request because its address has too many in progress.
pub(super) fn too_many_requests() -> Refusal {
    Refusal(
        StatusCode::TOO_MANY_REQUESTS,
        "too many requests at once from this address",
    )
}

/// Leaves exactly one `Host`, and only path and query in the URI.
///
/// # Errors
/// If the request names several hosts or none.
pub(super) fn one_host(parts: &mut request::Parts) -> Result<(), Refusal> {
    if let Some(authority) = parts.uri.authority() {
        let host = HeaderValue::from_str(authority.as_str());
        let host =
            host.map_err(|_| Refusal(StatusCode::BAD_REQUEST, "the address is not valid"))?;
        parts.headers.insert(HOST, host);
    }
    if parts.headers.get_all(HOST).iter().count() != 1 {
        return Err(Refusal(
            StatusCode::BAD_REQUEST,
            "exactly one Host is needed",
        ));
    }
    let path = parts
        .uri
        .path_and_query()
        .cloned()
        .unwrap_or_else(|| PathAndQuery::from_static("/"));
    parts.uri = Uri::from(path);
    Ok(())
}

/// Counts the head, which stays in memory while the request is in progress: over HTTP/2 one connection can have a
/// hundred requests, with 64 KiB each.
///
/// # Errors
/// If more bytes are in progress than allowed.
pub(super) fn head(parts: &request::Parts, sent: &mut Sent) -> Result<(), Refusal> {
    let path = parts.uri.path_and_query().map_or(0, |it| it.as_str().len());
    let headers = parts.headers.iter();
    let headers = headers.map(|(name, value)| name.as_str().len() + value.len() + ENTRY);
    sent.grow(path + headers.sum::<usize>()).ok_or(TOO_MUCH)
}

/// Reads the whole body.
///
/// # Errors
/// If the body is too large, too slow, or cut off, or if more bytes are in progress than allowed.
pub(super) async fn whole<B>(body: B, limit: usize, sent: &mut Sent) -> Result<Bytes, Refusal>
where
    B: hyper::body::Body<Data = Bytes> + Unpin,
{
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    tokio::time::timeout(BODY_TIME, collect(body, limit, sent))
        .await
        .unwrap_or(Err(Refusal(
            StatusCode::REQUEST_TIMEOUT,
            "the request took too long",
        )))
}

async fn collect<B>(mut body: B, limit: usize, sent: &mut Sent) -> Result<Bytes, Refusal>
where
    B: hyper::body::Body<Data = Bytes> + Unpin,
{
    let mut first = Bytes::new();
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame =
            frame.map_err(|_| Refusal(StatusCode::BAD_REQUEST, "the request was cut off"))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if first.len() + whole.len() + data.len() > limit {
            return Err(too_large());
        }
        sent.grow(data.len()).ok_or(TOO_MUCH)?;
        // Most bodies come in one piece, which is not copied.
        if first.is_empty() && whole.is_empty() {
            first = data;
        } else {
            whole.extend_from_slice(&std::mem::take(&mut first));
            whole.extend_from_slice(&data);
        }
    }
    Ok(match whole.is_empty() {
        true => first,
        false => whole.freeze(),
    })
}

fn too_large() -> Refusal {
    Refusal(StatusCode::PAYLOAD_TOO_LARGE, "the request is too large")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::listen::forwarded::{Origin, Proxy};
    use crate::listen::shares::Shares;
    use http::Request;

    fn parts(uri: &str, hosts: &[&str]) -> request::Parts {
        let mut request = Request::builder().uri(uri);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn the_address_and_the_host_header_cannot_disagree() {
        let mut both = parts("http://right.test:81/a?b=c", &["wrong.test"]);
        one_host(&mut both).unwrap();
        assert_eq!(both.headers.get(HOST).unwrap(), "right.test:81");
        assert_eq!(both.uri, "/a?b=c");
        for hosts in [&[][..], &["a.test", "b.test"]] {
            let refused = one_host(&mut parts("/", hosts)).unwrap_err();
            assert_eq!(refused.0, StatusCode::BAD_REQUEST);
        }
    }

    #[test]
    fn heads_under_way_are_counted() {
        let shares = Arc::new(Shares::new(0, Proxy::None));
        let origin = Origin {
            address: [127, 0, 0, 1].into(),
            is_own: true,
            https: Some(false),
        };
        let mut large = parts("/", &["a.test"]);
        let long = HeaderValue::try_from("a".repeat(64 * 1024 - 100)).unwrap();
        large.headers.insert("x-long", long);
        let held = std::iter::from_fn(|| {
            let mut sent = shares.sent(&origin);
            head(&large, &mut sent).ok().map(|()| sent)
        });
        let held: Vec<_> = held.take(1000).collect();
        assert_eq!(held.len(), 32 * 1024 / 64);
        let refused = head(&large, &mut shares.sent(&origin)).unwrap_err();
        assert_eq!(refused.0, StatusCode::SERVICE_UNAVAILABLE);
        drop(held);
        head(&large, &mut shares.sent(&origin)).unwrap();
        // Empty entries count as well.
        let mut many = parts("/", &["a.test"]);
        for _ in 0..2_000 {
            many.headers.append("a", HeaderValue::from_static(""));
        }
        let mut sent = shares.sent(&origin);
        sent.grow(32 * 1024 * 1024 - 60_000).unwrap();
        assert!(head(&many, &mut sent).is_err());
    }

    #[tokio::test]
    async fn a_body_may_be_as_large_as_the_limit_and_no_larger() {
        let shares = Arc::new(Shares::new(0, Proxy::None));
        let origin = Origin {
            address: [127, 0, 0, 1].into(),
            is_own: true,
            https: Some(false),
        };
        let whole = async |body, limit| whole(body, limit, &mut shares.sent(&origin)).await;
        let body = |size| Body::from(vec![b'x'; size]);
        assert_eq!(whole(body(10), 10).await.unwrap().len(), 10);
        assert_eq!(
            whole(body(11), 10).await.unwrap_err().0,
            StatusCode::PAYLOAD_TOO_LARGE
        );
        let pieces = ["ab", "", "cde", "f"].map(|it| Ok::<_, std::io::Error>(Bytes::from(it)));
        let pieces = Body::from_stream(futures_util::stream::iter(pieces));
        assert_eq!(whole(pieces, 10).await.unwrap(), "abcdef");
        let chunks = futures_util::stream::iter(
            (0..11).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(b"x"))),
        );
        let unannounced = whole(Body::from_stream(chunks), 10).await.unwrap_err();
        assert_eq!(unannounced.0, StatusCode::PAYLOAD_TOO_LARGE);
    }
}
