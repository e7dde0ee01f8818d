//! Limits on messages per hour to one address or number, whichever caller has them sent. Counted in the store, so
//! that they hold for all nodes and survive a restart.

use cabana_domain::pool::Pool;
use cabana_model::DeliveryMediumType;
use cabana_store::Change;
use url::quirks::domain_to_ascii;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::limits::Limit;
use crate::logic::codes;
use crate::logic::codes::attempts::Window;

/// The counter that a message goes into. Messages that anonymous callers send to an address use up none of its
/// owner's counters, and no counter that shows in an answer depends on which accounts exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tally {
    /// To an address that anybody may have typed, because it is not verified in the account. Shared by all pools.
    Unverified,
    /// Resent sign-up codes, in one pool.
    Resent,
    /// Codes to a verified address that reset a password, in one pool.
    Reset,
    /// Codes to a verified address that sign in, in one pool: sent only after a right password.
    SignIn,
    /// The same to an address that is not verified in the account: separate from addresses that anonymous callers
    /// type at sign-up, and from the accounts in which the address is verified.
    SignInUnverified,
    /// Codes to a verified address that are a first factor, in one pool: anybody can have them sent.
    FirstCode,
    /// Messages sent by administrators: not counted.
    Administrator,
}

impl Tally {
    /// Messages per hour, given the limit for unverified addresses.
    fn limit(self, unverified: u32) -> u32 {
        match self {
            Tally::Unverified | Tally::Resent => unverified,
            // Several accounts may share an address.
            Tally::Reset | Tally::SignIn | Tally::SignInUnverified | Tally::FirstCode => {
                unverified.saturating_mul(2)
            }
            Tally::Administrator => 0,
        }
    }

    /// The words that set its counters apart.
    fn words(self, pool: &Pool) -> [&[u8]; 2] {
        let pool = pool.id.as_str().as_bytes();
        match self {
            Tally::Unverified | Tally::Administrator => [b"destination", b""],
            Tally::Resent => [b"destination_resent", pool],
            Tally::Reset => [b"destination_reset", pool],
            Tally::SignIn => [b"destination_sign_in", pool],
            Tally::SignInUnverified => [b"destination_sign_in_unverified", pool],
            Tally::FirstCode => [b"destination_first_code", pool],
        }
    }
}

/// Adds one message to a destination's count. Returns the change that counts it, if messages are counted, to be
/// committed with the message.
///
/// # Errors
/// LimitExceededException if the destination has reached its messages for the hour.
pub async fn count(
    cx: &Cx<'_>,
    pool: &Pool,
    medium: DeliveryMediumType,
    to: &str,
    tally: Tally,
) -> Result<Option<Change>, Fault> {
    let limit = tally.limit(cx.api.settings.limits.messages_per_destination);
    if limit == 0 {
        return Ok(None);
    }
    let (medium, to) = (medium.as_str().as_bytes(), mailbox(to));
    let [word, of] = tally.words(pool);
    let key = cx.api.sealer.keyed_hash(&[word, of, medium, to.as_bytes()]);
    let counted = codes::attempts::count(cx, key, limit, Window::SinceFirst).await;
    if counted.is_err() {
        let name = Limit::Destination.name();
        metrics::counter!("cabana_refused_total", "limit" => name).increment(1);
    }
    counted.map(Some)
}

/// The mailbox behind an address: in lowercase, without the part after a `+`, and with the domain as DNS spells it.
fn mailbox(to: &str) -> String {
    let to = to.to_lowercase();
    match to.rsplit_once('@') {
        Some((local, domain)) => {
            let own = local.split_once('+').map_or(local, |(own, _)| own);
            let ascii = domain_to_ascii(domain.trim_end_matches('.'));
            let domain = if ascii.is_empty() { domain } else { &ascii };
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
        for spelling in [
            "ann@müller.example",
            "ann@MÜLLER.example.",
            "ann@xn--mller-kva.example",
        ] {
            assert_eq!(mailbox(spelling), "ann@xn--mller-kva.example");
        }
        assert_eq!(mailbox("ann@no domain"), "ann@no domain");
        assert_ne!(mailbox("bob@example.com"), mailbox("ann@example.com"));
        assert_eq!(mailbox("+4930123456"), "+4930123456");
    }
}
