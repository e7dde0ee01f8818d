//! Inputs that become mails.

use cabana_domain::template::{Markup, Values, plain_text, render};

use crate::House;

/// A user name that would do harm if it were taken for markup.
const NAME: &str = "<b>{####}{username}{##x##}";

pub fn templates(_: &House) -> Vec<Vec<u8>> {
    [
        "Your code is {####}.",
        "Hello {username}, {##confirm here##} or {####}",
        "{##{####}##}{username",
        "<p>&amp;</p>{#",
    ]
    .map(|it| it.as_bytes().to_vec())
    .to_vec()
}

/// A value is inserted once, and never taken for a placeholder or for markup.
pub fn message_template(_: &House, data: &[u8]) {
    let template = String::from_utf8_lossy(data);
    let values = Values {
        code: Some("123456"),
        username: Some(NAME),
        url: Some("https://a.example/?a=1&b=2"),
    };
    let html = render(&template, values, Markup::Html);
    // Occurrences in the template itself are there before and after.
    let count = |text: &str| text.matches("<b>{####}").count();
    assert!(
        count(&html) <= count(&template),
        "markup of a user in {html}"
    );
    let nothing = render(&template, Values::default(), Markup::Plain);
    assert_eq!(
        nothing, template,
        "without values a template stays as it is"
    );
    plain_text(&html);
}
