//! Per path of a pool: what a stranger learns about which accounts exist, if the client hides it. Either nothing, from
//! the bytes of a page or from the work behind it, or what Cognito itself reveals.

use cabana_testkit::Work;

use super::stage::{Fields, Kind, NAME, Seen, Stage, Step};

/// The way a path depends on user names.
enum Row {
    /// Shows the same for every name, whatever state its user is in; the pages on the way contain these words, in this
    /// order.
    Alike(&'static [Step], &'static [&'static str]),
    /// Reveals what Cognito reveals: `docs/security.md` says so too.
    Told,
    /// Reads no name.
    ReadsNoName,
}

const GOOD: &str = "New-horse-1!";
const USERNAME: Fields = &[("username", NAME)];
const HINT: Fields = &[("login_hint", NAME)];
const WRONG_PASSWORD: Step = Step::Fill(&[("username", NAME), ("password", "Wrong-horse-1!")]);
const WRONG_CODE: Step = Step::Fill(&[
    ("verification_code", "no-code"),
    ("new_password", GOOD),
    ("confirm_password", GOOD),
]);
const LOGIN: Step = Step::Open("/login", &[]);
const TOO_LONG: &[&str] = &["That took too long"];
const ASK_FOR_CODE: Step = Step::Fill(&[("username", NAME), ("reset_my_password", "")]);
const ASK_AGAIN: Step = Step::Fill(&[("resend", "")]);
/// A form with a user name and a made-up value in place of the sealed field.
const MADE_UP: Fields = &[
    ("username", NAME),
    ("state", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ("verification_code", "123456"),
    ("authentication_code", "123456"),
    ("software_token_mfa_code", "123456"),
    ("new_password", GOOD),
    ("confirm_password", GOOD),
];
const CODE_AND_PASSWORD: Fields = &[
    ("username", NAME),
    ("verification_code", "123456"),
    ("new_password", GOOD),
    ("confirm_password", GOOD),
];

fn row(path: &str) -> Row {
    match path {
        "/login" => Row::Alike(
            &[
                Step::Open("/login", HINT),
                WRONG_PASSWORD,
                WRONG_PASSWORD,
                WRONG_PASSWORD,
                WRONG_PASSWORD,
                WRONG_PASSWORD,
                WRONG_PASSWORD,
                WRONG_PASSWORD,
                Step::Send("/login", USERNAME),
            ],
            &["is incorrect", "account is locked", "Password is missing"],
        ),
        "/forgotPassword" => Row::Alike(
            &[
                Step::Open("/forgotPassword", HINT),
                ASK_FOR_CODE,
                Step::Send("/forgotPassword", USERNAME),
                Step::Send("/forgotPassword", USERNAME),
                Step::Send("/forgotPassword", USERNAME),
                Step::Send("/forgotPassword", USERNAME),
                // Over the quota of five.
                Step::Send("/forgotPassword", USERNAME),
                ASK_FOR_CODE,
            ],
            &[],
        ),
        "/confirmForgotPassword" => Row::Alike(
            &[
                Step::Open("/forgotPassword", &[]),
                Step::Send("/confirmForgotPassword", CODE_AND_PASSWORD),
                Step::Send("/forgotPassword", USERNAME),
                Step::Send("/confirmForgotPassword", CODE_AND_PASSWORD),
                WRONG_CODE,
                WRONG_CODE,
                WRONG_CODE,
                WRONG_CODE,
                // After the code is used up.
                WRONG_CODE,
                WRONG_CODE,
                ASK_AGAIN,
                Step::Send("/confirmForgotPassword", CODE_AND_PASSWORD),
            ],
            &["has expired"],
        ),
        "/confirmforgotPassword" => Row::Alike(
            &[
                Step::Open("/forgotPassword", &[]),
                Step::Send("/confirmforgotPassword", CODE_AND_PASSWORD),
                Step::Send("/forgotPassword", USERNAME),
                Step::Send("/confirmforgotPassword", CODE_AND_PASSWORD),
            ],
            &["has expired"],
        ),
        "/oauth2/authorize" => Row::Alike(&[Step::Open("/oauth2/authorize", HINT)], &[]),
        // The name is in a sealed field, issued only for the right password or for one's own sign-up.
        "/confirm" => Row::Alike(&[LOGIN, Step::Send("/confirm", MADE_UP)], TOO_LONG),
        "/resendcode" => Row::Alike(&[LOGIN, Step::Send("/resendcode", MADE_UP)], TOO_LONG),
        "/newPassword" => Row::Alike(&[LOGIN, Step::Send("/newPassword", MADE_UP)], TOO_LONG),
        "/mfa" => Row::Alike(&[LOGIN, Step::Send("/mfa", MADE_UP)], TOO_LONG),
        "/mfa/methods" => Row::Alike(&[LOGIN, Step::Send("/mfa/methods", MADE_UP)], TOO_LONG),
        "/mfa/{factor}" => Row::Alike(&[LOGIN, Step::Send("/mfa/totp", MADE_UP)], TOO_LONG),
        "/login/choose" => Row::Alike(&[LOGIN, Step::Send("/login/choose", MADE_UP)], TOO_LONG),
        "/login/{factor}" => Row::Alike(&[LOGIN, Step::Send("/login/email", MADE_UP)], TOO_LONG),
        "/signup" | "/confirmUser" => Row::Told,
        // Documents.
        "/.well-known/openid-configuration"
        | "/.well-known/jwks.json"
        | "/saml2/metadata"
        | "/error"
        // Of who is signed in.
        | "/passkeys/add"
        // Codes and tokens, which only a signed-in user has.
        | "/oauth2/token"
        | "/oauth2/userInfo"
        | "/oauth2/revoke"
        | "/oauth2/introspect"
        | "/oauth2/par"
        | "/logout"
        // Who somebody is, an identity provider says; without its answer to a sealed state nothing is read.
        | "/oauth2/idpresponse"
        | "/saml2/idpresponse"
        | "/saml2/logout"
        // A redirect URL of the app, for operators.
        | "/allow/{list}" => Row::ReadsNoName,
        other => panic!("{other} is there for everybody: say what it shows a stranger of a name"),
    }
}

/// Names of no user, of several lengths.
fn nobodies(stage: &Stage) -> Vec<String> {
    let mut names: Vec<_> = [1, 100]
        .into_iter()
        .map(|length| stage.name(&"n".repeat(length)))
        .collect();
    // In the form of a `sub`.
    names.push("0a1b2c3d-0000-4000-8000-0123456789ab".to_owned());
    names
}

#[tokio::test]
async fn a_stranger_sees_the_same_of_every_name_at_every_path() {
    let (work, _guard) = Work::watch();
    let paths = cabana_web::pool_paths();
    for (kind, confidential) in [
        (Kind::Names, false),
        (Kind::Names, true),
        (Kind::Aliases, false),
        (Kind::Addresses, false),
        (Kind::WithoutSrp, false),
        (Kind::WithoutMail, false),
    ] {
        for path in &paths {
            let Row::Alike(steps, words) = row(path) else {
                continue;
            };
            let mut stage = Stage::set(kind, confidential, work).await;
            let known = stage.people().await;
            // Fill the caches first.
            let pages = stage.walk(steps, "warm-up").await;
            let mut pages = pages.iter();
            for words in words {
                let found = pages.any(|page| page.body.contains(words));
                assert!(found, "{path}, {kind:?}: no page says {words}");
            }
            let mut first: Option<(String, Vec<Seen>)> = None;
            for name in nobodies(&stage).into_iter().chain(known) {
                let seen = stage.walk(steps, &name).await;
                let Some((before, expected)) = &first else {
                    first = Some((name, seen));
                    continue;
                };
                for (number, (one, other)) in expected.iter().zip(&seen).enumerate() {
                    assert_eq!(
                        one, other,
                        "{path}, {kind:?}, confidential: {confidential}: {before} against {name}, {number}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn what_cognito_itself_tells_of_a_name_is_told_by_pages_too() {
    let (work, _guard) = Work::watch();
    let mut stage = Stage::set(Kind::Names, false, work).await;
    let known = stage.people().await;
    // /signup: that a name is taken, but not by whom.
    let sign_up = [
        Step::Open("/signup", &[]),
        Step::Fill(&[
            ("username", NAME),
            ("requiredAttributes[email]", "stranger@example.com"),
            ("password", GOOD),
        ]),
    ];
    let taken = stage.walk(&sign_up, &known[0]).await;
    assert!(taken[2].body.contains("aria-invalid"), "{}", taken[2].body);
    for name in &known {
        assert_eq!(stage.walk(&sign_up, name).await[2].body, taken[2].body);
    }
    let free = stage.walk(&sign_up, "zq-nobody").await;
    assert!(
        free[2].body.contains("verification_code"),
        "{}",
        free[2].body
    );
    // /confirmUser: the page reveals less than ConfirmSignUp does.
    let link = [Step::Open(
        "/confirmUser",
        &[("user_name", NAME), ("confirmation_code", "no-code")],
    )];
    let [nobody] = &stage.walk(&link, "zq-someone").await[..] else {
        panic!("one step");
    };
    for name in &known {
        let [seen] = &stage.walk(&link, name).await[..] else {
            panic!("one step");
        };
        assert_eq!((seen.status, &seen.body), (400, &nobody.body), "{name}");
    }
}
