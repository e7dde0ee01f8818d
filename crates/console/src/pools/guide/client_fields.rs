//! Fields of an app client with rules of their own: names, URLs, token expiration.

use cabana_domain::formats::check_callback_url;
use cabana_model::{CreateUserPoolClientRequest, TimeUnitsType, TokenValidityUnitsType};

use crate::form::Form;
use crate::pools::domain_names::sentence;

const DAY: i32 = 24 * 60;
/// Most callback or sign-out URLs of a client.
const MOST_URLS: usize = 100;

/// Expiration of a kind of token, entered in two fields.
pub struct Life {
    pub label: &'static str,
    pub days: &'static str,
    pub minutes: &'static str,
    /// Default, in days and minutes.
    pub usual: (i32, i32),
    /// Shortest and longest expiration, in minutes.
    range: (i32, i32),
    allowed: &'static str,
}

impl Life {
    pub const REFRESH: Self = Self {
        label: "Refresh token expiration",
        days: "refresh_days",
        minutes: "refresh_minutes",
        usual: (30, 0),
        range: (60, 3650 * DAY),
        allowed: "between 60 minutes and 10 years",
    };
    pub const ACCESS: Self = Self {
        label: "Access token expiration",
        days: "access_days",
        minutes: "access_minutes",
        usual: (0, 60),
        range: (5, DAY),
        allowed: "between 5 minutes and 1 day",
    };
    pub const ID: Self = Self {
        label: "ID token expiration",
        days: "id_days",
        minutes: "id_minutes",
        usual: (0, 60),
        range: (5, DAY),
        allowed: "between 5 minutes and 1 day",
    };
    pub const ALL: [Self; 3] = [Self::REFRESH, Self::ACCESS, Self::ID];

    /// The expiration entered, in minutes; an empty field counts as 0.
    fn entered(&self, form: &Form) -> i32 {
        let number = |name: &str| form.get(name).parse().unwrap_or(0);
        DAY.saturating_mul(number(self.days))
            .saturating_add(number(self.minutes))
    }

    pub fn words(&self, form: &Form) -> String {
        let or_zero = |name: &str| form.given(name).unwrap_or_else(|| "0".to_owned());
        format!(
            "{} days {} minutes",
            or_zero(self.days),
            or_zero(self.minutes)
        )
    }
}

pub fn check_lives(form: &mut Form) {
    for life in Life::ALL {
        form.number(life.days, 0..=3650);
        form.number(life.minutes, 0..=3650 * DAY);
        let (shortest, longest) = life.range;
        if !(shortest..=longest).contains(&life.entered(form)) {
            form.add_problem(life.minutes, format!("Must be {}.", life.allowed));
        }
    }
    let refresh = Life::REFRESH.entered(form);
    if [Life::ACCESS, Life::ID]
        .iter()
        .any(|life| life.entered(form) > refresh)
    {
        form.add_problem(
            Life::REFRESH.minutes,
            "Refresh tokens must not expire before access and ID tokens.",
        );
    }
}

pub fn apply_lives(form: &Form, client: &mut CreateUserPoolClientRequest) {
    let refresh = Life::REFRESH.entered(form);
    let whole_days = refresh % DAY == 0;
    let unit = match whole_days {
        true => TimeUnitsType::Days,
        false => TimeUnitsType::Minutes,
    };
    client.refresh_token_validity = Some(if whole_days { refresh / DAY } else { refresh });
    client.access_token_validity = Some(Life::ACCESS.entered(form));
    client.id_token_validity = Some(Life::ID.entered(form));
    client.token_validity_units = Some(TokenValidityUnitsType {
        access_token: Some(TimeUnitsType::Minutes),
        id_token: Some(TimeUnitsType::Minutes),
        refresh_token: Some(unit),
    });
}

/// Checks the name of a pool or client: required, and only characters that the API allows.
pub fn check_name(form: &mut Form, field: &str, missing: &str) {
    let name = form.demand(field, missing);
    let allowed =
        |c: char| c.is_alphanumeric() || c == '_' || c.is_whitespace() || "+=,.@-".contains(c);
    if name.chars().count() > 128 || !name.chars().all(allowed) {
        form.add_problem(
            field,
            "A name has at most 128 letters, digits, spaces and the characters _ + = , . @ -",
        );
    }
}

/// Checks that every line of a field is a valid redirect URL.
pub fn check_urls(form: &mut Form, field: &str) {
    let urls = form.lines(field);
    for url in &urls {
        if let Err(problem) = check_callback_url(url) {
            form.add_problem(field, format!("{url}: {}", sentence(&problem.to_string())));
        }
    }
    if urls.len() > MOST_URLS {
        form.add_problem(field, "At most 100 URLs are allowed.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(refresh: (&str, &str), access: &str) -> Form {
        Form::default()
            .with("refresh_days", refresh.0)
            .with("refresh_minutes", refresh.1)
            .with("access_minutes", access)
            .with("id_minutes", "60")
    }

    fn is_fine(mut form: Form) -> bool {
        check_lives(&mut form);
        form.is_fine()
    }

    #[test]
    fn lives_are_within_their_limits() {
        assert!(is_fine(form(("30", "0"), "60")));
        assert!(is_fine(form(("", "60"), "5")));
        assert!(!is_fine(form(("30", "0"), "4")));
        assert!(!is_fine(form(("30", "0"), "1441")));
        assert!(!is_fine(form(("0", "61"), "90")), "refresh is shorter");
        assert!(!is_fine(form(("99999999999", "0"), "60")));
        assert!(!is_fine(form(("x", "60"), "60")));
    }

    #[test]
    fn whole_days_are_kept_as_days() {
        let units = |refresh| {
            let mut client = CreateUserPoolClientRequest::default();
            apply_lives(&form(refresh, "60"), &mut client);
            let unit = client.token_validity_units.unwrap().refresh_token.unwrap();
            (client.refresh_token_validity.unwrap(), unit)
        };
        assert_eq!(units(("30", "0")), (30, TimeUnitsType::Days));
        assert_eq!(units(("1", "30")), (1470, TimeUnitsType::Minutes));
    }

    #[test]
    fn names_keep_to_what_the_api_allows() {
        for (name, fine) in [
            ("My pool", true),
            ("a/b", false),
            ("", false),
            ("Bücher", true),
        ] {
            let mut form = Form::default().with("n", name);
            check_name(&mut form, "n", "Enter it.");
            assert_eq!(form.is_fine(), fine, "{name}");
        }
    }
}
