//! `/messaging/verification`: the message that confirms a new account or address.

use askama::Template;
use cabana_model::{
    DefaultEmailOptionType as Option_, UpdateUserPoolRequest, UserPoolType,
    VerificationMessageTemplateType,
};

use super::texts::{self, CODE, CODE_SMS, CODE_SUBJECT, LINK, LINK_SUBJECT, Need};
use crate::form::Form;
use crate::settings::sheet::Edits;

#[derive(Template)]
#[template(path = "settings/message_verification.html")]
struct Controls<'a> {
    form: &'a Form,
}

pub struct Verification;

impl Edits for Verification {
    type Of = UserPoolType;
    type Input = UpdateUserPoolRequest;
    const TITLE: &'static str = "Edit verification message";
    const NEWS: &'static str = "The verification message has been saved.";
    const PART: &'static str = "/messaging";

    fn fill(form: Form, pool: &UserPoolType) -> Form {
        let own = pool
            .verification_message_template
            .clone()
            .unwrap_or_default();
        let by_link = texts::is_by_link(pool);
        let form = form.with("type", if by_link { "link" } else { "code" });
        let code = own.email_message.as_ref();
        let form = CODE.fill(form, code.or(pool.email_verification_message.as_ref()));
        let form = CODE_SUBJECT.fill(form, own.email_subject.as_ref());
        let form = LINK.fill(form, own.email_message_by_link.as_ref());
        let form = LINK_SUBJECT.fill(form, own.email_subject_by_link.as_ref());
        CODE_SMS.fill(form, own.sms_message.as_ref())
    }

    fn read(form: &mut Form, _: &UserPoolType, input: &mut UpdateUserPoolRequest) {
        let code = CODE.read(form, &[Need::Code]);
        let link = LINK.read(form, &[Need::Link]);
        let subject = CODE_SUBJECT.read(form, &[]);
        let sms = CODE_SMS.read(form, &[Need::Code]);
        // Older members for the same texts, which the server would use if the template has none.
        input.email_verification_message = None;
        input.email_verification_subject = None;
        input.sms_verification_message = None;
        input.verification_message_template = Some(VerificationMessageTemplateType {
            default_email_option: Some(if form.has("type", "link") {
                Option_::ConfirmWithLink
            } else {
                Option_::ConfirmWithCode
            }),
            email_message: code,
            email_subject: subject,
            email_subject_by_link: LINK_SUBJECT.read(form, &[]),
            email_message_by_link: link,
            sms_message: sms,
        });
    }

    fn controls(form: &Form, _: &UserPoolType) -> askama::Result<String> {
        Controls { form }.render()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_a_code_and_one_with_a_link_share_one_template() {
        let mut form = Form::default()
            .with("type", "link")
            .with("message", "Your code: {####}")
            .with("link_message", "Go {##here##}");
        let mut input = UpdateUserPoolRequest::default();
        Verification::read(&mut form, &UserPoolType::default(), &mut input);
        assert!(form.is_fine());
        let template = input.verification_message_template.unwrap();
        assert_eq!(template.email_message.as_deref(), Some("Your code: {####}"));
        assert_eq!(
            template.default_email_option,
            Some(Option_::ConfirmWithLink)
        );
        assert_eq!(
            template.email_message_by_link.as_deref(),
            Some("Go {##here##}")
        );
        assert_eq!(input.email_verification_message, None);
    }
}
