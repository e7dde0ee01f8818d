//! HTML bodies as plain text: for the text part of a mail, and for the inbox.

/// Converts HTML to plain text: tags removed, line breaks at the ends of blocks, links spelled out.
pub fn plain_text(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut link: Option<String> = None;
    let mut rest = html;
    while let Some((text, behind)) = rest.split_once('<') {
        push_text(&mut out, text);
        let is_tag = behind.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        let Some((tag, behind)) = behind.split_once('>').filter(|_| is_tag) else {
            push_text(&mut out, "<");
            rest = behind;
            continue;
        };
        rest = behind;
        let closing = tag.starts_with('/');
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_lowercase();
        match name.as_str() {
            "style" | "script" | "head" if !closing => rest = after_closing(rest, &name),
            "a" if !closing => link = attribute(tag, "href"),
            "a" => {
                if let Some(target) = link.take().filter(|target| !out.ends_with(target.as_str())) {
                    out.push_str(&format!(" ({target})"));
                }
            }
            "br" | "p" | "div" | "tr" | "li" | "h1" | "h2" | "h3" | "h4" | "table" | "ul"
            | "ol" => out.push('\n'),
            _ => {}
        }
    }
    push_text(&mut out, rest);
    tidy(&out)
}

/// Text between tags: entities decoded, runs of white space collapsed to one blank.
fn push_text(out: &mut String, text: &str) {
    for c in decoded(text).chars() {
        let blank = c.is_ascii_whitespace();
        if !blank {
            out.push(c);
        } else if !out.ends_with([' ', '\n']) {
            out.push(' ');
        }
    }
}

fn decoded(text: &str) -> String {
    let mut out = text.to_owned();
    for (entity, plain) in [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ] {
        out = out.replace(entity, plain);
    }
    out
}

/// The part after `</name>`; empty if there is none.
fn after_closing<'a>(rest: &'a str, name: &str) -> &'a str {
    let end = rest.to_ascii_lowercase().find(&format!("</{name}"));
    let behind = end.and_then(|at| rest.get(at..)).unwrap_or_default();
    behind.split_once('>').map_or("", |(_, behind)| behind)
}

/// The value of an attribute, given the inside of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let at = tag.to_ascii_lowercase().find(&format!("{name}="))?;
    let value = tag.get(at + name.len() + 1..)?;
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value.get(1..)?.split(quote).next()?,
        _ => value.split_ascii_whitespace().next()?,
    };
    Some(decoded(value))
}

/// Lines without blanks at their ends, and never two empty ones in a row.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines().map(str::trim) {
        let empty_again = line.is_empty() && (out.is_empty() || out.ends_with("\n\n"));
        if !empty_again {
            out.push_str(line);
            out.push('\n');
        }
    }
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_says_what_the_page_says() {
        let html = "<html><head><title>T</title><style>p{}</style></head><body>\n<p>Hello &lt;Ren&eacute;e&gt; &amp; all,</p>\
                    <p>your   code is <b>123456</b><br/>or click <a class=x href=\"https://h/?a=1&amp;b=2\">here</a>.</p></body>";
        let text = plain_text(html);
        assert_eq!(
            text,
            "Hello <Ren&eacute;e> & all,\n\nyour code is 123456\nor click here (https://h/?a=1&b=2)."
        );
    }

    #[test]
    fn odd_html_loses_no_code_and_never_panics() {
        assert_eq!(plain_text("code 123456 <"), "code 123456 <");
        assert_eq!(plain_text("<p>123456"), "123456");
        assert_eq!(
            plain_text("1 < 2 and 3 > 2, I <3 it"),
            "1 < 2 and 3 > 2, I <3 it"
        );
        assert_eq!(plain_text("<script>evil()</script>9<style>"), "9");
        assert_eq!(
            plain_text("<a href=>x</a><a href='u'>u</a> ä<ö>ü"),
            "xu ä<ö>ü"
        );
    }
}
