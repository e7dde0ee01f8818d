use std::time::Duration;

use bytes::Bytes;
use tower::ServiceExt;

use super::*;
use crate::functions::runtime::Invocation;

/// Status, headers and body of a request to a function's port.
async fn ask(
    function: &Arc<Local>,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> (u16, HeaderMap, String) {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("/2018-06-01/runtime/{path}"));
    if headers.iter().all(|(name, _)| *name != "host") {
        request = request.header("host", "127.0.0.1:9301");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(body.into()).unwrap();
    let response = routes(Arc::clone(function)).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, LARGEST).await.unwrap();
    (
        parts.status.as_u16(),
        parts.headers,
        String::from_utf8(body.to_vec()).unwrap(),
    )
}

/// Invokes the function; a runtime takes the event and answers at `path`.
async fn answered(
    path: &str,
    headers: &[(&str, &str)],
    body: Vec<u8>,
) -> (u16, Result<Vec<u8>, FunctionError>) {
    let function = Arc::new(Local::new("check".to_owned(), 9301));
    let runtime = async {
        let (status, next, event) = ask(&function, "GET", "invocation/next", &[], "").await;
        assert_eq!((status, &*event), (200, "{\"a\":1}"));
        assert_eq!(next["lambda-runtime-aws-request-id"], "an-id");
        assert_eq!(next["lambda-runtime-invoked-function-arn"], "arn:x");
        assert_eq!(next["lambda-runtime-deadline-ms"], "1234");
        assert!(
            next["lambda-runtime-trace-id"]
                .to_str()
                .unwrap()
                .starts_with("Root=1-")
        );
        let path = format!("invocation/an-id/{path}");
        ask(&function, "POST", &path, headers, body).await.0
    };
    let call = async {
        while !function.is_served() {
            tokio::task::yield_now().await;
        }
        let invocation = Invocation {
            id: "an-id".to_owned(),
            arn: "arn:x".to_owned(),
            event: Bytes::from_static(b"{\"a\":1}"),
            deadline: 1234,
        };
        function.invoke(invocation, Duration::from_secs(5)).await
    };
    tokio::join!(runtime, call)
}

fn failed<T>(message: &str) -> Result<T, FunctionError> {
    Err(FunctionError::Failed(message.to_owned()))
}

#[tokio::test]
async fn an_event_reaches_the_runtime_and_its_answer_the_caller() {
    let answer = answered("response", &[], b"{\"b\":2}".to_vec()).await;
    assert_eq!(answer, (202, Ok(b"{\"b\":2}".to_vec())));
    let large = answered("response", &[], vec![b'x'; LARGEST + 1]).await;
    assert_eq!(large, (413, Err(FunctionError::TooLarge)));
    let body = br#"{"errorMessage":"no","errorType":"Error","stackTrace":[]}"#;
    assert_eq!(
        answered("error", &[], body.to_vec()).await,
        (202, failed("no"))
    );
    let kind = [("lambda-runtime-function-error-type", "Runtime.Unknown")];
    let silent = answered("error", &kind, Vec::new()).await;
    assert_eq!(silent, (202, failed("Runtime.Unknown")));
}

#[tokio::test]
async fn an_answer_to_an_unknown_event_is_refused() {
    let function = Arc::new(Local::new("check".to_owned(), 9301));
    for path in ["invocation/other/response", "invocation/other/error"] {
        let (status, _, body) = ask(&function, "POST", path, &[], "{}").await;
        assert!(
            status == 400 && body.contains("InvalidRequestID"),
            "{status} {body}"
        );
    }
}

#[tokio::test]
async fn web_pages_have_no_part_in_it() {
    let function = Arc::new(Local::new("check".to_owned(), 9301));
    for header in [
        ("host", "evil.example:9301"),
        ("origin", "https://evil.example"),
        ("referer", "http://localhost:9301/"),
        ("sec-fetch-site", "cross-site"),
    ] {
        for (method, path) in [("POST", "init/error"), ("GET", "invocation/next")] {
            let (status, _, _) = ask(&function, method, path, &[header], "").await;
            assert_eq!(status, 403, "{header:?} {path}");
        }
    }
    let (status, _, _) = ask(
        &function,
        "POST",
        "init/error",
        &[("host", "localhost")],
        "",
    )
    .await;
    assert_eq!(status, 202);
}
