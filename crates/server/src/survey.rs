//! The warnings about pools at server start, collected in one walk.

use cabana_api::logic::functions;
use cabana_domain::kms::Keys;
use cabana_domain::pool::Pool;
use cabana_store::SharedStore;
use url::Url;

use crate::catalog::{self, Pools, unreadable};
use crate::config::{Config, MailRoute, Mode, SmsRoute, is_loopback_host};
use crate::functions::{Book, FunctionName};
use crate::problem::{Problem, one_line};
use crate::{admission, issuers};

/// Most pools named individually.
const NAMED: usize = 10;

/// The warnings of a start.
pub struct Survey<'a> {
    public_url: &'a str,
    has_no_mail: bool,
    has_no_texts: bool,
    /// What answers for functions; `None` in an emulator, which awaits their runtimes.
    functions: Option<(&'a Book, &'a Keys)>,
    without_mail: Lines,
    without_texts: Lines,
    kept_elsewhere: Lines,
    unanswered: Lines,
}

impl<'a> Survey<'a> {
    /// No pool seen yet.
    pub fn new(config: &'a Config, public_url: &'a str) -> Self {
        let serves = config.mode == Mode::Serve;
        Self {
            public_url,
            has_no_mail: config.mail == MailRoute::Nowhere,
            has_no_texts: matches!(config.sms, SmsRoute::Nowhere),
            functions: serves.then_some((&config.functions, &config.kms)),
            without_mail: Lines::default(),
            without_texts: Lines::default(),
            kept_elsewhere: Lines::default(),
            unanswered: Lines::default(),
        }
    }

    /// Takes note of pools.
    pub fn see(&mut self, pools: &[Pool]) {
        for pool in pools {
            if self.has_no_mail {
                self.without_mail.add(admission::without_mail(pool));
            }
            if self.has_no_texts {
                self.without_texts.add(admission::without_texts(pool));
            }
            let line = issuers::kept_elsewhere(pool, self.public_url);
            self.kept_elsewhere.add(line);
            if let Some((book, keys)) = self.functions {
                for line in unanswered(pool, book, keys) {
                    self.unanswered.add(Some(line));
                }
            }
        }
    }

    /// The warnings: general ones, and of the first pools one each.
    pub fn warnings(self) -> Vec<String> {
        let general = self.has_no_mail.then(|| admission::NO_MAIL.to_owned());
        let open = self.functions.map(|(book, _)| in_the_clear(book));
        let lines = general.into_iter().chain(open.unwrap_or_default());
        let lines = lines.chain(self.without_mail.told("pools"));
        let lines = lines.chain(self.without_texts.told("pools"));
        let lines = lines.chain(self.kept_elsewhere.told("pools"));
        lines.chain(self.unanswered.told("functions")).collect()
    }
}

/// Warnings about the functions of a pool that nothing answers for, and about a key that is not here.
fn unanswered(pool: &Pool, book: &Book, keys: &Keys) -> Vec<String> {
    let (id, name) = (&pool.id, catalog::pool_name(pool));
    let mut lines = Vec::new();
    for (trigger, arn) in functions::of_pool(pool) {
        let function = FunctionName::parse(arn);
        if book.find(&function).is_none() {
            lines.push(format!(
                "nothing answers for the function {arn} ({} of the pool {id} ({name})): set --function {}=URL, [functions] \
                 in cabana.toml, or --lambda-endpoint",
                trigger.name(),
                function.name
            ));
        }
    }
    let config = pool.settings.lambda_config.as_ref();
    let key = config.and_then(|config| config.kms_key_id.as_deref());
    if let Some(key) = key.filter(|key| !keys.has(key)) {
        lines.push(format!(
            "the pool {id} ({name}) encrypts for its functions under {key}: give the key in [kms] of cabana.toml"
        ));
    }
    lines
}

/// Warnings about functions that are called without TLS on other machines.
fn in_the_clear(book: &Book) -> Vec<String> {
    let targets = book.functions.iter();
    let targets =
        targets.map(|(name, target)| (format!("the function {name}"), target.url.clone()));
    let lambda = book.lambda.as_ref();
    let lambda = lambda.and_then(|lambda| Url::parse(&lambda.url).ok());
    let lambda = lambda.map(|url| ("--lambda-endpoint".to_owned(), url));
    targets
        .chain(lambda)
        .filter(|(_, url)| url.scheme() == "http" && !url.host_str().is_some_and(is_loopback_host))
        .map(|(name, _)| {
            format!(
                "{name} is called over plain HTTP: others on that network can read events, which hold personal data, and \
                 decide in its place"
            )
        })
        .collect()
}

/// Settles the issuers of older pools, and returns the warnings.
///
/// # Errors
/// If the store fails.
pub async fn at_start(
    store: &SharedStore,
    config: &Config,
    public_url: &str,
) -> Result<Vec<String>, Problem> {
    let mut survey = Survey::new(config, public_url);
    let mut pages = Pools::of(store);
    while let Some(mut pools) = pages.next().await.map_err(unreadable)? {
        // An emulator on another server's data directory must not decide anything about it.
        if config.mode == Mode::Serve {
            let settled = issuers::settle(store, &mut pools, public_url);
            settled.await.map_err(unreadable)?;
        }
        survey.see(&pools);
    }
    Ok(survey.warnings())
}

