//! Messages, as stored and as handed over.

use cabana_domain::PoolId;
use cabana_domain::delivery::Delivery;
use cabana_domain::message::{DeliveryState, Message, MessageContent, Purpose};
use cabana_domain::trigger::Trigger;
use cabana_model::DeliveryMediumType;

use super::at;

pub fn message(pool: &PoolId, id: &str, state: DeliveryState, second: i64) -> Message {
    Message {
        id: id.to_owned(),
        pool: pool.clone(),
        medium: DeliveryMediumType::Email,
        to: "ann@example.com".to_owned(),
        from: Some("pool@example.com".to_owned()),
        reply_to: Some("help@example.com".to_owned()),
        content: Some(MessageContent {
            subject: "Your code".to_owned(),
            body: "It is 123456.".to_owned(),
            code: Some("123456".to_owned()),
            link: None,
            purpose: Purpose::SignIn,
        }),
        state,
        attempts: 0,
        due: at(second),
        error: None,
        created: at(second),
    }
}

pub fn delivery(pool: &PoolId, id: &str, state: DeliveryState, second: i64) -> Delivery {
    Delivery {
        id: id.to_owned(),
        pool: pool.clone(),
        trigger: Trigger::CustomEmailSender,
        arn: "arn:aws:lambda:us-east-1:000000000000:function:send".to_owned(),
        event: r#"{"userName":"änn"}"#.into(),
        state,
        attempts: 0,
        due: at(second),
        error: None,
        created: at(second),
    }
}
