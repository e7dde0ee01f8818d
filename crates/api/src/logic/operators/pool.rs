//! The operators' pool, its client (the console) and its groups: created when the server starts, and repaired if a
//! part is missing.

use std::sync::Arc;

use cabana_domain::client::Client;
use cabana_domain::factor::Factor;
use cabana_domain::group::Group;
use cabana_domain::pool::{MfaSettings, OPERATORS_CLIENT, OPERATORS_POOL, Pool};
use cabana_domain::session::SessionSettings;
use cabana_domain::{ClientId, PoolId};
use cabana_model::{
    AccountRecoverySettingType, AdminCreateUserConfigType, AliasAttributeType,
    CreateUserPoolClientRequest, CreateUserPoolRequest, DeletionProtectionType,
    ExplicitAuthFlowsType, OAuthFlowType, PasswordPolicyType, PreventUserExistenceErrorTypes,
    RecoveryOptionNameType, RecoveryOptionType, TimeUnitsType, TokenValidityUnitsType,
    UserPoolClientType, UserPoolMfaType, UserPoolPolicyType, UsernameConfigurationType,
};
use cabana_store::Change;

use super::{ADMINISTRATORS, READ_ONLY};
use crate::Api;
use crate::caller::{Caller, RequestInfo};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::clients::settings as client_settings;
use crate::logic::pools::{keys, mfa, settings};
use crate::logic::users::recovery;

/// Maximum number of runs while other nodes do the same.
const RUNS: u32 = 4;

const GROUPS: [(&str, &str); 2] = [
    (ADMINISTRATORS, "May do everything."),
    (READ_ONLY, "May look at everything and change nothing."),
];
const SCOPES: [&str; 4] = [
    "openid",
    "profile",
    "email",
    "aws.cognito.signin.user.admin",
];

/// Creates the missing parts of the operators' pool, and sets its client's redirect URLs. Safe to run on several
/// nodes at once.
///
/// # Errors
/// A failure of the store.
pub async fn ensure(
    api: &Api,
    callback_urls: Vec<String>,
    logout_urls: Vec<String>,
) -> Result<(), Fault> {
    let request = RequestInfo {
        id: "operators' pool".to_owned(),
        source_ip: None,
        user_agent: None,
        sdk_agent: None,
        page_host: None,
        reads_only: false,
    };
    let cx = Cx::new(api, Caller::InProcess, request);
    let mut runs = 0;
    loop {
        runs += 1;
        let changes = missing(&cx, &callback_urls, &logout_urls).await?;
        match cx.commit(changes).await {
            Err(fault) if fault.lost_race() && runs < RUNS => {}
            result => return result,
        }
    }
}

async fn missing(
    cx: &Cx<'_>,
    callback_urls: &[String],
    logout_urls: &[String],
) -> Result<Vec<Change>, Fault> {
    let id = PoolId::new(OPERATORS_POOL);
    let mut changes = Vec::new();
    let pool = match cx.store().pool(&id).await? {
        Some(pool) => match put_right(&pool) {
            Some(pool) => {
                changes.push(Change::UpdatePool(Box::new(pool.clone())));
                Arc::new(pool)
            }
            None => pool,
        },
        None => {
            let pool = new_pool(cx, id)?;
            changes.push(Change::InsertPool {
                keys: keys::make(cx, &pool.id).await?,
                pool: Box::new(pool.clone()),
            });
            Arc::new(pool)
        }
    };
    let client = cx.store().client(&ClientId::new(OPERATORS_CLIENT)).await?;
    let (client, is_new) = match client {
        Some(client) => (Client::clone(&client), false),
        None => (new_client(cx, &pool)?, true),
    };
    let urls = |urls: &[String]| Some(urls.to_vec()).filter(|urls| !urls.is_empty());
    let settings = UserPoolClientType {
        // Not validated: the server's own URL is given, even if no other client may have such a URL.
        callback_urls: urls(callback_urls),
        logout_urls: urls(logout_urls),
        ..client.settings.clone()
    };
    if is_new || settings != client.settings {
        let client = Box::new(Client {
            settings,
            modified: cx.now(),
            ..client
        });
        changes.push(match is_new {
            true => Change::InsertClient(client),
            false => Change::UpdateClient(client),
        });
    }
    for (name, description) in GROUPS {
        if cx.store().group(&pool.id, name).await?.is_none() {
            changes.push(Change::InsertGroup(group(cx, &pool, name, description)));
        }
    }
    Ok(changes)
}

