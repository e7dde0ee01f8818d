//! Whom a public operation names, by user name and client, and what it may tell about them.

use std::sync::Arc;

use cabana_domain::client::Client;
use cabana_domain::pool::Pool;
use cabana_domain::user::User;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::{quotas, secret_hash, users};

/// The one a public operation is about, who may not exist.
pub struct Named {
    pub client: Arc<Client>,
    pub pool: Arc<Pool>,
    /// None for somebody unknown, and for somebody disabled, where the client hides who exists.
    pub user: Option<User>,
    /// Under what attempts are counted.
    pub subject: String,
}

impl Named {
    /// Whether unknown users must look like known ones.
    pub fn hidden(&self) -> bool {
        self.client.hides_user_existence()
    }
}

/// Finds client, pool and user, and checks the client's secret hash.
///
/// # Errors
/// ResourceNotFoundException, NotAuthorizedException; UserNotFoundException only where the client
/// does not hide who exists.
pub async fn find(
    cx: &Cx<'_>,
    client: &str,
    username: &str,
    hash: Option<&str>,
) -> Result<Named, Fault> {
    let (client, pool) = cx.client(client).await?;
    secret_hash::check(&client, &[username], hash)?;
    let user = users::find(cx, &pool, username).await?;
    let subject = quotas::subject(&pool, username, user.as_ref());
    let hidden = client.hides_user_existence();
    let user = match user {
        None if !hidden => return Err(faults::no_such_user_of_client()),
        Some(user) if !user.enabled && !hidden => return Err(faults::user_disabled()),
        user => user.filter(|it| it.enabled),
    };
    Ok(Named {
        client,
        pool,
        user,
        subject,
    })
}
