//! Events of users.

use cabana_domain::event::{Event, EventDetail, EventKind};
use cabana_domain::flow::{Method, Methods};
use cabana_domain::{ClientId, PoolId, Sub};

use super::at;

pub fn event(pool: &PoolId, sub: &Sub, id: &str, second: i64) -> Event {
    Event {
        id: id.to_owned(),
        at: at(second),
        pool: pool.clone(),
        sub: sub.clone(),
        kind: EventKind::SignIn,
        refused: Some("wrong_password".to_owned()),
        detail: EventDetail {
            username: "änn".to_owned(),
            client: Some(ClientId::new("client")),
            methods: Methods(vec![Method::Pwd, Method::Otp]),
            device: Some("us-east-1_00ff".to_owned()),
            source_ip: Some("2001:db8::7".parse().unwrap()),
            user_agent: Some("Browser/1 <b>\"ü\"</b>".to_owned()),
            provider: Some("MyOIDC".to_owned()),
            words: Some("a word".to_owned()),
            request: "request".to_owned(),
        },
    }
}
