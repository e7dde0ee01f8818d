//! The triggers, and the sources of each.

use cabana_model::LambdaConfigType;

/// A trigger: a member of `LambdaConfig`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trigger {
    PreSignUp,
    PostConfirmation,
    PreAuthentication,
    PostAuthentication,
    PreTokenGeneration,
    UserMigration,
    InboundFederation,
    DefineAuthChallenge,
    CreateAuthChallenge,
    VerifyAuthChallengeResponse,
    CustomMessage,
    CustomEmailSender,
    CustomSmsSender,
}

impl Trigger {
    /// Every trigger, in the order in which an account meets them.
    pub const ALL: [Trigger; 13] = [
        Trigger::PreSignUp,
        Trigger::PostConfirmation,
        Trigger::PreAuthentication,
        Trigger::PostAuthentication,
        Trigger::PreTokenGeneration,
        Trigger::UserMigration,
        Trigger::InboundFederation,
        Trigger::DefineAuthChallenge,
        Trigger::CreateAuthChallenge,
        Trigger::VerifyAuthChallengeResponse,
        Trigger::CustomMessage,
        Trigger::CustomEmailSender,
        Trigger::CustomSmsSender,
    ];

    /// Its member of `LambdaConfig`, which faults name too.
    pub fn name(self) -> &'static str {
        match self {
            Trigger::PreSignUp => "PreSignUp",
            Trigger::PostConfirmation => "PostConfirmation",
            Trigger::PreAuthentication => "PreAuthentication",
            Trigger::PostAuthentication => "PostAuthentication",
            Trigger::PreTokenGeneration => "PreTokenGeneration",
            Trigger::UserMigration => "UserMigration",
            Trigger::InboundFederation => "InboundFederation",
            Trigger::DefineAuthChallenge => "DefineAuthChallenge",
            Trigger::CreateAuthChallenge => "CreateAuthChallenge",
            Trigger::VerifyAuthChallengeResponse => "VerifyAuthChallengeResponse",
            Trigger::CustomMessage => "CustomMessage",
            Trigger::CustomEmailSender => "CustomEmailSender",
            Trigger::CustomSmsSender => "CustomSMSSender",
        }
    }

    /// The trigger of this name.
    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// The ARN of its function; `None` if the pool has none.
    pub fn arn(self, config: &LambdaConfigType) -> Option<&str> {
        let arn = match self {
            Trigger::PreSignUp => &config.pre_sign_up,
            Trigger::PostConfirmation => &config.post_confirmation,
            Trigger::PreAuthentication => &config.pre_authentication,
            Trigger::PostAuthentication => &config.post_authentication,
            Trigger::PreTokenGeneration => &config.pre_token_generation,
            Trigger::UserMigration => &config.user_migration,
            Trigger::InboundFederation => {
                return Some(&config.inbound_federation.as_ref()?.lambda_arn);
            }
            Trigger::DefineAuthChallenge => &config.define_auth_challenge,
            Trigger::CreateAuthChallenge => &config.create_auth_challenge,
            Trigger::VerifyAuthChallengeResponse => &config.verify_auth_challenge_response,
            Trigger::CustomMessage => &config.custom_message,
            Trigger::CustomEmailSender => {
                return Some(&config.custom_email_sender.as_ref()?.lambda_arn);
            }
            Trigger::CustomSmsSender => {
                return Some(&config.custom_sms_sender.as_ref()?.lambda_arn);
            }
        };
        arn.as_deref()
    }

    /// Whether `triggerSource` is the second member of its events; else it follows `callerContext`.
    pub(super) fn names_source_early(self) -> bool {
        match self {
            Trigger::PreTokenGeneration
            | Trigger::UserMigration
            | Trigger::InboundFederation
            | Trigger::CustomEmailSender
            | Trigger::CustomSmsSender => true,
            Trigger::PreSignUp
            | Trigger::PostConfirmation
            | Trigger::PreAuthentication
            | Trigger::PostAuthentication
            | Trigger::DefineAuthChallenge
            | Trigger::CreateAuthChallenge
            | Trigger::VerifyAuthChallengeResponse
            | Trigger::CustomMessage => false,
        }
    }
}

