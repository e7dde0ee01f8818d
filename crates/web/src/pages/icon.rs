//! Icons of the hosted pages: drawn on a grid of 16 pixels with lines of 1.5, beside a word, in the colour of the text.

use askama::Template;
use askama::filters::HtmlSafe;

/// An icon. Renders as an inline SVG that screen readers skip.
#[derive(Template)]
#[template(
    source = r#"<svg class="i" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="{{ path }}"/></svg>"#,
    ext = "html"
)]
pub struct Icon {
    path: &'static str,
}

impl HtmlSafe for Icon {}

/// The icon of this name; nothing is drawn for an unknown one.
pub fn icon(name: &str) -> Icon {
    let path = match name {
        "again" => "M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3",
        "check" => "m3.25 8.5 3 3 6.5-7",
        "key" => {
            "M10 9.5a3.5 3.5 0 1 0-3.3-2.3L2.5 11.5V13.5H4.5V12H6V10.5H7.5L8.3 9.2M10.75 5.25h.01"
        }
        "mail" => "M2 4.5h12v8H2zM2.5 5l5.5 4.25L13.5 5",
        "next" => "m6 4 4 4-4 4",
        "other" => "M2.5 5.5h9M9 3l2.5 2.5L9 8M13.5 10.5h-9M7 8l-2.5 2.5L7 13",
        "person" => {
            "M8 8a2.75 2.75 0 1 0 0-5.5A2.75 2.75 0 0 0 8 8ZM2.75 13.5c.4-2.5 2.4-3.75 5.25-3.75s4.85 1.25 5.25 3.75"
        }
        "phone" => "M5 2h6v12H5zM7.5 11.75h1",
        "text" => "M2.5 3h11v8H8l-3 2.5V11H2.5z",
        "warn" => "M8 2.75 14 13H2zM8 6.5v3M8 11.25h.01",
        _ => "",
    };
    Icon { path }
}
