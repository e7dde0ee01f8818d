//! Panels, the parts of a pool's tabs. A panel shows settings by name, or a table, with links to actions.

use std::borrow::Cow;

use askama::Template;
use askama::filters::HtmlSafe;
use cabana_model::Timestamp;

use crate::frame::{Copy, When};
use crate::pager::Pager;
use crate::sort::{Head, Sort};

/// A panel of a tab.
#[derive(Template)]
#[template(path = "settings/panel.html")]
pub struct Panel {
    id: &'static str,
    title: &'static str,
    lead: Option<String>,
    tag: Option<(&'static str, String)>,
    actions: Vec<Action>,
    rows: Vec<(Cow<'static, str>, Cell)>,
    table: Option<Table>,
    /// The foot of the table.
    pager: Option<Pager>,
}

struct Action {
    label: &'static str,
    url: String,
    style: &'static str,
}

struct Table {
    heads: Vec<&'static str>,
    lines: Vec<Vec<Cell>>,
    /// Headings of columns that drop out where the page is narrow.
    narrow_hidden: Vec<&'static str>,
    /// Order of the lines, and the columns by which they can be sorted: their headings and names.
    sort: Option<(Sort, &'static [(&'static str, &'static str)])>,
    /// Text in place of an empty table.
    empty: &'static str,
}

impl Panel {
    /// An empty panel; `id` is its element id.
    pub fn new(id: &'static str, title: &'static str) -> Self {
        Self {
            id,
            title,
            lead: None,
            tag: None,
            actions: Vec::new(),
            rows: Vec::new(),
            table: None,
            pager: None,
        }
    }

    /// Sets the introduction below the title.
    #[must_use]
    pub fn lead(mut self, text: impl Into<String>) -> Self {
        self.lead = Some(text.into());
        self
    }

    /// Shows a number beside the title.
    #[must_use]
    pub fn count(mut self, number: usize) -> Self {
        self.tag = Some(("", number.to_string()));
        self
    }

    /// Adds a link to an action, if this operator may take it.
    #[must_use]
    pub fn action(mut self, may: bool, label: &'static str, url: String) -> Self {
        if may {
            let style = "mini";
            self.actions.push(Action { label, url, style });
        }
        self
    }

    /// Adds a link to the main action, if this operator may take it.
    #[must_use]
    pub fn main_action(mut self, may: bool, label: &'static str, url: String) -> Self {
        if may {
            let style = "primary";
            self.actions.push(Action { label, url, style });
        }
        self
    }

    /// Adds a link to an action that destroys something, if this operator may take it.
    #[must_use]
    pub fn danger_action(mut self, may: bool, label: &'static str, url: String) -> Self {
        if may {
            let style = "danger";
            self.actions.push(Action { label, url, style });
        }
        self
    }

    fn is_dangerous(&self) -> bool {
        self.actions.iter().any(|action| action.style == "danger")
    }

    /// Adds a setting.
    #[must_use]
    pub fn row(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Cell>) -> Self {
        self.rows.push((name.into(), value.into()));
        self
    }

    /// Adds a setting, if it has a value.
    #[must_use]
    pub fn maybe(self, name: &'static str, value: Option<impl Into<Cell>>) -> Self {
        match value {
            Some(value) => self.row(name, value),
            None => self,
        }
    }

    /// Sets the table, with these column headings; `empty` is shown if it has no lines.
    #[must_use]
    pub fn table(
        mut self,
        heads: &[&'static str],
        lines: Vec<Vec<Cell>>,
        empty: &'static str,
    ) -> Self {
        self.table = Some(Table {
            heads: heads.to_vec(),
            lines,
            narrow_hidden: Vec::new(),
            sort: None,
            empty,
        });
        self
    }

    /// Lets these columns of the table drop out where the page is narrow.
    #[must_use]
    pub fn hide_when_narrow(mut self, heads: &[&'static str]) -> Self {
        if let Some(table) = &mut self.table {
            table.narrow_hidden = heads.to_vec();
        }
        self
    }

    /// Lets the lines of the table, which are in this order, be sorted by these columns: headings, and names in the
    /// order.
    #[must_use]
    pub fn sorted(mut self, sort: Sort, columns: &'static [(&'static str, &'static str)]) -> Self {
        if let Some(table) = &mut self.table {
            table.sort = Some((sort, columns));
        }
        self
    }

    /// Sets the foot of the table.
    #[must_use]
    pub fn pager(mut self, pager: Pager) -> Self {
        self.pager = Some(pager);
        self
    }
}

impl HtmlSafe for Panel {}

impl Table {
    /// The heading of the column with this number, if lines can be sorted by it.
    fn sorted(&self, column: usize) -> Option<Head> {
        let (sort, columns) = self.sort.as_ref()?;
        let head = self.heads.get(column)?;
        let (heading, name) = columns.iter().find(|(heading, _)| heading == head)?;
        let class = if self.hides(column) { "s-off" } else { "" };
        Some(sort.head(name, heading, class))
    }

    /// Whether the column with this number drops out where the page is narrow.
    fn hides(&self, column: usize) -> bool {
        let head = self.heads.get(column);
        head.is_some_and(|head| self.narrow_hidden.contains(head))
    }
}

/// A value in a panel.
#[derive(Template)]
#[template(path = "settings/cell.html")]
pub enum Cell {
    /// A dash.
    Nothing,
    Text(String),
    /// A long text, with its line breaks.
    Long(String),
    /// A text in a monospaced font.
    Code(String),
    /// A value with a button to copy it, and its name for screen readers.
    Copied(String, &'static str),
    /// A secret behind dots until the operator shows it.
    Secret {
        value: String,
        shown: bool,
    },
    Link {
        text: String,
        url: String,
    },
    /// Links to actions on a line: label, path, and the line's name for screen readers.
    Actions(Vec<(&'static str, String, String)>),
    /// A tag: style and text.
    Tag(&'static str, String),
    List(Vec<String>),
    Codes(Vec<String>),
    At(When),
}

impl HtmlSafe for Cell {}

impl Cell {
    fn copy<'a>(&self, value: &'a str, what: &'a str) -> Copy<'a> {
        Copy { value, what }
    }

    /// A list, or a dash.
    pub fn list(items: Vec<String>) -> Self {
        if items.is_empty() {
            Self::Nothing
        } else {
            Self::List(items)
        }
    }

    /// A list in a monospaced font, or a dash.
    pub fn codes(items: Vec<String>) -> Self {
        if items.is_empty() {
            Self::Nothing
        } else {
            Self::Codes(items)
        }
    }

    /// `Enabled` or `Disabled`.
    pub fn enabled(on: bool) -> Self {
        Self::Text(if on { "Enabled" } else { "Disabled" }.to_owned())
    }

    /// An instant, or a dash.
    pub fn at(at: Option<Timestamp>) -> Self {
        at.map_or(Self::Nothing, |at| Self::At(at.into()))
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        if text.is_empty() {
            Self::Nothing
        } else {
            Self::Text(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_escaped_and_what_may_not_be_done_is_left_out() {
        let panel = Panel::new("x", "Things")
            .action(false, "Edit", "/no".to_owned())
            .action(true, "Add", "/yes".to_owned())
            .row("Name", "<b>")
            .row("None", Cell::codes(Vec::new()));
        let html = panel.to_string();
        assert!(
            html.contains("&#60;b&#62;") && !html.contains("<b>"),
            "{html}"
        );
        assert!(html.contains("/yes") && !html.contains("/no"), "{html}");
        assert!(html.contains('–'), "{html}");
    }

    #[test]
    fn an_empty_table_says_what_to_do() {
        let table = |lines| Panel::new("x", "Things").table(&["Name"], lines, "Add one.");
        assert!(table(Vec::new()).to_string().contains("Add one."));
        let full = table(vec![vec!["one".into()]]).to_string();
        assert!(
            full.contains("<table") && !full.contains("Add one."),
            "{full}"
        );
    }
}
