//! A client's settings. A member that a request omits gets its default, on an update too; only the rotation of
//! refresh tokens is kept.

use cabana_domain::Span;
use cabana_domain::client::Client;
use cabana_domain::pool::Pool;
use cabana_model::{
    ClientTypeType, CreateUserPoolClientRequest, ExplicitAuthFlowsType as Flow, FeatureType,
    RefreshTokenRotationType, TimeUnitsType, UpdateUserPoolClientRequest, UserPoolClientType,
};

use super::{attributes, oauth};
use crate::fault::Fault;
use crate::faults;

/// The part that CreateUserPoolClient shares with UpdateUserPoolClient.
pub fn changeable(wanted: CreateUserPoolClientRequest) -> UpdateUserPoolClientRequest {
    UpdateUserPoolClientRequest {
        access_token_validity: wanted.access_token_validity,
        allowed_oauth_flows: wanted.allowed_oauth_flows,
        allowed_oauth_flows_user_pool_client: wanted.allowed_oauth_flows_user_pool_client,
        allowed_oauth_scopes: wanted.allowed_oauth_scopes,
        analytics_configuration: wanted.analytics_configuration,
        auth_session_validity: wanted.auth_session_validity,
        callback_urls: wanted.callback_urls,
        client_id: Default::default(),
        client_name: Some(wanted.client_name),
        default_redirect_uri: wanted.default_redirect_uri,
        enable_propagate_additional_user_context_data: wanted
            .enable_propagate_additional_user_context_data,
        enable_token_revocation: wanted.enable_token_revocation,
        explicit_auth_flows: wanted.explicit_auth_flows,
        id_token_validity: wanted.id_token_validity,
        logout_urls: wanted.logout_urls,
        prevent_user_existence_errors: wanted.prevent_user_existence_errors,
        publish_secrets_in_aws_secrets_manager: wanted.publish_secrets_in_aws_secrets_manager,
        read_attributes: wanted.read_attributes,
        refresh_token_rotation: wanted.refresh_token_rotation,
        refresh_token_validity: wanted.refresh_token_validity,
        supported_identity_providers: wanted.supported_identity_providers,
        token_validity_units: wanted.token_validity_units,
        user_pool_id: wanted.user_pool_id,
        write_attributes: wanted.write_attributes,
    }
}

/// The operation on a client, as fault messages word it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Creating,
    Updating,
}

/// The client with the requested settings. Name, type, secrets and rotation of refresh tokens are kept if the request
/// omits them.
///
/// # Errors
/// If a setting breaks a rule or asks for a feature that is not built. Existence of custom scopes and identity
/// providers is not checked here: see [`oauth::check_scopes`] and `federation::check_names`.
pub fn replaced(
    before: Client,
    pool: &Pool,
    wanted: UpdateUserPoolClientRequest,
    verb: Verb,
) -> Result<Client, Fault> {
    if wanted.analytics_configuration.is_some() {
        return Err(faults::feature_not_built(
            "Analytics (AnalyticsConfiguration)",
        ));
    }
    if wanted.publish_secrets_in_aws_secrets_manager == Some(true) {
        return Err(faults::feature_not_built(
            "Publishing client secrets (PublishSecretsInAWSSecretsManager)",
        ));
    }
    let units = wanted.token_validity_units.unwrap_or_default();
    let settings = UserPoolClientType {
        access_token_validity: wanted.access_token_validity,
        allowed_oauth_flows: given(wanted.allowed_oauth_flows),
        allowed_oauth_flows_user_pool_client: Some(
            wanted.allowed_oauth_flows_user_pool_client.unwrap_or(false),
        ),
        allowed_oauth_scopes: given(wanted.allowed_oauth_scopes),
        auth_session_validity: Some(wanted.auth_session_validity.unwrap_or(3)),
        callback_urls: given(wanted.callback_urls),
        client_name: wanted.client_name.or(before.settings.client_name),
        client_type: Some(ClientTypeType::Regular),
        default_redirect_uri: wanted.default_redirect_uri,
        enable_propagate_additional_user_context_data: Some(
            wanted
                .enable_propagate_additional_user_context_data
                .unwrap_or(false),
        ),
        enable_token_revocation: Some(wanted.enable_token_revocation.unwrap_or(true)),
        explicit_auth_flows: given(wanted.explicit_auth_flows),
        id_token_validity: wanted.id_token_validity,
        logout_urls: given(wanted.logout_urls),
        prevent_user_existence_errors: wanted.prevent_user_existence_errors,
        read_attributes: given(wanted.read_attributes),
        refresh_token_rotation: wanted
            .refresh_token_rotation
            .or(before.settings.refresh_token_rotation)
            .map(with_grace),
        refresh_token_validity: Some(refresh_validity(
            wanted.refresh_token_validity,
            units.refresh_token,
        )),
        supported_identity_providers: given(wanted.supported_identity_providers),
        token_validity_units: Some(units),
        write_attributes: given(wanted.write_attributes),
        ..UserPoolClientType::default()
    };
    let client = Client { settings, ..before };
    check(&client, pool, verb)?;
    Ok(client)
}

