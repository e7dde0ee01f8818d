//! The addresses of a pool that people come back to from a provider.

use cabana_model::{IdentityProviderTypeType as Kind, UserPoolType};

use crate::desk::Desk;
use crate::settings::integration::domain;
use crate::settings::panel::{Cell, Panel};

/// The bases of a pool's addresses, those of its domains first, and what they are called.
pub fn bases(desk: &Desk, pool: &UserPoolType) -> Vec<(&'static str, String)> {
    let (before, after) = domain::around(desk);
    let custom = pool.custom_domain.as_deref();
    let custom = custom.map(|name| ("custom domain", format!("https://{name}")));
    let prefix = pool.domain.as_deref();
    let prefix = prefix.map(|prefix| ("Cognito domain", format!("{before}{prefix}{after}")));
    let id = pool.id.as_deref().unwrap_or_default();
    let public = &desk.console.api.settings.public_url;
    let own = ("this server", format!("{public}/{id}"));
    custom.into_iter().chain(prefix).chain([own]).collect()
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
    let each = |panel: Panel, name: fn(&str) -> &'static str, path: &str, what: &'static str| {
        bases.iter().fold(panel, |panel, (of, base)| {
            panel.row(name(of), Cell::Copied(format!("{base}{path}"), what))
        })
    };
    if kind != Kind::Saml {
        return each(
            panel,
            redirect_name,
            "/oauth2/idpresponse",
            "redirect address",
        );
    }
    let id = pool.id.as_deref().unwrap_or_default();
    let public = &desk.console.api.settings.public_url;
    let entity = Cell::Copied(format!("urn:amazon:cognito:sp:{id}"), "entity ID");
    let metadata = Cell::Copied(format!("{public}/{id}/saml2/metadata"), "metadata address");
    let panel = panel
        .row("Entity ID (audience)", entity)
        .row("Metadata of this user pool", metadata);
    let panel = each(
        panel,
        consumer_name,
        "/saml2/idpresponse",
        "assertion consumer address",
    );
    each(panel, logout_name, "/saml2/logout", "sign-out address")
}

fn redirect_name(of: &str) -> &'static str {
    match of {
        "custom domain" => "Redirect address at the custom domain",
        "Cognito domain" => "Redirect address at the Cognito domain",
        _ => "Redirect address at this server",
    }
}

fn consumer_name(of: &str) -> &'static str {
    match of {
        "custom domain" => "Assertion consumer address (ACS) at the custom domain",
        "Cognito domain" => "Assertion consumer address (ACS) at the Cognito domain",
        _ => "Assertion consumer address (ACS) at this server",
    }
}

fn logout_name(of: &str) -> &'static str {
    match of {
        "custom domain" => "Sign-out address at the custom domain",
        "Cognito domain" => "Sign-out address at the Cognito domain",
        _ => "Sign-out address at this server",
    }
}
