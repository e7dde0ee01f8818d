//! The shared parts of all pages: language, brand, notice, problems, and the parts of forms.

use askama::Template;
use askama::filters::HtmlSafe;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::notice::Notice;
use super::problem::{Problem, Wrong};
use crate::assets::{self, Asset};
use crate::texts::{Markup, Texts};

/// Everything around the content of a page.
#[derive(Clone)]
pub struct Frame {
    /// The reader's language.
    pub texts: Texts,
    /// Path of the public URL without a trailing slash; empty at the root.
    pub root: String,
    /// The app or pool whose page it is.
    pub brand: Brand,
    /// Names that the pool's users sign in with.
    pub identifier: Identifier,
    /// Good news, such as "A new code is on its way".
    pub notice: Option<Notice>,
    /// The provider whose person is to prove which user they are.
    pub joins: Option<String>,
    /// Problems with the form; empty on the first visit.
    pub problems: Vec<Problem>,
    /// The inbox, for developers; only in the emulator.
    pub inbox_url: Option<String>,
    /// The account that the page is about.
    pub account: Option<Account>,
}

/// The account that somebody is signing in to.
#[derive(Clone)]
pub struct Account {
    /// The user name as typed.
    pub username: String,
    /// URL of the sign-in page for another account.
    pub other_url: String,
}

impl Account {
    /// The letter in the disc beside the name.
    pub(super) fn initial(&self) -> String {
        initial(&self.username)
    }
}

/// Look of the app or pool.
#[derive(Clone, Default)]
pub struct Brand {
    /// Name as people know it.
    pub name: String,
    /// Logo on this origin or a `data:` URL; without one, a mark with the initial is shown.
    pub logo_url: Option<String>,
    /// A style sheet on this origin that is loaded after ours.
    pub stylesheet_url: Option<String>,
    /// Terms of use and privacy policy; shown only when both exist, as Cognito does.
    pub terms: Option<Terms>,
}

/// The two documents a person agrees to by signing up.
#[derive(Clone)]
pub struct Terms {
    /// Terms of use.
    pub terms_url: String,
    /// Privacy policy.
    pub privacy_url: String,
}

/// Names that a pool accepts for sign-in.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub enum Identifier {
    /// A user name only.
    #[default]
    UserName,
    /// Email is the user name.
    Email,
    /// The phone number is the user name.
    Phone,
    /// Either email or phone number is the user name.
    EmailOrPhone,
    /// A user name, with email as alias.
    UserNameOrEmail,
    /// A user name, with the phone number as alias.
    UserNameOrPhone,
    /// A user name, with both as aliases.
    UserNameEmailOrPhone,
}

impl Identifier {
    /// Key of the label on pages that sign in.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::UserName => "label-username",
            Self::Email => "label-email",
            Self::Phone => "label-phone",
            Self::EmailOrPhone => "label-email-or-phone",
            Self::UserNameOrEmail => "label-username-or-email",
            Self::UserNameOrPhone => "label-username-or-phone",
            Self::UserNameEmailOrPhone => "label-username-email-or-phone",
        }
    }

    /// The names that the `username` field of a sign-up accepts: aliases have fields of their own there.
    pub fn at_sign_up(self) -> Self {
        match self {
            Self::UserNameOrEmail | Self::UserNameOrPhone | Self::UserNameEmailOrPhone => {
                Self::UserName
            }
            other => other,
        }
    }
}

/// Target and hidden fields of a form. Renders as the hidden inputs.
#[derive(Clone, Template)]
#[template(path = "parts/hidden.html")]
pub struct Post {
    /// URL the form is posted to.
    pub action: String,
    /// Value of `_csrf`.
    pub csrf: String,
    /// Further hidden fields.
    pub hidden: Vec<(&'static str, String)>,
}

impl HtmlSafe for Post {}

/// Destination of a code.
#[derive(Clone, Serialize, Deserialize)]
pub struct Delivery {
    /// Email or text message.
    pub medium: Medium,
    /// Masked address, such as `a***@e***`.
    pub destination: String,
}

/// Medium of a code.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Medium {
    /// Email.
    Email,
    /// Text message.
    Sms,
}

