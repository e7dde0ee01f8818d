//! The warnings about pools at server start, collected in one walk.

use cabana_domain::pool::Pool;
use cabana_store::SharedStore;

use crate::catalog::{Pools, unreadable};
use crate::config::{Config, MailRoute, Mode, SmsRoute};
use crate::problem::{Problem, one_line};
use crate::{admission, issuers};

/// Most pools named individually.
const NAMED: usize = 10;

/// The warnings of a start.
pub struct Survey<'a> {
    public_url: &'a str,
    has_no_mail: bool,
    has_no_texts: bool,
    without_mail: Lines,
    without_texts: Lines,
    kept_elsewhere: Lines,
}

impl<'a> Survey<'a> {
    /// No pool seen yet.
    pub fn new(config: &Config, public_url: &'a str) -> Self {
        Self {
            public_url,
            has_no_mail: config.mail == MailRoute::Nowhere,
            has_no_texts: matches!(config.sms, SmsRoute::Nowhere),
            without_mail: Lines::default(),
            without_texts: Lines::default(),
            kept_elsewhere: Lines::default(),
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
        }
    }

    /// The warnings: general ones, and of the first pools one each.
    pub fn warnings(self) -> Vec<String> {
        let general = self.has_no_mail.then(|| admission::NO_MAIL.to_owned());
        let mail = general.into_iter().chain(self.without_mail.told());
        let lines = mail.chain(self.without_texts.told());
        lines.chain(self.kept_elsewhere.told()).collect()
    }
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

/// A line for each of the first pools; the rest are counted.
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

    fn told(self) -> impl Iterator<Item = String> {
        let more = (self.more > 0).then(|| format!("and {} more pools", self.more));
        self.named.into_iter().chain(more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Options;
    use cabana_domain::PoolId;
    use cabana_model::{UserPoolType, VerifiedAttributeType};

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
