//! A browser's way to an authorization code: the sign-in page, its form, and the redirect.

use super::place::{CALLBACK, Place};
use crate::common::Outcome;
use crate::common::http::{Connection, Reply};

/// Signs a person in on the page; returns the code for the app.
///
/// # Errors
/// If the page is not as expected, or refuses.
pub async fn authorization_code(
    place: &Place,
    connection: &mut Connection,
    name: &str,
    password: &str,
) -> Outcome<String> {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", &place.client)
        .append_pair("response_type", "code")
        .append_pair("redirect_uri", CALLBACK)
        .append_pair("scope", "openid")
        .append_pair("state", "s")
        .finish();
    let path = format!("/{}/login?{query}", place.pool);
    let page = connection.send(&place.requests.get(&path, "")).await?;
    if page.status != 200 {
        return Err(format!("sign-in page: {} {}", page.status, page.text()).into());
    }
    let cookies = format!("cookie: {}\r\n", cookies(&page));
    let html = page.text();
    let mut fields = hidden_fields(&html);
    fields.extend([("username", name), ("password", password)]);
    let form = place.requests.form(&path, &cookies, &fields);
    let reply = connection.send(&form).await?;
    let target = reply.header("location").unwrap_or_default();
    let (_, query) = target.split_once('?').unwrap_or_default();
    let code = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "code");
    match code {
        Some((_, code)) => Ok(code.into_owned()),
        None => Err(format!("no code: {} {target}", reply.status).into()),
    }
}

/// The call that exchanges a code.
pub fn exchange(place: &Place, code: &str) -> Vec<u8> {
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", &place.client),
        ("code", code),
        ("redirect_uri", CALLBACK),
    ];
    let path = format!("/{}/oauth2/token", place.pool);
    place.requests.form(&path, "", &fields)
}

fn cookies(page: &Reply<'_>) -> String {
    let lines = page.head.split("\r\n").filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("set-cookie").then_some(value)
    });
    let pairs: Vec<&str> = lines
        .filter_map(|it| it.split(';').next())
        .map(str::trim)
        .collect();
    pairs.join("; ")
}

/// Names and values of the hidden fields.
fn hidden_fields(html: &str) -> Vec<(&str, &str)> {
    let inputs = html.split(r#"<input type="hidden" name=""#).skip(1);
    let field = |rest| {
        let (name, rest): (&str, &str) = str::split_once(rest, '"')?;
        let (value, _) = rest.strip_prefix(r#" value=""#)?.split_once('"')?;
        Some((name, value))
    };
    inputs.filter_map(field).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_fields_are_found_in_a_page() {
        let html = r#"<form><input type="hidden" name="_csrf" value="a-b"><input type="text" name="x">
            <input type="hidden" name="state" value=""></form>"#;
        assert_eq!(hidden_fields(html), [("_csrf", "a-b"), ("state", "")]);
    }
}
