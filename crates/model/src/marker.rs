//! Operations as types, so that a handler's input and output types are known at compile time.

use std::fmt::Debug;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::Operation;

/// Ties an [`Operation`] to the types of its input and output.
pub trait OperationMarker {
    const OPERATION: Operation;
    type Input: DeserializeOwned + Serialize + Debug + Send;
    type Output: DeserializeOwned + Serialize + Debug + Send;
}

/// The output of an operation that answers with an empty body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nothing;

macro_rules! mark {
    ($name:ident, $input:ty, $output:ty) => {
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl crate::OperationMarker for $name {
            const OPERATION: Operation = Operation::$name;
            type Input = $input;
            type Output = $output;
        }
    };
}
pub(crate) use mark;

/// A function over an operation's types.
#[cfg(test)]
pub(crate) trait Visitor {
    fn visit<M: OperationMarker>(&self);
}
