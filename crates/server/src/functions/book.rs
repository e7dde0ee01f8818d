//! Addresses of functions, and which of them answers for an ARN.

use std::collections::BTreeMap;
use std::fmt;

use cabana_api::access::signing::Credentials;
use url::Url;

use super::FunctionName;
use crate::outgoing::WebhookSecret;

/// The end of an address of AWS's Invoke API.
const INVOCATIONS: &str = "/invocations";

/// The configured addresses.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// By name or ARN.
    pub functions: BTreeMap<String, Target>,
    /// Where all others are invoked.
    pub lambda: Option<Lambda>,
}

/// The address of one function. Its query may hold a secret.
#[derive(Clone)]
pub struct Target {
    pub url: Url,
    /// Signs the calls of a webhook.
    pub secret: Option<WebhookSecret>,
}

/// An endpoint with AWS's Invoke API.
#[derive(Clone, Debug)]
pub struct Lambda {
    /// Without a trailing slash.
    pub url: String,
    /// The access key that signs the calls.
    pub key: Option<Credentials>,
}

/// A call that answers for a function.
#[derive(Debug)]
pub enum Way<'a> {
    Webhook(&'a Target),
    /// An address of the Invoke API.
    Invoke(String),
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(without_query(self.url.as_str()))
    }
}

impl Target {
    /// Whether the address is one of the Invoke API.
    pub fn is_invoke(&self) -> bool {
        self.url.path().ends_with(INVOCATIONS)
    }
}

impl Lambda {
    /// The address of a function.
    fn invoke(&self, name: &FunctionName<'_>) -> String {
        let name = percent_encoded(name.whole);
        format!("{}/2015-03-31/functions/{name}{INVOCATIONS}", self.url)
    }
}

impl Book {
    /// What answers for a function, if anything does.
    pub fn find(&self, name: &FunctionName<'_>) -> Option<Way<'_>> {
        let target = name.keys().iter().find_map(|key| self.functions.get(key));
        if let Some(target) = target {
            return Some(match target.is_invoke() {
                true => Way::Invoke(target.url.to_string()),
                false => Way::Webhook(target),
            });
        }
        let lambda = self.lambda.as_ref()?;
        Some(Way::Invoke(lambda.invoke(name)))
    }
}

/// An address that can be shown.
pub fn without_query(url: &str) -> &str {
    url.split('?').next().unwrap_or_default()
}

/// A segment of a path.
fn percent_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            true => out.push(char::from(byte)),
            false => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:lambda:eu-central-1:111122223333:function:check";

    fn book(functions: &[(&str, &str)], lambda: Option<&str>) -> Book {
        let target = |url: &str| Target {
            url: url.parse().unwrap(),
            secret: None,
        };
        let functions = functions.iter();
        Book {
            functions: functions
                .map(|(name, url)| ((*name).to_owned(), target(url)))
                .collect(),
            lambda: lambda.map(|url| Lambda {
                url: url.to_owned(),
                key: None,
            }),
        }
    }

    /// The address that answers, and whether it is a webhook's.
    fn found(book: &Book, arn: &str) -> Option<(bool, String)> {
        Some(match book.find(&FunctionName::parse(arn))? {
            Way::Webhook(target) => (true, target.url.to_string()),
            Way::Invoke(url) => (false, url),
        })
    }

    #[test]
    fn the_most_specific_address_answers_and_then_the_endpoint_for_all() {
        let book = book(
            &[
                ("check", "https://a.test/hook"),
                ("check:live", "https://a.test/live"),
                (
                    "local",
                    "http://localhost:9000/2015-03-31/functions/function/invocations",
                ),
            ],
            Some("http://localhost:4566"),
        );
        let webhook = |url: &str| Some((true, url.to_owned()));
        assert_eq!(found(&book, ARN), webhook("https://a.test/hook"));
        assert_eq!(
            found(&book, &format!("{ARN}:live")),
            webhook("https://a.test/live")
        );
        assert_eq!(
            found(&book, &format!("{ARN}:7")),
            webhook("https://a.test/hook")
        );
        let local = ARN.replace("check", "local");
        let invoked = found(&book, &local).unwrap();
        assert!(!invoked.0 && invoked.1.starts_with("http://localhost:9000/"));
        let other = ARN.replace("check", "other");
        let address = "http://localhost:4566/2015-03-31/functions/\
                       arn%3Aaws%3Alambda%3Aeu-central-1%3A111122223333%3Afunction%3Aother/invocations";
        assert_eq!(found(&book, &other), Some((false, address.to_owned())));
    }

    #[test]
    fn nothing_answers_unless_it_is_set() {
        assert_eq!(
            found(&book(&[("other", "https://a.test/")], None), ARN),
            None
        );
    }
}
