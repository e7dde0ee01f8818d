//! What `flow::next` has to know.

use cabana_domain::flow::{DeviceTrust, Facts, FirstFactor};
use cabana_domain::pool::Pool;
use cabana_domain::user::User;

use crate::caller::Caller;
use crate::cx::Cx;
use crate::logic::passkeys;
use crate::logic::users::addresses;

/// The facts that `flow::next` needs about a pool and a user who has shown a first factor, without a device.
pub fn facts(cx: &Cx<'_>, pool: &Pool, user: &User, first: Vec<FirstFactor>) -> Facts {
    let gives_codes = matches!(cx.caller, Caller::InProcess) && pool.has_recovery_codes();
    let codes_left = user.secrets.recovery_codes_left();
    Facts {
        enabled: user.enabled,
        status: user.status,
        mfa: pool.mfa_configuration(),
        first,
        usable: addresses::factors(pool, user),
        preferred: user.mfa.preferred,
        passkey_is_second: passkeys::is_second(pool, user),
        lacks_recovery_codes: gives_codes && codes_left == 0,
        has_recovery_codes: gives_codes && codes_left > 0,
        can_set_up: !addresses::can_set_up(pool, user).is_empty(),
        device: DeviceTrust::None,
    }
}
