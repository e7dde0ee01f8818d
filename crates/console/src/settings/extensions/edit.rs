//! `/extensions/edit`: the functions of a pool, by trigger.

use askama::Template;
use cabana_api::faults::reason;
use cabana_domain::trigger::Trigger;
use cabana_model::{
    CustomEmailLambdaVersionConfigType, CustomEmailSenderLambdaVersionType,
    CustomSMSLambdaVersionConfigType, CustomSMSSenderLambdaVersionType,
    InboundFederationLambdaType, InboundFederationLambdaVersionType, LambdaConfigType,
    PreTokenGenerationLambdaVersionType as Version, PreTokenGenerationVersionConfigType,
    UpdateUserPoolRequest, UserPoolType,
};

use super::words;
use crate::about::About;
use crate::form::{Field, Form, Group};
use crate::settings::sheet::Edits;

const VERSION: &str = "version";
const KEY: &str = "key";

#[derive(Template)]
#[template(path = "settings/extensions.html")]
struct Controls<'a> {
    form: &'a Form,
}

impl Controls<'_> {
    fn functions(&self) -> Vec<Field> {
        let field = |trigger: Trigger| {
            let (name, when) = words(trigger);
            let field = self
                .form
                .text(trigger.name(), &format!("{name} – optional"));
            field.machine().hint(when)
        };
        Trigger::ALL.into_iter().map(field).collect()
    }

    fn versions(&self) -> Group {
        self.form
            .select(VERSION, "Trigger event version of pre token generation")
            .option(
                Version::V1_0.as_str(),
                "Basic features – claims of the ID token",
            )
            .option(
                Version::V2_0.as_str(),
                "Basic features + access token customization",
            )
            .option(
                Version::V3_0.as_str(),
                "Basic features + access token customization for users and machines",
            )
    }
}

pub struct Functions;

impl Edits for Functions {
    type Of = UserPoolType;
    type Input = UpdateUserPoolRequest;
    const TITLE: &'static str = "Edit Lambda triggers";
    const NEWS: &'static str = "The Lambda triggers have been saved.";
    const LEAD: &'static str =
        "ARNs of functions. Where each ARN leads is set on this server: see cabana env functions.";
    const PART: &'static str = "/extensions";
    const FIELDS: &'static [(About<'static>, &'static str)] = &[
        (About::Reason(reason::sender_without_key), KEY),
        (About::Reason(reason::not_in_tier), VERSION),
        (About::Member("lambdaConfig.kMSKeyID"), KEY),
        (About::Member("lambdaConfig.preSignUp"), "PreSignUp"),
        (
            About::Member("lambdaConfig.postConfirmation"),
            "PostConfirmation",
        ),
        (
            About::Member("lambdaConfig.preAuthentication"),
            "PreAuthentication",
        ),
        (
            About::Member("lambdaConfig.postAuthentication"),
            "PostAuthentication",
        ),
        (
            About::Member("lambdaConfig.preTokenGenerationConfig"),
            "PreTokenGeneration",
        ),
        (About::Member("lambdaConfig.userMigration"), "UserMigration"),
        (
            About::Member("lambdaConfig.inboundFederation"),
            "InboundFederation",
        ),
        (
            About::Member("lambdaConfig.defineAuthChallenge"),
            "DefineAuthChallenge",
        ),
        (
            About::Member("lambdaConfig.createAuthChallenge"),
            "CreateAuthChallenge",
        ),
        (
            About::Member("lambdaConfig.verifyAuthChallengeResponse"),
            "VerifyAuthChallengeResponse",
        ),
        (About::Member("lambdaConfig.customMessage"), "CustomMessage"),
        (
            About::Member("lambdaConfig.customEmailSender"),
            "CustomEmailSender",
        ),
        (
            About::Member("lambdaConfig.customSMSSender"),
            "CustomSMSSender",
        ),
    ];

    fn fill(form: Form, pool: &UserPoolType) -> Form {
        let config = pool.lambda_config.clone().unwrap_or_default();
        let version = config.pre_token_generation_config.as_ref();
        let version = version.map_or(Version::V1_0, |it| it.lambda_version);
        let form = form.with(VERSION, version.as_str());
        let form = form.with(KEY, config.kms_key_id.clone().unwrap_or_default());
        Trigger::ALL.into_iter().fold(form, |form, trigger| {
            form.with(trigger.name(), trigger.arn(&config).unwrap_or_default())
        })
    }

    fn read(form: &mut Form, _: &UserPoolType, input: &mut UpdateUserPoolRequest) {
        let version = form.get(VERSION).parse().unwrap_or(Version::V1_0);
        let arn = |trigger: Trigger| form.given(trigger.name());
        input.lambda_config = Some(LambdaConfigType {
            pre_sign_up: arn(Trigger::PreSignUp),
            post_confirmation: arn(Trigger::PostConfirmation),
            pre_authentication: arn(Trigger::PreAuthentication),
            post_authentication: arn(Trigger::PostAuthentication),
            pre_token_generation: None,
            pre_token_generation_config: arn(Trigger::PreTokenGeneration).map(|lambda_arn| {
                PreTokenGenerationVersionConfigType {
                    lambda_arn,
                    lambda_version: version,
                }
            }),
            user_migration: arn(Trigger::UserMigration),
            inbound_federation: arn(Trigger::InboundFederation).map(|lambda_arn| {
                InboundFederationLambdaType {
                    lambda_arn,
                    lambda_version: InboundFederationLambdaVersionType::V1_0,
                }
            }),
            define_auth_challenge: arn(Trigger::DefineAuthChallenge),
            create_auth_challenge: arn(Trigger::CreateAuthChallenge),
            verify_auth_challenge_response: arn(Trigger::VerifyAuthChallengeResponse),
            custom_message: arn(Trigger::CustomMessage),
            custom_email_sender: arn(Trigger::CustomEmailSender).map(|lambda_arn| {
                CustomEmailLambdaVersionConfigType {
                    lambda_arn,
                    lambda_version: CustomEmailSenderLambdaVersionType::V1_0,
                }
            }),
            custom_sms_sender: arn(Trigger::CustomSmsSender).map(|lambda_arn| {
                CustomSMSLambdaVersionConfigType {
                    lambda_arn,
                    lambda_version: CustomSMSSenderLambdaVersionType::V1_0,
                }
            }),
            kms_key_id: form.given(KEY),
        });
    }

    fn controls(form: &Form, _: &UserPoolType) -> askama::Result<String> {
        Controls { form }.render()
    }
}
