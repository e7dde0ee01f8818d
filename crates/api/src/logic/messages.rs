//! Lands with the user operations.
use crate::{cx::Cx, fault::Fault};
pub fn six_digits(_cx: &Cx<'_>) -> Result<String, Fault> {
    Err(Fault::internal("lands with the user operations"))
}
pub async fn mfa_code(
    _cx: &Cx<'_>,
    _p: &cabana_domain::pool::Pool,
    _u: &cabana_domain::user::User,
    _f: cabana_domain::user::Factor,
    _d: &str,
) -> Result<(cabana_store::Change, cabana_model::CodeDeliveryDetailsType), Fault> {
    Err(Fault::internal("lands with the user operations"))
}
