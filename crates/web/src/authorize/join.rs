//! A person from an identity provider who is linked to a user of the pool once they have proven to be that user.

use axum::response::Response;
use cabana_api::logic::federation::{self, Owner};
use cabana_api::{Fault, again};
use cabana_domain::pool::Pool;
use cabana_domain::user::User;
use cabana_domain::{Span, Sub};
use cabana_model::VerifiedAttributeType;
use serde::{Deserialize, Serialize};

use super::frame::set_cookie;
use crate::memory::Cookie;
use crate::visit::Visit;
use crate::{reply, steps};

const COOKIE: Cookie<'_> = Cookie {
    name: "join",
    life: Span::minutes(10),
};

/// An identity that waits for its user, bound to the app's request in which it came.
#[derive(Serialize, Deserialize)]
pub struct Joining {
    sub: Sub,
    /// The address, if the user signs in with it; else empty.
    pub username: String,
    /// The provider that the person came from.
    pub provider: String,
    subject: String,
    /// The query of the app's request.
    request: [u8; 32],
}

fn request(visit: &Visit) -> [u8; 32] {
    let query = visit.query.as_sent();
    let parts: [&[u8]; 2] = [b"join-request", query.as_bytes()];
    visit.web.api.sealer.keyed_hash(&parts)
}

/// What the sign-in form is filled with: the address, if people sign in with theirs. A user name is not for the provider to
/// learn, which may claim any address.
fn known_as(pool: &Pool, user: &User) -> String {
    let by_address = pool.username_is(VerifiedAttributeType::Email) || pool.has_alias("email");
    let address = user.attribute("email").filter(|_| by_address);
    address.unwrap_or_default().to_owned()
}

/// Leads to the sign-in page, which asks for the user's own sign-in.
///
/// # Errors
/// If sealing fails.
pub fn ask(visit: &Visit, owner: Owner) -> Result<Response, Fault> {
    let joining = Joining {
        username: known_as(visit.pool(), &owner.user),
        sub: owner.user.sub,
        provider: owner.provider,
        subject: owner.subject,
        request: request(visit),
    };
    let line = steps::memory(visit).keep(COOKIE, &joining)?;
    let mut response = reply::see_other(&visit.carrying("/login"));
    steps::end(visit, &mut response);
    set_cookie(&mut response, Some(line));
    Ok(response)
}

/// The identity that waits in this app's request.
pub fn current(visit: &Visit) -> Option<Joining> {
    let joining: Joining = steps::memory(visit).recall(&visit.headers, COOKIE)?;
    (joining.request == request(visit)).then_some(joining)
}

/// Links the identity that waits, if it waits for this user, who has just signed in. A failure leaves the sign-in as it
/// is: the person is asked again the next time.
pub async fn settle(visit: &Visit, user: &User, response: &mut Response) {
    let Some(joining) = current(visit) else {
        return;
    };
    if joining.sub == user.sub {
        let (provider, subject) = (joining.provider.as_str(), joining.subject.as_str());
        let linked = again(&visit.web.api, |run| async {
            let cx = visit.cx().in_run(run);
            federation::join(&cx, visit.pool(), &user.username, provider, subject).await
        });
        if let Err(fault) = linked.await {
            tracing::warn!(cause = ?fault.cause(), %fault, "an identity could not be linked");
        }
    }
    set_cookie(response, steps::memory(visit).forget(COOKIE));
}
