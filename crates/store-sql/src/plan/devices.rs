//! Devices of users.

use cabana_domain::device::Device;
use cabana_domain::{PoolId, Sub};
use cabana_store::Result;

use super::Plan;
use crate::engine::{Step, Verdict};
use crate::sealing::seal_json;
use crate::sql::devices as sql;
use crate::sql::users::USER_EXISTS;
use crate::value::{Value, params};

impl Plan<'_> {
    /// The columns from `group_key` to `last_ip`.
    fn device(&self, device: &Device) -> Result<Vec<Value>> {
        let place = [
            "devices",
            "secrets",
            device.pool.as_str(),
            device.sub.as_str(),
            &device.key,
        ];
        Ok(params![
            &device.group,
            device.name.as_ref(),
            device.remembered,
            seal_json(self.sealer, &place, &device.secrets)?,
            device.last_ip.map(|ip| ip.to_string()).as_ref(),
        ])
    }

    pub(super) fn insert_device(&mut self, device: &Device) -> Result<()> {
        let mut row = params![&device.pool, &device.sub, &device.key, device.version];
        row.append(&mut self.device(device)?);
        row.append(&mut params![
            device.created,
            device.modified,
            device.authenticated,
            device.expires,
        ]);
        self.push(Step::ask(
            sql::INSERT_DEVICE,
            row,
            Verdict::Conflict("device"),
            (USER_EXISTS, params![&device.pool, &device.sub]),
        ))
    }

    pub(super) fn update_device(&mut self, device: &Device) -> Result<()> {
        let mut row = params![&device.pool, &device.sub, &device.key, device.version];
        row.append(&mut self.device(device)?);
        row.append(&mut params![
            device.modified,
            device.authenticated,
            device.expires,
        ]);
        self.push(Step::ask(
            sql::UPDATE_DEVICE,
            row,
            Verdict::Stale,
            (
                sql::DEVICE_EXISTS,
                params![&device.pool, &device.sub, &device.key],
            ),
        ))
    }

    pub(super) fn limit_devices(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        but: &str,
        most: u32,
    ) -> Result<()> {
        let others = most.saturating_sub(1);
        let row = params![pool, sub, but, others];
        self.push(Step::any(sql::LIMIT_DEVICES, row))
    }

    pub(super) fn delete_device(&mut self, pool: &PoolId, sub: &Sub, key: &str) -> Result<()> {
        let row = params![pool, sub, key];
        self.push(Step::one(sql::DELETE_DEVICE, row, Verdict::Gone))
    }
}
