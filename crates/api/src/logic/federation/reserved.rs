//! User names of the people of identity providers (`Corp_ann`): nobody else can take one beforehand, so that a first
//! sign-in finds it free.

use cabana_domain::pool::Pool;
use cabana_domain::user::{NameKind, User};
use cabana_store::Page;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::federation;

/// Most providers of a pool that are looked at: as many as a pool can have.
const MOST: u32 = 1_000;

/// Refuses a sign-up under a name that begins like those of a provider's people. Administrators may give such names.
///
/// # Errors
/// InvalidParameterException.
pub async fn permit_sign_up(cx: &Cx<'_>, pool: &Pool, user: &User) -> Result<(), Fault> {
    let kinds = [NameKind::Username, NameKind::PreferredUsername];
    permit(cx, pool, user, &kinds).await
}

/// The same for the `preferred_username` that a user chooses later, whatever their user name is.
///
/// # Errors
/// InvalidParameterException.
pub async fn permit_preferred(cx: &Cx<'_>, pool: &Pool, user: &User) -> Result<(), Fault> {
    permit(cx, pool, user, &[NameKind::PreferredUsername]).await
}

async fn permit(cx: &Cx<'_>, pool: &Pool, user: &User, kinds: &[NameKind]) -> Result<(), Fault> {
    let mut chosen = user.login_names(pool);
    chosen.retain(|it| kinds.contains(&it.kind) && it.key.contains('_'));
    if chosen.is_empty() {
        return Ok(());
    }
    let page = Page {
        limit: MOST,
        after: None,
    };
    let providers = cx.store().identity_providers(&pool.id, page).await?.items;
    for provider in providers {
        let start = pool.login_key(&format!("{}_", provider.name));
        if let Some(name) = chosen.iter().find(|it| it.key.starts_with(&start)) {
            return Err(federation::name_is_a_providers(
                name.kind.as_str(),
                &name.key,
            ));
        }
    }
    Ok(())
}
