//! OAuth error codes: the one table from the API's faults, and their JSON.

use std::borrow::Cow;

use axum::response::Response;
use cabana_api::Fault;
use cabana_model::ErrorKind as K;
use http::StatusCode;
use serde::Serialize;

use crate::reply;

/// An error of RFC 6749, 6750, 7009, 8707 or 9101, or of OpenID Connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A person, or another provider, has refused.
    AccessDenied,
    InvalidRequest,
    InvalidClient,
    InvalidGrant,
    InvalidRequestUri,
    InvalidScope,
    InvalidTarget,
    InvalidToken,
    LoginRequired,
    /// Cognito's name for a redirect URL that the client has not registered; for pages and the log.
    RedirectMismatch,
    RequestNotSupported,
    RequestUriNotSupported,
    ServerError,
    TemporarilyUnavailable,
    /// Over the rate limit: no standard has its own code for it here.
    TooManyRequests,
    UnauthorizedClient,
    /// A person, or a level, that the app does not want (OpenID Connect Unmet Authentication Requirements).
    UnmetRequirements,
    UnsupportedGrantType,
    UnsupportedTokenType,
}

impl Kind {
    /// The error code on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccessDenied => "access_denied",
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidRequestUri => "invalid_request_uri",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::InvalidToken => "invalid_token",
            Self::LoginRequired => "login_required",
            Self::RedirectMismatch => "redirect_mismatch",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable | Self::TooManyRequests => "temporarily_unavailable",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnmetRequirements => "unmet_authentication_requirements",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedTokenType => "unsupported_token_type",
        }
    }
}

/// A refusal, with a description for the app's developer.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub kind: Kind,
    pub description: Option<Cow<'static, str>>,
    /// The parameter at fault and its value, for the log. Never a secret, a code, a verifier or a token.
    pub blamed: Option<(&'static str, String)>,
}

impl Refusal {
    /// A refusal with a description.
    pub fn new(kind: Kind, description: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            description: Some(description.into()),
            blamed: None,
        }
    }

    /// Names the parameter at fault, with the value that was sent.
    #[must_use]
    pub fn blaming(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.blamed = Some((name, value.into()));
        self
    }

    /// The JSON response of an endpoint for programs.
    pub fn answer(&self, status: StatusCode) -> Response {
        #[derive(Serialize)]
        struct Body<'b> {
            error: &'static str,
            #[serde(skip_serializing_if = "Option::is_none")]
            error_description: Option<&'b str>,
        }
        let status = match self.kind {
            Kind::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
            Kind::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Kind::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            _ => status,
        };
        let body = Body {
            error: self.kind.as_str(),
            error_description: self.description.as_deref(),
        };
        let response = reply::json(status, &body);
        match self.kind {
            Kind::TooManyRequests => reply::in_a_second(response),
            _ => response,
        }
    }
}

impl From<Kind> for Refusal {
    fn from(kind: Kind) -> Self {
        Self {
            kind,
            description: None,
            blamed: None,
        }
    }
}

impl From<Fault> for Refusal {
    /// Faults of redeeming something: a code or token that is no longer valid is an invalid grant.
    fn from(fault: Fault) -> Self {
        let kind = match fault.kind {
            K::NotAuthorizedException
            | K::RefreshTokenReuseException
            | K::UserNotFoundException
            | K::UserNotConfirmedException
            | K::PasswordResetRequiredException
            | K::ResourceNotFoundException => Kind::InvalidGrant,
            K::ScopeDoesNotExistException => Kind::InvalidScope,
            K::UnauthorizedException => Kind::InvalidClient,
            K::UnsupportedTokenTypeException => Kind::UnsupportedTokenType,
            K::AliasExistsException
            | K::InvalidParameterException
            | K::UnsupportedOperationException
            | K::UsernameExistsException
            | K::UserLambdaValidationException => Kind::InvalidRequest,
            K::TooManyRequestsException => Kind::TooManyRequests,
            K::LimitExceededException => Kind::TemporarilyUnavailable,
            _ => {
                tracing::error!(cause = ?fault.cause(), %fault, "an OAuth endpoint failed");
                return Kind::ServerError.into();
            }
        };
        Self::new(kind, fault.message)
    }
}
