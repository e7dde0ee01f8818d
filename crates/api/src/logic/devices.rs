//! Devices of users: found, tracked by sign-ins, confirmed, listed.

use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::Engine;
use cabana_domain::client::Client;
use cabana_domain::device::{BadVerifier, Device, DeviceSecrets, DeviceVerifier};
use cabana_domain::event::EventKind;
use cabana_domain::ids;
use cabana_domain::pool::Pool;
use cabana_domain::user::User;
use cabana_domain::{PoolId, Sub};
use cabana_model::{
    AttributeType, DeviceRememberedStatusType, DeviceSecretVerifierConfigType, DeviceType,
    NewDeviceMetadataType, Operation, Timestamp,
};
use cabana_store::Change;

use crate::Settings;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::{self, devices as refusals};
use crate::logic::paging;
use crate::logic::pools::view;
use crate::logic::sign_in::SignedIn;
use crate::logic::users::credentials;

/// Verifiers come with padding or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A device of a user, confirmed or not.
///
/// # Errors
/// ResourceNotFoundException.
pub async fn find(cx: &Cx<'_>, pool: &PoolId, sub: &Sub, key: &str) -> Result<Device, Fault> {
    let device = cx.store().device(pool, sub, key).await?;
    device.ok_or_else(refusals::no_such_device)
}

/// A confirmed device of a user.
///
/// # Errors
/// ResourceNotFoundException.
pub async fn confirmed(cx: &Cx<'_>, pool: &PoolId, sub: &Sub, key: &str) -> Result<Device, Fault> {
    let device = find(cx, pool, sub, key).await?;
    match device.is_confirmed() {
        true => Ok(device),
        false => Err(refusals::no_such_device()),
    }
}

/// The device that the tokens of a sign-in are bound to.
#[derive(Default)]
pub struct Tracked {
    pub key: Option<String>,
    /// The record of the sign-in, or of a new device.
    pub change: Option<Change>,
    pub new: Option<NewDeviceMetadataType>,
}

/// Tracks a finished sign-in of the API: on the device that it named, else on a new one. A new one that is not
/// confirmed expires with the access token, without which nobody can confirm it.
///
/// # Errors
/// If the system has no randomness.
pub fn track(
    cx: &Cx<'_>,
    pool: &Pool,
    client: &Client,
    signed_in: &SignedIn,
) -> Result<Tracked, Fault> {
    if pool.device_configuration().is_none() {
        return Ok(Tracked::default());
    }
    let now = cx.now();
    let passed = signed_in.passed_mfa();
    let passed = passed.then(|| credentials::factors_mark(cx, signed_in.user()));
    if let Some(device) = signed_in.device() {
        let mut device = device.clone();
        device.signed_in(passed, cx.request.source_ip, now);
        return Ok(Tracked {
            key: Some(device.key.clone()),
            change: Some(Change::UpdateDevice(Box::new(device))),
            new: None,
        });
    }
    let region = pool.id.region().unwrap_or(&cx.api.settings.region);
    let device = Device {
        pool: pool.id.clone(),
        sub: signed_in.user().sub.clone(),
        key: ids::device_key(region, &cx.uuid()?),
        version: 1,
        group: ids::device_group_key(cx.random()?),
        name: None,
        remembered: false,
        secrets: DeviceSecrets {
            passed,
            ..DeviceSecrets::default()
        },
        last_ip: cx.request.source_ip,
        created: now,
        modified: now,
        authenticated: now,
        expires: Some(now.after(client.access_token_life())),
    };
    Ok(Tracked {
        key: Some(device.key.clone()),
        new: Some(NewDeviceMetadataType {
            device_key: Some(device.key.clone()),
            device_group_key: Some(device.group.clone()),
        }),
        change: Some(Change::InsertDevice(Box::new(device))),
    })
}

/// Reads the verifier that a device made.
///
/// # Errors
/// InvalidParameterException.
pub fn verifier(given: Option<DeviceSecretVerifierConfigType>) -> Result<DeviceVerifier, Fault> {
    let given = given.unwrap_or_default();
    let (Some(salt), Some(value)) = (given.salt, given.password_verifier) else {
        return Err(refusals::verifier_missing());
    };
    let salt = BASE64.decode(salt).map_err(|_| refusals::bad_salt())?;
    let value = BASE64.decode(value).map_err(|_| refusals::bad_verifier())?;
    DeviceVerifier::checked(salt, value).map_err(|bad| match bad {
        BadVerifier::Salt => refusals::bad_salt(),
        BadVerifier::Value => refusals::bad_verifier(),
    })
}

