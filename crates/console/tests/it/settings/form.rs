//! The form of a page, as a browser would send it back unchanged.

use std::collections::BTreeMap;

/// Names and values of the controls of the page's main form.
pub fn fields(html: &str) -> Vec<(String, String)> {
    let (_, rest) = html
        .split_once("<form class=\"panel sheet\"")
        .unwrap_or_else(|| panic!("no form in {html}"));
    let (form, _) = rest.split_once("</form>").unwrap();
    let mut fields = Vec::new();
    for tag in form.split('<').skip(1) {
        let (inside, text) = tag.split_once('>').unwrap();
        let attribute = |name: &str| {
            let (_, rest) = inside.split_once(&format!(" {name}=\""))?;
            Some(plain(rest.split('"').next().unwrap()))
        };
        let has = |word: &str| inside.split_whitespace().any(|it| it == word);
        let ticks = matches!(attribute("type").as_deref(), Some("checkbox" | "radio"));
        if inside.starts_with("input ") && (!ticks || has("checked")) {
            fields.push((attribute("name").unwrap(), attribute("value").unwrap()));
        } else if inside.starts_with("textarea ") {
            let text = text.strip_prefix('\n').unwrap_or(text);
            fields.push((attribute("name").unwrap(), plain(text)));
        } else if inside.starts_with("select ") {
            fields.push((attribute("name").unwrap(), String::new()));
        } else if inside.starts_with("option ")
            && has("selected")
            && let Some(select) = fields.last_mut()
        {
            select.1 = attribute("value").unwrap();
        }
    }
    fields.retain(|(name, _)| name != "_csrf");
    fields
}

/// The form with some fields changed; `None` removes a field.
pub fn changed(html: &str, changes: &[(&str, Option<&str>)]) -> Vec<(String, String)> {
    let mut by_name = BTreeMap::new();
    for (name, value) in fields(html) {
        by_name.entry(name).or_insert_with(Vec::new).push(value);
    }
    for (name, value) in changes {
        let values = value.iter().map(|it| (*it).to_owned()).collect();
        by_name.insert((*name).to_owned(), values);
    }
    let pairs = by_name.into_iter();
    pairs
        .flat_map(|(name, values)| values.into_iter().map(move |value| (name.clone(), value)))
        .collect()
}

/// Borrows the fields, for the harness.
pub fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect()
}

fn plain(text: &str) -> String {
    let signs = [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#38;", "&"),
    ];
    signs.iter().fold(text.to_owned(), |text, (code, sign)| {
        text.replace(code, sign)
    })
}
