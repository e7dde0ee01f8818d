//! The URL of a text message service.
//!
//! Codes never cross a network in the clear, except to an emulator of SNS that is named as such (`sns+http`).

use std::fmt;

use cabana_model::Secret;
use url::Url;

use crate::config::is_loopback_host;
use crate::delivery::url::{login, parameters};
use crate::outgoing::WebhookSecret;
use crate::problem::Problem;

/// A text message service, and how to reach it.
#[derive(Clone)]
pub enum SmsUrl {
    /// A program of the operator's own, which gets each message as a signed webhook.
    Webhook {
        url: Url,
        secret: WebhookSecret,
    },
    Sns(SnsUrl),
    Twilio(TwilioUrl),
}

/// Amazon SNS, or another server that speaks it. The rest comes from the environment, as with AWS's own tools.
#[derive(Clone)]
pub struct SnsUrl {
    /// `None` for Amazon's own.
    pub endpoint: Option<String>,
    pub region: Option<String>,
    /// Access key and its secret.
    pub login: Option<(String, Secret)>,
    /// Sender ID or origination number.
    pub from: Option<String>,
}

/// Twilio, or another server that speaks its Messages resource.
#[derive(Clone)]
pub struct TwilioUrl {
    pub endpoint: String,
    pub account: String,
    /// The account with its token, or an API key with its secret.
    pub login: (String, Secret),
    /// A number, a sender ID, or the `MG…` of a messaging service.
    pub from: String,
}

type Parsed<T> = Result<T, String>;

impl SmsUrl {
    /// Parses the URL.
    ///
    /// # Errors
    /// A description of the problem that does not repeat the URL, which may hold a password.
    pub fn parse(text: &str, webhook_secret: Option<&str>) -> Result<Self, Problem> {
        let parsed = || -> Parsed<Self> {
            let url = Url::parse(text).map_err(|error| format!("not a URL: {error}"))?;
            match url.scheme() {
                "https" | "http" => webhook(url, webhook_secret),
                "sns" => sns(&url),
                "sns+http" => sns_at(&url, "http"),
                "sns+https" => sns_at(&url, "https"),
                "twilio" => twilio(&url),
                _ => Err("it must begin with https://, sns:// or twilio://".to_owned()),
            }
        };
        parsed().map_err(|words| Problem::new(format!("sms-url: {words}")))
    }

    /// The service, for operators; without secrets.
    pub fn name(&self) -> String {
        match self {
            SmsUrl::Webhook { url, .. } => {
                format!("the webhook at {}", url.host_str().unwrap_or_default())
            }
            SmsUrl::Sns(sns) => match &sns.endpoint {
                Some(endpoint) => format!("SNS at {endpoint}"),
                None => "Amazon SNS".to_owned(),
            },
            SmsUrl::Twilio(twilio) => format!("Twilio at {}", twilio.endpoint),
        }
    }
}

fn webhook(url: Url, secret: Option<&str>) -> Parsed<SmsUrl> {
    let wrong = |words: &str| Err(words.to_owned());
    if url.scheme() == "http" && !is_local(&url) {
        return wrong("codes would cross the network in the clear: use https://");
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return wrong("a webhook is authenticated by its signature: no user, password or fragment");
    }
    let Some(secret) = secret else {
        return wrong(
            "webhooks are signed: set --sms-webhook-secret-file, or CABANA_SMS_WEBHOOK_SECRET",
        );
    };
    match WebhookSecret::parse(secret) {
        Some(secret) => Ok(SmsUrl::Webhook { url, secret }),
        None => wrong("the webhooks' secret must be whsec_ and 24 to 64 bytes in base64"),
    }
}

/// `sns://[key:secret@][region][?from=…]`
fn sns(url: &Url) -> Parsed<SmsUrl> {
    ends_at_host(url)?;
    let [from] = parameters(url, ["from"])?;
    let region = url.host_str().filter(|region| !region.is_empty());
    Ok(SmsUrl::Sns(SnsUrl {
        endpoint: None,
        region: region.map(str::to_owned),
        login: login(url)?,
        from,
    }))
}

/// `sns+http://[key:secret@]host[:port][?region=…&from=…]`
fn sns_at(url: &Url, scheme: &str) -> Parsed<SmsUrl> {
    ends_at_host(url)?;
    let [from, region] = parameters(url, ["from", "region"])?;
    Ok(SmsUrl::Sns(SnsUrl {
        endpoint: Some(endpoint(url, scheme)?),
        region,
        login: login(url)?,
        from,
    }))
}

/// `twilio://SID:TOKEN@host?from=…[&account=SID]`
fn twilio(url: &Url) -> Parsed<SmsUrl> {
    ends_at_host(url)?;
    let [from, account] = parameters(url, ["from", "account"])?;
    let missing = "an account, its token and a sender are needed: twilio://SID:TOKEN@api.twilio.com?from=+15550100";
    let login = login(url)?.ok_or(missing)?;
    let scheme = if is_local(url) { "http" } else { "https" };
    Ok(SmsUrl::Twilio(TwilioUrl {
        endpoint: endpoint(url, scheme)?,
        account: account.unwrap_or_else(|| login.0.clone()),
        login,
        from: from.ok_or(missing)?,
    }))
}

