//! The frame around the content of every page: rail, head, breadcrumbs, toast.

use askama::Template;
use askama::filters::HtmlSafe;
use cabana_api::Operator;
use cabana_domain::Time;
use cabana_model::Timestamp;
use cabana_web::assets::{ICON, PATH as WEB_ASSETS};
use time::OffsetDateTime;

use crate::icon::icon;
use crate::navigation::{Entry, PoolNav};
use crate::news::{News, Undo};
use crate::{Console, assets};

/// The entry of the rail that a page without a user pool belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Section {
    #[default]
    Pools,
    Inbox,
    Messages,
    Audit,
    AccessKeys,
    Operators,
    Server,
    /// The operator's own account, which is no entry.
    Account,
}

/// Data of a page's frame.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Title of the page.
    pub title: String,
    pub here: Section,
    /// Breadcrumbs from the top: names with their paths. The page itself has no path.
    pub crumbs: Vec<(String, Option<String>)>,
    /// Success message after a change.
    pub news: Option<News>,
    pub operator: Option<Operator>,
    /// The user pool that the page belongs to.
    pub pool: Option<PoolNav>,
    /// Value of the field `_csrf`.
    pub csrf: String,
    /// Whether this server has an inbox.
    pub inbox: bool,
}

impl Frame {
    /// A frame without a signed-in operator.
    pub fn new(console: &Console, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            here: Section::default(),
            crumbs: Vec::new(),
            news: None,
            operator: None,
            pool: None,
            csrf: String::new(),
            inbox: console.settings.inbox,
        }
    }

    /// Sets the current entry of the navigation.
    #[must_use]
    pub fn at(mut self, here: Section) -> Self {
        self.here = here;
        self
    }

    /// Adds a breadcrumb with a path.
    #[must_use]
    pub fn below(mut self, name: impl Into<String>, url: impl Into<String>) -> Self {
        self.crumbs.push((name.into(), Some(url.into())));
        self
    }

    /// Whether the page is the operator's own account.
    pub fn is_account(&self) -> bool {
        self.here == Section::Account
    }

    /// Whether the operator may change anything. Pages leave out what would be refused.
    pub fn may_change(&self) -> bool {
        self.operator
            .as_ref()
            .is_some_and(|operator| !operator.read_only)
    }

    /// The form that takes back the change before this page, if the operator may send it.
    pub fn undo(&self) -> Option<&Undo> {
        let undo = self.news.as_ref().and_then(|news| news.undo.as_ref());
        undo.filter(|_| self.may_change())
    }

    /// `value` with a button to copy it; `what` names it for screen readers.
    pub fn copy<'a>(&self, value: &'a str, what: &'a str) -> Copy<'a> {
        Copy { value, what }
    }

    /// The hidden field with the CSRF token, which every form carries.
    pub fn token(&self) -> Token<'_> {
        Token { csrf: &self.csrf }
    }

    pub fn style_url(&self) -> String {
        assets::style_url()
    }

    pub fn script_url(&self) -> String {
        assets::script_url()
    }

    pub fn icon_url(&self) -> String {
        format!("{WEB_ASSETS}{}", ICON.name)
    }

    /// The breadcrumbs that say something new: rail and head show the pool already.
    pub fn trail(&self) -> Vec<&(String, Option<String>)> {
        let home = self.pool.as_ref().map(|pool| pool.url("/"));
        let is_new = |url: &str| home.as_ref().is_none_or(|home| url.starts_with(home));
        let crumbs = self.crumbs.iter();
        crumbs
            .filter(|(_, url)| url.as_deref().is_none_or(is_new))
            .collect()
    }

    /// The entry that leads to all user pools.
    pub fn pools_entry(&self) -> Entry {
        self.entry((Section::Pools, "pools", "overview", "User pools"))
    }

    /// Entries for what concerns the whole server.
    pub fn entries(&self) -> Vec<Entry> {
        let inbox = (Section::Inbox, "inbox", "inbox", "Inbox");
        let rest = [
            (Section::Messages, "messages", "send", "Messages"),
            (Section::Audit, "audit", "audit", "Audit log"),
            (Section::AccessKeys, "access-keys", "key", "Access keys"),
            (Section::Operators, "operators", "operators", "Operators"),
            (Section::Server, "server", "server", "Server"),
        ];
        let inbox = self.inbox.then_some(inbox).into_iter();
        inbox.chain(rest).map(|it| self.entry(it)).collect()
    }

    fn entry(
        &self,
        (section, path, drawing, name): (Section, &str, &'static str, &'static str),
    ) -> Entry {
        Entry {
            url: format!("/console/{path}"),
            icon: icon(drawing),
            name,
            here: section == self.here,
        }
    }
}

/// The hidden field with the CSRF token.
#[derive(Template)]
#[template(
    source = r#"<input type="hidden" name="_csrf" value="{{ csrf }}">"#,
    ext = "html"
)]
pub struct Token<'a> {
    csrf: &'a str,
}

impl HtmlSafe for Token<'_> {}

/// An instant as a `<time>`, which the script shows in the reader's time zone.
#[derive(Clone, Copy, Debug, Template)]
#[template(
    source = r#"<time datetime="{{ self.machine() }}">{{ self.plain() }}</time>"#,
    ext = "html"
)]
pub struct When(pub Time);

impl HtmlSafe for When {}

impl From<Timestamp> for When {
    fn from(at: Timestamp) -> Self {
        Self(Time::from_micros(at.micros()))
    }
}

impl When {
    fn utc(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(self.0.seconds()).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    fn machine(self) -> String {
        let at = self.utc();
        let (date, (h, m, s)) = (at.date(), at.to_hms());
        format!("{date}T{h:02}:{m:02}:{s:02}Z")
    }

    fn plain(self) -> String {
        let at = self.utc();
        let (h, m, _) = at.to_hms();
        format!(
            "{} {} {}, {h:02}:{m:02} UTC",
            at.day(),
            at.month(),
            at.year()
        )
    }
}

/// A value in a monospaced font. The script makes it a button that copies the value.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/copy.html")]
pub struct Copy<'a> {
    pub value: &'a str,
    /// Name of the value, for screen readers.
    pub what: &'a str,
}

impl HtmlSafe for Copy<'_> {}

/// Groups digits by thousands: 1284 becomes `1,284`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let shown = [0, 12, 999, 1000, 1284, 1_000_000].map(grouped);
        assert_eq!(shown, ["0", "12", "999", "1,000", "1,284", "1,000,000"]);
    }

    #[test]
    fn an_instant_reads_with_its_zone() {
        let when = When(Time::from_seconds(1_767_225_600));
        assert_eq!(
            when.to_string(),
            r#"<time datetime="2026-01-01T00:00:00Z">1 January 2026, 00:00 UTC</time>"#
        );
    }
}
