//! Rules for every page.

use cabana_web::assets;

use crate::samples::samples;

fn count(html: &str, what: &str) -> usize {
    html.matches(what).count()
}

/// The value of each `name="…"` in a page.
fn attribute<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    html.split(start.as_str())
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('"')?.0))
        .collect()
}

#[test]
fn every_page_renders_with_a_title_a_language_and_one_heading() {
    for (name, page) in samples() {
        let html = page.unwrap_or_else(|why| panic!("{name}: {why}"));
        assert!(
            html.starts_with("<!doctype html>") && html.contains("<html lang=\"en\">"),
            "{name}"
        );
        let title = html
            .split_once("<title>")
            .and_then(|(_, rest)| rest.split_once("</title>"))
            .map(|(title, _)| title);
        assert!(
            title.is_some_and(|title| title.len() > 8),
            "{name}: {title:?}"
        );
        assert_eq!(
            (count(&html, "<h1"), count(&html, "<main")),
            (1, 1),
            "{name}"
        );
    }
}

#[test]
fn nothing_inline_runs_or_styles() {
    for (name, page) in samples() {
        let html = page.unwrap();
        assert_eq!(
            (
                count(&html, " style=\""),
                count(&html, "<style"),
                count(&html, "javascript:")
            ),
            (0, 0, 0),
            "{name}"
        );
        assert_eq!(
            count(&html, "<script"),
            count(&html, "<script src=\"/_cabana/assets/"),
            "{name}"
        );
        let handler = html
            .split_whitespace()
            .find(|word| word.starts_with("on") && word.contains("=\""));
        assert_eq!(handler, None, "{name}");
    }
}

#[test]
fn a_page_with_its_assets_is_smaller_than_30_kb() {
    for (name, page) in samples() {
        let html = page.unwrap();
        let used = assets::all()
            .into_iter()
            .filter(|asset| html.contains(&asset.name));
        let assets: usize = used.map(|asset| asset.bytes.len()).sum();
        let whole = html.len() + assets;
        assert!(
            whole < 30_000,
            "{name} has {whole} bytes, {assets} of them assets"
        );
    }
}

#[test]
fn every_form_posts_with_its_token() {
    for (name, page) in samples() {
        let html = page.unwrap();
        let forms = count(&html, "<form");
        assert_eq!(
            count(&html, "<form class=\"resend\" method=\"post\"")
                + count(&html, "<form method=\"post\""),
            forms,
            "{name}"
        );
        assert_eq!(
            count(&html, "name=\"_csrf\" value=\"sample-csrf\""),
            forms,
            "{name}"
        );
    }
}

#[test]
fn ids_are_unique_and_everything_pointed_at_is_there() {
    for (name, page) in samples() {
        let html = page.unwrap();
        let ids = attribute(&html, "id");
        let mut unique = ids.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), ids.len(), "{name}: an id stands twice");
        let fragments = attribute(&html, "href")
            .into_iter()
            .filter_map(|href| href.strip_prefix('#'));
        let pointed = ["for", "aria-describedby", "aria-labelledby"]
            .iter()
            .flat_map(|kind| attribute(&html, kind));
        for id in pointed.flat_map(str::split_whitespace).chain(fragments) {
            assert!(ids.contains(&id), "{name}: nothing has the id {id}");
        }
        assert!(
            count(&html, " autofocus") <= 1,
            "{name}: more than one field wants the focus"
        );
    }
}

#[test]
fn what_people_type_is_escaped() {
    for (name, page) in samples() {
        assert!(!page.unwrap().contains("<img src=x"), "{name}");
    }
}

#[test]
fn fields_keep_the_names_browser_tests_know() {
    let expected: [(&str, &[&str]); 9] = [
        (
            "sign-in",
            &[
                "name=\"username\"",
                "name=\"password\"",
                "name=\"signInSubmitButton\"",
            ],
        ),
        (
            "sign-up",
            &[
                "name=\"username\"",
                "name=\"requiredAttributes[email]\"",
                "name=\"password\"",
                "name=\"signUpButton\"",
            ],
        ),
        ("confirm", &["name=\"verification_code\""]),
        (
            "forgot",
            &["name=\"username\"", "name=\"reset_my_password\""],
        ),
        (
            "reset",
            &[
                "name=\"verification_code\"",
                "name=\"new_password\"",
                "name=\"confirm_password\"",
            ],
        ),
        (
            "new-password",
            &[
                "name=\"new_password\"",
                "name=\"confirm_password\"",
                "name=\"requiredAttributes[given_name]\"",
            ],
        ),
        ("totp-setup", &["name=\"software_token_mfa_code\""]),
        ("totp", &["name=\"software_token_mfa_code\""]),
        (
            "choose-factor",
            &[
                "name=\"mfa_choice\" value=\"SOFTWARE_TOKEN_MFA\"",
                "value=\"SMS_MFA\"",
                "value=\"EMAIL_OTP\"",
            ],
        ),
    ];
    let pages = samples();
    for (name, parts) in expected {
        let html = pages
            .iter()
            .find(|(found, _)| *found == name)
            .unwrap()
            .1
            .as_ref()
            .unwrap();
        for part in parts {
            assert!(html.contains(part), "{name} lacks {part}");
        }
    }
}

#[test]
fn an_error_stands_on_top_with_a_link_and_beside_its_field() {
    let pages = samples();
    let html = pages
        .iter()
        .find(|(name, _)| *name == "sign-up-wrong")
        .unwrap()
        .1
        .as_ref()
        .unwrap();
    assert!(html.contains("role=\"alert\"") && html.contains("<title>Error: "));
    assert!(html.contains("<a href=\"#requiredAttributes-email\">"));
    assert!(
        html.contains("id=\"requiredAttributes-email-error\"")
            && html.contains("aria-invalid=\"true\"")
    );
    let email = html
        .split("<input")
        .find(|input| input.contains("requiredAttributes[email]"))
        .unwrap();
    assert!(
        email.contains("aria-describedby=\"requiredAttributes-email-error\"")
            && email.contains("autofocus")
    );
}

#[test]
fn a_password_is_masked_and_never_sent_back() {
    let mut found = 0;
    for (name, page) in samples() {
        let html = page.unwrap();
        for input in html.split("<input").skip(1) {
            let tag = input.split('>').next().unwrap();
            let of_password = attribute(tag, "name")
                .into_iter()
                .any(|it| ["password", "new_password", "confirm_password"].contains(&it));
            let masked = attribute(tag, "type") == ["password"];
            assert_eq!(masked, of_password, "{name}: {tag}");
            assert!(!masked || !tag.contains(" value="), "{name}: {tag}");
            found += usize::from(masked);
        }
    }
    assert!(found > 0);
}