/// Requires that the pool tracks devices.
///
/// # Errors
/// InvalidUserPoolConfigurationException.
pub fn demand_tracking(pool: &Pool) -> Result<(), Fault> {
    match pool.device_configuration() {
        Some(_) => Ok(()),
        None => Err(refusals::devices_not_tracked()),
    }
}

/// Sets a device to remembered or not remembered, and emits an event.
///
/// # Errors
/// ResourceNotFoundException, InvalidUserPoolConfigurationException; InvalidParameterException without a status.
pub async fn remember(
    cx: &Cx<'_>,
    pool: &Pool,
    user: &User,
    key: &str,
    status: Option<DeviceRememberedStatusType>,
) -> Result<(), Fault> {
    demand_tracking(pool)?;
    let status = status.ok_or_else(|| faults::missing_parameter("DeviceRememberedStatus"))?;
    let mut device = confirmed(cx, &pool.id, &user.sub, key).await?;
    device.remember(status == DeviceRememberedStatusType::Remembered, cx.now());
    let event = cx.event(user, EventKind::UpdateDevice).on_device(Some(key));
    cx.commit([Change::UpdateDevice(Box::new(device)), event.into()])
        .await
}

/// Deletes a device, and emits an event.
///
/// # Errors
/// A failure of the store.
pub async fn forget(cx: &Cx<'_>, user: &User, device: Device) -> Result<(), Fault> {
    let event = cx.event(user, EventKind::ForgetDevice);
    let event = event.on_device(Some(&device.key));
    let deletion = Change::DeleteDevice {
        pool: device.pool,
        sub: device.sub,
        key: device.key,
    };
    cx.commit([deletion, event.into()]).await
}

/// A page of a user's devices, newest first, with the token for the next.
pub struct Listed {
    pub devices: Vec<DeviceType>,
    pub next: Option<String>,
}

/// Lists a user's devices.
///
/// # Errors
/// InvalidParameterException for a bad token.
pub async fn list(
    cx: &Cx<'_>,
    operation: Operation,
    user: &User,
    limit: Option<i32>,
    token: Option<&str>,
    shown: fn(&Settings, &User, &Device) -> DeviceType,
) -> Result<Listed, Fault> {
    let bound = [user.pool.as_str(), user.sub.as_str()];
    let page = paging::page(cx, operation, &bound, limit, token)?;
    let found = cx.store().devices(&user.pool, &user.sub, page).await?;
    let show = |device: &Device| shown(&cx.api.settings, user, device);
    Ok(Listed {
        devices: found.items.iter().map(show).collect(),
        next: paging::seal_token(cx, operation, &bound, found.next)?,
    })
}

/// A device as its user sees it.
pub fn as_user(_: &Settings, _: &User, device: &Device) -> DeviceType {
    let status = attribute("device_status", "valid".to_owned());
    let mut attributes = vec![status];
    attributes.extend(named(device));
    attributes.extend(last_ip(device));
    described(device, attributes)
}

/// A device as an administrator sees it.
pub fn as_admin(settings: &Settings, user: &User, device: &Device) -> DeviceType {
    let owner = format!("{}.{}", user.username, device.pool);
    let arn = view::arn_of(
        settings,
        &device.pool,
        &format!("owner/{owner}/device/{}", device.key),
    );
    let status = match device.remembered {
        true => DeviceRememberedStatusType::Remembered,
        false => DeviceRememberedStatusType::NotRemembered,
    };
    let mut attributes = vec![attribute("device_status", "valid".to_owned())];
    attributes.extend(named(device));
    attributes.push(attribute("dev:device_arn", arn));
    attributes.push(attribute("dev:device_owner", owner));
    attributes.extend(last_ip(device));
    attributes.push(attribute(
        "dev:device_remembered_status",
        status.as_str().to_owned(),
    ));
    attributes.push(attribute("dev:device_sdk", "aws-sdk".to_owned()));
    described(device, attributes)
}

fn attribute(name: &str, value: String) -> AttributeType {
    AttributeType {
        name: name.to_owned(),
        value: Some(value.into()),
    }
}

fn named(device: &Device) -> Option<AttributeType> {
    let name = device.name.clone();
    name.map(|name| attribute("device_name", name))
}

fn last_ip(device: &Device) -> Option<AttributeType> {
    let address = device.last_ip;
    address.map(|ip| attribute("last_ip_used", ip.to_string()))
}

fn described(device: &Device, attributes: Vec<AttributeType>) -> DeviceType {
    DeviceType {
        device_key: Some(device.key.clone()),
        device_attributes: Some(attributes),
        device_create_date: Some(device.created.into()),
        device_last_modified_date: Some(device.modified.into()),
        device_last_authenticated_date: Some(Timestamp::from_secs(device.authenticated.seconds())),
    }
}
