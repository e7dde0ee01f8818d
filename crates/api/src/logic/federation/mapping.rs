//! `AttributeMapping`: from attributes of the pool to claims of the provider.

use std::collections::BTreeMap;

use cabana_domain::pool::Pool;
use cabana_model::IdentityProviderTypeType as Kind;

use super::details::subject_claim;
use crate::fault::Fault;
use crate::faults::providers;
use crate::logic::users::attributes;

/// The key that stands for the user name.
pub const USERNAME: &str = "username";

/// The mapping with that of the user name, which is always the provider's name for the person.
///
/// # Errors
/// InvalidParameterException for an attribute that the pool does not have or that only the server writes.
pub fn complete(
    pool: &Pool,
    kind: Kind,
    mut mapping: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Fault> {
    let subject = subject_claim(kind);
    for (attribute, claim) in &mapping {
        if attribute == USERNAME {
            match subject {
                Some(subject) if claim != subject => {
                    return Err(providers::username_is_the_subject(subject));
                }
                _ => continue,
            }
        }
        if attribute == "sub"
            || attribute.starts_with("dev:")
            || attributes::definition(pool, attribute).is_none()
        {
            return Err(providers::mapped_attribute_unknown(attribute));
        }
        if claim.trim().is_empty() {
            return Err(providers::mapped_claim_missing(attribute));
        }
    }
    if let Some(subject) = subject {
        mapping.insert(USERNAME.to_owned(), subject.to_owned());
    }
    Ok(mapping)
}
