//! Samples of the emulator's pages.

use cabana_web::pages::emulator::*;
use cabana_web::pages::*;
use cabana_web::texts::Texts;

use super::{NASTY, Sample, post};

fn frame() -> Frame {
    Frame::new(
        Texts::english(),
        Brand {
            name: "Cabana".into(),
            ..Brand::default()
        },
    )
}

fn nav() -> Nav {
    let [start_url, inbox_url, demo_url] =
        ["/", "/_cabana/inbox", "/_cabana/demo"].map(str::to_owned);
    Nav {
        start_url,
        inbox_url,
        demo_url,
        console_url: Some("/console".into()),
    }
}

fn demo_user() -> Option<(String, String)> {
    Some(("ada".into(), "Lagoon-2026".into()))
}

fn line(medium: Medium, to: &str, subject: &str, code: Option<&str>) -> InboxLine {
    let (url, sent_at) = ("/_cabana/inbox/1".into(), Moment(1_795_380_067_000_000));
    InboxLine {
        url,
        medium,
        to: to.into(),
        subject: subject.into(),
        code: code.map(Into::into),
        sent_at,
    }
}

fn inbox() -> Inbox {
    let messages = vec![
        line(
            Medium::Email,
            "ada@example.org",
            "Your verification code",
            Some("492817"),
        ),
        line(
            Medium::Sms,
            "+14155550100",
            "Your authentication code is 118204",
            Some("118204"),
        ),
        line(
            Medium::Email,
            "grace@example.org",
            "You have been invited to Lagoon Chat",
            None,
        ),
        line(
            Medium::Email,
            "a.rather.long.address.that.goes.on@department.example.org",
            NASTY,
            None,
        ),
    ];
    Inbox {
        frame: frame(),
        nav: nav(),
        messages,
        empty: post("/_cabana/inbox/empty"),
    }
}

fn mail() -> Message {
    Message {
        frame: frame(),
        nav: nav(),
        medium: Medium::Email,
        to: "ada@example.org".into(),
        subject: Some("Your verification code".into()),
        sent_at: Moment(1_795_380_067_000_000),
        pool_id: "us-east-1_Q7dLm2XaP".into(),
        body: "<p>Hello Ada,</p><p>your code is <b>492817</b>.</p><p>If this was not you, ignore this mail.</p>".into(),
        code: Some("492817".into()),
        link: Some("http://localhost:9229/us-east-1_Q7dLm2XaP/confirmUser?confirmation_code=492817".into()),
    }
}

fn landing() -> Landing {
    Landing {
        frame: frame(),
        nav: nav(),
        version: "0.1.0".into(),
        endpoint: "http://localhost:9229".into(),
        region: "us-east-1".into(),
        pool_id: "us-east-1_Q7dLm2XaP".into(),
        client_id: "5k2v8m1q0r7t3x9b4n6c8d2f1g".into(),
        discovery_url: "http://localhost:9229/us-east-1_Q7dLm2XaP/.well-known/openid-configuration"
            .into(),
        jwks_url: "http://localhost:9229/us-east-1_Q7dLm2XaP/.well-known/jwks.json".into(),
        messages_url: "http://localhost:9229/_cabana/messages".into(),
        functions: "# pre-sign-up\nAWS_LAMBDA_RUNTIME_API=127.0.0.1:9301 python3 -m awslambdaric app.handler"
            .into(),
        demo_user: demo_user(),
    }
}

fn demo_home() -> DemoHome {
    let claims = [
        ("sub", "a4f8c4d8-50b1-70a9-3c47-2f1f6f0f3a55"),
        ("cognito:username", "ada"),
        ("email", "ada@example.org"),
        ("email_verified", "true"),
        ("cognito:groups", "[\"admins\",\"divers\"]"),
        ("iss", "http://localhost:9229/us-east-1_Q7dLm2XaP"),
        ("aud", "5k2v8m1q0r7t3x9b4n6c8d2f1g"),
        ("token_use", "id"),
        ("exp", "1795383667"),
        ("custom:note", NASTY),
    ];
    DemoHome {
        frame: frame(),
        nav: nav(),
        name: "Ada".into(),
        claims: claims.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        id_token: format!("eyJraWQiOiJzYW1wbGUiLCJhbGciOiJSUzI1NiJ9.{}.c2lnbmF0dXJl", "QWRh".repeat(200)),
        sign_out_url: "/logout?client_id=5k2v8m1q0r7t3x9b4n6c8d2f1g&logout_uri=http%3A%2F%2Flocalhost%3A9229%2F_cabana%2Fdemo".into(),
    }
}

pub fn samples() -> Vec<Sample> {
    let text = Message {
        medium: Medium::Sms,
        to: "+14155550100".into(),
        subject: None,
        body: "Your authentication code is 118204".into(),
        code: Some("118204".into()),
        link: None,
        ..mail()
    };
    let nasty = Message {
        subject: Some(NASTY.into()),
        body: NASTY.into(),
        code: None,
        link: None,
        ..mail()
    };
    let start = DemoStart {
        frame: frame(),
        nav: nav(),
        sign_in_url: "/oauth2/authorize".into(),
        demo_user: demo_user(),
    };
    vec![
        ("inbox", inbox().render()),
        (
            "inbox-empty",
            Inbox {
                messages: Vec::new(),
                ..inbox()
            }
            .render(),
        ),
        ("message", mail().render()),
        ("message-text", text.render()),
        ("message-nasty", nasty.render()),
        ("landing", landing().render()),
        (
            "landing-bare",
            Landing {
                functions: String::new(),
                demo_user: None,
                nav: Nav {
                    console_url: None,
                    ..nav()
                },
                ..landing()
            }
            .render(),
        ),
        ("demo-start", start.render()),
        ("demo-home", demo_home().render()),
    ]
}