/// A line for each of the first; the rest are counted.
#[derive(Default)]
struct Lines {
    named: Vec<String>,
    more: usize,
}

impl Lines {
    fn add(&mut self, line: Option<String>) {
        let Some(line) = line else { return };
        match self.named.len() < NAMED {
            true => self.named.push(one_line(&line)),
            false => self.more += 1,
        }
    }

    fn told(self, of: &str) -> impl Iterator<Item = String> {
        let more = (self.more > 0).then(|| format!("and {} more {of}", self.more));
        self.named.into_iter().chain(more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Options;
    use cabana_domain::PoolId;
    use cabana_model::{LambdaConfigType, UserPoolType, VerifiedAttributeType};

    fn pool(name: &str, verified: &[VerifiedAttributeType], kept: Option<&str>) -> Pool {
        Pool {
            id: PoolId::new(format!("us-east-1_{name}")),
            version: 1,
            settings: UserPoolType {
                name: Some(name.to_owned()),
                auto_verified_attributes: Some(verified.to_vec()),
                ..UserPoolType::default()
            },
            mfa: Default::default(),
            kept_issuer: kept.map(str::to_owned),
            sessions: Default::default(),
            created: Default::default(),
            modified: Default::default(),
        }
    }

    /// The warnings of a server without a mail server, with or without the inbox.
    fn said(inbox: bool, pools: &[Pool]) -> Vec<String> {
        let options = Options {
            public_url: Some("https://a.test".to_owned()),
            behind_proxy: Some(true),
            inbox: Some(inbox),
            ..Options::default()
        };
        let config = Config::new(options, Mode::Serve).unwrap();
        let mut survey = Survey::new(&config, "https://a.test");
        survey.see(pools);
        survey.warnings()
    }

    #[test]
    fn pools_that_need_mail_are_named_and_many_are_counted() {
        let email = [VerifiedAttributeType::Email];
        let lines = said(false, &[pool("quiet", &[], None)]);
        assert!(
            lines.len() == 1 && lines[0].contains("--smtp-url"),
            "{lines:?}"
        );
        let lines = said(
            false,
            &[pool("quiet", &[], None), pool("loud", &email, None)],
        );
        assert!(
            lines.len() == 2 && lines[1].contains("us-east-1_loud (loud)"),
            "{lines:?}"
        );
        let many: Vec<_> = (0..13).map(|_| pool("loud", &email, None)).collect();
        let lines = said(false, &many);
        assert!(
            lines.len() == 12 && lines[11] == "and 3 more pools",
            "{lines:?}"
        );
        assert!(said(true, &many).is_empty());
    }

    #[test]
    fn a_pool_takes_one_line_whatever_its_name() {
        let named = pool("a\nb\u{1b}[2J", &[], Some("https://old.test/a"));
        let lines = said(true, &[named]);
        assert!(lines[0].contains("(a b [2J)"), "{lines:?}");
        assert!(!lines[0].contains(char::is_control), "{lines:?}");
    }

    #[test]
    fn functions_that_nothing_answers_for_and_missing_keys_are_named() {
        let arn = |name: &str| format!("arn:aws:lambda:us-east-1:000000000000:function:{name}");
        let mut triggered = pool("shop", &[], None);
        triggered.settings.lambda_config = Some(LambdaConfigType {
            pre_sign_up: Some(arn("here")),
            post_confirmation: Some(arn("nowhere")),
            kms_key_id: Some("arn:aws:kms:us-east-1:000000000000:key/a".to_owned()),
            ..LambdaConfigType::default()
        });
        let options = |text: &str| Options {
            public_url: Some("https://a.test".to_owned()),
            behind_proxy: Some(true),
            inbox: Some(true),
            ..toml::from_str(text).unwrap()
        };
        let lines = |options, mode| {
            let config = Config::new(options, mode).unwrap();
            let mut survey = Survey::new(&config, "https://a.test");
            survey.see(std::slice::from_ref(&triggered));
            survey.warnings()
        };
        let text = "[functions]\nhere = 'http://here.test/invocations'";
        let told = lines(options(text), Mode::Serve);
        assert_eq!(told.len(), 3, "{told:?}");
        for (line, words) in told
            .iter()
            .zip(["plain HTTP", "--function nowhere=URL", "[kms]"])
        {
            assert!(line.contains(words), "{told:?}");
        }
        let all = "lambda-endpoint = 'http://localhost:4566'\n[kms]\n\
                   'arn:aws:kms:us-east-1:000000000000:key/a' = \
                   '0000000000000000000000000000000000000000000000000000000000000000'";
        assert!(lines(options(all), Mode::Serve).is_empty());
        assert!(lines(options(""), Mode::Dev).is_empty());
    }

    #[test]
    fn pools_with_the_issuer_of_another_address_are_named_and_many_are_counted() {
        let many: Vec<_> = (0..12)
            .map(|_| pool("moved", &[], Some("https://old.test/moved")))
            .collect();
        let lines = said(true, &many);
        assert!(
            lines.len() == 11 && lines[10] == "and 2 more pools",
            "{lines:?}"
        );
    }
}
