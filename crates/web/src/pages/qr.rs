//! QR codes as inline SVG, small enough to be part of the page.

use std::fmt::Write;

use askama::Template;
use askama::filters::HtmlSafe;
use qrcode::{Color, EcLevel, QrCode};

/// Light modules around the code that scanners require.
const QUIET: usize = 4;

/// A QR code. Renders as the `<svg>` element, hidden from screen readers (the secret is next to it as text).
#[derive(Template)]
#[template(path = "parts/qr.html")]
pub struct Picture {
    side: usize,
    path: String,
}

impl HtmlSafe for Picture {}

/// The QR code of a text.
///
/// # Errors
/// If the text is too long for a QR code.
pub fn picture(text: &str) -> askama::Result<Picture> {
    let code =
        QrCode::with_error_correction_level(text, EcLevel::M).map_err(askama::Error::custom)?;
    let modules = code.to_colors();
    let mut path = String::new();
    for (y, row) in modules.chunks(code.width()).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                write!(path, "M{} {}h{}", x + QUIET, y + QUIET, run.len())?;
            }
            x += run.len();
        }
    }
    Ok(Picture {
        side: code.width() + 2 * QUIET,
        path,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dark_modules_become_runs_and_nothing_is_lost() {
        let text = "otpauth://totp/Lagoon%20Chat:ada?secret=JBSWY3DPEHPK3PXP&issuer=Lagoon%20Chat";
        let picture = picture(text).unwrap();
        let drawn: usize = picture
            .path
            .split('h')
            .skip(1)
            .map(|s| s.split('M').next().unwrap().parse::<usize>().unwrap())
            .sum();
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let dark = code
            .to_colors()
            .iter()
            .filter(|c| **c == Color::Dark)
            .count();
        assert_eq!((drawn, picture.side), (dark, code.width() + 8));
        assert!(picture.path.starts_with("M4 4h7"));
    }

    #[test]
    fn a_text_too_long_is_an_error() {
        assert!(picture(&"x".repeat(5000)).is_err());
    }
}
