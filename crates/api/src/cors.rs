//! Cross-origin requests (the CORS protocol of Fetch): scripts of every origin may call the API and the OAuth
//! endpoints for programs. These endpoints ignore cookies, so that gives nothing away.

use http::{HeaderMap, HeaderValue, Method, Response, header};

/// Methods of any of these endpoints.
const METHODS: &str = "GET, HEAD, POST, OPTIONS";
/// Request headers of AWS SDKs, Amplify and OpenID Connect clients in browsers.
const REQUEST_HEADERS: &str = "accept, amz-sdk-invocation-id, amz-sdk-request, authorization, cache-control, \
                               content-type, dpop, pragma, x-amz-content-sha256, x-amz-date, x-amz-security-token, \
                               x-amz-target, x-amz-user-agent, x-amzn-trace-id, x-requested-with";
/// Response headers that a script may read.
const RESPONSE_HEADERS: &str = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date,Retry-After,\
                                WWW-Authenticate,x-amz-cognito-request-id";
/// Seconds that a browser may cache a preflight.
const MAX_AGE: &str = "7200";

/// Whether a request is a preflight.
pub fn is_preflight(method: &Method) -> bool {
    *method == Method::OPTIONS
}

/// The answer to a preflight.
pub fn preflight<B: Default>() -> Response<B> {
    let mut response = Response::new(B::default());
    let headers = response.headers_mut();
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS),
        (header::ACCESS_CONTROL_MAX_AGE, MAX_AGE),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    allow(headers);
    response
}

/// Allows scripts of every origin to read an answer, whatever its status.
pub fn allow(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, RESPONSE_HEADERS),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
