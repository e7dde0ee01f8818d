//! The cached values that a list of changes touches.

use cabana_domain::{ClientId, PoolId};
use cabana_store::Change;

/// A cached value that has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touch {
    Pool(PoolId),
    Client(ClientId),
    Domain(String),
    /// The pool and the name.
    IdentityProvider(PoolId, String),
    AccessKey(String),
    /// A pool was deleted with everything in it.
    Everything,
}

/// The values to invalidate once these changes are done.
pub fn touched(changes: &[Change]) -> Vec<Touch> {
    changes
        .iter()
        .filter_map(|change| match change {
            Change::InsertPool { pool, .. } => Some(Touch::Pool(pool.id.clone())),
            Change::UpdatePool(pool) => Some(Touch::Pool(pool.id.clone())),
            Change::KeepIssuer { pool, .. } => Some(Touch::Pool(pool.clone())),
            Change::DeletePool(_) => Some(Touch::Everything),
            Change::InsertClient(client) | Change::UpdateClient(client) => {
                Some(Touch::Client(client.id.clone()))
            }
            Change::DeleteClient { client, .. } => Some(Touch::Client(client.clone())),
            Change::InsertDomain(domain) | Change::UpdateDomain(domain) => {
                Some(Touch::Domain(domain.name.clone()))
            }
            Change::DeleteDomain { name, .. } => Some(Touch::Domain(name.clone())),
            Change::InsertIdentityProvider(provider) | Change::UpdateIdentityProvider(provider) => {
                let (pool, name) = (provider.pool.clone(), provider.name.clone());
                Some(Touch::IdentityProvider(pool, name))
            }
            Change::DeleteIdentityProvider { pool, name } => {
                Some(Touch::IdentityProvider(pool.clone(), name.clone()))
            }
            Change::InsertAccessKey(key) => Some(Touch::AccessKey(key.id.clone())),
            Change::SetAccessKeyEnabled { id, .. } | Change::DeleteAccessKey { id } => {
                Some(Touch::AccessKey(id.clone()))
            }
            _ => None,
        })
        .collect()
}

impl Touch {
    /// The text sent to other nodes.
    pub fn to_text(&self) -> String {
        match self {
            Self::Pool(id) => format!("pool {id}"),
            Self::Client(id) => format!("client {id}"),
            Self::Domain(name) => format!("domain {name}"),
            Self::IdentityProvider(pool, name) => format!("identity-provider {pool} {name}"),
            Self::AccessKey(id) => format!("access-key {id}"),
            Self::Everything => "everything".to_owned(),
        }
    }

    /// Parses the text from another node; unknown text invalidates everything.
    pub fn from_text(text: &str) -> Self {
        match text.split_once(' ') {
            Some(("pool", id)) => Self::Pool(PoolId::new(id)),
            Some(("client", id)) => Self::Client(ClientId::new(id)),
            Some(("domain", name)) => Self::Domain(name.to_owned()),
            Some(("identity-provider", rest)) => match rest.split_once(' ') {
                Some((pool, name)) => Self::IdentityProvider(PoolId::new(pool), name.to_owned()),
                None => Self::Everything,
            },
            Some(("access-key", id)) => Self::AccessKey(id.to_owned()),
            _ => Self::Everything,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_to_another_node_arrives_there() {
        for touch in [
            Touch::Pool(PoolId::new("us-east-1_abc")),
            Touch::Client(ClientId::new("abc")),
            Touch::Domain("login.example.com".to_owned()),
            Touch::IdentityProvider(PoolId::new("us-east-1_abc"), "Änn's".to_owned()),
            Touch::AccessKey("AKIAEXAMPLE".to_owned()),
            Touch::Everything,
        ] {
            assert_eq!(Touch::from_text(&touch.to_text()), touch);
        }
        assert_eq!(Touch::from_text("of a later version"), Touch::Everything);
    }
}
