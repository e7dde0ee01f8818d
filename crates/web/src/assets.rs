//! The style sheet, the script and the icon of the pages, embedded in the binary. Each name carries a hash of the
//! bytes, so that it can be cached for a year.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use bytes::Bytes;

/// Path of the assets below the path of the public URL.
pub const PATH: &str = "/_cabana/assets/";

/// `Cache-Control` of an asset: its name changes whenever its bytes do.
pub const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

/// Colours, radii, widths and font sizes, at the top of each style sheet: that of these pages and that of the console.
pub const TOKENS_TEXT: &str = include_str!("../assets/tokens.css");
/// Source of the style sheet.
const STYLE_TEXT: &str = concat!(
    include_str!("../assets/tokens.css"),
    include_str!("../assets/pages.css")
);
/// Source of the script; the console reuses it.
pub const SCRIPT_TEXT: &str = include_str!("../assets/pages.js");

/// One embedded file.
pub struct Asset {
    /// File name with the hash in it, such as `pages.5d41402abc4b2a76.css`.
    pub name: String,
    /// Value for `Content-Type`.
    pub content_type: &'static str,
    /// Contents of the file.
    pub bytes: Bytes,
    /// Value for `ETag`, with its quotes.
    pub etag: String,
}

impl Asset {
    /// Names a file `{stem}.{hash}.{ending}`.
    pub fn new(stem: &str, ending: &str, content_type: &'static str, bytes: Bytes) -> Self {
        let mut hash = hex::encode(digest(&SHA256, &bytes));
        hash.truncate(16);
        Self {
            name: format!("{stem}.{hash}.{ending}"),
            content_type,
            bytes,
            etag: format!("\"{hash}\""),
        }
    }
}

/// Leaves out what browsers do not need: comments of whole lines or between `/*` and `*/`, indentation, empty lines.
pub fn compact(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::with_capacity(text.len());
    while let Some((before, comment)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    let lines = kept.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The same for a style sheet, whose line ends and blanks beside punctuation go, too, except in strings.
pub fn compact_style(text: &str) -> String {
    let whole = compact(text).replace('\n', " ");
    let parts = whole.trim_end().split('"').enumerate();
    let parts = parts.map(|(place, part)| match place % 2 {
        0 => ["{", "}", ";", ","]
            .into_iter()
            .fold(part.replace(": ", ":"), |text, mark| {
                text.replace(&format!(" {mark}"), mark)
                    .replace(&format!("{mark} "), mark)
            })
            .replace(";}", "}"),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("\"")
}

/// The style sheet of all pages.
pub static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "pages",
        "css",
        "text/css; charset=utf-8",
        Bytes::from(compact_style(STYLE_TEXT)),
    )
});

/// What the emulator's own pages add to it.
pub static EMULATOR_STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "emulator",
        "css",
        "text/css; charset=utf-8",
        Bytes::from(compact_style(include_str!("../assets/emulator.css"))),
    )
});

/// The script of all pages. Every page works without it.
pub static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "pages",
        "js",
        "text/javascript; charset=utf-8",
        Bytes::from(compact(SCRIPT_TEXT)),
    )
});

/// The script of pages that ask for a passkey.
pub static PASSKEYS: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "passkeys",
        "js",
        "text/javascript; charset=utf-8",
        Bytes::from(compact(include_str!("../assets/passkeys.js"))),
    )
});

/// The browser's tab icon.
pub static ICON: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "icon",
        "svg",
        "image/svg+xml",
        Bytes::from_static(include_bytes!("../assets/icon.svg")),
    )
});

/// All assets.
pub fn all() -> [&'static Asset; 5] {
    [&STYLE, &SCRIPT, &PASSKEYS, &ICON, &EMULATOR_STYLE]
}

/// Finds an asset by its name, hash included.
pub fn find(name: &str) -> Option<&'static Asset> {
    all().into_iter().find(|asset| asset.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_found_by_its_hashed_name_only() {
        let style = find(&STYLE.name).unwrap();
        assert_eq!(style.bytes, STYLE.bytes);
        assert!(style.etag.starts_with('"') && style.name.contains(style.etag.trim_matches('"')));
        assert!(find("pages.css").is_none());
    }

    #[test]
    fn what_browsers_do_not_need_is_left_out() {
        let text =
            "/* a\n b */\n:root {\n  --a: 1px; /* why */\n\n}\n// how\nlet url = 'http://x';\n";
        assert_eq!(
            compact(text),
            ":root {\n--a: 1px;\n}\nlet url = 'http://x';\n"
        );
        assert_eq!(compact("a /* open"), "a\n");
        let style = "a, b :hover {\n  content: \"; {\"; /* why */\n  width: calc(1px + 2px);\n}\n@media (x: 1) { a { b: c } }\n";
        assert_eq!(
            compact_style(style),
            "a,b :hover{content:\"; {\";width:calc(1px + 2px)}@media (x:1){a{b:c}}"
        );
    }

    #[test]
    fn names_differ_between_assets() {
        let names: std::collections::BTreeSet<_> =
            all().map(|asset| &asset.name).into_iter().collect();
        assert_eq!(names.len(), 5);
    }
}
