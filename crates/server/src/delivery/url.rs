//! Parts that the URLs of mail servers and text message services have in common.

use cabana_model::Secret;
use url::Url;

/// User name and password of a URL; `None` if it has neither.
///
/// # Errors
/// What is wrong with them.
pub fn login(url: &Url) -> Result<Option<(String, Secret)>, &'static str> {
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        (user, Some(password)) if !user.is_empty() => {
            let decode = |text| {
                percent_decode(text).ok_or("user and password must be percent-encoded UTF-8")
            };
            Ok(Some((decode(user)?, Secret::from(decode(password)?))))
        }
        _ => Err("user and password go together: //user:password@host"),
    }
}

/// The parameters of a URL. A plus sign stands for itself, as in phone numbers.
///
/// # Errors
/// If a name is not among `known`, or a value is empty or wrongly encoded.
pub fn parameters<const N: usize>(
    url: &Url,
    known: [&str; N],
) -> Result<[Option<String>; N], String> {
    let mut values = [const { None }; N];
    for pair in url.query().into_iter().flat_map(|query| query.split('&')) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let place = known.iter().zip(&mut values).find(|(it, _)| **it == name);
        let Some((name, place)) = place else {
            return Err(format!("its parameters are {}", known.join(", ")));
        };
        let value = percent_decode(value).filter(|value| !value.is_empty());
        *place = Some(
            value.ok_or_else(|| format!("the value of {name} is missing or wrongly encoded"))?,
        );
    }
    Ok(values)
}

/// Decodes percent-encoding; `None` if it is broken or not UTF-8.
fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first == b'%' {
            let (digits, tail) = rest.split_at_checked(2)?;
            bytes.extend(hex::decode(digits).ok()?);
            rest = tail;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}
