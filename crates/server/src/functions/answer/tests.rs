use bytes::Bytes;
use http::HeaderMap;

use super::*;

fn reply(status: u16, body: &str) -> Reply {
    Reply {
        status: StatusCode::from_u16(status).unwrap(),
        headers: HeaderMap::new(),
        body: Bytes::copy_from_slice(body.as_bytes()),
    }
}

fn with(name: &'static str, value: &'static str, mut reply: Reply) -> Reply {
    reply.headers.insert(name, value.parse().unwrap());
    reply
}

fn failed(message: &str) -> Result<Vec<u8>, FunctionError> {
    Err(FunctionError::Failed(message.to_owned()))
}

fn refused(message: &str) -> Result<Vec<u8>, FunctionError> {
    Err(FunctionError::Unreachable(message.to_owned()))
}

const FAILURE: &str = r#"{"errorMessage":"no","errorType":"Error","stackTrace":[]}"#;

#[test]
fn a_webhook_answers_with_a_body_or_fails_in_its_own_words() {
    assert_eq!(of_webhook(reply(200, "{}")), Ok(b"{}".to_vec()));
    assert_eq!(of_webhook(reply(204, "")), Ok(Vec::new()));
    assert_eq!(of_webhook(reply(500, FAILURE)), failed("no"));
    assert_eq!(
        of_webhook(reply(422, r#"{"errorMessage":"no"}"#)),
        failed("no")
    );
    assert_eq!(
        of_webhook(reply(502, "<html>secret</html>")),
        refused("it answered 502 Bad Gateway")
    );
    assert_eq!(
        of_webhook(reply(301, "")),
        refused("it answered 301 Moved Permanently, and redirects are not followed")
    );
}

#[test]
fn a_function_that_failed_is_told_from_one_that_was_not_invoked() {
    let event = r#"{"version":"1","triggerSource":"x","response":{}}"#;
    assert_eq!(of_invoke(reply(200, event)), Ok(event.as_bytes().to_vec()));
    let marked = |body| with("x-amz-function-error", "Unhandled", reply(200, body));
    assert_eq!(of_invoke(marked(FAILURE)), failed("no"));
    assert_eq!(of_invoke(marked("{}")), failed("the function failed"));
    // As AWS's runtime interface emulator answers.
    assert_eq!(of_invoke(reply(200, FAILURE)), failed("no"));
    let echo = r#"{"triggerSource":"x","errorMessage":"no","errorType":"e"}"#;
    assert_eq!(of_invoke(reply(200, echo)), Ok(echo.as_bytes().to_vec()));
    let missing = reply(
        404,
        r#"{"Type":"User","Message":"Function not found:\n x"}"#,
    );
    let missing = with(
        "x-amzn-errortype",
        "ResourceNotFoundException:http://x",
        missing,
    );
    assert_eq!(
        of_invoke(missing),
        refused("it answered 404 Not Found: ResourceNotFoundException Function not found:  x")
    );
    assert_eq!(
        of_invoke(reply(500, "")),
        refused("it answered 500 Internal Server Error")
    );
}

#[test]
fn a_long_message_is_cut() {
    let body = format!(r#"{{"errorMessage":"{}"}}"#, "ä".repeat(2_000));
    assert_eq!(failure(body.as_bytes()).unwrap().len(), MESSAGE);
}
