//! Functions of pools, in this process.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cabana_api::Boxed;
use cabana_api::logic::triggers::custom_message::{self, NotWritten};
use cabana_api::ports::{FunctionError, Functions};
use cabana_domain::trigger::Trigger;
use serde_json::{Value, json};

use crate::app::TestApp;

/// An outcome of a call: the answer's bytes, or a failure.
type Outcome = Result<Vec<u8>, FunctionError>;

/// Makes the outcome of a call.
type Handler = Box<dyn Fn(Value) -> Boxed<'static, Outcome> + Send + Sync>;

/// A call that a function got.
#[derive(Clone, Debug)]
pub struct Called {
    pub arn: String,
    /// Key in `LambdaConfig`.
    pub trigger: &'static str,
    /// The event as sent, for the order of its members.
    pub text: String,
    pub event: Value,
    /// The same for each attempt of a delivery; `None` if the request waited for the answer.
    pub delivery: Option<String>,
}

/// All functions of an app. They record their events, and give them back unchanged until told otherwise.
#[derive(Default)]
pub struct TestFunctions {
    calls: Mutex<Vec<Called>>,
    handler: Mutex<Option<Handler>>,
}

impl TestFunctions {
    /// Calls so far, oldest first; forgets them.
    pub fn take(&self) -> Vec<Called> {
        std::mem::take(&mut *locked(&self.calls))
    }

    /// Sources of the calls so far, oldest first; forgets them.
    pub fn sources(&self) -> Vec<String> {
        let source = |call: Called| call.event["triggerSource"].as_str().map(str::to_owned);
        self.take().into_iter().filter_map(source).collect()
    }

    /// Fills in the `response` of the event from now on; a null leaves it as it is.
    pub fn respond(&self, response: impl Fn(&Value) -> Value + Send + Sync + 'static) {
        self.answer(move |mut event| {
            let response = response(&event);
            if !response.is_null() {
                event["response"] = response;
            }
            Ok(event.to_string().into_bytes())
        });
    }

    /// Gives any answer from now on.
    pub fn answer(&self, answer: impl Fn(Value) -> Outcome + Send + Sync + 'static) {
        self.run(move |event| Box::pin(std::future::ready(answer(event))));
    }

    /// Runs any code from now on.
    pub fn run(&self, handler: impl Fn(Value) -> Boxed<'static, Outcome> + Send + Sync + 'static) {
        *locked(&self.handler) = Some(Box::new(handler));
    }

    fn called(
        &self,
        arn: &str,
        trigger: &'static str,
        event: &[u8],
        delivery: Option<&str>,
    ) -> Boxed<'static, Outcome> {
        let text = String::from_utf8(event.to_vec()).expect("text");
        let event: Value = serde_json::from_str(&text).expect("an event");
        locked(&self.calls).push(Called {
            arn: arn.to_owned(),
            trigger,
            text,
            event: event.clone(),
            delivery: delivery.map(str::to_owned),
        });
        match &*locked(&self.handler) {
            Some(handler) => handler(event),
            None => Box::pin(std::future::ready(Ok(event.to_string().into_bytes()))),
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Functions for TestFunctions {
    fn invoke<'a>(
        &'a self,
        arn: &'a str,
        trigger: &'static str,
        event: Vec<u8>,
    ) -> Boxed<'a, Outcome> {
        self.called(arn, trigger, &event, None)
    }

    fn deliver<'a>(
        &'a self,
        id: &'a str,
        arn: &'a str,
        trigger: &'static str,
        event: Vec<u8>,
    ) -> Boxed<'a, Result<(), FunctionError>> {
        let outcome = self.called(arn, trigger, &event, Some(id));
        Box::pin(async move { outcome.await.map(drop) })
    }
}

impl TestApp {
    /// Makes functions answer for every ARN.
    pub fn functions(&mut self) -> Arc<TestFunctions> {
        let functions = Arc::<TestFunctions>::default();
        let api = Arc::get_mut(&mut self.api).expect("nobody else's API");
        api.functions = functions.clone();
        functions
    }

    /// Has functions write the messages that are queued for their text, as the server does; the results, oldest first.
    pub async fn write_messages(&self) -> Vec<Result<(), NotWritten>> {
        let due = self.api.store.due_deliveries(self.api.clock.now(), 100);
        let mut results = Vec::new();
        for delivery in due.await.expect("deliveries") {
            if delivery.trigger == Trigger::CustomMessage {
                results.push(custom_message::write(&self.api, &delivery).await);
            }
        }
        results
    }
}

/// The ARN of a function.
pub fn function(name: &str) -> String {
    format!("arn:aws:lambda:us-east-1:000000000000:function:{name}")
}

/// A `LambdaConfig` in which each of these triggers has a function of its own name.
pub fn lambda_config(triggers: &[&str]) -> Value {
    let member = |trigger: &&str| ((*trigger).to_owned(), json!(function(trigger)));
    Value::Object(triggers.iter().map(member).collect())
}

/// A `LambdaConfig` with a function for every trigger that can refuse, tokens' in this version.
pub fn every_function(tokens: &str) -> Value {
    let mut config = lambda_config(&[
        "PreSignUp",
        "PreAuthentication",
        "PostAuthentication",
        "UserMigration",
        "CustomMessage",
        "DefineAuthChallenge",
        "CreateAuthChallenge",
        "VerifyAuthChallengeResponse",
    ]);
    config["PreTokenGenerationConfig"] =
        json!({ "LambdaArn": function("PreTokenGeneration"), "LambdaVersion": tokens });
    config
}
