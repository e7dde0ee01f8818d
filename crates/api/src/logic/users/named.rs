//! The user that an unauthenticated operation names, by user name and client, and what it may reveal about them.

use cabana_domain::event::EventKind;
use std::sync::Arc;

use cabana_domain::client::Client;
use cabana_domain::code::CodePurpose;
use cabana_domain::pool::Pool;
use cabana_domain::trigger::Occasion;
use cabana_domain::user::User;
use cabana_model::{CodeDeliveryDetailsType, ErrorKind, VerifiedAttributeType};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::clients::secret_hash;
use crate::logic::codes::attempts::Quota;
use crate::logic::codes::{self, Guess, Redeemed, Sending};
use crate::logic::messages::destinations::{self, Tally};
use crate::logic::messages::{self, Address, Wording};
use crate::logic::triggers::user_migration;
use crate::logic::users::{self, recovery};

/// The target of an unauthenticated operation, who may not exist.
pub struct Named {
    pub client: Arc<Client>,
    pub pool: Arc<Pool>,
    /// `None` for an unknown user, and for a disabled one if the client hides which users exist.
    pub user: Option<User>,
    /// The key under which attempts are counted.
    pub subject: String,
}

impl Named {
    /// Whether unknown users must be indistinguishable from known ones.
    pub fn hidden(&self) -> bool {
        self.client.hides_user_existence()
    }

    /// Uses a quota once more.
    ///
    /// # Errors
    /// LimitExceededException if the quota of this hour is exhausted.
    pub async fn count(&self, cx: &Cx<'_>, quota: Quota) -> Result<Change, Fault> {
        codes::attempts::take(cx, &self.pool, &self.subject, quota).await
    }

    /// Redeems a code sent to this user, as [`codes::redeem`] does.
    ///
    /// # Errors
    /// CodeMismatchException, ExpiredCodeException.
    pub async fn redeem(
        &self,
        cx: &Cx<'_>,
        purpose: CodePurpose,
        digits: &str,
        counted: &Change,
    ) -> Result<(&User, Redeemed), Fault> {
        let guess = Guess {
            user: self.user.as_ref(),
            imitated: self
                .hidden()
                .then_some((&*self.pool, self.subject.as_str())),
            purpose,
            digits,
        };
        let redeemed = codes::redeem(cx, guess, counted).await?;
        let user = self.user.as_ref().ok_or_else(faults::code_expired)?;
        Ok((user, redeemed))
    }

    /// Sends a code. If existence is hidden and the address has reached its messages per hour, only pretends to send
    /// it: otherwise a caller who used them up would learn whose address it is.
    ///
    /// # Errors
    /// CodeDeliveryFailureException if the server has no transport for it; LimitExceededException if the address has
    /// reached its messages per hour and existence is not hidden.
    pub async fn send(
        &self,
        cx: &Cx<'_>,
        user: &User,
        purpose: CodePurpose,
        to: &Address,
        counted: Change,
    ) -> Result<CodeDeliveryDetailsType, Fault> {
        self.demand_transport(cx, to, &counted).await?;
        // Determines the answer to a wrong attempt, as for users who get no code.
        let imitated = match self.hidden() {
            true => Some(codes::pretend(cx, &self.pool, &self.subject, purpose).await?),
            false => None,
        };
        let link = (purpose == CodePurpose::ConfirmSignUp).then_some(&self.client.id);
        let occasion = match purpose {
            CodePurpose::ForgotPassword => Occasion::ForgotPassword,
            _ => Occasion::ResendCode,
        };
        let sending = Sending {
            occasion,
            to,
            link,
            tally: tally(purpose),
            wording: Wording::by_name(&self.client),
        };
        match codes::send(cx, &self.pool, user, sending).await {
            Ok(sent) => {
                let kind = match purpose {
                    CodePurpose::ForgotPassword => EventKind::ForgotPassword,
                    _ => EventKind::ResendCode,
                };
                let event = cx.event(user, kind).in_app(&self.client.id);
                let changes = [counted, event.into()].into_iter().chain(imitated);
                cx.commit(changes.chain(sent.changes)).await?;
                Ok(sent.details)
            }
            Err(fault) if self.hidden() && fault.kind == ErrorKind::LimitExceededException => {
                cx.commit([counted].into_iter().chain(imitated)).await?;
                Ok(to.details())
            }
            Err(fault) => codes::attempts::refuse(cx, counted, fault).await,
        }
    }