/// An empty list counts as absent.
fn given<T>(list: Option<Vec<T>>) -> Option<Vec<T>> {
    list.filter(|it| !it.is_empty())
}

/// Thirty days, in the given unit, if the value is absent or 0.
fn refresh_validity(value: Option<i32>, unit: Option<TimeUnitsType>) -> i32 {
    match (value, unit.unwrap_or(TimeUnitsType::Days)) {
        (Some(value), _) if value != 0 => value,
        (_, TimeUnitsType::Days) => 30,
        (_, TimeUnitsType::Hours) => 30 * 24,
        (_, TimeUnitsType::Minutes) => 30 * 24 * 60,
        (_, TimeUnitsType::Seconds) => 30 * 24 * 60 * 60,
    }
}

/// A missing grace period means zero.
fn with_grace(mut rotation: RefreshTokenRotationType) -> RefreshTokenRotationType {
    rotation.retry_grace_period_seconds.get_or_insert(0);
    rotation
}

fn check(client: &Client, pool: &Pool, verb: Verb) -> Result<(), Fault> {
    check_flows(client)?;
    check_lives(client)?;
    attributes::check(&client.settings, pool, verb)?;
    oauth::check(client)?;
    if client
        .settings
        .enable_propagate_additional_user_context_data
        == Some(true)
        && !client.is_confidential()
    {
        return Err(faults::propagation_without_secret());
    }
    Ok(())
}

fn check_flows(client: &Client) -> Result<(), Fault> {
    check_client_token_flow(client)?;
    let exchange = [
        Flow::AllowTokenExchangeDelegation,
        Flow::AllowTokenExchangeImpersonation,
    ];
    if let Some(flow) = exchange.into_iter().find(|flow| client.allows_flow(*flow)) {
        return Err(faults::feature_not_built(flow.as_str()));
    }
    let legacy = [
        Flow::AdminNoSrpAuth,
        Flow::CustomAuthFlowOnly,
        Flow::UserPasswordAuth,
    ];
    let flows = client
        .settings
        .explicit_auth_flows
        .as_deref()
        .unwrap_or_default();
    let old = flows.iter().filter(|flow| legacy.contains(flow)).count();
    if old != 0 && old != flows.len() {
        return Err(faults::mixed_auth_flows());
    }
    let rotates = client
        .settings
        .refresh_token_rotation
        .as_ref()
        .is_some_and(|it| it.feature == FeatureType::Enabled);
    if rotates && flows.contains(&Flow::AllowRefreshTokenAuth) {
        return Err(faults::rotation_with_refresh_flow());
    }
    Ok(())
}

/// Restricts GetClientToken to clients that have no other flow and that authenticate with a secret.
fn check_client_token_flow(client: &Client) -> Result<(), Fault> {
    if !client.allows_flow(Flow::AllowClientTokenAuth) {
        return Ok(());
    }
    match &client.settings.explicit_auth_flows {
        Some(flows) if flows.len() > 1 => Err(faults::client_token_flow_not_alone()),
        _ if !client.is_confidential() => Err(faults::client_token_flow_without_secret()),
        _ => Ok(()),
    }
}

/// Access and ID tokens are valid for five minutes to a day, refresh tokens for an hour to ten years and at least as
/// long as the others.
fn check_lives(client: &Client) -> Result<(), Fault> {
    let short = [client.access_token_life(), client.id_token_life()];
    let refresh = client.refresh_token_life();
    let short_range = Span::minutes(5)..=Span::hours(24);
    let refresh_range = Span::minutes(60)..=Span::days(3650);
    if short.iter().any(|life| !short_range.contains(life)) || !refresh_range.contains(&refresh) {
        return Err(faults::token_validity_range());
    }
    if short.iter().any(|life| refresh < *life) {
        return Err(faults::refresh_validity_too_short());
    }
    Ok(())
}