/// The occasion of a call: the second part of `triggerSource`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Occasion {
    SignUp,
    AdminCreateUser,
    ResendCode,
    ExternalProvider,
    ConfirmSignUp,
    Authentication,
    HostedAuth,
    NewPasswordChallenge,
    AuthenticateDevice,
    RefreshTokens,
    ClientCredentials,
    ForgotPassword,
    ConfirmForgotPassword,
    UpdateUserAttribute,
    VerifyUserAttribute,
}

impl Occasion {
    fn name(self) -> &'static str {
        match self {
            Occasion::SignUp => "SignUp",
            Occasion::AdminCreateUser => "AdminCreateUser",
            Occasion::ResendCode => "ResendCode",
            Occasion::ExternalProvider => "ExternalProvider",
            Occasion::ConfirmSignUp => "ConfirmSignUp",
            Occasion::Authentication => "Authentication",
            Occasion::HostedAuth => "HostedAuth",
            Occasion::NewPasswordChallenge => "NewPasswordChallenge",
            Occasion::AuthenticateDevice => "AuthenticateDevice",
            Occasion::RefreshTokens => "RefreshTokens",
            Occasion::ClientCredentials => "ClientCredentials",
            Occasion::ForgotPassword => "ForgotPassword",
            Occasion::ConfirmForgotPassword => "ConfirmForgotPassword",
            Occasion::UpdateUserAttribute => "UpdateUserAttribute",
            Occasion::VerifyUserAttribute => "VerifyUserAttribute",
        }
    }
}

/// A trigger on an occasion: the event's `triggerSource`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Source {
    pub trigger: Trigger,
    pub occasion: Occasion,
}

impl Source {
    /// Every source that is called.
    pub fn all() -> impl Iterator<Item = Source> {
        let of = |trigger: Trigger| {
            let occasions = trigger.occasions().iter();
            occasions.map(move |occasion| Source {
                trigger,
                occasion: *occasion,
            })
        };
        Trigger::ALL.into_iter().flat_map(of)
    }

    /// The value of `triggerSource`.
    pub fn name(self) -> String {
        let trigger = match self.trigger {
            Trigger::PreTokenGeneration => "TokenGeneration",
            other => other.name(),
        };
        format!("{trigger}_{}", self.occasion.name())
    }
}

impl Trigger {
    /// The occasions on which it is called.
    fn occasions(self) -> &'static [Occasion] {
        use Occasion as O;
        match self {
            Trigger::PreSignUp => &[O::SignUp, O::AdminCreateUser, O::ExternalProvider],
            Trigger::PostConfirmation => &[O::ConfirmSignUp, O::ConfirmForgotPassword],
            Trigger::PreAuthentication
            | Trigger::PostAuthentication
            | Trigger::DefineAuthChallenge
            | Trigger::CreateAuthChallenge
            | Trigger::VerifyAuthChallengeResponse => &[O::Authentication],
            Trigger::PreTokenGeneration => &[
                O::HostedAuth,
                O::Authentication,
                O::NewPasswordChallenge,
                O::AuthenticateDevice,
                O::RefreshTokens,
                O::ClientCredentials,
            ],
            Trigger::UserMigration => &[O::Authentication, O::ForgotPassword],
            Trigger::InboundFederation => &[O::ExternalProvider],
            Trigger::CustomMessage | Trigger::CustomEmailSender | Trigger::CustomSmsSender => &[
                O::SignUp,
                O::AdminCreateUser,
                O::ResendCode,
                O::ForgotPassword,
                O::UpdateUserAttribute,
                O::VerifyUserAttribute,
                O::Authentication,
            ],
        }
    }
}
