//! The foot of a list: which lines it shows, and the way to the pages before and after. Lists continue from a token; the
//! address keeps those of the pages before, so that there is a way back without anything being stored.

use askama::Template;
use askama::filters::HtmlSafe;
use cabana_web::params::Params;
use form_urlencoded::Serializer;

use crate::frame::grouped;
use crate::navigation::with_query;

/// Lines per page, so that a full page has less than 40 kB.
pub const PAGE: u16 = 40;
/// The same for lines with a form or with several texts.
pub const SHORT_PAGE: u16 = 30;
/// Most characters of tokens in an address, within what proxies let through.
const LONGEST_TRAIL: usize = 4000;

/// The foot of a list.
#[derive(Debug, Template)]
#[template(path = "parts/pager.html")]
pub struct Pager {
    /// Which lines are shown, such as `1–50 of 134`.
    range: String,
    /// Address of the first page, if the way back to the page before is not known.
    first: Option<String>,
    previous: Option<String>,
    next: Option<String>,
}

impl HtmlSafe for Pager {}

impl Pager {
    /// Whether there is nothing to say, as below an empty list.
    fn is_empty(&self) -> bool {
        self.range.is_empty()
            && [&self.first, &self.previous, &self.next]
                .iter()
                .all(|it| it.is_none())
    }
}

/// A list that has pages.
#[derive(Clone, Copy, Debug)]
pub struct List<'a> {
    /// Path of the list, with the part of its page after `#` if it is not the whole page.
    pub path: &'a str,
    /// Parameters that all its pages have, such as a search.
    pub kept: &'a [(&'a str, &'a str)],
    /// Most lines per page.
    pub limit: u16,
    /// Number of lines of the whole list, if it is known.
    pub total: Option<u64>,
}

impl List<'_> {
    /// The foot of the page that this query asks for, which shows so many lines and ends with this token.
    pub fn pager(&self, query: &Params, shown: usize, token: Option<&str>) -> Pager {
        let here = query.get("next").filter(|token| !token.is_empty());
        let number = query.get("page").and_then(|it| it.parse().ok());
        let number: usize = number.filter(|_| here.is_some()).unwrap_or(1).max(1);
        let back = query.get("back").unwrap_or_default();
        let trail: Vec<&str> = back.split(' ').filter(|it| !it.is_empty()).collect();
        let previous = match (trail.split_last(), number) {
            (Some((last, rest)), 2..) => Some(self.address(last, number - 1, rest)),
            (_, 2) => Some(self.address("", 1, &[])),
            _ => None,
        };
        let further: Vec<&str> = trail.iter().copied().chain(here).collect();
        Pager {
            range: self.range(number, shown, token.is_some()),
            first: here
                .filter(|_| previous.is_none())
                .map(|_| self.address("", 1, &[])),
            previous,
            next: token.map(|token| self.address(token, number + 1, &further)),
        }
    }

    fn address(&self, token: &str, number: usize, trail: &[&str]) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(self.kept.iter().filter(|(_, value)| !value.is_empty()));
        if !token.is_empty() {
            query.append_pair("next", token);
            query.append_pair("page", &number.to_string());
        }
        let mut trail = trail;
        while let [_, rest @ ..] = trail
            && trail.iter().map(|it| it.len()).sum::<usize>() > LONGEST_TRAIL
        {
            trail = rest;
        }
        if !trail.is_empty() {
            query.append_pair("back", &trail.join(" "));
        }
        with_query(self.path, &query.finish())
    }

    fn range(&self, number: usize, shown: usize, more: bool) -> String {
        let before = (number - 1).saturating_mul(self.limit.into());
        let up_to = before.saturating_add(shown);
        let number = |it: usize| grouped(u64::try_from(it).unwrap_or(u64::MAX));
        let total = match (self.total, more) {
            (_, false) if before == 0 => Some(number(up_to)),
            (Some(total), _) => Some(grouped(total)),
            (None, _) => None,
        };
        let range = match shown {
            0 => return String::new(),
            1 => number(up_to),
            _ => format!("{}–{}", number(before.saturating_add(1)), number(up_to)),
        };
        match total {
            Some(total) => format!("{range} of {total}"),
            None => range,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &str, shown: usize, token: Option<&str>) -> Pager {
        let list = List {
            path: "/list",
            kept: &[("text", "a b"), ("none", "")],
            limit: 50,
            total: None,
        };
        list.pager(&Params::parse(query), shown, token)
    }

    /// The query of an address.
    fn query(address: Option<&String>) -> &str {
        address.unwrap().split_once('?').unwrap().1
    }

    #[test]
    fn there_is_a_way_on_and_the_same_way_back() {
        let first = page("text=a+b", 50, Some("T1"));
        assert_eq!(first.range, "1–50");
        assert!(first.previous.is_none() && first.first.is_none());
        let second = page(query(first.next.as_ref()), 50, Some("T2"));
        assert_eq!(second.range, "51–100");
        assert_eq!(second.previous.as_deref(), Some("/list?text=a+b"));
        let third = page(query(second.next.as_ref()), 3, None);
        assert_eq!(third.range, "101–103");
        assert!(third.next.is_none());
        let back = page(query(third.previous.as_ref()), 50, Some("T2"));
        assert_eq!(back.range, "51–100");
        assert_eq!(back.next, second.next);
        assert_eq!(back.previous, second.previous);
    }

    #[test]
    fn a_list_of_one_page_says_how_long_it_is() {
        assert_eq!(page("", 7, None).range, "1–7 of 7");
        assert_eq!(page("", 1, None).range, "1 of 1");
    }

    #[test]
    fn an_empty_list_has_no_foot() {
        assert_eq!(page("", 0, None).to_string().trim(), "");
        assert!(
            page("next=T9&page=9", 0, None)
                .to_string()
                .contains("First page")
        );
    }

    #[test]
    fn a_very_long_way_back_is_cut_to_the_first_page() {
        let long = "t".repeat(3000);
        let further = page(
            &format!("next=T9&page=9&back={long}+{long}"),
            50,
            Some("T10"),
        );
        let next = query(further.next.as_ref());
        assert!(next.len() < LONGEST_TRAIL + 100, "{}", next.len());
        let lost = page("next=T9&page=9", 50, None);
        assert!(lost.previous.is_none());
        assert_eq!(lost.first.as_deref(), Some("/list?text=a+b"));
    }
}
