//! The page that creates an account.

use super::*;

/// Every attribute that can be asked for.
const EVERYTHING: [&str; 18] = [
    "address",
    "birthdate",
    "email",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "picture",
    "preferred_username",
    "profile",
    "updated_at",
    "website",
    "zoneinfo",
    "custom:team_name",
];

fn sign_up(frame: Frame, username: Option<&str>, attributes: Vec<Asked>) -> SignUp {
    let (username, sign_in_url) = (
        username.map(Into::into),
        "/login?client_id=1example23456789".into(),
    );
    SignUp {
        frame,
        post: post("/signup"),
        username,
        attributes,
        rules: rules(),
        sign_in_url,
    }
}

pub fn samples() -> Vec<Sample> {
    let plain = sign_up(with_terms(), Some(""), asked(&["name", "email"]));
    let email = vec![Asked {
        name: "email".into(),
        value: String::new(),
        identifies: true,
    }];
    let by_email = sign_up(
        Frame {
            identifier: Identifier::Email,
            ..frame()
        },
        None,
        email,
    );
    let everything = asked(&EVERYTHING);
    let everything = SignUp {
        rules: PasswordRules {
            history: 5,
            ..rules()
        },
        ..sign_up(frame(), Some(""), everything)
    };
    let problems = [
        Problem::at("requiredAttributes[email]", Wrong::InvalidEmail),
        Problem::at("password", Wrong::PasswordTooShort { min: 8 }),
    ];
    let typed = vec![Asked {
        name: "email".into(),
        value: NASTY.into(),
        identifies: false,
    }];
    let bad = sign_up(wrong(problems), Some("ada"), typed);
    let taken = sign_up(
        wrong([Problem::at("username", Wrong::UsernameExists)]),
        Some("ada"),
        asked(&["email"]),
    );
    vec![
        ("sign-up", plain.render()),
        ("sign-up-email", by_email.render()),
        ("sign-up-everything", everything.render()),
        ("sign-up-wrong", bad.render()),
        ("sign-up-taken", taken.render()),
    ]
}
