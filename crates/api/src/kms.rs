//! `kms`: the one call of AWS's Key Management Service that functions make which send messages: Decrypt, for the data
//! keys of what this server encrypted for them.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use cabana_domain::kms::Unopened;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Response, StatusCode, header};
use serde_json::{Map, Value, json};

use crate::access::{self, Signer};
use crate::fault::Fault;
use crate::http_entry::{CONTENT_TYPE, failure};
use crate::{Api, RequestId};

/// The service's name in the scope of a signature.
const SERVICE: &str = "kms";
const TARGET_PREFIX: &str = "TrentService.";
/// The only algorithm of symmetric keys.
const ALGORITHM: &str = "SYMMETRIC_DEFAULT";

/// A refusal, in the service's words.
struct Refusal(&'static str, String);

/// The action of KMS that a request names; `None` for any other request.
pub fn action(parts: &Parts) -> Option<&str> {
    let target = parts.headers.get("x-amz-target")?.to_str().ok()?;
    let action = target.strip_prefix(TARGET_PREFIX)?;
    (parts.method == Method::POST).then_some(action)
}

/// Answers Decrypt; refuses every other action.
pub async fn answer(api: &Api, action: &str, parts: &Parts, body: &Bytes) -> Response<Bytes> {
    let mut response = match admit(api, parts, body).await {
        Err(fault) => failure(&fault),
        Ok(Err(refusal)) => refused(&refusal),
        Ok(Ok(())) => match decrypt(api, action, body) {
            Ok(body) => rendered(StatusCode::OK, &body),
            Err(refusal) => refused(&refusal),
        },
    };
    let id = parts.extensions.get::<RequestId>();
    if let Some(Ok(id)) = id.map(|id| HeaderValue::from_str(&id.0)) {
        let name = HeaderName::from_static("x-amzn-requestid");
        response.headers_mut().insert(name, id);
    }
    response
}

/// Admits a caller with a right signature. An emulator admits every program, and no web page.
async fn admit(api: &Api, parts: &Parts, body: &Bytes) -> Result<Result<(), Refusal>, Fault> {
    let own = |id: &str| api.data_keys.secret(id);
    if access::signed_with(api, SERVICE, parts, body, own)? {
        return Ok(Ok(()));
    }
    let signer = access::signer(api, SERVICE, parts, body).await?;
    let is_page = access::is_from_browser(&parts.headers);
    Ok(match signer {
        Signer::Unknown(_) if is_page => Err(Refusal(
            "AccessDeniedException",
            "Decrypt is for programs and not for web pages.".to_owned(),
        )),
        _ => Ok(()),
    })
}

fn decrypt(api: &Api, action: &str, body: &Bytes) -> Result<Value, Refusal> {
    if action != "Decrypt" {
        return Err(Refusal(
            "UnknownOperationException",
            "Of the Key Management Service, this server supports only the action Decrypt."
                .to_owned(),
        ));
    }
    let invalid = |words: &str| Refusal("ValidationException", words.to_owned());
    let request: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|_| Refusal("SerializationException", "The body is no JSON.".to_owned()))?;
    let text = |name: &str| request.get(name).and_then(Value::as_str);
    if text("EncryptionAlgorithm").is_some_and(|it| it != ALGORITHM) {
        return Err(invalid("EncryptionAlgorithm must be SYMMETRIC_DEFAULT."));
    }
    let wrapped = text("CiphertextBlob")
        .and_then(|text| BASE64_STANDARD.decode(text).ok())
        .ok_or_else(|| invalid("CiphertextBlob must be bytes in base64."))?;
    let context = match request.get("EncryptionContext") {
        None | Some(Value::Null) => Vec::new(),
        Some(pairs) => {
            context(pairs).ok_or_else(|| invalid("EncryptionContext must hold texts."))?
        }
    };
    let (arn, data_key) = api
        .data_keys
        .open(&wrapped, &context)
        .map_err(|error| match error {
            Unopened::Invalid => Refusal("InvalidCiphertextException", String::new()),
            Unopened::UnknownKey => Refusal(
                "NotFoundException",
                "This server does not have the key under which the data key is encrypted."
                    .to_owned(),
            ),
        })?;
    if text("KeyId").is_some_and(|wanted| !names(wanted, &arn)) {
        return Err(Refusal(
            "IncorrectKeyException",
            "The key ID in the request does not identify a CMK that can perform this operation."
                .to_owned(),
        ));
    }
    Ok(json!({
        "KeyId": arn,
        "Plaintext": BASE64_STANDARD.encode(&data_key[..]),
        "EncryptionAlgorithm": ALGORITHM,
    }))
}

fn context(pairs: &Value) -> Option<Vec<(&str, &str)>> {
    let pairs = pairs.as_object()?.iter();
    pairs
        .map(|(name, value)| Some((name.as_str(), value.as_str()?)))
        .collect()
}

/// Whether a key is meant by this ARN, or by the ID at the end of it.
fn names(wanted: &str, arn: &str) -> bool {
    wanted == arn || arn.rsplit_once(":key/").is_some_and(|(_, id)| wanted == id)
}

fn refused(Refusal(kind, message): &Refusal) -> Response<Bytes> {
    let body = match message.as_str() {
        "" => json!({ "__type": kind }),
        message => json!({ "__type": kind, "message": message }),
    };
    rendered(StatusCode::BAD_REQUEST, &body)
}

fn rendered(status: StatusCode, body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    let content_type = HeaderValue::from_static(CONTENT_TYPE);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, content_type);
    response
}
