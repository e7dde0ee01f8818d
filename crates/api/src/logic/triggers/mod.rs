//! Calls of a pool's functions (AWS's Lambda triggers): one file per trigger, called from where it takes part.
//!
//! A pool without a function costs nothing. A function is called at most once per request and source, however often a
//! conflict makes the request run again; no lock and no transaction is held meanwhile. Whatever goes wrong with it is a
//! refusal of the operation.

pub mod auth_challenge;
mod calls;
pub mod custom_message;
pub mod custom_sender;
pub mod inbound_federation;
mod metadata;
pub mod post_authentication;
pub mod post_confirmation;
pub mod pre_authentication;
pub mod pre_sign_up;
pub mod pre_token_generation;
mod test_event;
pub mod user_migration;

use std::time::{Duration, Instant};

use cabana_domain::PoolId;
use cabana_domain::pool::Pool;
use cabana_domain::trigger::{self, BadAnswer, CLIENT_NOT_APPLICABLE, Envelope, Source, Trigger};
use serde::Serialize;
use tokio::time::timeout;

use crate::Api;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::ports::FunctionError;

pub use calls::{Called, Calls};
pub use test_event::send as send_test_event;

/// Time a function has for its answer, in all.
const PATIENCE: Duration = Duration::from_secs(5);

/// A call of a function that the pool has.
struct Call<'a> {
    pool: &'a Pool,
    source: Source,
    /// ARN of the function.
    arn: &'a str,
    /// Version of the event.
    version: &'static str,
}

impl<'a> Call<'a> {
    /// A call with an event of version 1, if the pool has a function for this trigger.
    fn of(pool: &'a Pool, source: Source) -> Option<Self> {
        Some(Self {
            pool,
            source,
            arn: arn(pool, source.trigger)?,
            version: "1",
        })
    }

    /// Calls the function with an event about this user. `read` gives the answer's response.
    ///
    /// # Errors
    /// UserLambdaValidationException with the function's own words if it failed, UnexpectedLambdaException if it could
    /// not be called or took too long, InvalidLambdaResponseException for an answer of no use.
    async fn run<T: Clone + Send + Sync + 'static>(
        &self,
        cx: &Cx<'_>,
        username: &str,
        request: impl Serialize,
        response: impl Serialize,
        read: impl FnOnce(&[u8]) -> Result<T, BadAnswer>,
    ) -> Result<T, Fault> {
        let event = self.event(cx, username, request, Some(response))?;
        let source = self.source.name();
        // Not the event: a later run may have read a newer version of the user.
        let of = [
            b"function",
            self.pool.id.as_str().as_bytes(),
            source.as_bytes(),
        ];
        cx.once(&of, self.answered(cx, event, read)).await
    }

    /// The event as JSON.
    fn event(
        &self,
        cx: &Cx<'_>,
        username: &str,
        request: impl Serialize,
        response: Option<impl Serialize>,
    ) -> Result<Vec<u8>, Fault> {
        let agents = [&cx.request.sdk_agent, &cx.request.user_agent];
        let sdk = trigger::sdk(agents.into_iter().flatten().map(String::as_str));
        let client = cx.app();
        let envelope = Envelope {
            version: self.version,
            source: self.source,
            pool: &self.pool.id,
            username,
            caller: trigger::Caller {
                aws_sdk_version: &sdk,
                client_id: client.map_or(CLIENT_NOT_APPLICABLE, |client| client.as_str()),
            },
        };
        envelope.event(request, response).map_err(Fault::internal)
    }

    async fn answered<T>(
        &self,
        cx: &Cx<'_>,
        event: Vec<u8>,
        read: impl FnOnce(&[u8]) -> Result<T, BadAnswer>,
    ) -> Result<T, Fault> {
        let (source, trigger) = (self.source.name(), self.source.trigger);
        let invocation = Invocation {
            pool: &self.pool.id,
            source: &source,
            trigger,
            arn: self.arn,
        };
        let read = |answer: &[u8]| read(answer).map_err(Failed::from);
        let answered = invocation.answered(cx.api, event, read).await;
        answered.map_err(|failed| {
            let reason = failed.reason;
            tracing::warn!(pool = %self.pool.id, source, arn = self.arn, reason, "a function failed");
            *failed.fault
        })
    }
}

/// One invocation of a function whose answer matters.
struct Invocation<'a> {
    pool: &'a PoolId,
    /// `triggerSource` of the event.
    source: &'a str,
    trigger: Trigger,
    arn: &'a str,
}

/// The reason why an invocation gave nothing of use.
struct Failed {
    fault: Box<Fault>,
    /// For the log, without the function's own words.
    reason: String,
    /// Whether the function answered: another invocation would hardly change that.
    answered: bool,
}

impl From<BadAnswer> for Failed {
    fn from(bad: BadAnswer) -> Self {
        Self {
            reason: bad.to_string(),
            fault: Box::new(faults::bad_answer(bad)),
            answered: true,
        }
    }
}

impl Invocation<'_> {
    /// Invokes the function, reads its answer, and notes the call.
    async fn answered<T>(
        &self,
        api: &Api,
        event: Vec<u8>,
        read: impl FnOnce(&[u8]) -> Result<T, Failed>,
    ) -> Result<T, Failed> {
        let (trigger, begun) = (self.trigger, Instant::now());
        let invoked = api.functions.invoke(self.arn, trigger.name(), event);
        let invoked = timeout(PATIENCE, invoked).await;
        let (result, answer) = match invoked.unwrap_or(Err(FunctionError::TimedOut)) {
            Ok(answer) => match read(&answer) {
                Ok(answer) => ("ok", Ok(answer)),
                Err(failed) => ("bad_answer", Err(failed)),
            },
            Err(error) => {
                let failed = Failed {
                    fault: Box::new(faults::function_failed(trigger, &error)),
                    reason: reason(&error),
                    answered: false,
                };
                (word(&error), Err(failed))
            }
        };
        let took = begun.elapsed();
        let words = |failed: &Failed| failed.fault.message.to_string();
        let called = Called {
            at: api.clock.now(),
            source: self.source.to_owned(),
            took,
            error: answer.as_ref().err().map(words),
        };
        api.function_calls.add(self.pool, trigger, called);
        let (name, seconds) = (trigger.name(), took.as_secs_f64());
        metrics::histogram!("cabana_function_seconds", "trigger" => name, "result" => result)
            .record(seconds);
        answer
    }
}

/// The ARN of a pool's function.
fn arn(pool: &Pool, trigger: Trigger) -> Option<&str> {
    trigger.arn(pool.settings.lambda_config.as_ref()?)
}

/// The word for a failure in metrics.
fn word(error: &FunctionError) -> &'static str {
    match error {
        FunctionError::Failed(_) => "failed",
        FunctionError::NotConfigured => "not_configured",
        FunctionError::TimedOut => "timed_out",
        FunctionError::Unreachable(_) => "unreachable",
        FunctionError::TooLarge => "too_large",
    }
}

/// The reason of a failure for the log, without the function's own words: they may hold what it was sent.
fn reason(error: &FunctionError) -> String {
    match error {
        FunctionError::Failed(_) => "it reported an error".to_owned(),
        other => other.to_string(),
    }
}
