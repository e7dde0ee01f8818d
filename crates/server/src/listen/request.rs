//! A request made uniform before anybody else sees it: one host, one form of address, a body that
//! is whole and not too large.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::header::HOST;
use http::uri::PathAndQuery;
use http::{HeaderValue, Response, StatusCode, Uri, header, request};
use http_body_util::{BodyExt, LengthLimitError, Limited};

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
        plain(status, text)
    }
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
/// A body that is too large, too slow, or cut off.
pub(super) async fn whole<B>(body: B, limit: usize) -> Result<Bytes, Refusal>
where
    B: hyper::body::Body<Data = Bytes>,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let too_large = || Refusal(StatusCode::PAYLOAD_TOO_LARGE, "the request is too large");
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    match tokio::time::timeout(BODY_TIME, Limited::new(body, limit).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(Refusal(StatusCode::BAD_REQUEST, "the request was cut off")),
        Err(_) => Err(Refusal(
            StatusCode::REQUEST_TIMEOUT,
            "the request took too long",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
        let body = |size| Body::from(vec![b'x'; size]);
        assert_eq!(whole(body(10), 10).await.unwrap().len(), 10);
        assert_eq!(
            whole(body(11), 10).await.unwrap_err().0,
            StatusCode::PAYLOAD_TOO_LARGE
        );
        let chunks = futures_util::stream::iter(
            (0..11).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(b"x"))),
        );
        let unannounced = whole(Body::from_stream(chunks), 10).await.unwrap_err();
        assert_eq!(unannounced.0, StatusCode::PAYLOAD_TOO_LARGE);
    }
}
