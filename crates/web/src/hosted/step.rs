//! Post/Redirect/Get: a form answers with a redirect to the page it leads to, and a sealed cookie tells that page what
//! to show. Reload, Back, a second tab and a page that a phone restores show the same step again.
//!
//! The cookie belongs to the app's request (the query of the address), so that two apps, or two tabs of one, do not
//! disturb each other. It holds what was typed, but no passwords and no codes, and lives for an hour.

use axum::response::Response;
use cabana_api::Fault;
use cabana_domain::{Span, Time};
use serde::{Deserialize, Serialize};

use super::challenges::Pending;
use super::confirm::Unconfirmed;
use super::passkeys;
use crate::authorize::frame::set_cookie;
use crate::pages::{Delivery, Notice, Problem};
use crate::params::Params;
use crate::visit::Visit;
use crate::{reply, steps};

/// Longest `Set-Cookie` in bytes; browsers take 4,096.
const LONGEST: usize = 3_900;
/// Longest user name that a step keeps, in characters: nobody's is longer.
const LONGEST_NAME: usize = 256;
/// The same beside a challenge, which keeps the name too, in bytes of JSON.
const LONGEST_WRITTEN: usize = 600;
/// Most fields of a form that are kept: a pool has 50 attributes of its own besides the standard ones.
const FIELDS: usize = 80;
/// Time before the page offers another code. The limits of messages hold whatever the page offers.
const WAIT: Span = Span::seconds(30);

/// The page that a form leads to, and what it shows.
#[derive(Clone, Serialize, Deserialize)]
pub struct Step {
    pub page: Page,
    #[serde(default)]
    pub problems: Vec<Problem>,
    #[serde(default)]
    pub notice: Option<Notice>,
    /// The form as it was typed, without secrets.
    #[serde(default)]
    typed: Vec<(String, String)>,
    /// The time from which the page offers another code.
    #[serde(default)]
    resend: Time,
}

/// A page in the middle of something.
#[derive(Clone, Serialize, Deserialize)]
pub enum Page {
    SignIn {
        username: String,
    },
    SignUp,
    Confirm(Unconfirmed),
    Forgot {
        username: String,
    },
    Reset {
        username: String,
        delivery: Option<Delivery>,
    },
    Challenge(Box<Pending>),
    /// Offers a passkey.
    AddPasskey {
        /// The time of the sign-in that goes on from there to the app.
        signed_in: Option<Time>,
    },
}

impl Page {
    /// The sign-in page with this user name.
    pub fn sign_in(username: &str) -> Self {
        let username = bounded(username);
        Self::SignIn { username }
    }

    /// The page that asks for a code to reset the password.
    pub fn forgot(username: &str) -> Self {
        let username = bounded(username);
        Self::Forgot { username }
    }

    /// The page that takes the code and a new password.
    pub fn reset(username: &str, delivery: Option<Delivery>) -> Self {
        let username = bounded(username);
        Self::Reset { username, delivery }
    }

    fn path(&self) -> &'static str {
        match self {
            Self::SignIn { .. } => "/login",
            Self::SignUp => "/signup",
            Self::Confirm(_) => "/confirm",
            Self::Forgot { .. } => "/forgotPassword",
            Self::Reset { .. } => "/confirmForgotPassword",
            Self::Challenge(pending) => pending.kind.path(),
            Self::AddPasskey { .. } => passkeys::PATH,
        }
    }
}

/// Whether a step can keep this user name beside a challenge.
pub fn fits(username: &str) -> bool {
    username.chars().count() <= LONGEST_NAME
        && serde_json::to_string(username).is_ok_and(|it| it.len() <= LONGEST_WRITTEN)
}

/// A user name as a step keeps it: browsers drop long cookies.
fn bounded(username: &str) -> String {
    username.chars().take(LONGEST_NAME).collect()
}

impl From<Page> for Step {
    fn from(page: Page) -> Self {
        Self {
            page,
            problems: Vec::new(),
            notice: None,
            typed: Vec::new(),
            resend: Time::default(),
        }
    }
}

impl Step {
    /// The current step of this app's request.
    pub fn current(visit: &Visit) -> Option<Self> {
        steps::recall(visit)
    }

