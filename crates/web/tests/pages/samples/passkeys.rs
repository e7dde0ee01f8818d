//! Samples of the pages that ask for a passkey.

use cabana_web::pages::*;
use serde_json::json;

use super::{NASTY, Sample, frame, post, sign_in, wrong};

pub fn samples() -> Vec<Sample> {
    let request = json!({ "challenge": "AAAAAAAAAAAAAAAAAAAAAA" }).to_string();
    let user = json!({ "id": "AAAA", "name": NASTY, "displayName": NASTY });
    let creation = json!({ "challenge": "AAAAAAAAAAAAAAAAAAAAAA", "user": user }).to_string();
    let asking = |frame: Frame| {
        let passkey = Ceremony::sign_in(&frame, post("/login"), request.clone())?;
        let page = SignIn {
            passkey: Some(passkey),
            ..sign_in(frame)
        };
        page.render()
    };
    let adding = |frame: Frame| {
        let page = AddPasskey {
            ceremony: Ceremony::add(&frame, post("/passkeys/add"), creation.clone())?,
            later: post("/passkeys/add"),
            frame,
        };
        page.render()
    };
    let answering = |frame: Frame, other_url: Option<String>| {
        let page = UsePasskey {
            ceremony: Ceremony::answer(&frame, post("/login/passkey"), request.clone())?,
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
