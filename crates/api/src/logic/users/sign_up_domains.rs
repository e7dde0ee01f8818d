//! The e-mail domains whose users may sign up, if a pool restricts them (`cabana:sign-up-domains`).
//!
//! The address must be verified, or anybody could claim one: such a pool verifies e-mail addresses automatically, and
//! sends the sign-up code there. Users cannot change to an address with which they could not sign up; administrators
//! may set any.

use std::collections::BTreeMap;

use cabana_domain::formats;
use cabana_domain::pool::{Pool, SIGN_UP_DOMAINS_TAG};
use cabana_domain::user::User;
use cabana_model::VerifiedAttributeType;
use url::quirks::{domain_to_ascii, domain_to_unicode};

use crate::fault::Fault;
use crate::faults;

const EMAIL: &str = "email";

/// E-mail domains, in DNS form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignUpDomains(Vec<String>);

impl SignUpDomains {
    /// The domains of a pool; `None` if every address may sign up. A value that cannot be parsed, which no call sets,
    /// admits nobody.
    pub fn of(pool: &Pool) -> Option<Self> {
        let tag = pool.tag(SIGN_UP_DOMAINS_TAG)?;
        Some(Self::parse(tag).unwrap_or_default())
    }

    /// Parses the value of the tag: one or more complete domain names, without wildcards.
    pub fn parse(tag: &str) -> Option<Self> {
        let name = |name: &str| {
            let ascii = domain_to_ascii(name.trim());
            formats::is_host_name(&ascii).then_some(ascii)
        };
        tag.split(',').map(name).collect::<Option<_>>().map(Self)
    }

    /// Whether an address is in one of them: in the domain itself, not in a subdomain. A Unicode domain counts only
    /// in the spelling that its DNS form decodes to.
    pub fn admits(&self, address: &str) -> bool {
        let Some((_, domain)) = address.rsplit_once('@') else {
            return false;
        };
        let domain = domain.to_ascii_lowercase();
        let ascii = domain_to_ascii(&domain);
        self.0.contains(&ascii) && (domain == ascii || domain == domain_to_unicode(&ascii))
    }

    /// The domains in Unicode, for people to read.
    pub fn shown(&self) -> String {
        let names: Vec<_> = self.0.iter().map(|name| domain_to_unicode(name)).collect();
        names.join(", ")
    }
}

/// Whether sign-up is possible at all, as far as the domains decide it.
pub fn can_be_proven(pool: &Pool) -> bool {
    SignUpDomains::of(pool).is_none() || pool.auto_verifies(VerifiedAttributeType::Email)
}

/// Requires that the address of a sign-up, and its user name if that is an address, is in the pool's domains.
///
/// # Errors
/// InvalidParameterException.
pub fn permit_sign_up(
    pool: &Pool,
    name: &str,
    attributes: &BTreeMap<String, String>,
) -> Result<(), Fault> {
    let Some(domains) = SignUpDomains::of(pool) else {
        return Ok(());
    };
    if !can_be_proven(pool) {
        return Err(faults::sign_up_domains_unproven());
    }
    let foreign_name = formats::looks_like_email(name) && !domains.admits(name);
    let address = attributes.get(EMAIL);
    match address.is_some_and(|it| domains.admits(it)) && !foreign_name {
        true => Ok(()),
        false => Err(faults::foreign_email(&domains.shown())),
    }
}

/// Requires that the address of a user who comes from an identity provider is in the pool's domains. The provider has
/// to vouch for it: nobody else proves it.
///
/// # Errors
/// InvalidParameterException.
pub fn permit_federated(pool: &Pool, user: &User) -> Result<(), Fault> {
    let Some(domains) = SignUpDomains::of(pool) else {
        return Ok(());
    };
    let address = user.attribute(EMAIL);
    match user.has_verified(VerifiedAttributeType::Email)
        && address.is_some_and(|it| domains.admits(it))
    {
        true => Ok(()),
        false => Err(faults::foreign_email(&domains.shown())),
    }
}

/// Requires that the code that confirms a sign-up was sent to an address in the pool's domains: it may be older than
/// they are.
///
/// # Errors
/// InvalidParameterException.
pub fn permit_confirmation(pool: &Pool, attribute: &str, address: &str) -> Result<(), Fault> {
    match SignUpDomains::of(pool) {
        Some(domains) if attribute != EMAIL || !domains.admits(address) => {
            Err(faults::foreign_email(&domains.shown()))
        }
        _ => Ok(()),
    }
}

/// Requires that users who change their own e-mail address, here or at their identity provider, stay within the pool's
/// domains. `None` deletes it.
///
/// # Errors
/// InvalidParameterException.
pub fn permit_change(pool: &Pool, before: &User, email: Option<&str>) -> Result<(), Fault> {
    match SignUpDomains::of(pool) {
        Some(domains)
            if before.attribute(EMAIL) != email && !email.is_some_and(|it| domains.admits(it)) =>
        {
            Err(faults::foreign_email(&domains.shown()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_domain_is_admitted() {
        let domains = SignUpDomains::parse("example.org, Bücher.example").unwrap();
        for address in [
            "a@example.org",
            "A@EXAMPLE.Org",
            "a@bücher.example",
            "a@xn--bcher-kva.example",
            "a@XN--BCHER-KVA.example",
            "example.com@example.org",
        ] {
            assert!(domains.admits(address), "{address}");
        }
        for address in [
            "a@example.org.evil.example",
            "a@evil-example.org",
            "a@sub.example.org",
            "a@example.or",
            "a@example.org.",
            "a@example.org@evil.example",
            "a@evil.example/example.org",
            "a@%65xample.org",
            "a@ｅxample.org",
            "a@exam\u{ad}ple.org",
            "a@еxample.org",
            "a@bu\u{308}cher.example",
            "example.org",
            "@",
            "",
        ] {
            assert!(!domains.admits(address), "{address:?}");
        }
    }

    #[test]
    fn a_value_is_a_list_of_whole_names() {
        for value in [
            "",
            ",",
            "example.org,",
            "@example.org",
            "*.example.org",
            "example",
            "192.0.2.1",
            "example.org;example.net",
            "https://example.org",
            "a b.example",
        ] {
            assert_eq!(SignUpDomains::parse(value), None, "{value:?}");
        }
        let domains = SignUpDomains::parse("EXAMPLE.org,xn--bcher-kva.example").unwrap();
        assert_eq!(domains.shown(), "example.org, bücher.example");
    }
}
