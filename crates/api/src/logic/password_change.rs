//! Lands with the user operations.
use crate::{cx::Cx, fault::Fault};
pub async fn set(
    _cx: &Cx<'_>,
    _p: &cabana_domain::pool::Pool,
    _u: &mut cabana_domain::user::User,
    _pw: &str,
) -> Result<(), Fault> {
    Err(Fault::internal("lands with the user operations"))
}
