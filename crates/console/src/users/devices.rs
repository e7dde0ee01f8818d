//! `/console/pools/{id}/users/{name}/devices`: a user's devices.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use cabana_model::{AdminForgetDeviceRequest, AdminListDevicesRequest, DeviceType, op};

use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::frame::{Frame, When};
use crate::pager::{List, Pager};
use crate::users::name::Name;
use crate::users::person::Person;
use crate::users::user::{frame, url};

/// Devices per page.
const PAGE: u16 = 50;

#[derive(Template)]
#[template(path = "users/devices.html")]
struct Devices {
    frame: Frame,
    form: Form,
    user: Name,
    url: String,
    devices: Vec<Device>,
    pager: Pager,
}

/// A line of the list.
struct Device {
    key: String,
    /// `None` for a device that the app has not confirmed, or not with a name.
    name: Option<String>,
    remembered: bool,
    address: String,
    signed_in: Option<When>,
    created: Option<When>,
}

impl Device {
    /// Class and text of the tag that says whether it is remembered.
    fn status(&self) -> (&'static str, &'static str) {
        match self.remembered {
            true => ("good", "Remembered"),
            false => ("", "Not remembered"),
        }
    }

    /// What the buttons call it.
    fn called(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.key)
    }
}

impl From<DeviceType> for Device {
    fn from(device: DeviceType) -> Self {
        let attributes = device.device_attributes.into_iter().flatten();
        let valued = attributes.filter_map(|it| Some((it.name, it.value?.expose().to_owned())));
        let mut attributes: BTreeMap<_, _> = valued.collect();
        let status = attributes.remove("dev:device_remembered_status");
        Self {
            key: device.device_key.unwrap_or_default(),
            name: attributes.remove("device_name"),
            remembered: status.as_deref() == Some("remembered"),
            address: attributes.remove("last_ip_used").unwrap_or_default(),
            signed_in: device.device_last_authenticated_date.map(When::from),
            created: device.device_create_date.map(When::from),
        }
    }
}

fn page_of(pool: &str, name: &Name) -> String {
    format!("{}/devices", url(pool, name))
}

pub async fn show(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let person = Person::of(&desk, &pool, &name).await?;
    let input = AdminListDevicesRequest {
        user_pool_id: pool.clone(),
        username: person.name.as_str().into(),
        limit: Some(PAGE.into()),
        pagination_token: desk.query.get("next").map(str::to_owned),
    };
    let listed = desk.call::<op::AdminListDevices>(&input).await?;
    let devices = listed.devices.into_iter().flatten().map(Device::from);
    let devices: Vec<_> = devices.collect();
    let own = page_of(&pool, &person.name);
    let list = List {
        path: &own,
        kept: &[],
        limit: PAGE,
        total: None,
    };
    let pager = list.pager(
        &desk.query,
        devices.len(),
        listed.pagination_token.as_deref(),
    );
    let frame = frame(&desk, &pool, "Devices").await?;
    desk.page(&Devices {
        frame: frame.below(person.name.as_str(), url(&pool, &person.name)),
        form: Form::resumed(&desk, || Form::new(&desk)).await?,
        user: person.name,
        url: own,
        devices,
        pager,
    })
}

pub async fn forget(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let page = page_of(&pool, &name);
    let Some(device_key) = Form::sent(&desk).given("device") else {
        return desk.problem_at(&page, "Choose a device.").await;
    };
    let input = AdminForgetDeviceRequest {
        user_pool_id: pool,
        username: name.as_str().into(),
        device_key,
    };
    let outcome = desk.call::<op::AdminForgetDevice>(&input).await;
    desk.acted(outcome, &page, "The device has been forgotten.")
        .await
}
