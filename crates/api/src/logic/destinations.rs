//! How many messages an hour one address or number gets, whoever has them sent and in whatever pool.
//! Counted in the store, so that it holds for all nodes and survives a restart.

use cabana_model::DeliveryMediumType;
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::limits::Limit;
use crate::logic::quotas::{self, Window};

/// Whose decision a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// Anybody's: they are refused what is over the limit.
    Person,
    /// That of an administrator, whose messages count and are not refused.
    Administrator,
}

/// One more message to a destination: the change that counts it, if messages are counted, to be
/// committed with the message.
///
/// # Errors
/// LimitExceededException if the destination has had what it gets in an hour.
pub async fn count(
    cx: &Cx<'_>,
    medium: DeliveryMediumType,
    to: &str,
    sender: Sender,
) -> Result<Option<Change>, Fault> {
    let limit = match (cx.api.settings.limits.messages_per_destination, sender) {
        (0, _) => return Ok(None),
        (limit, Sender::Person) => limit,
        (_, Sender::Administrator) => u32::MAX,
    };
    let (medium, to) = (medium.as_str().as_bytes(), mailbox(to));
    let key = cx
        .api
        .sealer
        .keyed_hash(&[b"destination", medium, to.as_bytes()]);
    let counted = quotas::count(cx, key, limit, Window::SinceFirst).await;
    if counted.is_err() {
        let name = Limit::Destination.name();
        metrics::counter!("cabana_refused_total", "limit" => name).increment(1);
    }
    counted.map(Some)
}

/// The mailbox behind an address: in small letters, and without what stands behind a `+`.
fn mailbox(to: &str) -> String {
    let to = to.to_lowercase();
    match to.rsplit_once('@') {
        Some((local, domain)) => {
            let own = local.split_once('+').map_or(local, |(own, _)| own);
            format!("{own}@{domain}")
        }
        None => to,
    }
}

#[cfg(test)]
mod tests {
    use super::mailbox;

    #[test]
    fn one_mailbox_has_many_spellings() {
        for spelling in [
            "ann@example.com",
            "Ann@Example.COM",
            "ann+a@example.com",
            "ANN+a+b@example.com",
        ] {
            assert_eq!(mailbox(spelling), "ann@example.com");
        }
        assert_ne!(mailbox("bob@example.com"), mailbox("ann@example.com"));
        assert_eq!(mailbox("+4930123456"), "+4930123456");
    }
}