    /// The user name that the step is about; empty if there is none yet.
    pub fn username(&self) -> &str {
        match &self.page {
            Page::SignIn { username }
            | Page::Forgot { username }
            | Page::Reset { username, .. } => username,
            Page::Confirm(waiting) => waiting.username(),
            Page::Challenge(pending) => &pending.username,
            Page::SignUp | Page::AddPasskey { .. } => "",
        }
    }

    /// The challenge that the step waits for.
    pub fn pending(&self) -> Option<&Pending> {
        match &self.page {
            Page::Challenge(pending) => Some(pending),
            _ => None,
        }
    }

    /// Shows these problems.
    #[must_use]
    pub fn with(mut self, problems: Vec<Problem>) -> Self {
        self.problems = problems;
        self
    }

    /// Shows this notice.
    #[must_use]
    pub fn saying(mut self, notice: Notice) -> Self {
        self.notice = Some(notice);
        self
    }

    /// Keeps the names and attributes that were typed into the form of this request; passwords and codes are not kept.
    #[must_use]
    pub fn keeping(mut self, visit: &Visit) -> Self {
        let is_kept = |name: &str| name == "username" || name.starts_with("requiredAttributes[");
        let fields = visit.form.iter();
        // A form of ours has no more fields; who sends others gets nothing kept.
        self.typed = fields
            .filter(|(name, _)| is_kept(name))
            .take(FIELDS)
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        self
    }

    /// A code was sent now: the page offers another after a while.
    #[must_use]
    pub fn sent_now(mut self, visit: &Visit) -> Self {
        self.resend = visit.cx().now().after(WAIT);
        self
    }

    /// Another code is offered when this step would offer it.
    #[must_use]
    pub fn waiting_like(mut self, earlier: Option<&Self>) -> Self {
        self.resend = earlier.map(|step| step.resend).unwrap_or_default();
        self
    }

    /// Seconds until another code is offered.
    pub fn wait(&self, visit: &Visit) -> u32 {
        let left = self.resend.seconds() - visit.cx().now().seconds();
        u32::try_from(left).unwrap_or(0)
    }

    /// What was typed into the form before.
    pub fn typed(&self) -> Params {
        Params::of(&self.typed)
    }

    /// Redirects to the page of this step.
    ///
    /// # Errors
    /// If the step cannot be sealed.
    pub fn go(mut self, visit: &Visit) -> Result<Response, Fault> {
        let mut line = steps::keep(visit, &self)?;
        if line.len() > LONGEST {
            // Very long values are lost rather than the step.
            let typed = std::mem::take(&mut self.typed);
            let rest = steps::keep(visit, &self)?.len();
            self.typed = shortest(typed, LONGEST.saturating_sub(rest) * 3 / 4);
            line = steps::keep(visit, &self)?;
        }
        if line.len() > LONGEST {
            return Err(Fault::internal("a step that no cookie holds"));
        }
        let mut response = reply::see_other(&visit.carrying(self.page.path()));
        set_cookie(&mut response, Some(line));
        for old in steps::excess(visit) {
            set_cookie(&mut response, Some(old));
        }
        Ok(response)
    }
}

/// The shortest of these values, as many as fit into this many bytes of JSON.
fn shortest(mut typed: Vec<(String, String)>, mut room: usize) -> Vec<(String, String)> {
    typed.sort_by_key(|(name, value)| name.len() + value.len());
    let fits = |pair: &(String, String)| {
        let length = serde_json::to_string(pair).map_or(usize::MAX, |it| it.len() + 1);
        let left = room.checked_sub(length);
        room = left.unwrap_or(room);
        left.is_some()
    };
    typed.into_iter().take_while(fits).collect()
}

/// Redirects to the current step, or to the sign-in page if there is none.
pub fn elsewhere(visit: &Visit) -> Response {
    let step = Step::current(visit);
    let path = step.as_ref().map_or("/login", |step| step.page.path());
    match path == visit.endpoint {
        true => reply::see_other(&visit.carrying("/login")),
        false => reply::see_other(&visit.carrying(path)),
    }
}
