//! Quotas: the number of resources there may be. The limits are those to which Amazon raises a quota on request,
//! because on a self-hosted server there is nobody to ask.
//!
//! Counts are not locked: concurrent calls may exceed a quota by their number. A quota guards against unbounded
//! growth, and a few more do no harm.

use cabana_domain::group::Group;
use cabana_store::Counted;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;

/// Maximum number of groups of a user.
const GROUPS_OF_USER: usize = 100;

/// Requires room for one more.
///
/// # Errors
/// LimitExceededException.
pub async fn demand_room(cx: &Cx<'_>, what: Counted<'_>) -> Result<(), Fault> {
    let (most, things) = match what {
        Counted::Pools => (10_000, "user pools in this account"),
        Counted::ClientsOf(_) => (10_000, "app clients in a user pool"),
        Counted::ResourceServersOf(_) => (300, "resource servers in a user pool"),
        Counted::IdentityProvidersOf(_) => (1_000, "identity providers in a user pool"),
        Counted::GroupsOf(_) => (10_000, "groups in a user pool"),
    };
    if cx.store().count(what, most).await? < most {
        Ok(())
    } else {
        Err(faults::too_many(most, things))
    }
}

/// Requires that a user in these groups may join another one. Joining a group again is always allowed.
///
/// # Errors
/// InvalidParameterException: the model lists no better one.
pub fn demand_place(groups: &[Group], joining: &str) -> Result<(), Fault> {
    if groups.len() < GROUPS_OF_USER || groups.iter().any(|it| it.name == joining) {
        Ok(())
    } else {
        Err(faults::in_too_many_groups(GROUPS_OF_USER))
    }
}
