//! Ports to the outside: time, randomness, functions, encryption for functions, other servers.

use bytes::Bytes;
use cabana_domain::Time;
use cabana_domain::encryption_sdk::DataKey;
use cabana_domain::kms::Unopened;
use cabana_model::Secret;
use http::{Request, Response};
use serde::{Deserialize, Serialize};

use crate::Boxed;

/// The clock. Read once per request.
pub trait Clock: Send + Sync {
    /// The current instant.
    fn now(&self) -> Time;
}

/// Cryptographically secure randomness.
pub trait Random: Send + Sync {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// If the system has none; the request then fails.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness>;
}

/// The system gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the system gave no random bytes")]
pub struct NoRandomness;

/// Runs the functions of pools (AWS's Lambda triggers).
pub trait Functions: Send + Sync {
    /// Invokes a function with an event and returns its answer (JSON). `arn` as in LambdaConfig; `trigger` is its key
    /// there, such as `PreSignUp`. Answers within five seconds.
    fn invoke<'a>(
        &'a self,
        arn: &'a str,
        trigger: &'static str,
        event: Vec<u8>,
    ) -> Boxed<'a, Result<Vec<u8>, FunctionError>>;

    /// Invokes a function whose answer does not matter, from a queue that may do so several times: `id` is the same
    /// each time, so that the function can tell. Ends within half a minute.
    fn deliver<'a>(
        &'a self,
        id: &'a str,
        arn: &'a str,
        trigger: &'static str,
        event: Vec<u8>,
    ) -> Boxed<'a, Result<(), FunctionError>>;

    /// Describes what answers for a function. An emulator gives one that has no address a port for a runtime.
    fn answerer(&self, _arn: &str) -> Answerer {
        Answerer::Nothing
    }
}

/// What answers for a function. Addresses are without their query, which may hold a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    content = "at",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Answerer {
    /// A webhook at this address.
    Webhook(String),
    /// AWS's Invoke API at this address.
    Invoke(String),
    /// A runtime client of AWS at this address (host and port), and whether one is there.
    Runtime {
        address: String,
        is_there: bool,
    },
    Nothing,
}

/// The reason why a function has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FunctionError {
    /// It failed, in its own words (`errorMessage`).
    #[error("{0}")]
    Failed(String),
    /// Nothing is set that answers for it.
    #[error("nothing answers for this function")]
    NotConfigured,
    #[error("no answer in time")]
    TimedOut,
    #[error("{0}")]
    Unreachable(String),
    #[error("the answer is larger than 6 MB")]
    TooLarge,
}

/// Encrypts values for functions in the message format of the AWS Encryption SDK.
pub trait Encrypt: Send + Sync {
    /// Encrypts under a key of KMS, with this encryption context.
    ///
    /// # Errors
    /// If the server does not have the key.
    fn encrypt(
        &self,
        key_arn: &str,
        context: &[(&str, &str)],
        plaintext: &[u8],
    ) -> Result<Vec<u8>, EncryptError>;
}

/// The reason why a value was not encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncryptError {
    #[error("the server has no key of this ARN")]
    UnknownKey,
    #[error("the cryptographic library refused")]
    Refused,
}

/// Opens the data keys of what [`Encrypt`] encrypted, as AWS KMS does.
pub trait DataKeys: Send + Sync {
    /// Opens a wrapped data key; returns the ARN of the key under which it was wrapped, too.
    ///
    /// # Errors
    /// If it was changed, or the context is another one, or the server does not have the key.
    fn open(&self, wrapped: &[u8], context: &[(&str, &str)])
    -> Result<(String, DataKey), Unopened>;

    /// The secret of an access key that may open data keys, and nothing else.
    fn secret(&self, _access_key_id: &str) -> Option<&Secret> {
        None
    }
}

/// Calls other servers, at addresses that settings of pools name.
pub trait Fetch: Send + Sync {
    /// Makes a call. It ends within five seconds, its answer has at most a mebibyte, and it goes to no address that
    /// the server must keep from. Redirects of a plain GET are followed, a few, each judged alike.
    fn fetch(&self, request: Request<Bytes>) -> Boxed<'_, Result<Response<Bytes>, FetchError>>;
}

/// The reason why a call has no answer. None names more of the address than its host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address is one that the server keeps from.
    #[error("{0}")]
    Forbidden(String),
    #[error("no answer in time")]
    TimedOut,
    #[error("the answer is larger than 1 MiB")]
    TooLarge,
    #[error("too many redirects")]
    Redirects,
    #[error("{0}")]
    Unreachable(String),
}

/// A server that calls no others.
pub struct NoFetch;

impl Fetch for NoFetch {
    fn fetch(&self, _: Request<Bytes>) -> Boxed<'_, Result<Response<Bytes>, FetchError>> {
        let nothing = FetchError::Unreachable("this server calls no others".to_owned());
        Box::pin(std::future::ready(Err(nothing)))
    }
}

/// A server without functions and keys.
pub struct NoFunctions;

impl Functions for NoFunctions {
    fn invoke<'a>(
        &'a self,
        _: &'a str,
        _: &'static str,
        _: Vec<u8>,
    ) -> Boxed<'a, Result<Vec<u8>, FunctionError>> {
        Box::pin(std::future::ready(Err(FunctionError::NotConfigured)))
    }

    fn deliver<'a>(
        &'a self,
        _: &'a str,
        _: &'a str,
        _: &'static str,
        _: Vec<u8>,
    ) -> Boxed<'a, Result<(), FunctionError>> {
        Box::pin(std::future::ready(Err(FunctionError::NotConfigured)))
    }
}

impl Encrypt for NoFunctions {
    fn encrypt(&self, _: &str, _: &[(&str, &str)], _: &[u8]) -> Result<Vec<u8>, EncryptError> {
        Err(EncryptError::UnknownKey)
    }
}

impl DataKeys for NoFunctions {
    fn open(&self, _: &[u8], _: &[(&str, &str)]) -> Result<(String, DataKey), Unopened> {
        Err(Unopened::UnknownKey)
    }
}
