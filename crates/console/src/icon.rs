//! The icons: one set, drawn on a grid of 16 pixels with lines of 1.5, in one sprite at the top of each page. An icon
//! stands beside a word, or in something with a label.

use askama::Template;
use askama::filters::HtmlSafe;

/// An icon of the sprite in `templates/parts/icons.html`.
#[derive(Template)]
#[template(
    source = r##"<svg class="i" aria-hidden="true"><use href="#i-{{ name }}"/></svg>"##,
    ext = "html"
)]
pub struct Icon {
    name: &'static str,
}

impl HtmlSafe for Icon {}

/// The icon of this name.
pub fn icon(name: &'static str) -> Icon {
    Icon { name }
}

const SPRITE: &str = include_str!("../templates/parts/icons.html");

/// Names of all icons.
pub fn names() -> Vec<&'static str> {
    all_between(SPRITE, "id=\"i-", "\"")
}

/// What stands between two texts, for each place where they do.
fn all_between<'t>(text: &'t str, before: &str, until: &str) -> Vec<&'t str> {
    let parts = text.split(before).skip(1);
    parts.filter_map(|part| part.split(until).next()).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn read(dir: &Path, into: &mut String) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => read(&path, into),
                false => into.push_str(&fs::read_to_string(&path).unwrap()),
            }
        }
    }

    #[test]
    fn every_icon_that_is_used_is_drawn_and_every_drawing_is_used() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut text = String::new();
        for dir in ["templates", "src", "assets"] {
            read(&root.join(dir), &mut text);
        }
        let drawn = names();
        let called = all_between(&text, "icon::icon(\"", "\"");
        let missing: Vec<_> = called.iter().filter(|it| !drawn.contains(*it)).collect();
        assert!(missing.is_empty(), "not drawn: {missing:?}");
        let text = text.replace(SPRITE, "");
        let used = |name: &&&str| {
            // Drawn by a call, as the icon of an empty list, or as an entry of the rail.
            let calls = ["icon(\"", "empty(\"", "#i-", "drawing(\"", "=> \""];
            let entry = format!(", \"{name}\"");
            calls
                .iter()
                .any(|call| text.contains(&format!("{call}{name}")))
                || text.contains(&entry)
        };
        let idle: Vec<_> = drawn.iter().filter(|name| !used(name)).collect();
        assert!(idle.is_empty(), "not used: {idle:?}");
    }
}
