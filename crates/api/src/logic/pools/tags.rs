//! Tags of a pool: the operator's own, and `cabana:` tags for settings that Cognito has no member for.

use std::collections::BTreeMap;
use std::sync::Arc;

use cabana_domain::pool::{
    DIALECT_TAG, ISSUER_TAG, LINK_BY_EMAIL_TAG, Pool, RECOVERY_CODES_TAG, SIGN_UP_DOMAINS_TAG,
    SRP_TAG,
};
use url::Url;

use super::view;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::users::sign_up_domains::SignUpDomains;

/// Maximum number of tags of a pool.
const MOST: usize = 50;

/// Checks the complete set of a pool's tags.
///
/// # Errors
/// If there are too many, one has a reserved name, or a `cabana:` tag has an invalid value.
pub fn check(tags: &BTreeMap<String, String>) -> Result<(), Fault> {
    if tags.len() > MOST {
        return Err(faults::too_many_tags());
    }
    tags.iter()
        .try_for_each(|(name, value)| check_one(name, value))
}

fn check_one(name: &str, value: &str) -> Result<(), Fault> {
    if name.to_ascii_lowercase().starts_with("aws:") {
        return Err(faults::reserved_tag());
    }
    if !name.starts_with("cabana:") {
        return Ok(());
    }
    match name {
        ISSUER_TAG if is_issuer(value) => Ok(()),
        ISSUER_TAG => Err(faults::tag_value(
            name,
            "an http or https URL without query and fragment",
        )),
        SRP_TAG if matches!(value, "on" | "off") => Ok(()),
        SRP_TAG => Err(faults::tag_value(name, "on or off")),
        RECOVERY_CODES_TAG if matches!(value, "on" | "off") => Ok(()),
        RECOVERY_CODES_TAG => Err(faults::tag_value(name, "on or off")),
        LINK_BY_EMAIL_TAG if matches!(value, "verified" | "off") => Ok(()),
        LINK_BY_EMAIL_TAG => Err(faults::tag_value(name, "verified or off")),
        DIALECT_TAG if matches!(value, "cognito" | "standard") => Ok(()),
        DIALECT_TAG => Err(faults::tag_value(name, "cognito or standard")),
        SIGN_UP_DOMAINS_TAG if SignUpDomains::parse(value).is_some() => Ok(()),
        SIGN_UP_DOMAINS_TAG => Err(faults::tag_value(
            name,
            "one or more whole domain names, separated by commas",
        )),
        _ => Err(faults::unknown_cabana_tag(name)),
    }
}

/// Whether a value is a valid issuer under OpenID Connect Discovery.
fn is_issuer(value: &str) -> bool {
    Url::parse(value).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none()
    })
}

/// The pool that the ARN of a tagging operation names. An ARN of another region or account is a different pool.
///
/// # Errors
/// If it is not a user pool's ARN, or there is no such pool.
pub async fn tagged_pool(cx: &Cx<'_>, arn: &str) -> Result<Arc<Pool>, Fault> {
    let id = pool_of(arn).ok_or_else(faults::not_a_pool_arn)?;
    let pool = cx.pool(id).await?;
    if arn != view::arn(&cx.api.settings, &pool.id) {
        return Err(faults::no_such_pool(id));
    }
    Ok(pool)
}

fn pool_of(arn: &str) -> Option<&str> {
    let mut parts = arn.splitn(6, ':');
    let is_ours = parts.next() == Some("arn")
        && parts.next().is_some()
        && parts.next() == Some("cognito-idp");
    parts
        .nth(2)
        .and_then(|resource| resource.strip_prefix("userpool/"))
        .filter(|_| is_ours)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(name: &str, value: &str) -> bool {
        check(&BTreeMap::from([(name.to_owned(), value.to_owned())])).is_ok()
    }

    #[test]
    fn our_own_tags_must_mean_something() {
        assert!(tag("team", ""));
        assert!(tag(
            "cabana:issuer",
            "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc"
        ));
        assert!(!tag("cabana:issuer", "cognito-idp.us-east-1.amazonaws.com"));
        assert!(!tag("cabana:issuer", "https://issuer.example/?a=b"));
        assert!(tag("cabana:srp", "off"));
        assert!(!tag("cabana:srp", "maybe"));
        assert!(tag("cabana:recovery-codes", "on"));
        assert!(!tag("cabana:recovery-codes", "yes"));
        assert!(tag("cabana:dialect", "standard"));
        assert!(tag("cabana:sign-up-domains", "example.org, example.net"));
        assert!(!tag("cabana:sign-up-domains", "*.example.org"));
        assert!(!tag("cabana:dialect", "Standard"));
        assert!(!tag("cabana:other", "x"));
        assert!(!tag("AWS:x", "x"));
    }

    #[test]
    fn an_arn_names_a_pool_only_if_it_is_a_user_pools() {
        let arn = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_abc";
        assert_eq!(pool_of(arn), Some("us-east-1_abc"));
        assert_eq!(
            pool_of("arn:aws:s3:us-east-1:000000000000:userpool/us-east-1_abc"),
            None
        );
        assert_eq!(
            pool_of("arn:aws:cognito-idp:us-east-1:000000000000:client/x"),
            None
        );
        assert_eq!(pool_of("arn:aws"), None);
    }
}
