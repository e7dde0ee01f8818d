//! `/messaging/invitation`: the message to people whose account an administrator created.

use askama::Template;
use cabana_model::{MessageTemplateType, UpdateUserPoolRequest, UserPoolType};

use super::texts::{INVITATION, INVITATION_SMS, INVITATION_SUBJECT, Need};
use crate::form::Form;
use crate::settings::sheet::Edits;

#[derive(Template)]
#[template(path = "settings/message_invitation.html")]
struct Controls<'a> {
    form: &'a Form,
}

pub struct Invitation;

impl Edits for Invitation {
    type Of = UserPoolType;
    type Input = UpdateUserPoolRequest;
    const TITLE: &'static str = "Edit invitation message";
    const NEWS: &'static str = "The invitation message has been saved.";
    const PART: &'static str = "/messaging";

    fn fill(form: Form, pool: &UserPoolType) -> Form {
        let config = pool.admin_create_user_config.clone().unwrap_or_default();
        let own = config.invite_message_template.unwrap_or_default();
        let form = INVITATION_SUBJECT.fill(form, own.email_subject.as_ref());
        let form = INVITATION.fill(form, own.email_message.as_ref());
        INVITATION_SMS.fill(form, own.sms_message.as_ref())
    }

    fn read(form: &mut Form, _: &UserPoolType, input: &mut UpdateUserPoolRequest) {
        // The server sends no invitation without both placeholders, as it would be of no use.
        let needs = [Need::Username, Need::Code];
        let own = MessageTemplateType {
            email_subject: INVITATION_SUBJECT.read(form, &[]),
            email_message: INVITATION.read(form, &needs),
            sms_message: INVITATION_SMS.read(form, &needs),
        };
        let config = input.admin_create_user_config.get_or_insert_default();
        config.invite_message_template = Some(own).filter(|it| *it != Default::default());
    }

    fn controls(form: &Form, _: &UserPoolType) -> askama::Result<String> {
        Controls { form }.render()
    }
}
