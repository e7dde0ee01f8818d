//! How many of a thing there may be. The limits are those to which Amazon raises a quota on request:
//! on one's own server there is nobody to ask.
//!
//! What is counted is not locked: calls at the same time may go over by as many as they are. A
//! quota guards against growth without end, which a few more do not make.

use cabana_domain::group::Group;
use cabana_store::Counted;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;

/// In how many groups a user may be.
const GROUPS_OF_USER: usize = 100;

/// Demands room for one more.
///
/// # Errors
/// LimitExceededException.
pub async fn demand_room(cx: &Cx<'_>, what: Counted<'_>) -> Result<(), Fault> {
    let (most, things) = match what {
        Counted::Pools => (10_000, "user pools in this account"),
        Counted::ClientsOf(_) => (10_000, "app clients in a user pool"),
        Counted::ResourceServersOf(_) => (300, "resource servers in a user pool"),
        Counted::GroupsOf(_) => (10_000, "groups in a user pool"),
    };
    if cx.store().count(what, most).await? < most {
        Ok(())
    } else {
        Err(faults::too_many(most, things))
    }
}

/// Demands that somebody in these groups may join another one. Joining one again is always fine.
///
/// # Errors
/// InvalidParameterException: the model lists nothing better.
pub fn demand_place(groups: &[Group], joining: &str) -> Result<(), Fault> {
    if groups.len() < GROUPS_OF_USER || groups.iter().any(|it| it.name == joining) {
        Ok(())
    } else {
        Err(faults::in_too_many_groups(GROUPS_OF_USER))
    }
}