/// The form that asks for another code.
#[derive(Clone)]
pub struct Resend {
    /// Its target and hidden fields.
    pub post: Post,
    /// Seconds until a new code can be requested; 0 if at once.
    pub wait: u32,
}

/// A moment, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy)]
pub struct Moment(pub i64);

impl Moment {
    fn utc(self) -> OffsetDateTime {
        let whole = OffsetDateTime::from_unix_timestamp(self.0.div_euclid(1_000_000));
        whole.unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// For the `datetime` attribute; the script shows it in the reader's time zone.
    pub fn machine(self) -> String {
        let at = self.utc();
        let (date, (h, m, s)) = (at.date(), at.to_hms());
        format!("{date}T{h:02}:{m:02}:{s:02}Z")
    }

    /// Readable time for pages without the script, with the time zone.
    pub fn plain(self) -> String {
        let at = self.utc();
        let (date, (h, m, s)) = (at.date(), at.to_hms());
        format!("{date} {h:02}:{m:02}:{s:02} UTC")
    }
}

/// An entry in the list of problems at the top.
pub struct ListedProblem {
    /// Fragment of its field.
    pub href: Option<String>,
    /// The problem.
    pub text: String,
}

impl Frame {
    /// A frame without notice and problems, at the root of its origin.
    pub fn new(texts: Texts, brand: Brand) -> Self {
        Self {
            texts,
            root: String::new(),
            brand,
            identifier: Identifier::default(),
            notice: None,
            joins: None,
            problems: Vec::new(),
            inbox_url: None,
            account: None,
        }
    }

    pub(super) fn say(&self, key: &str) -> askama::Result<String> {
        self.texts.say(key)
    }

    /// A heading with the app's name, or the plain one if there is none.
    pub(super) fn for_app(&self, plain: &str, named: &str) -> askama::Result<String> {
        match self.brand.name.as_str() {
            "" => self.say(plain),
            name => self.texts.with(named, &[("app", name.into())]),
        }
    }

    /// The `<title>`. An error comes first, because a screen reader or a narrow tab may give no more.
    pub(super) fn title(&self, page: &str) -> askama::Result<String> {
        let title = self.texts.with(
            "title-page",
            &[
                ("page", page.into()),
                ("app", self.brand.name.as_str().into()),
            ],
        )?;
        if self.problems.is_empty() {
            Ok(title)
        } else {
            self.texts.with("title-error", &[("title", title.into())])
        }
    }

    pub(super) fn style_url(&self) -> String {
        self.asset(&assets::STYLE)
    }

    pub(super) fn emulator_style_url(&self) -> String {
        self.asset(&assets::EMULATOR_STYLE)
    }

    pub(super) fn script_url(&self) -> String {
        self.asset(&assets::SCRIPT)
    }

    pub(super) fn icon_url(&self) -> String {
        self.asset(&assets::ICON)
    }

    pub(super) fn asset(&self, asset: &Asset) -> String {
        format!("{}{}{}", self.root, assets::PATH, asset.name)
    }

    pub(super) fn medium_text(&self, medium: &Medium) -> askama::Result<String> {
        self.say(match medium {
            Medium::Email => "medium-email",
            Medium::Sms => "medium-text",
        })
    }

    /// Whether the page bears a name: of the app, or of the pool.
    pub(super) fn has_name(&self) -> bool {
        !self.brand.name.is_empty() || self.brand.logo_url.is_some()
    }

    /// The letter in the mark shown without a logo.
    pub(super) fn initial(&self) -> String {
        initial(&self.brand.name)
    }

