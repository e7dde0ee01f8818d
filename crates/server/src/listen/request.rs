//! A request made uniform before anybody else sees it: one host, one form of address, a body that
//! is whole and not too large.

use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::header::HOST;
use http::uri::PathAndQuery;
use http::{HeaderValue, Response, StatusCode, Uri, header, request};
use http_body_util::BodyExt;

use super::shares::Body as Share;

/// For the whole body; the largest takes 70 kB a second.
const BODY_TIME: Duration = Duration::from_secs(30);

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

/// Why a request goes no further.
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

/// Whether the same request may be answered a second later.
fn is_passing(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    )
}

/// An address has more requests under way than it may.
pub(super) fn too_many_requests() -> Refusal {
    Refusal(
        StatusCode::TOO_MANY_REQUESTS,
        "too many requests at once from this address",
    )
}

/// Leaves exactly one `Host`, and only path and query in the address.
///
/// # Errors
/// A request that names several hosts or none.
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

/// The whole body.
///
/// # Errors
/// A body that is too large, too slow, or cut off; or more than may be under way at once.
pub(super) async fn whole<B>(body: B, limit: usize, share: &mut Share) -> Result<Bytes, Refusal>
where
    B: hyper::body::Body<Data = Bytes> + Unpin,
{
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    tokio::time::timeout(BODY_TIME, collect(body, limit, share))
        .await
        .unwrap_or(Err(Refusal(
            StatusCode::REQUEST_TIMEOUT,
            "the request took too long",
        )))
}

async fn collect<B>(mut body: B, limit: usize, share: &mut Share) -> Result<Bytes, Refusal>
where
    B: hyper::body::Body<Data = Bytes> + Unpin,
{
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame =
            frame.map_err(|_| Refusal(StatusCode::BAD_REQUEST, "the request was cut off"))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if first.len() + rest.len() + data.len() > limit {
            return Err(too_large());
        }
        share.grow(data.len()).ok_or(Refusal(
            StatusCode::SERVICE_UNAVAILABLE,
            "too much is being sent at once",
        ))?;
        // Most bodies come in one piece.
        if first.is_empty() {
            first = data;
        } else {
            rest.extend_from_slice(&data);
        }
    }
    if rest.is_empty() {
        return Ok(first);
    }
    let mut whole = BytesMut::with_capacity(first.len() + rest.len());
    whole.extend_from_slice(&first);
    whole.extend_from_slice(&rest);
    Ok(whole.freeze())
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

    #[tokio::test]
    async fn a_body_may_be_as_large_as_the_limit_and_no_larger() {
        let shares = Arc::new(Shares::new(0, Proxy::None));
        let origin = Origin {
            address: [127, 0, 0, 1].into(),
            is_own: true,
            https: Some(false),
        };
        let whole = async |body, limit| whole(body, limit, &mut shares.body(&origin)).await;
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
