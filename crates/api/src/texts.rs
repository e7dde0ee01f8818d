//! Texts for people, from Project Fluent files that are embedded in the program. Messages have theirs in
//! `i18n/<language>/` of this crate, the hosted pages in that of `web`.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

/// The texts of one language.
pub struct Language {
    code: &'static str,
    bundle: FluentBundle<FluentResource>,
}

impl Language {
    /// The texts of some files. `code` is a BCP 47 tag.
    pub fn load(code: &'static str, sources: &[&str]) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![code.parse().unwrap_or_default()]);
        // Isolation marks would end up in titles and in text that people copy.
        bundle.set_use_isolating(false);
        for source in sources {
            // A file with syntax errors still gives the rest of its texts; the tests refuse such a file.
            let resource =
                FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(part, _)| part);
            let _ = bundle.add_resource(resource);
        }
        Self { code, bundle }
    }

    /// Its BCP 47 tag.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// A text, or why it cannot be formatted, such as a value that is missing; `None` if there is no such text.
    pub fn say(&self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<Result<String, String>> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = self
            .bundle
            .format_pattern(pattern, args, &mut errors)
            .into_owned();
        Some(match errors.first() {
            None => Ok(text),
            Some(error) => Err(error.to_string()),
        })
    }
}
