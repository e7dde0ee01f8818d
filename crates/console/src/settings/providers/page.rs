//! `/sign-in/providers/{provider}`: an identity provider.

use axum::extract::Path;
use cabana_api::logic::federation::saml;
use cabana_model::{
    GetSigningCertificateRequest, IdentityProviderType, IdentityProviderTypeType as Kind, op,
};

use super::types::{self, Control};
use super::{addresses, described, kind, url};
use crate::desk::{Answer, Desk};
use crate::halt::Halt;
use crate::pool_head::PoolHead;
use crate::settings::panel::{Cell, Panel};
use crate::settings::tab;
use crate::users::name::Name;

/// Longest value that is shown: metadata documents are longer.
const LONGEST: usize = 200;

pub async fn show(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let head = PoolHead::of(&desk, &pool).await?;
    let provider = described(&desk, &pool, &name).await?;
    let (may, here) = (!desk.operator.read_only, url(&pool, name.as_str()));
    let certificate = signing_certificate(&desk, &pool, &provider).await?;
    let certificate = certificate.map(|it| Cell::Copied(it, "signing certificate"));
    let information = information(&provider, may, &here);
    let mut panels = vec![
        information.maybe("Signing certificate, for the provider", certificate),
        addresses::panel(&desk, &head.pool, kind(&provider)),
        mapping(&provider, may, &here),
    ];
    if may {
        let danger = Panel::new("danger", "Danger zone")
            .lead("Nobody will be able to sign in through this provider any more.")
            .danger_action(true, "Delete identity provider", format!("{here}/delete"));
        panels.push(danger);
    }
    tab::show(&desk, &head, name.as_str(), panels)
}

/// What the provider verifies the pool's requests with, if they are signed.
async fn signing_certificate(
    desk: &Desk,
    pool: &str,
    provider: &IdentityProviderType,
) -> Result<Option<String>, Halt> {
    let details = provider.provider_details.as_ref();
    let given = |member: &str| details.and_then(|it| it.get(member)).map(String::as_str);
    let signs =
        given("RequestSigningAlgorithm").is_some() || given(saml::SIGNS_OUT) == Some("true");
    if kind(provider) != Kind::Saml || !signs {
        return Ok(None);
    }
    let input = GetSigningCertificateRequest {
        user_pool_id: pool.to_owned(),
    };
    let found = desk.call::<op::GetSigningCertificate>(&input).await?;
    Ok(found.certificate)
}

fn information(provider: &IdentityProviderType, may: bool, here: &str) -> Panel {
    let kind = kind(provider);
    let empty = Default::default();
    let details = provider.provider_details.as_ref().unwrap_or(&empty);
    let panel = Panel::new("information", "Identity provider")
        .action(may, "Test connection", format!("{here}/test"))
        .action(may, "Edit", format!("{here}/edit"))
        .row("Type", types::label(kind));
    let panel = types::details(kind).iter().fold(panel, |panel, detail| {
        let value = details.get(detail.member).filter(|it| !it.is_empty());
        let cell = match (detail.control, value) {
            (Control::Tick(on), value) => Cell::enabled(value.is_some_and(|it| it == on)),
            (_, None) => return panel,
            (control, _) if control.is_secret() => return panel,
            (_, Some(value)) if value.len() > LONGEST => {
                format!("{} characters", value.chars().count()).into()
            }
            (_, Some(value)) => Cell::Code(value.clone()),
        };
        panel.row(detail.label.trim_end_matches(" – optional"), cell)
    });
    let added = |member: &str| details.get(member).cloned();
    panel
        .maybe(
            "Sign-in address of the provider",
            added("SSORedirectBindingURI").map(Cell::Code),
        )
        .maybe(
            "Sign-out address of the provider",
            added("SLORedirectBindingURI").map(Cell::Code),
        )
        .maybe(
            "Encryption certificate, for the provider",
            added("ActiveEncryptionCertificate")
                .map(|it| Cell::Copied(it, "encryption certificate")),
        )
        .row(
            "Identifiers",
            Cell::codes(provider.idp_identifiers.clone().unwrap_or_default()),
        )
        .row("Created time", Cell::at(provider.creation_date))
        .row("Last updated time", Cell::at(provider.last_modified_date))
}

fn mapping(provider: &IdentityProviderType, may: bool, here: &str) -> Panel {
    let mapping = provider.attribute_mapping.clone().unwrap_or_default();
    let line = |(attribute, claim): (String, String)| {
        let attribute = match attribute.as_str() {
            "username" => "User name".into(),
            _ => Cell::Code(attribute),
        };
        vec![attribute, Cell::Code(claim)]
    };
    let levels = provider.acr_mapping.clone().unwrap_or_default();
    let lines: Vec<_> = mapping.into_iter().map(line).collect();
    let panel =
        Panel::new("mapping", "Attribute mapping").action(may, "Edit", format!("{here}/mapping"));
    let panel = panel.lead("Written at each sign-in. A sign-in fails if an attribute that the user pool requires is not filled.");
    let levels: Vec<_> = levels
        .into_iter()
        .map(|(level, value)| format!("{level}: {value}"))
        .collect();
    let panel = match levels.is_empty() {
        true => panel,
        false => panel.row("Levels of authentication", Cell::Codes(levels)),
    };
    let heads = ["Attribute", types::claim(kind(provider))];
    panel.table(&heads, lines, "No attribute is mapped.")
}
