//! Options about functions: their addresses, and the secrets of calls.

use std::path::{Path, PathBuf};

use cabana_api::access::signing::Credentials;
use cabana_model::Secret;
use serde::Deserialize;
use url::Url;

use super::read::Reading;
use super::{Mode, Options, is_loopback_host};
use crate::functions::{Book, Lambda, Target};
use crate::outgoing::WebhookSecret;

/// An entry of `[functions]`: an address, or an address with its secret.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "an address in quotes, or { url = \"…\", secret-file = \"…\" }"
)]
pub enum FunctionEntry {
    Url(String),
    Signed(SignedEntry),
}

/// An address and the secret that signs calls to it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SignedEntry {
    url: String,
    secret: Option<Secret>,
    secret_file: Option<PathBuf>,
}

impl Reading {
    /// The addresses of functions.
    pub(super) fn functions(&mut self, options: &Options, mode: Mode) -> Book {
        let common = self.webhook_secret(
            "function-secret",
            options.function_secret.clone(),
            options.function_secret_file.as_deref(),
        );
        let mut book = Book::default();
        for (name, entry) in &options.functions {
            let (url, secret, file) = match entry {
                FunctionEntry::Url(url) => (url, None, None),
                FunctionEntry::Signed(it) => {
                    (&it.url, it.secret.clone(), it.secret_file.as_deref())
                }
            };
            let named = format!("functions: the secret of {name}");
            let own = self.webhook_secret(&named, secret, file);
            if let Some(url) = self.address(&format!("functions: {name}"), url) {
                let secret = own.or_else(|| common.clone());
                book.functions.insert(name.clone(), Target { url, secret });
            }
        }
        for text in options.function.iter().filter(|text| !text.is_empty()) {
            match text.split_once('=') {
                Some((name, url)) if !name.is_empty() => {
                    if let Some(url) = self.address(&format!("function {name}"), url) {
                        let secret = common.clone();
                        book.functions
                            .insert(name.to_owned(), Target { url, secret });
                    }
                }
                _ => self.add_problem("function must be NAME_OR_ARN=URL"),
            }
        }
        if mode == Mode::Serve {
            self.unsigned(&book);
        }
        book.lambda = self.lambda(options);
        book
    }

    /// The endpoint of all other functions.
    fn lambda(&mut self, options: &Options) -> Option<Lambda> {
        let key = self.access_key(
            "lambda",
            (
                options.lambda_access_key_id.clone(),
                options.lambda_access_key_id_file.clone(),
            ),
            (
                options.lambda_secret_access_key.clone(),
                options.lambda_secret_access_key_file.clone(),
            ),
        );
        let session_token = self.secret(
            "lambda-session-token",
            options.lambda_session_token.clone(),
            options.lambda_session_token_file.as_deref(),
        );
        if key.is_none() && session_token.is_some() {
            self.add_problem("lambda-session-token belongs to an access key: set that, too");
        }
        let key = key.map(|(key_id, secret)| Credentials {
            key_id,
            secret,
            session_token,
        });
        let text = options.lambda_endpoint.as_deref();
        let text = text.filter(|text| !text.is_empty())?;
        let url = self.address("lambda-endpoint", text)?;
        if url.query().is_some() {
            self.add_problem("lambda-endpoint: nothing may follow the path");
        }
        let url = url.as_str().trim_end_matches('/').to_owned();
        Some(Lambda { url, key })
    }

    /// Refuses webhooks on other machines without a secret: they could not know who calls them.
    fn unsigned(&mut self, book: &Book) {
        for (name, target) in &book.functions {
            let is_here = target.url.host_str().is_some_and(is_loopback_host);
            if target.secret.is_none() && !target.is_invoke() && !is_here {
                self.add_problem(format!(
                    "the webhook of the function {name} cannot know who calls it: set --function-secret-file, or secret-file \
                     in [functions]"
                ));
            }
        }
    }

    fn webhook_secret(
        &mut self,
        name: &str,
        secret: Option<Secret>,
        file: Option<&Path>,
    ) -> Option<WebhookSecret> {
        let text = self.secret(name, secret, file)?;
        let secret = WebhookSecret::parse(text.expose());
        if secret.is_none() {
            self.add_problem(format!(
                "{name} must be whsec_ and 24 to 64 bytes in base64: `echo whsec_$(openssl rand -base64 32)` makes one"
            ));
        }
        secret
    }

    fn address(&mut self, name: &str, text: &str) -> Option<Url> {
        let url = Url::parse(text).ok().filter(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.username().is_empty()
                && url.password().is_none()
                && url.fragment().is_none()
        });
        if url.is_none() {
            self.add_problem(format!(
                "{name}: the address must be http:// or https://, without a user or a fragment"
            ));
        }
        url
    }
}

#[cfg(test)]
mod tests;
