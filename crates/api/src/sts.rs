//! `sts`: the one call of AWS's Security Token Service that tools make first, to identify the owner of their access
//! key. It uses the query protocol: a form in, XML out.

use bytes::Bytes;
use cabana_model::ErrorKind;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Response, StatusCode, header};
use url::form_urlencoded;

use crate::access::{self, Signer};
use crate::fault::Fault;
use crate::{Api, RequestId};

/// The service's name in the scope of a signature.
const SERVICE: &str = "sts";
const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";
const FORM: &str = "application/x-www-form-urlencoded";

/// The action that a request of the query protocol names; `None` for any other request.
pub fn action(parts: &Parts, body: &[u8]) -> Option<String> {
    let content_type = parts.headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let is_form = content_type.split(';').next().map(str::trim) == Some(FORM);
    if parts.method != Method::POST || !is_form {
        return None;
    }
    let mut members = form_urlencoded::parse(body);
    let action = members.find(|(name, _)| name == "Action");
    action.map(|(_, action)| action.into_owned())
}

/// Answers GetCallerIdentity; refuses every other action.
pub async fn answer(api: &Api, action: &str, parts: &Parts, body: &Bytes) -> Response<Bytes> {
    let id = parts.extensions.get::<RequestId>();
    let id = id.map(|id| id.0.as_str()).unwrap_or_default();
    let result = match action {
        "GetCallerIdentity" => access::signer(api, SERVICE, parts, body).await,
        _ => {
            let message = "Of the Security Token Service, this server supports only the action GetCallerIdentity.";
            return error(StatusCode::BAD_REQUEST, "InvalidAction", message, id);
        }
    };
    match result {
        Ok(signer) => identity(api, signer, id),
        Err(fault) => refusal(&fault, id),
    }
}

fn identity(api: &Api, signer: Signer, id: &str) -> Response<Bytes> {
    let (key, name) = match signer {
        Signer::Known(key) => (key.id, key.name),
        Signer::Unknown(key) => (key.clone(), key),
    };
    let account = &api.settings.account_id;
    let arn = escaped(&format!("arn:aws:iam::{account}:user/{name}"));
    let (account, key) = (escaped(account), escaped(&key));
    let text = format!(
        "<GetCallerIdentityResponse xmlns=\"{NAMESPACE}\"><GetCallerIdentityResult>\
         <Arn>{arn}</Arn><UserId>{key}</UserId><Account>{account}</Account>\
         </GetCallerIdentityResult><ResponseMetadata><RequestId>{}</RequestId></ResponseMetadata>\
         </GetCallerIdentityResponse>",
        escaped(id)
    );
    xml(StatusCode::OK, text, id)
}

/// A signature's fault in the words of the query protocol.
fn refusal(fault: &Fault, id: &str) -> Response<Bytes> {
    let (status, code) = match fault.kind {
        ErrorKind::MissingAuthenticationTokenException => {
            (StatusCode::FORBIDDEN, "MissingAuthenticationToken")
        }
        ErrorKind::UnrecognizedClientException => (StatusCode::FORBIDDEN, "InvalidClientTokenId"),
        ErrorKind::InvalidSignatureException => (StatusCode::FORBIDDEN, "SignatureDoesNotMatch"),
        ErrorKind::IncompleteSignatureException => (StatusCode::BAD_REQUEST, "IncompleteSignature"),
        _ => (StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure"),
    };
    if let Some(cause) = fault.cause() {
        tracing::error!(?cause, "GetCallerIdentity failed");
    }
    error(status, code, &fault.message, id)
}

fn error(status: StatusCode, code: &str, message: &str, id: &str) -> Response<Bytes> {
    let of = if status.is_server_error() {
        "Receiver"
    } else {
        "Sender"
    };
    let text = format!(
        "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>{of}</Type><Code>{code}</Code>\
         <Message>{}</Message></Error><RequestId>{}</RequestId></ErrorResponse>",
        escaped(message),
        escaped(id)
    );
    xml(status, text, id)
}

fn xml(status: StatusCode, text: String, id: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static("x-amzn-requestid"), id);
    }
    response
}

/// Escapes text for XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
