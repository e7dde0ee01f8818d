//! Sends a test mail.

use cabana_api::logic::operators;
use cabana_model::ErrorKind;

use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::server::status::PAGE;
use crate::users::blame;

pub async fn send(desk: Desk) -> Answer {
    let mut form = Form::sent(&desk);
    let to = form.demand("to", "Enter an email address.");
    if form.is_fine() {
        match operators::messages::send_test(&desk.cx(), &to).await {
            Ok(()) => {
                let news = format!("A test mail to {to} is on its way. This list shows its state.");
                return desk.done("/console/messages", news);
            }
            Err(fault) => blame(&mut form, fault, &FIELDS)?,
        }
    }
    desk.refused_at(PAGE, &form).await
}

const FIELDS: [(ErrorKind, &str); 2] = [
    (ErrorKind::InvalidParameterException, "to"),
    (ErrorKind::CodeDeliveryFailureException, "to"),
];
