//! The order of a list that is read whole: a column and a direction, named by `?sort=name` or `?sort=-name`.

use std::cmp::Ordering;

use askama::Template;
use askama::filters::HtmlSafe;
use cabana_web::params::Params;

/// The order that a page asks for.
#[derive(Clone, Copy, Debug)]
pub struct Sort {
    /// Path of the list.
    path: &'static str,
    column: &'static str,
    is_descending: bool,
}

/// Heading of a column that the list can be sorted by.
#[derive(Template)]
#[template(path = "parts/sort.html")]
pub struct Head {
    name: &'static str,
    class: &'static str,
    url: String,
    /// Order of the list, if it is sorted by this column.
    order: Option<&'static str>,
}

impl HtmlSafe for Head {}

impl Sort {
    /// The order that the query asks for; the first of these columns if it names none of them.
    pub fn of<const N: usize>(
        query: &Params,
        path: &'static str,
        columns: [&'static str; N],
    ) -> Self {
        let asked = query.get("sort").unwrap_or_default();
        let name = asked.strip_prefix('-').unwrap_or(asked);
        let mut known = columns.into_iter();
        let found = known.clone().find(|column| *column == name);
        Self {
            path,
            is_descending: found.is_some() && asked.starts_with('-'),
            column: found.or_else(|| known.next()).unwrap_or_default(),
        }
    }

    pub fn column(&self) -> &'static str {
        self.column
    }

    /// An ascending order of two lines, turned round if the list is descending.
    pub fn directed(&self, order: Ordering) -> Ordering {
        match self.is_descending {
            true => order.reverse(),
            false => order,
        }
    }

    /// The heading of a column; its link sorts by it, or turns the order round.
    pub fn head(&self, column: &str, name: &'static str, class: &'static str) -> Head {
        let here = self.column == column;
        let minus = if here && !self.is_descending { "-" } else { "" };
        let order = match self.is_descending {
            true => "descending",
            false => "ascending",
        };
        Head {
            name,
            class,
            url: format!("{}?sort={minus}{column}", self.path),
            order: here.then_some(order),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sort(query: &str) -> Sort {
        Sort::of(&Params::parse(query), "/keys", ["name", "created"])
    }

    #[test]
    fn the_heading_of_the_sorted_column_turns_the_order_round() {
        let shown = sort("sort=name").head("name", "Name", "").to_string();
        assert!(shown.contains(r#"aria-sort="ascending""#), "{shown}");
        assert!(shown.contains("/keys?sort=-name"), "{shown}");
        let shown = sort("sort=-name").head("name", "Name", "").to_string();
        assert!(shown.contains("/keys?sort=name"), "{shown}");
        let other = sort("sort=-name").head("created", "Created", "");
        assert!(!other.to_string().contains("aria-sort"));
    }

    #[test]
    fn an_unknown_column_is_the_first() {
        assert_eq!(sort("sort=-secret").column(), "name");
        assert_eq!(
            sort("sort=-secret").directed(Ordering::Less),
            Ordering::Less
        );
        assert_eq!(
            sort("sort=-name").directed(Ordering::Less),
            Ordering::Greater
        );
    }
}
