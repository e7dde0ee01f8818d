//! A sample of every page, in ordinary states and with problems. Used by the tests and by `examples/pages.rs`.

use cabana_web::pages::*;
use cabana_web::texts::Texts;

mod emulator;
mod later;
mod passkeys;
mod sign_up;

pub type Sample = (&'static str, askama::Result<String>);

/// Hostile on purpose: it must be escaped in all output.
const NASTY: &str = "\"><img src=x onerror=alert(1)>";

fn frame() -> Frame {
    Frame::new(
        Texts::english(),
        Brand {
            name: "Lagoon Chat".into(),
            ..Brand::default()
        },
    )
}

fn with_terms() -> Frame {
    let terms = Terms {
        terms_url: "https://example.org/terms".into(),
        privacy_url: "https://example.org/privacy".into(),
    };
    let mut frame = frame();
    frame.brand.terms = Some(terms);
    frame
}

fn wrong(problems: impl IntoIterator<Item = Problem>) -> Frame {
    Frame {
        problems: problems.into_iter().collect(),
        ..frame()
    }
}

fn post(action: &str) -> Post {
    Post {
        action: action.into(),
        csrf: "sample-csrf".into(),
        hidden: vec![("state", NASTY.into())],
    }
}

fn rules() -> PasswordRules {
    PasswordRules {
        min_length: 8,
        uppercase: true,
        lowercase: true,
        number: true,
        symbol: true,
        history: 0,
    }
}

fn asked(names: &[&str]) -> Vec<Asked> {
    names
        .iter()
        .map(|name| Asked {
            name: (*name).into(),
            value: String::new(),
            identifies: false,
        })
        .collect()
}

fn by_mail() -> Delivery {
    Delivery {
        medium: Medium::Email,
        destination: "a***@e***".into(),
    }
}

fn resend(wait: u32) -> Resend {
    Resend {
        post: post("/resendcode"),
        wait,
    }
}

fn sign_in(frame: Frame) -> SignIn {
    SignIn {
        frame,
        post: post("/login?client_id=1example23456789&redirect_uri=https%3A%2F%2Fexample.org"),
        username: String::new(),
        forgot: true,
        sign_up: true,
        providers: Vec::new(),
        by_address: None,
        passwords: true,
        name_first: false,
        passkey: None,
    }
}

fn sign_ins() -> Vec<Sample> {
    let plain = sign_in(Frame {
        identifier: Identifier::UserNameOrEmail,
        ..with_terms()
    });
    let bad = SignIn {
        username: "ada@example.org".into(),
        ..sign_in(wrong([Problem::general(Wrong::IncorrectCredentials)]))
    };
    let missing = sign_in(wrong([
        Problem::at("username", Wrong::Required),
        Problem::at("password", Wrong::Required),
    ]));
    let providers = vec![
        Provider {
            name: "Google".into(),
            url: "/oauth2/authorize?identity_provider=Google".into(),
        },
        Provider {
            name: "Example Works".into(),
            url: "/oauth2/authorize?identity_provider=works".into(),
        },
    ];
    let with_providers = SignIn {
        providers: providers.clone(),
        ..sign_in(Frame {
            identifier: Identifier::Email,
            ..frame()
        })
    };
    let mut only_providers = SignIn {
        providers: providers.clone(),
        passwords: false,
        sign_up: false,
        ..sign_in(frame())
    };
    let logo = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 160 40'%3E%3Crect width='160' height='40' rx='20' fill='%23a855f7'/%3E%3C/svg%3E";
    only_providers.frame.brand.logo_url = Some(logo.into());
    let bare = SignIn {
        forgot: false,
        sign_up: false,
        ..sign_in(Frame {
            identifier: Identifier::Phone,
            ..frame()
        })
    };
    let changed = sign_in(Frame {
        notice: Some(Notice::PasswordChanged),
        ..frame()
    });
    let nasty_brand = Brand {
        name: NASTY.into(),
        logo_url: Some("data:,".into()),
        ..Brand::default()
    };
    let nasty = SignIn {
        username: NASTY.into(),
        ..sign_in(Frame::new(Texts::english(), nasty_brand))
    };
    let by_address = SignIn {
        by_address: Some(post("/login")),
        providers: providers.iter().take(1).cloned().collect(),
        ..sign_in(wrong([Problem::at(
            "provider_address",
            Wrong::NoSuchProvider,
        )]))
    };
    let leads_to = LeadsTo {
        frame: frame(),
        provider: Provider {
            name: "Example Works".into(),
            url: "/oauth2/authorize?identity_provider=works".into(),
        },
    };
    let joining = SignIn {
        username: "ada@example.org".into(),
        ..sign_in(Frame {
            notice: Some(Notice::JoinAccount),
            ..frame()
        })
    };
    let name_first = SignIn {
        name_first: true,
        ..sign_in(Frame {
            identifier: Identifier::Email,
            ..frame()
        })
    };
    vec![
        ("sign-in-by-address", by_address.render()),
        ("leads-to-provider", leads_to.render()),
        ("sign-in-join", joining.render()),
        ("sign-in-name-first", name_first.render()),
        ("sign-in", plain.render()),
        ("sign-in-wrong", bad.render()),
        ("sign-in-missing", missing.render()),
        ("sign-in-providers", with_providers.render()),
        ("sign-in-only-providers", only_providers.render()),
        ("sign-in-bare", bare.render()),
        ("sign-in-changed", changed.render()),
        ("sign-in-nasty", nasty.render()),
    ]
}

fn confirms() -> Vec<Sample> {
    let confirm = |frame, delivery, wait| Confirm {
        frame,
        post: post("/confirm"),
        delivery,
        resend: resend(wait),
        sign_in_url: "/login".into(),
    };
    let mismatch = wrong([Problem::at("verification_code", Wrong::CodeMismatch)]);
    let bad = Confirm {
        ..confirm(mismatch, Some(by_mail()), 0)
    };
    let sent = Frame {
        notice: Some(Notice::CodeSent),
        ..frame()
    };
    vec![
        ("confirm", confirm(frame(), Some(by_mail()), 0).render()),
        ("confirm-sent", confirm(sent, Some(by_mail()), 30).render()),
        ("confirm-unknown", confirm(frame(), None, 0).render()),
        ("confirm-wrong", bad.render()),
        (
            "confirm-undelivered",
            confirm(wrong([Problem::general(Wrong::DeliveryFailed)]), None, 1).render(),
        ),
    ]
}

fn passwords() -> Vec<Sample> {
    let forgot = |frame| Forgot {
        frame,
        post: post("/forgotPassword"),
        username: "ada".into(),
        sign_in_url: "/login".into(),
    };
    let reset = |frame, delivery| Reset {
        frame,
        post: post("/confirmForgotPassword"),
        delivery,
        username: "ada".into(),
        rules: rules(),
        resend: resend(0),
        sign_in_url: "/login".into(),
    };
    let differ = wrong([Problem::at("confirm_password", Wrong::PasswordsDiffer)]);
    let expired = [
        Problem::at("verification_code", Wrong::CodeExpired),
        Problem::at("new_password", Wrong::PasswordReused),
    ];
    let fresh = |frame, attributes| NewPassword {
        frame,
        post: post("/login"),
        username: "ada".into(),
        rules: rules(),
        attributes,
    };
    let space = wrong([Problem::at("new_password", Wrong::PasswordSpace)]);
    vec![
        ("forgot", forgot(frame()).render()),
        (
            "forgot-limit",
            forgot(wrong([Problem::general(Wrong::Limit)])).render(),
        ),
        ("reset", reset(frame(), Some(by_mail())).render()),
        ("reset-differ", reset(differ, None).render()),
        (
            "reset-expired",
            reset(wrong(expired), Some(by_mail())).render(),
        ),
        (
            "new-password",
            fresh(frame(), asked(&["given_name", "family_name"])).render(),
        ),
        ("new-password-wrong", fresh(space, Vec::new()).render()),
    ]
}

/// Every `Wrong` there is, so that each sentence is rendered once.
fn everything_wrong() -> Sample {
    use Wrong::*;
    let all = [
        IncorrectCredentials,
        NoSuchUser,
        CodeMismatch,
        CodeExpired,
        CodeUsed,
        RecoveryCode,
        Limit,
        PasskeyRefused,
        PasskeyNotAdded,
        TooManyPasskeys,
        PasswordTooShort { min: 8 },
        PasswordUppercase,
        PasswordLowercase,
        PasswordNumber,
        PasswordSymbol,
        PasswordSpace,
        PasswordReused,
        PasswordPolicy,
        PasswordsDiffer,
        UsernameExists,
        InvalidUsername,
        UsernameIsAlias,
        AliasExists,
        UserDisabled,
        UserNotConfirmed,
        ResetRequired,
        LockedOut,
        SessionExpired,
        DeliveryFailed,
        CannotSend,
        SignUpClosed,
        Required,
        InvalidEmail,
        InvalidPhone,
        ForeignEmail("example.org".into()),
        InvalidValue,
        TemporaryPasswordExpired,
        NoSecondFactor,
        AlreadyConfirmed,
        NoRecovery,
        Refused,
        Said(NASTY.into()),
        Generic,
    ];
    (
        "sign-in-everything-wrong",
        sign_in(wrong(all.map(Problem::general))).render(),
    )
}

/// All samples: name and page.
pub fn samples() -> Vec<Sample> {
    let rooms = [
        sign_ins(),
        sign_up::samples(),
        confirms(),
        passwords(),
        later::factors(),
        later::outcomes(),
        passkeys::samples(),
        emulator::samples(),
    ];
    rooms
        .into_iter()
        .flatten()
        .chain([everything_wrong()])
        .collect()
}
