//! The order of a list: a column and a direction, named by `?sort=name` or `?sort=-name`.
//!
//! The store pages each list in one order. Another one means to read the list whole, so only lists that are short enough
//! can be sorted; the others have the same headings without links. To sort the lines of one page would say nothing of
//! the list.

use std::cmp::Ordering;

use askama::Template;
use askama::filters::HtmlSafe;
use cabana_store::Counted;
use cabana_web::params::Params;
use form_urlencoded::Serializer;

use crate::desk::Desk;
use crate::halt::Halt;
use crate::navigation::with_query;

/// Most lines of a list that is read whole.
pub const MOST: u32 = 1000;

/// A page of a list: its lines, and the token of the next page.
pub type Lines<T> = (Vec<T>, Option<String>);

/// The order that a page asks for.
#[derive(Clone, Debug)]
pub struct Sort {
    /// Path of the list, with the part of its page after `#` if it is not the whole page.
    path: String,
    /// Name of the parameter; a second table of the same page has its own.
    parameter: &'static str,
    /// Other parameters of the page that the links keep.
    kept: Vec<(&'static str, String)>,
    columns: &'static [&'static str],
    column: &'static str,
    is_descending: bool,
    /// Value of the parameter; empty for the order in which the list is read.
    value: String,
    is_offered: bool,
}

/// Heading of a column that the list can be sorted by.
#[derive(Template)]
#[template(path = "parts/sort.html")]
pub struct Head {
    name: &'static str,
    class: &'static str,
    /// `None` if the list cannot be sorted.
    url: Option<String>,
    /// Order of the list, if it is sorted by this column.
    order: Option<&'static str>,
}

impl HtmlSafe for Head {}

impl Sort {
    /// The order that the query asks for. The list is read in ascending order of the first column; that is its order,
    /// too, if the query names none of the columns.
    pub fn of(query: &Params, path: impl Into<String>, columns: &'static [&'static str]) -> Self {
        Self::named("sort", query, path, columns)
    }

    /// The same for a list that has another parameter.
    pub fn named(
        parameter: &'static str,
        query: &Params,
        path: impl Into<String>,
        columns: &'static [&'static str],
    ) -> Self {
        let asked = query.get(parameter).unwrap_or_default();
        let name = asked.strip_prefix('-').unwrap_or(asked);
        let found = columns.iter().find(|column| **column == name);
        let is_descending = found.is_some() && asked.starts_with('-');
        let column = found.or(columns.first()).copied().unwrap_or_default();
        Self {
            path: path.into(),
            parameter,
            kept: Vec::new(),
            columns,
            column,
            is_descending,
            value: value(columns, column, is_descending),
            is_offered: true,
        }
    }

    /// Keeps these parameters of the query in the links.
    #[must_use]
    pub fn keeping(mut self, query: &Params, names: &[&'static str]) -> Self {
        let given = names
            .iter()
            .filter_map(|name| Some((*name, query.get(name)?.to_owned())));
        self.kept.extend(given);
        self
    }

    /// Offers other orders only if `can`: if the list can be read whole.
    #[must_use]
    pub fn only_if(mut self, can: bool) -> Self {
        if !can {
            self.is_offered = false;
            self.is_descending = false;
            self.value.clear();
            self.column = self.columns.first().copied().unwrap_or_default();
        }
        self
    }

    /// Parameters for the links to other pages of the list.
    pub fn parameters(&self) -> Vec<(&str, &str)> {
        let kept = self
            .kept
            .iter()
            .map(|(name, value)| (*name, value.as_str()));
        kept.chain([(self.parameter, self.value.as_str())])
            .collect()
    }

    /// Whether this is the order in which the list is read.
    fn is_as_read(&self) -> bool {
        self.value.is_empty()
    }

    /// Sorts the lines of a whole list. `order` compares two lines by a column other than the first.
    pub fn sort<T>(&self, lines: &mut [T], order: impl Fn(&str, &T, &T) -> Ordering) {
        if self.columns.first() != Some(&self.column) {
            lines.sort_by(|a, b| order(self.column, a, b));
        }
        if self.is_descending {
            lines.reverse();
        }
    }

    /// The page of the list that the query asks for. `read` reads one page from a token on.
    ///
    /// # Errors
    /// As `read`.
    pub async fn page<T, R>(
        &self,
        query: &Params,
        limit: u16,
        read: impl FnMut(Option<String>) -> R,
        order: impl Fn(&str, &T, &T) -> Ordering,
    ) -> Result<Lines<T>, Halt>
    where
        R: Future<Output = Result<Lines<T>, Halt>>,
    {
        let mut read = read;
        if self.is_as_read() {
            return read(query.get("next").map(str::to_owned)).await;
        }
        let mut lines = whole(read).await?;
        self.sort(&mut lines, order);
        Ok(cut(lines, query, limit))
    }

    /// The heading of a column; its link sorts by it, or turns the order round.
    pub fn head(&self, column: &str, name: &'static str, class: &'static str) -> Head {
        let here = self.column == column;
        let order = match self.is_descending {
            true => "descending",
            false => "ascending",
        };
        Head {
            name,
            class,
            url: self
                .is_offered
                .then(|| self.address(column, here && !self.is_descending)),
            order: here.then_some(order),
        }
    }

    fn address(&self, column: &str, is_descending: bool) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(&self.kept);
        let value = value(self.columns, column, is_descending);
        if !value.is_empty() {
            query.append_pair(self.parameter, &value);
        }
        with_query(&self.path, &query.finish())
    }
}

