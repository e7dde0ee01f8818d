//! Subject and body of a message.

use cabana_domain::pool::Pool;
use cabana_domain::template::{self, MessageKind, Placeholder};

use super::{Letter, built_in};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::triggers::custom_message;

/// Subject and body: those of the pool's function, where it gives them, else the pool's.
pub(super) async fn of(
    cx: &Cx<'_>,
    pool: &Pool,
    letter: Letter<'_>,
) -> Result<(String, String), Fault> {
    let (subject, body) = pools(pool, letter.kind)?;
    let given = custom_message::texts(cx, pool, letter).await?;
    Ok((given.subject.unwrap_or(subject), given.body.unwrap_or(body)))
}

/// Whether a pool's own invitation can be used: not if it has a password and this one has none.
fn fits(kind: MessageKind, text: &str) -> bool {
    let with_password = template::missing(text, &[Placeholder::Code]).is_empty();
    kind.needs().contains(&Placeholder::Code) || !with_password
}

/// Subject and body: the pool's own, or the built-in ones.
///
/// # Errors
/// If a built-in text is missing.
pub(super) fn pools(pool: &Pool, kind: MessageKind) -> Result<(String, String), Fault> {
    use MessageKind as K;
    let settings = &pool.settings;
    let verification = settings.verification_message_template.as_ref();
    let invitation = settings
        .admin_create_user_config
        .as_ref()
        .and_then(|it| it.invite_message_template.as_ref());
    let (subject, body) = match kind {
        K::EmailVerification | K::EmailForgotPassword => (
            verification
                .and_then(|it| it.email_subject.as_ref())
                .or(settings.email_verification_subject.as_ref()),
            verification
                .and_then(|it| it.email_message.as_ref())
                .or(settings.email_verification_message.as_ref()),
        ),
        K::EmailVerificationLink => (
            verification.and_then(|it| it.email_subject_by_link.as_ref()),
            verification.and_then(|it| it.email_message_by_link.as_ref()),
        ),
        K::EmailInvitation | K::EmailInvitationWithoutPassword => (
            invitation.and_then(|it| it.email_subject.as_ref()),
            invitation
                .and_then(|it| it.email_message.as_ref())
                .filter(|text| fits(kind, text)),
        ),
        K::EmailSignIn => {
            let own = pool.mfa.email.as_ref();
            (
                own.and_then(|it| it.subject.as_ref()),
                own.and_then(|it| it.message.as_ref()),
            )
        }
        // Always the built-in words.
        K::EmailRecoveryCode
        | K::SmsRecoveryCode
        | K::EmailNewRecoveryCodes
        | K::SmsNewRecoveryCodes
        | K::EmailNewPasskey
        | K::SmsNewPasskey => (None, None),
        K::SmsVerification | K::SmsForgotPassword => (
            None,
            verification
                .and_then(|it| it.sms_message.as_ref())
                .or(settings.sms_verification_message.as_ref()),
        ),
        K::SmsInvitation | K::SmsInvitationWithoutPassword => (
            None,
            invitation
                .and_then(|it| it.sms_message.as_ref())
                .filter(|text| fits(kind, text)),
        ),
        K::SmsSignIn => {
            let own = pool.mfa.sms.as_ref();
            let own = own.and_then(|it| it.sms_authentication_message.as_ref());
            (None, own.or(settings.sms_authentication_message.as_ref()))
        }
    };
    let built_in = built_in(kind)?;
    Ok((
        subject.cloned().unwrap_or(built_in.subject),
        body.cloned().unwrap_or(built_in.body),
    ))
}
