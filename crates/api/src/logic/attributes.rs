//! Lands with the user operations.
use crate::fault::Fault;
pub fn write_as_client(
    _p: &cabana_domain::pool::Pool,
    _c: &cabana_domain::client::Client,
    _u: &mut cabana_domain::user::User,
    _g: &std::collections::BTreeMap<&str, &str>,
) -> Result<(), Fault> {
    Err(Fault::internal("lands with the user operations"))
}