fn is_local(url: &Url) -> bool {
    url.host_str().is_some_and(is_loopback_host)
}

fn ends_at_host(url: &Url) -> Parsed<()> {
    match matches!(url.path(), "" | "/") && url.fragment().is_none() {
        true => Ok(()),
        false => Err("nothing but parameters may follow the host".to_owned()),
    }
}

fn endpoint(url: &Url, scheme: &str) -> Parsed<String> {
    let host = url.host_str().filter(|host| !host.is_empty());
    let host = host.ok_or("the host is missing")?;
    Ok(match url.port() {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    })
}

impl fmt::Debug for SmsUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmsUrl({})", self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn parsed(text: &str) -> Result<SmsUrl, Problem> {
        SmsUrl::parse(text, Some(SECRET))
    }

    #[test]
    fn a_webhook_to_another_machine_is_https() {
        for fine in [
            "https://texts.example.com/send?tenant=1",
            "http://127.0.0.1:9000/",
            "http://localhost/sms",
            "http://[::1]:9000/",
        ] {
            assert!(parsed(fine).is_ok(), "{fine}");
        }
        let texts = parsed("https://texts.example.com/sekret").unwrap();
        assert_eq!(texts.name(), "the webhook at texts.example.com");
        assert!(!format!("{texts:?}").contains("sekret"));
    }

    #[test]
    fn no_webhook_goes_out_unsigned() {
        for secret in [None, Some(""), Some("whsec_c2hvcnQ="), Some("sekret")] {
            let problem = SmsUrl::parse("https://texts.example.com", secret);
            let problem = problem.unwrap_err().0;
            assert!(
                problem.contains("webhooks") && !problem.contains("sekret"),
                "{problem}"
            );
        }
    }

    #[test]
    fn sns_is_amazons_unless_a_host_is_named() {
        let sns = |text: &str| match parsed(text).unwrap() {
            SmsUrl::Sns(url) => url,
            other => panic!("{other:?}"),
        };
        let bare = sns("sns://");
        assert!(bare.endpoint.is_none() && bare.region.is_none() && bare.login.is_none());
        let full = sns("sns://AKID:se%2Fcret@eu-west-1?from=Example");
        assert_eq!(full.region.as_deref(), Some("eu-west-1"));
        assert_eq!(full.login, Some(("AKID".to_owned(), "se/cret".into())));
        assert_eq!(full.from.as_deref(), Some("Example"));
        let other = sns("sns+http://localstack:4566?region=us-west-2&from=+15550100");
        assert_eq!(other.endpoint.as_deref(), Some("http://localstack:4566"));
        assert_eq!(other.region.as_deref(), Some("us-west-2"));
        assert_eq!(other.from.as_deref(), Some("+15550100"));
        let name = parsed("sns+https://AKID:sekret@sns.example.com").unwrap();
        assert_eq!(name.name(), "SNS at https://sns.example.com");
    }

    #[test]
    fn twilio_is_https_unless_on_this_machine() {
        let twilio = |text: &str| match parsed(text).unwrap() {
            SmsUrl::Twilio(url) => url,
            other => panic!("{other:?}"),
        };
        let usual = twilio("twilio://AC1:token@api.twilio.com?from=+15550100");
        assert_eq!(usual.endpoint, "https://api.twilio.com");
        assert_eq!(
            (usual.account.as_str(), usual.from.as_str()),
            ("AC1", "+15550100")
        );
        let key = twilio("twilio://SK1:secret@127.0.0.1:9000?from=MG1&account=AC1");
        assert_eq!(key.endpoint, "http://127.0.0.1:9000");
        assert_eq!((key.account.as_str(), key.login.0.as_str()), ("AC1", "SK1"));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_without_repeating_it() {
        for wrong in [
            "texts.example.com",
            "ftp://sekret.example.com",
            "http://texts.example.com/sekret",
            "https://user:sekret@texts.example.com",
            "https://sekret@texts.example.com",
            "https://texts.example.com/#sekret",
            "sns://sekret@eu-west-1",
            "sns://eu-west-1/sekret",
            "sns://eu-west-1?form=sekret",
            "sns://eu-west-1?from=",
            "sns+http://?from=sekret",
            "twilio://AC1:sekret@api.twilio.com",
            "twilio://api.twilio.com?from=sekret",
            "twilio://AC1:sekret@?from=1",
            "twilio://AC1:%zzsekret@api.twilio.com?from=1",
            "twilio://AC1:sekret@api.twilio.com/x?from=1",
        ] {
            let problem = parsed(wrong).unwrap_err().0;
            assert!(
                problem.starts_with("sms-url: ") && !problem.contains("sekret"),
                "{wrong}: {problem}"
            );
        }
    }
}
