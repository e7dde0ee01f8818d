//! Answers to forms: what was done, what was refused, and what was taken back.

use cabana_api::{Fault, Operator};
use cabana_domain::{Span, Sub};
use cabana_web::memory::{Cookie, Memory};
use cabana_web::params::Params;
use http::{HeaderMap, header};
use serde::{Deserialize, Serialize};

use super::{Answer, Desk, is_ours, memory, referer, see_other};
use crate::drafts::{self, Drafts};
use crate::form::{Form, Kept};
use crate::navigation::with_query;
use crate::news::{News, UNDO};
use crate::users::blame;

/// Carries a success message to the next page.
pub const FLASH: Cookie = Cookie {
    name: "cabana_flash",
    life: Span::minutes(2),
};

/// Problem of a change that was not taken back; the reason follows.
const NOT_UNDONE: &str = "This could not be undone.";
/// Life of a draft of a form that was refused.
const DRAFT: Span = Span::hours(1);

/// What the cookie [`FLASH`] carries.
#[derive(Serialize, Deserialize)]
struct Flash {
    /// The operator who made the change; nobody else is told, or offered to take it back.
    operator: Sub,
    news: News,
}

/// The news for this operator.
pub fn news(memory: &Memory<'_>, headers: &HeaderMap, operator: &Operator) -> Option<News> {
    let flash: Flash = memory.recall(headers, FLASH)?;
    (flash.operator == operator.sub).then_some(flash.news)
}

impl Desk {
    /// Redirects to another page after a change; that page shows `news` on top.
    ///
    /// # Errors
    /// If the message cannot be sealed.
    pub fn done(&self, path: &str, news: impl Into<News>) -> Answer {
        let news = news.into();
        let flash = Flash {
            operator: self.operator.sub.clone(),
            news: match self.is_undo() {
                true => news.undone(),
                false => news,
            },
        };
        let cookie = memory(&self.console, &self.asked).keep(FLASH, &flash)?;
        let mut response = see_other(path);
        response.headers_mut().append(header::SET_COOKIE, cookie);
        Ok(response)
    }

    /// The operator's drafts on a page of this path.
    pub fn drafts<'d>(&'d self, page: &'d str) -> Drafts<'d> {
        Drafts {
            cx: self.cx(),
            owner: self.operator.sub.as_str(),
            page,
        }
    }

    /// Redirects to the page of a form that was refused; it shows what was entered, but for secrets, and the problems.
    ///
    /// # Errors
    /// If the store does not answer.
    pub async fn refused(&self, form: &Form) -> Answer {
        let page = with_query(&self.path, self.query.as_sent());
        self.refused_at(&page, form).await
    }

    /// The same for a form that is not sent to the address of its page.
    ///
    /// # Errors
    /// If the store does not answer.
    pub async fn refused_at(&self, page: &str, form: &Form) -> Answer {
        self.keep_at(page, &form.kept()).await
    }

    async fn keep_at(&self, page: &str, kept: &Kept) -> Answer {
        let (path, _) = page.split_once('?').unwrap_or((page, ""));
        let id = self.drafts(path).keep(kept, DRAFT).await?;
        Ok(see_other(&drafts::address(page, &id)))
    }

    /// Whether the form takes back a change that the page before told of.
    pub fn is_undo(&self) -> bool {
        self.form.has(UNDO)
    }

    /// The page with the query that it had when the form was sent: its search, its order, its place in a list.
    pub fn as_it_was(&self, page: &str) -> String {
        let from = referer(&self.headers, &self.asked).filter(|from| is_ours(from));
        match from.and_then(|from| from.split_once('?')) {
            Some((path, query)) if path == page => {
                let query = Params::parse(query).without(drafts::PARAMETER);
                with_query(page, query.as_sent())
            }
            _ => page.to_owned(),
        }
    }

    /// Redirects to `page` after an action of a single button, with `news` or with what the API says against it.
    ///
    /// # Errors
    /// A fault that no other page would explain, or the failure of the store.
    pub async fn acted<T>(
        &self,
        outcome: Result<T, Fault>,
        page: &str,
        news: impl Into<News>,
    ) -> Answer {
        match outcome {
            Ok(_) => self.done(page, news),
            Err(fault) => self.fault_at(page, fault).await,
        }
    }

    /// Redirects to `page`, which shows what the API says against an action.
    ///
    /// # Errors
    /// A fault that no other page would explain, or the failure of the store.
    pub async fn fault_at(&self, page: &str, fault: Fault) -> Answer {
        let mut form = Form::new(self);
        blame(&mut form, fault, &[])?;
        self.problems_at(page, form).await
    }

    /// Redirects to `page`, which shows this problem.
    ///
    /// # Errors
    /// If the store does not answer.
    pub async fn problem_at(&self, page: &str, text: impl Into<String>) -> Answer {
        let mut form = Form::new(self);
        form.add_form_problem(text);
        self.problems_at(page, form).await
    }

    async fn problems_at(&self, page: &str, form: Form) -> Answer {
        let form = match self.is_undo() {
            true => form.with_one_problem(NOT_UNDONE),
            false => form,
        };
        self.keep_at(page, &form.problems_only()).await
    }
}