    /// The app's tab icon, so that nothing of ours is on its pages: its logo, or a tile with its initial. `None` without
    /// a name.
    pub(super) fn own_icon(&self) -> Option<String> {
        if let Some(url) = &self.brand.logo_url {
            return Some(url.clone());
        }
        let letter = initial(&self.brand.name);
        let escaped: String = letter.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let tile = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' \
                    height='32' rx='8' fill='%230c1a1d'/%3E%3Ctext x='16' y='22' font-family='system-ui,sans-serif' \
                    font-size='18' font-weight='600' text-anchor='middle' fill='%23fff'%3E";
        (!self.brand.name.is_empty()).then(|| format!("{tile}{escaped}%3C/text%3E%3C/svg%3E"))
    }

    pub(super) fn notice_text(&self) -> askama::Result<Option<String>> {
        let Some(notice) = self.notice else {
            return Ok(None);
        };
        let provider = self.joins.as_deref().unwrap_or_default();
        let values = [("provider", provider.into())];
        self.texts.with(notice.key(), &values).map(Some)
    }

    pub(super) fn listed_problems(&self) -> askama::Result<Vec<ListedProblem>> {
        let listed = |problem: &Problem| -> askama::Result<ListedProblem> {
            let href = problem
                .field
                .as_deref()
                .map(|name| format!("#{}", super::field::id(name)));
            Ok(ListedProblem {
                href,
                text: self.explain(problem)?,
            })
        };
        self.problems.iter().map(listed).collect()
    }

    /// "We sent a code to a***@e*** by email".
    pub(super) fn delivered(&self, delivery: &Delivery) -> askama::Result<Markup> {
        let to = [("destination", Markup::strong(&delivery.destination))];
        match delivery.medium {
            Medium::Email => self.texts.rich("code-sent-by-email", &to),
            Medium::Sms => self.texts.rich("code-sent-by-text", &to),
        }
    }

    /// The destination of the code, or `otherwise` if it is not known; nothing if the code could not be sent.
    pub(super) fn sent(
        &self,
        delivery: &Option<Delivery>,
        otherwise: &str,
    ) -> askama::Result<Option<Markup>> {
        if self
            .problems
            .iter()
            .any(|problem| problem.wrong == Wrong::DeliveryFailed)
        {
            return Ok(None);
        }
        match delivery {
            Some(delivery) => self.delivered(delivery).map(Some),
            None => Ok(Some(Markup::text(&self.say(otherwise)?))),
        }
    }

    /// The sentence that leads a developer to the code.
    pub(super) fn inbox_hint(&self) -> askama::Result<Option<Markup>> {
        let Some(url) = &self.inbox_url else {
            return Ok(None);
        };
        let link = Markup::link_in_new_tab(url, &self.say("inbox-name")?);
        self.texts.rich("inbox-hint", &[("inbox", link)]).map(Some)
    }

    /// The sentence about the wait before a new code, with `{n}` for the script's countdown.
    pub(super) fn wait_text(&self, resend: &Resend) -> askama::Result<String> {
        self.texts
            .with("resend-wait", &[("seconds", resend.wait.into())])
    }

    pub(super) fn wait_pattern(&self) -> askama::Result<String> {
        self.texts
            .with("resend-button-wait", &[("seconds", "{n}".into())])
    }
}

fn initial(name: &str) -> String {
    let first = name.chars().find(|c| c.is_alphanumeric());
    first.map_or_else(|| "·".to_owned(), |c| c.to_uppercase().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_as_utc_with_the_zone_named() {
        let moment = Moment(1_795_380_067_999_999);
        assert_eq!(moment.machine(), "2026-11-22T20:41:07Z");
        assert_eq!(moment.plain(), "2026-11-22 20:41:07 UTC");
        assert_eq!(Moment(-1).machine(), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn the_initial_is_the_first_letter_or_digit() {
        let initial = |name: &str| {
            let brand = Brand {
                name: name.to_owned(),
                ..Brand::default()
            };
            Frame::new(Texts::english(), brand).initial()
        };
        assert_eq!(
            (initial("lagoon chat"), initial("“7 Seas”"), initial("")),
            ("L".into(), "7".into(), "·".into())
        );
    }
}
