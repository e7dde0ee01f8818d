//! The dispatcher: everything that operations share, in order.
//!
//! access → limits → validation → the operation, with retries after a conflict → a check that the model lists the
//! error → rendering. Its HTTP side is `http_entry`.

use cabana_model::{ErrorKind, Invalid, Operation, OperationMarker, op, validate};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::caller::{Caller, RequestInfo};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::limits::Category;
use crate::{Api, Boxed, again, audit, faults, limits, ops};

/// Required authentication of an operation's caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody; the operation itself judges the credentials in the request.
    Public,
    /// A user with their access token.
    Token,
    /// A user with their access token, or with the session of a challenge.
    Session,
    /// An app client with its secret.
    Client,
    /// An administrator, by signature; reads only.
    Read,
    /// An administrator, by signature; changes something.
    Write,
}

/// Properties of an operation besides its shapes.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Whether it is built; otherwise it answers `NotImplementedException`.
    pub built: bool,
    pub category: Category,
    pub access: Access,
}

/// Runs one operation of the ledger, or answers that it is not built yet.
macro_rules! run_row {
    (built $cx:ident $body:ident $op:ident $room:ident $file:ident) => {{
        let input: <op::$op as OperationMarker>::Input = typed($body)?;
        let output: <op::$op as OperationMarker>::Output =
            Box::pin(ops::$room::$file::$file($cx, input)).await?;
        render(Operation::$op, &output)
    }};
    (later $cx:ident $body:ident $op:ident $room:ident) => {
        Err(faults::not_built(Operation::$op))
    };
}

/// Whether a row's state means that the operation is built.
macro_rules! is_built {
    (built) => {
        true
    };
    (later) => {
        false
    };
}

/// Reads the ledger. An operation that is in it twice, or missing, does not compile.
macro_rules! operations {
    ($($op:ident: $state:ident $room:ident $(::$file:ident)?, $category:ident, $access:ident;)*) => {
        /// The row of an operation.
        pub fn row(operation: Operation) -> Row {
            match operation {
                $(Operation::$op => Row {
                    built: is_built!($state),
                    category: Category::$category,
                    access: Access::$access,
                },)*
            }
        }

        async fn run(cx: &Cx<'_>, operation: Operation, body: &Value) -> Result<Option<Vec<u8>>, Fault> {
            match operation {
                $(Operation::$op => run_row!($state cx body $op $room $($file)?),)*
            }
        }
    };
}

/// Operations that are built.
pub fn built() -> impl Iterator<Item = Operation> {
    Operation::ALL.iter().copied().filter(|it| row(*it).built)
}

/// Operations that answer `NotImplementedException` for now.
pub fn not_built() -> impl Iterator<Item = Operation> {
    Operation::ALL.iter().copied().filter(|it| !row(*it).built)
}

include!("ledger.rs");

fn typed<T: DeserializeOwned>(body: &Value) -> Result<T, Fault> {
    T::deserialize(body).map_err(|error| faults::mistyped(error.to_string()))
}

/// The answer as sent over the wire: serialized directly, without a `Value` in between, because lists are long.
fn render<T: Serialize>(operation: Operation, output: &T) -> Result<Option<Vec<u8>>, Fault> {
    if !operation.has_output() {
        return Ok(None);
    }
    serde_json::to_vec(output)
        .map(Some)
        .map_err(Fault::internal)
}

impl Api {
    /// Calls an operation from within this process, through the same pipeline as over the wire.
    ///
    /// # Errors
    /// The operation's fault, validation included.
    pub async fn call<O: OperationMarker>(
        &self,
        caller: Caller,
        request: RequestInfo,
        input: &O::Input,
    ) -> Result<O::Output, Fault> {
        let body = serde_json::to_value(input).map_err(Fault::internal)?;
        let output = self.perform(caller, request, O::OPERATION, &body).await?;
        let output = output.as_deref().unwrap_or(b"null");
        serde_json::from_slice(output).map_err(Fault::internal)
    }

    /// Calls an operation from within this process, chosen at run time and with its input as JSON: an operator's
    /// permission, validation, the operation with its retries, the check of its error kind.
    ///
    /// # Errors
    /// The operation's fault, validation included.
    pub async fn dispatch(
        &self,
        caller: Caller,
        request: RequestInfo,
        operation: Operation,
        body: &Value,
    ) -> Result<Option<Value>, Fault> {
        let output = self.perform(caller, request, operation, body).await?;
        let read = |output: Vec<u8>| serde_json::from_slice(&output);
        output.map(read).transpose().map_err(Fault::internal)
    }

    /// The same, with the answer as sent over the wire.
    pub(crate) fn perform<'a>(
        &'a self,
        caller: Caller,
        request: RequestInfo,
        operation: Operation,
        body: &'a Value,
    ) -> Boxed<'a, Result<Option<Vec<u8>>, Fault>> {
        Box::pin(self.pipeline(caller, request, operation, body))
    }

    async fn pipeline(
        &self,
        caller: Caller,
        request: RequestInfo,
        operation: Operation,
        body: &Value,
    ) -> Result<Option<Vec<u8>>, Fault> {
        audit::admit(&caller, operation)?;
        let counted = self.limits.operation(operation, self.clock.now());
        counted.map_err(|_| faults::over_quota(operation))?;
        validate(operation, body).map_err(invalid)?;
        limits::count_named(self, operation, body).await?;
        let result = again(self, |this| {
            let (caller, request) = (caller.clone(), request.clone());
            async move {
                let cx = Cx::new(self, caller, request);
                let entry = audit::entry(&cx, operation, body);
                // The caller is counted once, however often conflicts force a retry.
                let counted = (this.number == 1).then_some(operation);
                let cx = cx.recording(entry).counting(counted).in_run(this);
                let cx = cx.performing(operation, body);
                run(&cx, operation, body).await
            }
        });
        let result = match result.await {
            Err(fault) if fault.lost_race() => Err(faults::busy(operation, fault)),
            result => result,
        };
        match result {
            Ok(Some(output)) => audit::without_secrets(&caller, output).map(Some),
            Ok(None) => Ok(None),
            Err(fault) => {
                let fault = faults::as_listed(operation, fault);
                report(operation, &fault);
                Err(fault)
            }
        }
    }
}

fn invalid(invalid: Invalid) -> Fault {
    let message = invalid.message();
    match invalid {
        Invalid::Serialization(_) => faults::mistyped(message),
        Invalid::Constraints(broken) => {
            let members = broken.into_iter().map(|it| it.path).collect();
            faults::constraints_broken(message, members)
        }
    }
}

/// Logs an internal failure, and checks that clients can know the kind of error: the model must list it for this
/// operation.
fn report(operation: Operation, fault: &Fault) {
    if let Some(cause) = fault.cause() {
        tracing::error!(operation = operation.name(), ?cause, "operation failed");
    }
    let listed = operation.errors().contains(&fault.kind)
        || matches!(
            fault.kind,
            ErrorKind::InternalErrorException
                | ErrorKind::NotImplemented
                | ErrorKind::SerializationException
                | ErrorKind::ThrottlingException
        );
    debug_assert!(
        listed,
        "{} may not answer {}",
        operation.name(),
        fault.kind.as_str()
    );
    if !listed {
        tracing::error!(
            operation = operation.name(),
            kind = fault.kind.as_str(),
            "error kind not in the model"
        );
    }
}
