//! Samples of the pages that ask for a passkey.

use cabana_web::pages::*;

use super::{NASTY, Sample, frame, post, sign_in, wrong};

pub fn samples() -> Vec<Sample> {
    let options =
        format!(r#"{{"challenge":"AAAAAAAAAAAAAAAAAAAAAA","user":{{"name":"{NASTY}"}}}}"#);
    let asking = |frame: Frame| {
        let passkey = Ceremony::sign_in(&frame, post("/login"), options.clone())?;
        let page = SignIn {
            passkey: Some(passkey),
            ..sign_in(frame)
        };
        page.render()
    };
    let adding = |frame: Frame| {
        let page = AddPasskey {
            ceremony: Ceremony::add(&frame, post("/passkeys/add"), options.clone())?,
            later: post("/passkeys/add"),
            frame,
        };
        page.render()
    };
    let answering = |frame: Frame, other_url: Option<String>| {
        let page = UsePasskey {
            ceremony: Ceremony::answer(&frame, post("/login/passkey"), options.clone())?,
            other_url,
            frame,
        };
        page.render()
    };
    let refused = || wrong([Problem::general(Wrong::PasskeyRefused)]);
    let not_added = wrong([Problem::general(Wrong::PasskeyNotAdded)]);
    vec![
        ("sign-in-passkey", asking(frame())),
        ("sign-in-passkey-wrong", asking(refused())),
        ("use-passkey", answering(frame(), None)),
        (
            "use-passkey-wrong",
            answering(refused(), Some("/login/choose".into())),
        ),
        ("add-passkey", adding(frame())),
        ("add-passkey-wrong", adding(not_added)),
    ]
}
