//! The addresses of a pool that people come back to from a provider.

use cabana_model::{IdentityProviderTypeType as Kind, UserPoolType};
use cabana_web::trial::redirect_path;

use crate::desk::Desk;
use crate::settings::integration::domain;
use crate::settings::panel::{Cell, Panel};

/// The bases of a pool's addresses, those of its domains first, and what they are called.
pub fn bases(desk: &Desk, pool: &UserPoolType) -> Vec<(&'static str, String)> {
    let (before, after) = domain::around(desk);
    let custom = pool.custom_domain.as_deref();
    let custom = custom.map(|name| ("the custom domain", format!("https://{name}")));
    let prefix = pool.domain.as_deref();
    let prefix = prefix.map(|prefix| ("the Cognito domain", format!("{before}{prefix}{after}")));
    let own = ("this server", own(desk, pool));
    custom.into_iter().chain(prefix).chain([own]).collect()
}

fn own(desk: &Desk, pool: &UserPoolType) -> String {
    let id = pool.id.as_deref().unwrap_or_default();
    format!("{}/{id}", desk.console.api.settings.public_url)
}

/// Name of the address to which providers of a kind send people back.
pub fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Saml => "assertion consumer address",
        _ => "redirect address",
    }
}

/// The panel with everything that has to be entered at the provider.
pub fn panel(desk: &Desk, pool: &UserPoolType, kind: Kind) -> Panel {
    let bases = bases(desk, pool);
    let panel = Panel::new("other-side", "To enter at the provider");
    let panel = match bases.len() {
        1 => panel,
        _ => panel
            .lead("Enter the address of each host name under which apps open the sign-in page."),
    };
    let each = |panel: Panel, label: &str, path: &str, what: &'static str| {
        bases.iter().fold(panel, |panel, (of, base)| {
            let address = Cell::Copied(format!("{base}{path}"), what);
            panel.row(format!("{label} at {of}"), address)
        })
    };
    let answer = redirect_path(kind);
    if kind != Kind::Saml {
        return each(panel, "Redirect address", answer, name(kind));
    }
    let id = pool.id.as_deref().unwrap_or_default();
    let entity = Cell::Copied(format!("urn:amazon:cognito:sp:{id}"), "entity ID");
    let metadata = format!("{}/saml2/metadata", own(desk, pool));
    let panel = panel.row("Entity ID (audience)", entity).row(
        "Metadata of this user pool",
        Cell::Copied(metadata, "metadata address"),
    );
    let consumer = "Assertion consumer address (ACS)";
    let panel = each(panel, consumer, answer, name(kind));
    each(
        panel,
        "Sign-out address",
        "/saml2/logout",
        "sign-out address",
    )
}
