//! The domain of a pool's hosted pages: a prefix under the server's own name, or a custom domain.

use cabana_model::CustomDomainConfigType;

use crate::{PoolId, Time};

/// A pool's domain. A prefix has no dot; a custom domain is a whole host name.
#[derive(Clone, Debug, PartialEq)]
pub struct Domain {
    pub name: String,
    pub pool: PoolId,
    /// Incremented by each write; an update names the version it was read at.
    pub version: i64,
    pub managed_login_version: i32,
    /// Set for a custom domain only.
    pub custom: Option<CustomDomainConfigType>,
    pub created: Time,
}

impl Domain {
    /// Whether this is a custom domain: a whole host name of the operator's.
    pub fn is_custom(&self) -> bool {
        self.name.contains('.')
    }
}