    /// Pretends to send a code to a user who cannot get one: a plausible address, and a code that no attempt matches.
    ///
    /// # Errors
    /// CodeDeliveryFailureException if a real code could not have been sent either.
    pub async fn simulate(
        &self,
        cx: &Cx<'_>,
        username: &str,
        purpose: CodePurpose,
        preferred: Option<VerifiedAttributeType>,
        counted: Change,
    ) -> Result<CodeDeliveryDetailsType, Fault> {
        let to = recovery::simulated(cx, &self.pool, username, preferred);
        self.demand_transport(cx, &to, &counted).await?;
        let imitated = codes::pretend(cx, &self.pool, &self.subject, purpose).await?;
        // Queried as for users with an address, and not counted: no answer depends on it if existence is hidden, and
        // names without an account would use up the messages of a real address.
        let _ = destinations::count(cx, &self.pool, to.medium(), &to.value, tally(purpose)).await;
        cx.commit([counted, imitated]).await?;
        Ok(to.details())
    }

    /// Refuses an undeliverable message before any look-up for it, so that it costs the same for every user.
    async fn demand_transport(
        &self,
        cx: &Cx<'_>,
        to: &Address,
        counted: &Change,
    ) -> Result<(), Fault> {
        if messages::can_send(cx, &self.pool, to.medium()) {
            return Ok(());
        }
        let fault = messages::undeliverable(&self.pool, to);
        codes::attempts::refuse(cx, counted.clone(), fault).await
    }
}

/// The counter for codes sent to the user behind a name.
fn tally(purpose: CodePurpose) -> Tally {
    match purpose {
        CodePurpose::ForgotPassword => Tally::Reset,
        CodePurpose::ConfirmSignUp | CodePurpose::VerifyEmail | CodePurpose::VerifyPhoneNumber => {
            Tally::Resent
        }
    }
}

/// Finds client, pool and user, and checks the client's secret hash.
///
/// # Errors
/// ResourceNotFoundException, NotAuthorizedException; UserNotFoundException only if the client
/// does not hide which users exist.
pub async fn find(
    cx: &Cx<'_>,
    client: &str,
    username: &str,
    hash: Option<&str>,
) -> Result<Named, Fault> {
    look_up(cx, client, username, hash, false).await
}

/// The same for a user who has forgotten their password: one who is unknown is created, if the pool's function knows
/// them.
///
/// # Errors
/// As for [`find`]; those of the function.
pub async fn find_or_migrate(
    cx: &Cx<'_>,
    client: &str,
    username: &str,
    hash: Option<&str>,
) -> Result<Named, Fault> {
    look_up(cx, client, username, hash, true).await
}

async fn look_up(
    cx: &Cx<'_>,
    client: &str,
    username: &str,
    hash: Option<&str>,
    migrates: bool,
) -> Result<Named, Fault> {
    let (client, pool) = cx.client(client).await?;
    secret_hash::check(&client, &[username], hash)?;
    let user = match users::find(cx, &pool, username).await? {
        None if migrates => user_migration::forgotten(cx, &pool, username).await?,
        user => user,
    };
    let subject = codes::attempts::subject(&pool, username, user.as_ref());
    let hidden = client.hides_user_existence();
    let user = match user {
        None if !hidden => return Err(faults::no_such_user_of_client()),
        Some(user) if !user.enabled && !hidden => return Err(faults::user_disabled()),
        user => user.filter(|it| it.enabled),
    };
    Ok(Named {
        client,
        pool,
        user,
        subject,
    })
}
