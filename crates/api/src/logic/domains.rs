//! Domains of the hosted pages: valid names, and their description in replies.

use cabana_domain::domain_name::Domain;
use cabana_domain::formats::{PrefixError, check_domain_prefix, is_host_name};
use cabana_domain::pool::Pool;
use cabana_model::{DomainDescriptionType, DomainStatusType, RoutingType};
use time::OffsetDateTime;
use url::{Host, Url};

use crate::Settings;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::pools::tiers::{self, Feature};

/// Checks the members that creating and updating a domain share.
///
/// # Errors
/// If it asks for failover routing, which is not built, or for a version of the pages that does not exist or is not
/// in the pool's tier.
pub fn check_request(
    pool: &Pool,
    version: Option<i32>,
    routing: Option<&RoutingType>,
) -> Result<(), Fault> {
    if routing.is_some_and(|it| it.failover.is_some()) {
        return Err(faults::feature_not_built(
            "Failover between regions (Routing)",
        ));
    }
    match version {
        None | Some(1) => Ok(()),
        Some(2) => tiers::demand(&pool.settings, Feature::ManagedLogin),
        Some(_) => Err(faults::bad_login_version()),
    }
}

/// Checks the name of a new domain.
///
/// # Errors
/// If it is neither a prefix nor a host name, or is reserved.
pub fn check_name(settings: &Settings, domain: &Domain) -> Result<(), Fault> {
    if domain.is_custom() {
        if domain.custom.is_none() {
            return Err(faults::custom_domain_without_configuration());
        }
        return check_host(settings, &domain.name);
    }
    if domain.custom.is_some() {
        return Err(faults::not_a_custom_domain());
    }
    check_domain_prefix(&domain.name).map_err(|error| match error {
        PrefixError::Reserved(word) => faults::reserved_word(word),
        PrefixError::Form => faults::not_a_domain_prefix(),
    })
}

/// A custom domain must not capture requests meant for the server itself or for the prefix of another pool.
fn check_host(settings: &Settings, name: &str) -> Result<(), Fault> {
    // Browsers read a name that looks like a number as an IP address.
    if !is_host_name(name) || !matches!(Host::parse(name), Ok(Host::Domain(_))) {
        return Err(faults::not_a_host_name());
    }
    let own = public_host(settings).unwrap_or_default();
    if name == own || name.ends_with(&format!(".auth.{}.{own}", settings.region)) {
        return Err(faults::domain_is_the_servers());
    }
    Ok(())
}

/// The host of the server's public URL: the DNS target of a custom domain.
pub fn public_host(settings: &Settings) -> Option<String> {
    Url::parse(&settings.public_url)
        .ok()?
        .host_str()
        .map(str::to_owned)
}

/// The whole host name of a domain.
pub fn host(settings: &Settings, domain: &Domain) -> Option<String> {
    if domain.is_custom() {
        return Some(domain.name.clone());
    }
    let own = public_host(settings)?;
    Some(format!("{}.auth.{}.{own}", domain.name, settings.region))
}

/// Finds a domain of the named pool.
///
/// # Errors
/// If there is no such pool, or the domain belongs to another one.
pub async fn of_pool(cx: &Cx<'_>, pool: &Pool, name: &str) -> Result<Domain, Fault> {
    let found = cx
        .store()
        .domain(name)
        .await?
        .filter(|it| it.pool == pool.id);
    Ok(found.ok_or_else(faults::no_such_domain)?.as_ref().clone())
}

/// A domain as DescribeUserPoolDomain shows it.
pub fn describe(settings: &Settings, domain: &Domain) -> DomainDescriptionType {
    DomainDescriptionType {
        aws_account_id: Some(settings.account_id.clone()),
        cloud_front_distribution: public_host(settings),
        custom_domain_config: domain.custom.clone(),
        domain: Some(domain.name.clone()),
        managed_login_version: Some(domain.managed_login_version),
        routing: None,
        s3_bucket: Some(bucket(&settings.region)),
        status: Some(DomainStatusType::Active),
        user_pool_id: Some(domain.pool.to_string()),
        version: version(domain),
    }
}

/// The name of the S3 bucket in which Cognito keeps the images of its pages. Tools expect one; there is no bucket
/// behind it here.
fn bucket(region: &str) -> String {
    format!("aws-cognito-prod-{}-assets", airport(region))
}

/// The airport code that AWS uses for a region; the region's own name if it is not known.
fn airport(region: &str) -> &str {
    match region {
        "af-south-1" => "cpt",
        "ap-east-1" => "hkg",
        "ap-northeast-1" => "nrt",
        "ap-northeast-2" => "icn",
        "ap-northeast-3" => "kix",
        "ap-south-1" => "bom",
        "ap-southeast-1" => "sin",
        "ap-southeast-2" => "syd",
        "ca-central-1" => "yul",
        "eu-central-1" => "fra",
        "eu-north-1" => "arn",
        "eu-south-1" => "mxp",
        "eu-west-1" => "dub",
        "eu-west-2" => "lhr",
        "eu-west-3" => "cdg",
        "me-south-1" => "bah",
        "sa-east-1" => "gru",
        "us-east-1" => "iad",
        "us-east-2" => "cmh",
        "us-gov-west-1" => "pdt",
        "us-west-1" => "sfo",
        "us-west-2" => "pdx",
        other => other,
    }
}

/// The creation time of the domain, written without separators.
fn version(domain: &Domain) -> Option<String> {
    let at = OffsetDateTime::from_unix_timestamp(domain.created.seconds()).ok()?;
    let (date, time) = (at.date(), at.time());
    Some(format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}",
        date.year(),
        u8::from(date.month()),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    ))
}
