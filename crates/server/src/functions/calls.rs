//! Calls of functions: five seconds (30 for deliveries), retries of connections that failed, a bounded number at once.
//!
//! Nothing here logs an event or an answer, which hold personal data, or a function's own words.

use std::time::{Duration, Instant};

use bytes::Bytes;
use cabana_api::Boxed;
use cabana_api::access::signing;
use cabana_api::ports::{Answerer, Clock, FunctionError, Functions};
use http::{HeaderValue, Request, header};

use super::book::{Way, without_query};
use super::in_progress::InProgress;
use super::runtime::{Invocation, Runtimes};
use super::{Book, FunctionName, answer};
use crate::edge::{self, Machine};
use crate::outgoing::{Bounds, Client, NoReply, Reply};
use crate::problem::one_line;

/// Time for a call that somebody waits for, with all of its attempts.
const TIME: Duration = Duration::from_secs(5);
/// Time for a call out of a queue: a function that sends a message waits for others.
const TIME_FOR_DELIVERY: Duration = Duration::from_secs(30);
/// Largest answer, in bytes: Lambda's own.
pub const LARGEST: usize = 6 * 1024 * 1024;
/// Pauses between attempts to connect: each is twice as long as the one before, up to the longest.
const PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// The functions, as the API calls them.
pub struct FunctionCalls {
    book: Book,
    client: Client,
    /// Of functions that are no ARN.
    region: String,
    /// For functions without an address, in an emulator.
    runtimes: Option<Runtimes>,
    in_progress: InProgress,
}

impl FunctionCalls {
    /// Functions at these addresses.
    pub fn new(book: Book, client: Client, region: String, runtimes: Option<Runtimes>) -> Self {
        Self {
            book,
            region,
            client,
            runtimes,
            in_progress: InProgress::default(),
        }
    }

