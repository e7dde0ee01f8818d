//! Requests as bytes, and API calls.

use serde_json::Value;

use super::Outcome;
use super::http::Connection;
use super::signing::Signer;

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// Builds requests for one server.
pub struct Requests {
    pub host: String,
    pub signer: Signer,
}

impl Requests {
    /// A signed call of an operation.
    ///
    /// # Errors
    /// As [`Signer::sign`].
    pub fn signed(&self, operation: &str, body: &str) -> Outcome<Vec<u8>> {
        let target = target(operation);
        let signature = self
            .signer
            .sign(&self.host, CONTENT_TYPE, &target, body.as_bytes())?;
        let more = format!(
            "x-amz-date: {}\r\nauthorization: {}\r\n",
            signature.date, signature.authorization
        );
        Ok(self.call(&target, &more, body))
    }

    /// A call of a public operation.
    pub fn public(&self, operation: &str, body: &str) -> Vec<u8> {
        self.call(&target(operation), "", body)
    }

    fn call(&self, target: &str, more: &str, body: &str) -> Vec<u8> {
        self.post(
            "/",
            CONTENT_TYPE,
            &format!("x-amz-target: {target}\r\n{more}"),
            body,
        )
    }

    /// A form for the token endpoint. `more` are further header lines.
    pub fn form(&self, path: &str, more: &str, fields: &[(&str, &str)]) -> Vec<u8> {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.post(path, "application/x-www-form-urlencoded", more, &body)
    }

    fn post(&self, path: &str, content_type: &str, more: &str, body: &str) -> Vec<u8> {
        format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: {content_type}\r\n{more}content-length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        )
        .into_bytes()
    }

    /// A page. `more` are further header lines.
    pub fn get(&self, path: &str, more: &str) -> Vec<u8> {
        format!("GET {path} HTTP/1.1\r\nhost: {}\r\n{more}\r\n", self.host).into_bytes()
    }

    /// Calls an operation, signed, that must succeed.
    ///
    /// # Errors
    /// If it does not.
    pub async fn ok(
        &self,
        connection: &mut Connection,
        operation: &str,
        body: Value,
    ) -> Outcome<Value> {
        let request = self.signed(operation, &body.to_string())?;
        let reply = connection.send(&request).await?;
        if reply.status != 200 {
            return Err(format!("{operation}: {} {}", reply.status, reply.text()).into());
        }
        if reply.body.is_empty() {
            return Ok(Value::Null);
        }
        Ok(serde_json::from_slice(reply.body)?)
    }
}

fn target(operation: &str) -> String {
    format!("AWSCognitoIdentityProviderService.{operation}")
}

/// A text at a pointer in an answer.
///
/// # Errors
/// If there is none.
pub fn text(answer: &Value, pointer: &str) -> Outcome<String> {
    let found = answer.pointer(pointer).and_then(Value::as_str);
    Ok(found
        .ok_or_else(|| format!("no {pointer} in an answer"))?
        .to_owned())
}
