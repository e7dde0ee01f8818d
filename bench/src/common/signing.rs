//! Signature Version 4 of the client. The key of the day is cached, as clients do.

use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use super::{Outcome, now};

const SERVICE: &str = "cognito-idp";
const SIGNED: &str = "content-type;host;x-amz-date;x-amz-target";
const FORMAT: &[BorrowedFormatItem<'_>] =
    format_description!("[year][month][day]T[hour][minute][second]Z");

/// Signs with one access key, for one region.
pub struct Signer {
    key_id: String,
    secret: String,
    region: String,
    today: Mutex<Option<(String, Key)>>,
}

/// The headers that signing adds to a request.
pub struct Signature {
    /// The value of `X-Amz-Date`.
    pub date: String,
    /// The value of `Authorization`.
    pub authorization: String,
}

impl Signer {
    pub fn new(key_id: &str, secret: &str, region: &str) -> Self {
        Self {
            key_id: key_id.to_owned(),
            secret: secret.to_owned(),
            region: region.to_owned(),
            today: Mutex::default(),
        }
    }

    /// Signs a call as it will be sent to `host`.
    ///
    /// # Errors
    /// If the time of day cannot be written.
    pub fn sign(
        &self,
        host: &str,
        content_type: &str,
        target: &str,
        body: &[u8],
    ) -> Outcome<Signature> {
        let date = OffsetDateTime::from(now()).format(FORMAT)?;
        let day = date.get(..8).unwrap_or_default();
        let scope = format!("{day}/{}/{SERVICE}/aws4_request", self.region);
        let request = format!(
            "POST\n/\n\ncontent-type:{content_type}\nhost:{host}\nx-amz-date:{date}\nx-amz-target:{target}\n\n{SIGNED}\n{}",
            hex::encode(digest(&SHA256, body))
        );
        let text = format!(
            "AWS4-HMAC-SHA256\n{date}\n{scope}\n{}",
            hex::encode(digest(&SHA256, request.as_bytes()))
        );
        let signature = sign(&self.key_of(day), text.as_bytes());
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={SIGNED}, Signature={}",
            self.key_id,
            hex::encode(signature)
        );
        Ok(Signature {
            date,
            authorization,
        })
    }

    fn key_of(&self, day: &str) -> Key {
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        match &*today {
            Some((known, key)) if known == day => key.clone(),
            _ => {
                let first = Key::new(HMAC_SHA256, format!("AWS4{}", self.secret).as_bytes());
                let key = [day, self.region.as_str(), SERVICE, "aws4_request"]
                    .into_iter()
                    .fold(first, |key, part| {
                        Key::new(HMAC_SHA256, sign(&key, part.as_bytes()).as_ref())
                    });
                *today = Some((day.to_owned(), key.clone()));
                key
            }
        }
    }
}
