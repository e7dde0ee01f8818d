//! Domains of the hosted pages: the suffix of a prefix domain, and the availability of names.

use axum::response::IntoResponse;
use cabana_api::{Fault, Settings};
use cabana_domain::formats::check_domain_prefix;
use cabana_model::{DescribeUserPoolDomainRequest, op};
use cabana_web::hosts::PublicUrl;

use crate::desk::{Answer, Desk};

/// Suffix of prefix domains: `.auth.us-east-1.example.com`.
pub fn suffix(settings: &Settings) -> String {
    let public = PublicUrl::parse(&settings.public_url);
    format!(".auth.{}.{}{}", settings.region, public.host, public.port)
}

/// Problem with this prefix, as a sentence; `None` if it is valid and available.
///
/// # Errors
/// If the store does not answer.
pub async fn prefix_problem(desk: &Desk, prefix: &str) -> Result<Option<String>, Fault> {
    if let Err(problem) = check_domain_prefix(prefix) {
        return Ok(Some(sentence(&problem.to_string())));
    }
    taken(desk, prefix).await
}

/// Problem with a domain that another pool has, as a sentence; `None` if no pool has it.
///
/// # Errors
/// If the store does not answer.
pub async fn taken(desk: &Desk, domain: &str) -> Result<Option<String>, Fault> {
    let input = DescribeUserPoolDomainRequest {
        domain: domain.to_owned(),
    };
    let described = desk.call::<op::DescribeUserPoolDomain>(&input).await?;
    let owner = described.domain_description.and_then(|it| it.user_pool_id);
    Ok(owner.map(|_| format!("The domain {domain} is not available: another user pool has it.")))
}

/// Makes a sentence of a remark: capital first letter, full stop.
pub fn sentence(remark: &str) -> String {
    let mut letters = remark.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    let rest = letters.as_str().trim_end_matches('.');
    format!("{first}{rest}.")
}

/// Answers in a sentence whether `?prefix=` is available.
pub async fn available(desk: Desk) -> Answer {
    let prefix = desk.query.get("prefix").unwrap_or_default().trim();
    let problem = prefix_problem(&desk, prefix).await?;
    let text = problem.unwrap_or_else(|| format!("The domain {prefix} is available."));
    Ok(([("content-type", "text/plain; charset=utf-8")], text).into_response())
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn a_remark_becomes_a_sentence() {
        assert_eq!(sentence("not an absolute URL"), "Not an absolute URL.");
        assert_eq!(sentence("It is."), "It is.");
        assert_eq!(sentence(""), ".");
    }
}
