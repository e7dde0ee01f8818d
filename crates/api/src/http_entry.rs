//! The dispatcher's HTTP side: method, content type, target, body, access; and rendering.

use std::net::IpAddr;

use bytes::Bytes;
use cabana_model::{ErrorKind, Operation};
use http::{
    Extensions, HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header,
};
use serde_json::{Value, json};

use crate::caller::{Caller, RequestInfo};
use crate::fault::Fault;
use crate::faults::Reason;
use crate::{Api, access, cors, faults, kms, limits, sts};

/// The request's source address, set in the request's extensions by the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// Marks a request whose address is shared by many senders that cannot be told apart; set in the request's extensions
/// by the server.
#[derive(Clone, Copy, Debug)]
pub struct SharedAddress;

/// The address under which a request is counted, if it is known to belong to one sender.
pub fn own_address(extensions: &Extensions) -> Option<IpAddr> {
    match extensions.get::<SharedAddress>() {
        Some(SharedAddress) => None,
        None => extensions.get::<Peer>().map(|peer| peer.0),
    }
}

/// The identifier that the server gave the request (a UUID), set in the request's extensions.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// The operation and error of a response, for the log line and the metrics.
#[derive(Clone, Copy, Debug)]
pub struct Handled {
    pub operation: Operation,
    pub error: Option<ErrorKind>,
    pub reason: Option<Reason>,
}

pub(crate) const CONTENT_TYPE: &str = "application/x-amz-json-1.1";
const TARGET_PREFIX: &str = "AWSCognitoIdentityProviderService.";

/// Maximum body of a call by the holder of an access key: images for the sign-in pages are uploaded this way.
const LARGEST: usize = 2 * 1024 * 1024;
/// Maximum body of any other call.
const LARGEST_PUBLIC: usize = 64 * 1024;

impl Api {
    /// The maximum body of a call with this head, in bytes.
    pub async fn largest_body(&self, head: &http::request::Parts) -> usize {
        let is_public = match operation(&head.method, &head.headers) {
            Ok(operation) => operation.is_public(),
            Err(_) => true,
        };
        if !is_public && access::may_administer(self, &head.headers).await {
            LARGEST
        } else {
            LARGEST_PUBLIC
        }
    }

    /// Answers one HTTP request to the API.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        if cors::is_preflight(request.method()) {
            return cors::preflight();
        }
        let (parts, body) = request.into_parts();
        if let Some(action) = sts::action(&parts, &body) {
            return sts::answer(self, &action, &parts, &body).await;
        }
        if let Some(action) = kms::action(&parts) {
            return kms::answer(self, action, &parts, &body).await;
        }
        let header = |name: &str| {
            let value = parts.headers.get(name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        let info = RequestInfo {
            id: parts
                .extensions
                .get::<RequestId>()
                .map(|id| id.0.clone())
                .unwrap_or_default(),
            source_ip: parts.extensions.get::<Peer>().map(|peer| peer.0),
            user_agent: header("user-agent"),
            sdk_agent: header("x-amz-user-agent"),
            page_host: None,
            reads_only: false,
        };
        let id = info.id.clone();
        let (operation, mut result) = match operation(&parts.method, &parts.headers) {
            Ok(operation) => (
                Some(operation),
                self.answer(operation, &parts, &body, info).await,
            ),
            Err(fault) => (None, Err(fault)),
        };
        let mut response = match &mut result {
            Ok(output) => success(output.take()),
            Err(fault) => failure(fault),
        };
        if let Some(operation) = operation {
            let fault = result.err();
            response.extensions_mut().insert(Handled {
                operation,
                error: fault.as_ref().map(|it| it.kind),
                reason: fault.map(|it| it.reason),
            });
        }
        if let Ok(id) = HeaderValue::from_str(&id) {
            response
                .headers_mut()
                .insert(HeaderName::from_static("x-amzn-requestid"), id);
        }
        cors::allow(response.headers_mut());
        response
    }

    async fn answer(
        &self,
        operation: Operation,
        parts: &http::request::Parts,
        body: &Bytes,
        info: RequestInfo,
    ) -> Result<Option<Vec<u8>>, Fault> {
        let caller = access::caller(self, operation, parts, body).await?;
        // Callers with an access key are not rate limited.
        let address = own_address(&parts.extensions).filter(|_| caller == Caller::Anonymous);
        if let Some(address) = address {
            let counted = self.limits.address(address, self.clock.now());
            counted.map_err(|_| faults::too_often(operation))?;
        }
        let mut body: Value = if body.is_empty() {
            json!({})
        } else {
            serde_json::from_slice(body).map_err(|_| faults::not_json())?
        };
        if !body.is_object() {
            return Err(faults::not_json());
        }
        drop_nulls(&mut body);
        if let Some(address) = address.filter(|_| limits::uses_password(operation, &body)) {
            let counted = self.limits.password(address, self.clock.now());
            counted.map_err(|_| faults::too_often(operation))?;
        }
        self.perform(caller, info, operation, &body).await
    }
}

/// Treats a null member as absent, in maps too: amazon-cognito-identity-js sends `DEVICE_KEY: null`.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(drop_nulls);
        }
        Value::Array(elements) => elements.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

fn operation(method: &Method, headers: &HeaderMap) -> Result<Operation, Fault> {
    if method != Method::POST {
        return Err(faults::unknown_operation());
    }
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if content_type.split(';').next().map(str::trim) != Some(CONTENT_TYPE) {
        return Err(faults::unknown_operation());
    }
    headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .and_then(|target| target.strip_prefix(TARGET_PREFIX))
        .and_then(Operation::from_name)
        .ok_or_else(faults::unknown_operation)
}

fn success(output: Option<Vec<u8>>) -> Response<Bytes> {
    let mut response = Response::new(output.map_or_else(Bytes::new, Bytes::from));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
    response
}

/// The response of a refusal.
pub(crate) fn failure(fault: &Fault) -> Response<Bytes> {
    let name = fault.kind.as_str();
    let body = json!({ "__type": name, "message": fault.message }).to_string();
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() =
        StatusCode::from_u16(fault.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
    if let Ok(value) = HeaderValue::from_str(&format!("{name}:")) {
        headers.insert(HeaderName::from_static("x-amzn-errortype"), value);
    }
    // A message with characters that no header can carry is sent in the body only.
    if let Ok(value) = HeaderValue::from_str(&fault.message) {
        headers.insert(HeaderName::from_static("x-amzn-errormessage"), value);
    }
    response
}
