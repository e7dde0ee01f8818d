//! The end of a sign-in at an identity provider: it asks for nothing more here.

use cabana_domain::client::Client;
use cabana_domain::flow::{Proof, Vouched};
use cabana_domain::pool::Pool;
use cabana_domain::user::User;
use cabana_store::Change;

use super::{Attempt, Outcome, SignedIn, proceed};
use crate::cx::Cx;
use crate::fault::Fault;

/// Signs in a user who is there, with the attributes that the provider has given them now, and the further changes that
/// those need. `by` is the provider, and what it says about the sign-in there.
///
/// # Errors
/// NotAuthorizedException for a disabled user; those of functions.
pub async fn known(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    (before, after): (&User, User),
    by: (&str, Vouched),
    changes: Vec<Change>,
) -> Result<SignedIn, Fault> {
    let changed = after.attributes != before.attributes;
    let renamed = changed && after.login_names(pool) != before.login_names(pool);
    let mut attempt = begin(cx, client, pool, after.clone(), by, changes)?;
    attempt.changed = changed;
    if renamed {
        attempt.rename(after);
    }
    match proceed(cx, attempt).await? {
        Outcome::SignedIn(signed_in) => Ok(*signed_in),
        Outcome::Challenge(_) => Err(Fault::internal("a federated sign-in was challenged")),
    }
}

/// Signs in a user whom `changes` make. Only the functions of a sign-up are told.
///
/// # Errors
/// If the system has no randomness.
pub fn new(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    user: User,
    by: (&str, Vouched),
    changes: Vec<Change>,
) -> Result<SignedIn, Fault> {
    let attempt = begin(cx, client, pool, user, by, changes)?;
    Ok(SignedIn::of(cx, attempt))
}

fn begin<'a>(
    cx: &Cx<'_>,
    client: &'a Client,
    pool: &'a Pool,
    user: User,
    by: (&str, Vouched),
    changes: Vec<Change>,
) -> Result<Attempt<'a>, Fault> {
    let mut attempt = Attempt::begin(cx, client, pool, user)?;
    attempt.changes = changes;
    let (provider, vouched) = by;
    attempt.provider = Some(provider.to_owned());
    attempt.vouched = Some(vouched);
    attempt.prove(Proof::Federated);
    Ok(attempt)
}