    async fn answer(&self, call: &Call<'_>) -> Result<Vec<u8>, FunctionError> {
        let name = FunctionName::parse(call.arn);
        let _turn = self.in_progress.begin(call.arn)?;
        let Some(way) = self.book.find(&name) else {
            return self.local(&name, call).await;
        };
        let mut request = match &way {
            Way::Webhook(target) => Request::post(target.url.as_str()),
            Way::Invoke(url) => Request::post(url),
        }
        .body(call.event.clone())
        .map_err(|error| FunctionError::Unreachable(error.to_string()))?;
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::CONTENT_TYPE, json);
        match way {
            Way::Webhook(target) => {
                if let Some(secret) = &target.secret {
                    let (headers, at) = (request.headers_mut(), Machine.now());
                    secret
                        .sign(headers, &call.id, at, &call.event)
                        .map_err(|error| FunctionError::Unreachable(error.to_string()))?;
                }
                answer::of_webhook(self.reply(&request, call).await?)
            }
            Way::Invoke(_) => {
                let request = self.signed(request, &name)?;
                answer::of_invoke(self.reply(&request, call).await?)
            }
        }
    }

    /// A call of the Invoke API, signed if there is an access key.
    fn signed(
        &self,
        request: Request<Bytes>,
        name: &FunctionName<'_>,
    ) -> Result<Request<Bytes>, FunctionError> {
        let lambda = self.book.lambda.as_ref();
        let Some(key) = lambda.and_then(|lambda| lambda.key.as_ref()) else {
            return Ok(request);
        };
        let region = name.region.unwrap_or(&self.region);
        let (mut parts, body) = request.into_parts();
        signing::sign(&mut parts, &body, key, region, "lambda", Machine.now())
            .map_err(|error| FunctionError::Unreachable(error.to_string()))?;
        Ok(Request::from_parts(parts, body))
    }

    /// The answer of a runtime on this machine.
    async fn local(
        &self,
        name: &FunctionName<'_>,
        call: &Call<'_>,
    ) -> Result<Vec<u8>, FunctionError> {
        let runtimes = self.runtimes.as_ref();
        let runtimes = runtimes.ok_or(FunctionError::NotConfigured)?;
        let function = runtimes.function(name.name);
        let function = function.map_err(|problem| FunctionError::Unreachable(problem.0))?;
        let id = edge::random().map_err(|problem| FunctionError::Unreachable(problem.0))?;
        let left = call.left();
        let millis = i64::try_from(left.as_millis()).unwrap_or_default();
        let invocation = Invocation {
            id: uuid::Builder::from_random_bytes(id).into_uuid().to_string(),
            arn: call.arn.to_owned(),
            event: call.event.clone(),
            deadline: Machine.now().micros() / 1_000 + millis,
        };
        function.invoke(invocation, left).await
    }

    /// The reply to a request. A connection that failed before it is tried again, a reply never is.
    async fn reply(
        &self,
        request: &Request<Bytes>,
        call: &Call<'_>,
    ) -> Result<Reply, FunctionError> {
        let mut pause = PAUSE;
        loop {
            let bounds = Bounds {
                time: call.left(),
                reply: LARGEST,
            };
            let failed = match self.client.call(request.clone(), bounds).await {
                Ok(reply) => return Ok(reply),
                Err(NoReply::TooLate(_)) => return Err(FunctionError::TimedOut),
                Err(NoReply::TooLarge(_)) => return Err(FunctionError::TooLarge),
                Err(NoReply::Broken(words)) => return Err(FunctionError::Unreachable(words)),
                Err(NoReply::Forbidden(reason)) => {
                    return Err(FunctionError::Unreachable(reason.to_string()));
                }
                Err(failed @ (NoReply::Unreachable(_) | NoReply::Dropped(_))) => failed,
            };
            if call.left() <= pause {
                return Err(FunctionError::Unreachable(failed.to_string()));
            }
            tokio::time::sleep(pause).await;
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    async fn perform(&self, call: &Call<'_>) -> Result<Vec<u8>, FunctionError> {
        let answer = tokio::time::timeout(call.time, self.answer(call)).await;
        let answer = answer.unwrap_or(Err(FunctionError::TimedOut));
        if answer == Err(FunctionError::NotConfigured) {
            self.advise(call);
        }
        answer
    }

    /// Logs what to do about a function that nothing answers for.
    fn advise(&self, call: &Call<'_>) {
        let (function, trigger) = (one_line(call.arn), call.trigger);
        let name = FunctionName::parse(&function).name;
        match self.answerer(call.arn) {
            Answerer::Runtime { address, .. } => tracing::error!(
                function,
                trigger,
                "no runtime was started for this function: run it with AWS_LAMBDA_RUNTIME_API={address} (`cabana env \
                 functions` shows the lines), or set an address with --function {name}=URL"
            ),
            _ => tracing::error!(
                function,
                trigger,
                "nothing answers for this function: set an address with --function {name}=URL or in [functions] of \
                 cabana.toml, or --lambda-endpoint for all"
            ),
        }
    }
}

impl Functions for FunctionCalls {
    fn invoke<'a>(
        &'a self,
        arn: &'a str,
        trigger: &'static str,
        event: Vec<u8>,
    ) -> Boxed<'a, Result<Vec<u8>, FunctionError>> {
        let random: [u8; 16] = edge::random().unwrap_or_default();
        let id = format!("msg_{}", hex::encode(random));
        let call = Call::new(id, arn, trigger, event, TIME);
        Box::pin(async move { self.perform(&call).await })
    }

    fn deliver<'a>(
        &'a self,
        id: &'a str,
        arn: &'a str,
        trigger: &'static str,
        event: Vec<u8>,
    ) -> Boxed<'a, Result<(), FunctionError>> {
        let call = Call::new(id.to_owned(), arn, trigger, event, TIME_FOR_DELIVERY);
        Box::pin(async move {
            let result = self.perform(&call).await.map(drop);
            let seconds = call.begun.elapsed().as_secs_f64();
            let word = word(&result);
            metrics::histogram!("cabana_function_seconds", "trigger" => trigger, "result" => word)
                .record(seconds);
            result
        })
    }

    fn answerer(&self, arn: &str) -> Answerer {
        let name = FunctionName::parse(arn);
        match (self.book.find(&name), &self.runtimes) {
            (Some(Way::Webhook(target)), _) => {
                Answerer::Webhook(without_query(target.url.as_str()).to_owned())
            }
            (Some(Way::Invoke(url)), _) => Answerer::Invoke(without_query(&url).to_owned()),
            (None, Some(runtimes)) => match runtimes.function(name.name) {
                Ok(function) => Answerer::Runtime {
                    address: format!("127.0.0.1:{}", function.port),
                    is_there: function.is_served(),
                },
                Err(_) => Answerer::Nothing,
            },
            (None, None) => Answerer::Nothing,
        }
    }
}

/// One call, with all of its attempts.
struct Call<'a> {
    /// The same in each attempt.
    id: String,
    arn: &'a str,
    trigger: &'static str,
    event: Bytes,
    begun: Instant,
    time: Duration,
}

impl<'a> Call<'a> {
    fn new(
        id: String,
        arn: &'a str,
        trigger: &'static str,
        event: Vec<u8>,
        time: Duration,
    ) -> Self {
        Self {
            id,
            arn,
            trigger,
            event: event.into(),
            begun: Instant::now(),
            time,
        }
    }

    fn left(&self) -> Duration {
        self.time.saturating_sub(self.begun.elapsed())
    }
}

/// The word for an outcome in metrics.
fn word(result: &Result<(), FunctionError>) -> &'static str {
    match result {
        Ok(()) => "ok",
        Err(FunctionError::Failed(_)) => "failed",
        Err(FunctionError::NotConfigured) => "not_configured",
        Err(FunctionError::TimedOut) => "timed_out",
        Err(FunctionError::Unreachable(_)) => "unreachable",
        Err(FunctionError::TooLarge) => "too_large",
    }
}

#[cfg(test)]
mod tests;
