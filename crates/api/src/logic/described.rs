//! Conversion of a description into an update request that would change nothing: the Update operations reset members
//! that a request omits.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::fault::Fault;

/// Copies the members that both shapes have.
///
/// # Errors
/// If a member has another shape in the request, which the model rules out.
pub fn same<T: Serialize, U: DeserializeOwned + Serialize + Default>(it: &T) -> Result<U, Fault> {
    let mut wanted = serde_json::to_value(U::default()).map_err(Fault::internal)?;
    let given = serde_json::to_value(it).map_err(Fault::internal)?;
    if let (Value::Object(wanted), Value::Object(given)) = (&mut wanted, given) {
        wanted.extend(given);
    }
    serde_json::from_value(wanted).map_err(Fault::internal)
}