/// Value of the parameter for this order.
fn value(columns: &[&str], column: &str, is_descending: bool) -> String {
    match is_descending {
        true => format!("-{column}"),
        false if columns.first() == Some(&column) => String::new(),
        false => column.to_owned(),
    }
}

/// A name as lists compare it: without regard to capitals.
pub fn folded(name: &str) -> String {
    name.to_lowercase()
}

/// The number of these things, if they can be read whole.
///
/// # Errors
/// If the store does not answer.
pub async fn count(desk: &Desk, what: Counted<'_>) -> Result<Option<u64>, Halt> {
    // One of the pools is the operators', which no list shows.
    let hidden = u32::from(what == Counted::Pools);
    let store = &desk.console.api.store;
    let count = store.count(what, MOST + hidden + 1).await?;
    let count = count.saturating_sub(hidden);
    Ok((count <= MOST).then(|| count.into()))
}

/// All lines of a list, from all of its pages.
///
/// # Errors
/// As `read`.
pub async fn whole<T, R>(read: impl FnMut(Option<String>) -> R) -> Result<Vec<T>, Halt>
where
    R: Future<Output = Result<Lines<T>, Halt>>,
{
    let mut read = read;
    let mut all = Vec::new();
    let mut token = None;
    loop {
        let (lines, next) = read(token).await?;
        all.extend(lines);
        // It may have grown since it was counted.
        if next.is_none() || all.len() > MOST as usize {
            return Ok(all);
        }
        token = next;
    }
}

/// The page of a whole list that the query asks for; its tokens are numbers of lines.
pub fn cut<T>(lines: Vec<T>, query: &Params, limit: u16) -> Lines<T> {
    let from = query.get("next").and_then(|token| token.parse().ok());
    let from: usize = from.unwrap_or(0);
    let limit = usize::from(limit);
    let until = from.saturating_add(limit);
    let next = (until < lines.len()).then(|| until.to_string());
    (lines.into_iter().skip(from).take(limit).collect(), next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sort(query: &str) -> Sort {
        Sort::of(&Params::parse(query), "/keys", &["created", "name"])
    }

    fn head(query: &str, column: &str) -> String {
        sort(query).head(column, "Heading", "").to_string()
    }

    #[test]
    fn the_heading_of_the_sorted_column_turns_the_order_round() {
        let shown = head("sort=name", "name");
        assert!(shown.contains(r#"aria-sort="ascending""#), "{shown}");
        assert!(shown.contains("/keys?sort=-name\""), "{shown}");
        let shown = head("sort=-name", "name");
        assert!(shown.contains(r#"aria-sort="descending""#), "{shown}");
        assert!(shown.contains("/keys?sort=name\""), "{shown}");
        let other = head("sort=-name", "created");
        assert!(!other.contains("aria-sort"), "{other}");
        // The order in which the list is read needs no parameter.
        assert!(other.contains("\"/keys\""), "{other}");
        assert!(head("", "created").contains("/keys?sort=-created\""));
    }

    #[test]
    fn an_unknown_column_is_the_first() {
        for query in ["", "sort=-secret", "sort=created"] {
            assert_eq!(sort(query).parameters(), [("sort", "")], "{query}");
        }
        assert_eq!(sort("sort=-name").parameters(), [("sort", "-name")]);
    }

    #[test]
    fn a_list_that_is_too_long_has_its_headings_only() {
        let sort = sort("sort=-name").only_if(false);
        assert!(sort.is_as_read());
        assert!(!sort.head("name", "Name", "").to_string().contains("<a "));
    }

    #[test]
    fn links_keep_the_search_and_the_order_of_the_other_table() {
        let query = Params::parse("search=a+b&next=T&servers-sort=-name&sort=-name");
        let sort = Sort::named(
            "servers-sort",
            &query,
            "/list#servers",
            &["identifier", "name"],
        );
        let sort = sort.keeping(&query, &["search", "sort"]);
        assert_eq!(
            sort.address("name", false),
            "/list?search=a+b&sort=-name&servers-sort=name#servers"
        );
    }

    #[test]
    fn lines_are_sorted_by_any_column_both_ways() {
        let sorted = |query: &str| {
            let mut lines = vec![(1, "b"), (2, "a"), (3, "c")];
            sort(query).sort(&mut lines, |column, a, b| match column {
                "name" => a.1.cmp(b.1),
                _ => Ordering::Equal,
            });
            lines.into_iter().map(|(number, _)| number).collect()
        };
        let orders: Vec<Vec<u8>> = ["", "sort=-created", "sort=name", "sort=-name"]
            .map(sorted)
            .into();
        assert_eq!(orders, [[1, 2, 3], [3, 2, 1], [2, 1, 3], [3, 1, 2]]);
    }

    #[test]
    fn a_whole_list_is_cut_into_pages() {
        let page = |query: &str| cut(vec![1, 2, 3, 4, 5], &Params::parse(query), 2);
        assert_eq!(page(""), (vec![1, 2], Some("2".to_owned())));
        assert_eq!(page("next=2"), (vec![3, 4], Some("4".to_owned())));
        assert_eq!(page("next=4"), (vec![5], None));
        assert_eq!(page("next=9"), (vec![], None));
        assert_eq!(page("next=forged"), page(""));
    }
}