/// The pool with the settings that operators rely on: authenticator apps work at sign-in, and recovery by mail is
/// off. `None` if nothing changes. A pool that requires a second factor keeps requiring one.
fn put_right(pool: &Pool) -> Option<Pool> {
    let takes_apps = pool.offers(Factor::Totp);
    let is_off = pool.mfa_configuration() == UserPoolMfaType::Off;
    let by_administrator = recovery::is_by_administrator(pool);
    if takes_apps && !is_off && by_administrator {
        return None;
    }
    let mut pool = pool.clone();
    if is_off {
        pool.settings.mfa_configuration = Some(UserPoolMfaType::Optional);
    }
    pool.mfa.software_token = true;
    pool.mfa.software_token_named = true;
    pool.settings.account_recovery_setting = Some(no_recovery());
    Some(pool)
}

/// No recovery by mail: six digits in a mailbox are too weak for an account with full access.
fn no_recovery() -> AccountRecoverySettingType {
    AccountRecoverySettingType {
        recovery_mechanisms: Some(vec![RecoveryOptionType {
            name: RecoveryOptionNameType::AdminOnly,
            priority: 1,
        }]),
    }
}

fn new_pool(cx: &Cx<'_>, id: PoolId) -> Result<Pool, Fault> {
    let policy = PasswordPolicyType {
        minimum_length: Some(12),
        // Length instead of character classes.
        require_lowercase: Some(false),
        require_numbers: Some(false),
        require_symbols: Some(false),
        require_uppercase: Some(false),
        ..PasswordPolicyType::default()
    };
    let wanted = CreateUserPoolRequest {
        pool_name: "Cabana operators".to_owned(),
        account_recovery_setting: Some(no_recovery()),
        alias_attributes: Some(vec![AliasAttributeType::Email]),
        username_configuration: Some(UsernameConfigurationType {
            case_sensitive: false,
        }),
        admin_create_user_config: Some(AdminCreateUserConfigType {
            allow_admin_create_user_only: Some(true),
            ..AdminCreateUserConfigType::default()
        }),
        deletion_protection: Some(DeletionProtectionType::Active),
        mfa_configuration: Some(UserPoolMfaType::Optional),
        policies: Some(UserPoolPolicyType {
            password_policy: Some(policy),
            ..UserPoolPolicyType::default()
        }),
        ..CreateUserPoolRequest::default()
    };
    let factors = MfaSettings {
        software_token: true,
        software_token_named: true,
        ..MfaSettings::default()
    };
    let lasting = settings::lasting(&wanted)?;
    let settings = settings::updated(lasting, settings::changeable(wanted))?;
    Ok(Pool {
        id,
        version: 1,
        mfa: mfa::following(&factors, &settings)?,
        settings,
        kept_issuer: None,
        sessions: SessionSettings::default(),
        created: cx.now(),
        modified: cx.now(),
    })
}

fn new_client(cx: &Cx<'_>, pool: &Pool) -> Result<Client, Fault> {
    let wanted = CreateUserPoolClientRequest {
        user_pool_id: pool.id.to_string(),
        client_name: "Cabana console".to_owned(),
        // Sign-in happens on the hosted pages; no API flow is enabled.
        explicit_auth_flows: Some(vec![ExplicitAuthFlowsType::AllowRefreshTokenAuth]),
        supported_identity_providers: Some(vec!["COGNITO".to_owned()]),
        // Placeholder until the real URLs are known.
        callback_urls: Some(vec!["https://localhost".to_owned()]),
        allowed_oauth_flows_user_pool_client: Some(true),
        allowed_oauth_flows: Some(vec![OAuthFlowType::Code]),
        allowed_oauth_scopes: Some(SCOPES.map(str::to_owned).to_vec()),
        access_token_validity: Some(15),
        id_token_validity: Some(15),
        refresh_token_validity: Some(12),
        token_validity_units: Some(TokenValidityUnitsType {
            access_token: Some(TimeUnitsType::Minutes),
            id_token: Some(TimeUnitsType::Minutes),
            refresh_token: Some(TimeUnitsType::Hours),
        }),
        enable_token_revocation: Some(true),
        prevent_user_existence_errors: Some(PreventUserExistenceErrorTypes::Enabled),
        ..CreateUserPoolClientRequest::default()
    };
    let blank = Client {
        id: ClientId::new(OPERATORS_CLIENT),
        pool: pool.id.clone(),
        version: 1,
        settings: UserPoolClientType::default(),
        secrets: Vec::new(),
        sso_minutes: None,
        created: cx.now(),
        modified: cx.now(),
    };
    client_settings::replaced(
        blank,
        pool,
        client_settings::changeable(wanted),
        client_settings::Verb::Creating,
    )
}

fn group(cx: &Cx<'_>, pool: &Pool, name: &str, description: &str) -> Group {
    Group {
        pool: pool.id.clone(),
        name: name.to_owned(),
        version: 0,
        description: Some(description.to_owned()),
        role_arn: None,
        precedence: None,
        created: cx.now(),
        modified: cx.now(),
    }
}
