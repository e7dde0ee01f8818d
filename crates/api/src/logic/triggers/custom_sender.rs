//! `CustomEmailSender` and `CustomSMSSender`: a function sends the messages of a pool. It is called from a queue, at
//! least once, and gets the code encrypted under the pool's key; neither its answer nor its failure reaches the user.

use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_domain::delivery::Delivery;
use cabana_domain::message::DeliveryState;
use cabana_domain::pool::Pool;
use cabana_domain::trigger::message::{Delivery as Request, EMAIL, SMS};
use cabana_domain::trigger::{self, Source, Trigger, user_attributes};
use cabana_model::DeliveryMediumType;
use cabana_store::Change;

use super::{Call, metadata};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::messages::Letter;

fn of(medium: DeliveryMediumType) -> Trigger {
    match medium {
        DeliveryMediumType::Email => Trigger::CustomEmailSender,
        DeliveryMediumType::Sms => Trigger::CustomSmsSender,
    }
}

/// Whether a function sends the pool's messages of this medium.
pub fn is_set(pool: &Pool, medium: DeliveryMediumType) -> bool {
    super::arn(pool, of(medium)).is_some()
}

/// The change that hands a message to the pool's function, if it has one for this medium.
///
/// # Errors
/// UnexpectedLambdaException if the server does not have the pool's key.
pub fn queue(cx: &Cx<'_>, pool: &Pool, letter: Letter<'_>) -> Result<Option<Change>, Fault> {
    let trigger = of(letter.to.medium());
    let occasion = letter.occasion;
    let Some(call) = Call::of(pool, Source { trigger, occasion }) else {
        return Ok(None);
    };
    let code = match letter.values.code {
        Some(code) => Some(encrypted(cx, pool, trigger, code)?),
        None => None,
    };
    let request = Request {
        r#type: match trigger {
            Trigger::CustomSmsSender => SMS,
            _ => EMAIL,
        },
        code,
        client_metadata: metadata::of(cx, call.source),
        user_attributes: user_attributes(pool, letter.user),
    };
    let event = call.event(cx, &letter.user.username, request, None::<()>)?;
    let event = String::from_utf8(event).map_err(Fault::internal)?;
    let delivery = Delivery {
        id: cx.uuid()?,
        pool: pool.id.clone(),
        trigger,
        arn: call.arn.to_owned(),
        event: event.into(),
        state: DeliveryState::Queued,
        attempts: 0,
        due: cx.now(),
        error: None,
        created: cx.now(),
    };
    Ok(Some(Change::Deliver(Box::new(delivery))))
}

/// A code, or a temporary password, in the form in which functions get it. Passwords in mails are escaped as HTML first.
fn encrypted(cx: &Cx<'_>, pool: &Pool, trigger: Trigger, code: &str) -> Result<String, Fault> {
    let config = pool.settings.lambda_config.as_ref();
    let key = config.and_then(|it| it.kms_key_id.as_deref());
    let key = key.ok_or_else(|| faults::no_key(trigger))?;
    let plain = match trigger {
        Trigger::CustomEmailSender => trigger::message::escaped(code),
        _ => code.to_owned(),
    };
    let context = [("userpool-id", pool.id.as_str())];
    let sealed = cx.api.encrypt.encrypt(key, &context, plain.as_bytes());
    let sealed = sealed.map_err(|error| {
        tracing::error!(pool = %pool.id, key, %error, "a code could not be encrypted for the pool's function");
        faults::no_key(trigger)
    })?;
    Ok(BASE64_STANDARD.encode(sealed))
}
