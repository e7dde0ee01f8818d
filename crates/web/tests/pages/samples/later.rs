//! Samples of the pages after the password, and of those at the end of a sequence.

use cabana_web::pages::*;
use cabana_web::texts::Texts;

use super::{NASTY, Sample, by_mail, frame, post, resend, wrong};

pub fn factors() -> Vec<Sample> {
    let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSW";
    let uri = format!(
        "otpauth://totp/Lagoon%20Chat:ada%40example.org?secret={secret}&issuer=Lagoon%20Chat"
    );
    let setup = |frame| TotpSetup {
        frame,
        post: post("/mfa"),
        secret: secret.into(),
        uri: uri.clone(),
        other_url: None,
    };
    let address = |frame, medium| AddressSetup {
        frame,
        post: post("/mfa/address"),
        medium,
        typed: "0151".into(),
        other_url: Some("/mfa/methods".into()),
    };
    let wrong_number = || {
        wrong([Problem::at(
            "requiredAttributes[phone_number]",
            Wrong::InvalidPhone,
        )])
    };
    let challenge = |frame, kind| CodeChallenge {
        frame,
        post: post("/mfa"),
        kind,
        other_url: None,
    };
    let text = Delivery {
        medium: Medium::Sms,
        destination: "+*******0100".into(),
    };
    let bad_code = || wrong([Problem::at("software_token_mfa_code", Wrong::CodeMismatch)]);
    let choose = |purpose, factors| ChooseFactor {
        frame: frame(),
        post: post("/mfa"),
        purpose,
        factors,
    };
    let known = vec![
        Factor::Totp,
        Factor::Sms(Some("+*******0100".into())),
        Factor::Email(Some("a***@e***".into())),
        Factor::Recovery,
    ];
    let totp = CodeChallenge {
        other_url: Some("/mfa/choose".into()),
        ..challenge(frame(), CodeKind::Totp)
    };
    let recovery = |frame| CodeChallenge {
        other_url: Some("/mfa".into()),
        ..challenge(frame, CodeKind::Recovery)
    };
    let wrong_recovery = || wrong([Problem::at("recovery_code", Wrong::RecoveryCode)]);
    let codes = RecoveryCodes {
        frame: frame(),
        post: post("/mfa/codes"),
        codes: (0..10)
            .map(|place| format!("{place}KQ9-7WMT-XH2P"))
            .collect(),
    };
    let begin = |frame: Frame, password, codes: Vec<Medium>| ChooseFirst {
        frame,
        post: post("/login/choose"),
        password,
        forgot: true,
        passkey: !password || codes.len() > 1,
        codes,
    };
    let mine = || Frame {
        account: Some(Account {
            username: "ada@example.org".into(),
            other_url: "/login?prompt=login".into(),
        }),
        ..frame()
    };
    let wrong_password = Frame {
        problems: vec![Problem::general(Wrong::IncorrectCredentials)],
        ..mine()
    };
    vec![
        (
            "choose-first",
            begin(mine(), true, vec![Medium::Email, Medium::Sms]).render(),
        ),
        (
            "choose-first-wrong",
            begin(wrong_password, true, vec![Medium::Email]).render(),
        ),
        (
            "choose-first-password",
            begin(mine(), true, Vec::new()).render(),
        ),
        (
            "choose-first-codes",
            begin(mine(), false, vec![Medium::Email, Medium::Sms]).render(),
        ),
        ("recovery-codes", codes.render()),
        ("recovery", recovery(frame()).render()),
        ("recovery-wrong", recovery(wrong_recovery()).render()),
        ("totp-setup", setup(frame()).render()),
        ("totp-setup-wrong", setup(bad_code()).render()),
        (
            "address-setup-email",
            address(frame(), Medium::Email).render(),
        ),
        (
            "address-setup-text",
            address(wrong_number(), Medium::Sms).render(),
        ),
        ("totp", totp.render()),
        ("totp-wrong", challenge(bad_code(), CodeKind::Totp).render()),
        (
            "code-text",
            challenge(frame(), CodeKind::Sent(text, Some(resend(0)))).render(),
        ),
        (
            "code-email",
            challenge(frame(), CodeKind::Sent(by_mail(), None)).render(),
        ),
        ("choose-factor", choose(Purpose::SignIn, known).render()),
        (
            "choose-set-up",
            choose(Purpose::SetUp, vec![Factor::Totp, Factor::Email(None)]).render(),
        ),
    ]
}

pub fn outcomes() -> Vec<Sample> {
    let login = || Some("/login?client_id=1example23456789".to_owned());
    let go_on = |username: &str, further| Continue {
        frame: frame(),
        further,
        username: username.into(),
        post: post("/login/continue"),
        other_url: "/login?prompt=login".into(),
    };
    let error = |what, detail: Option<&str>| ErrorPage {
        detail: detail.map(Detail::quoted),
        retry_url: login(),
        ..ErrorPage::new(frame(), what, "7f9c2ba4-e88f-4a1d-9b5e-6d3c1f0a8e27")
    };
    let refused = |after_sign_out, came: &str, allowed: &[&str]| ErrorPage {
        retry_url: None,
        refused: Some(Refused {
            after_sign_out,
            app: "Lagoon Chat".into(),
            came: came.into(),
            allowed: allowed.iter().copied().map(Into::into).collect(),
            allow: Some(post("/allow/callback")),
        }),
        sign_out: after_sign_out.then(|| post("/logout")),
        ..error(PageError::BadRequest, Some("redirect_mismatch"))
    };
    let for_operators = ErrorPage {
        console_url: Some("/console/pools/us-east-1_a/clients/b/refused/callback".into()),
        ..error(PageError::BadRequest, Some("redirect_mismatch"))
    };
    let link = |already| LinkConfirmed {
        frame: frame(),
        already,
        sign_in_url: login(),
    };
    let bare = ErrorPage {
        frame: Frame::new(Texts::english(), Brand::default()),
        retry_url: None,
        ..error(PageError::NotFound, None)
    };
    vec![
        (
            "signed-out",
            SignedOut {
                frame: frame(),
                sign_in_url: login(),
            }
            .render(),
        ),
        (
            "sign-out",
            SignOut {
                frame: frame(),
                post: post("/logout"),
            }
            .render(),
        ),
        ("link-confirmed", link(false).render()),
        ("link-confirmed-before", link(true).render()),
        (
            "error-refused-callback",
            refused(false, NASTY, &["https://chat.example.org/callback"]).render(),
        ),
        (
            "error-refused-sign-out",
            refused(true, "https://chat.example.org/out", &[]).render(),
        ),
        ("error-refused-operators", for_operators.render()),
        ("continue", go_on("ada@example.org", false).render()),
        ("continue-further", go_on("ada@example.org", true).render()),
        ("continue-nasty", go_on(NASTY, false).render()),
        (
            "error-bad-request",
            error(
                PageError::BadRequest,
                Some("redirect_uri is not registered for this app client"),
            )
            .render(),
        ),
        (
            "error-unknown-client",
            ErrorPage {
                detail: Some(Detail::UnknownClient),
                ..error(PageError::BadRequest, None)
            }
            .render(),
        ),
        ("error-expired", error(PageError::Expired, None).render()),
        ("error-not-found", bare.render()),
        ("error-link", error(PageError::LinkInvalid, None).render()),
        (
            "error-sign-up-closed",
            error(PageError::SignUpClosed, None).render(),
        ),
        (
            "error-provider",
            error(PageError::ProviderFailed, Some(NASTY)).render(),
        ),
        ("error-too-many", error(PageError::TooMany, None).render()),
        ("error-internal", error(PageError::Internal, None).render()),
    ]
}
