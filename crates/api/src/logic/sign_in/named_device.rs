//! The device that a sign-in names.
//!
//! It is looked up once a first factor has been shown, or functions do without one: before that, nobody learns which
//! devices a user has.

use cabana_domain::device::Device;

use super::Attempt;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::devices as refusals;
use crate::logic::devices;

impl Attempt<'_> {
    /// Names the device of an answer. Once a first factor has been shown, a sign-in keeps its device: another one has
    /// not proven itself.
    ///
    /// # Errors
    /// After the first factor: ResourceNotFoundException if the user has no such device, or it is not confirmed;
    /// InvalidParameterException if another one was named before.
    pub(super) async fn name_device(
        &mut self,
        cx: &Cx<'_>,
        key: Option<&str>,
    ) -> Result<(), Fault> {
        let Some(key) = key else { return Ok(()) };
        match self.session.is_admitted() {
            true => self.demand_device(cx, key).await,
            false => {
                self.session.name_device(Some(key.to_owned()));
                Ok(())
            }
        }
    }

    /// Names a device that has to be there: another one only while nobody is admitted. No effect in a pool that does
    /// not track devices.
    ///
    /// # Errors
    /// As [`Attempt::name_device`] after the first factor.
    pub(super) async fn demand_device(&mut self, cx: &Cx<'_>, key: &str) -> Result<(), Fault> {
        let admitted = self.session.is_admitted();
        match self.session.device.as_deref() {
            Some(named) if admitted && named != key => Err(refusals::wrong_device_key()),
            Some(named) if self.device.is_some() && named == key => Ok(()),
            _ => self.find_device(cx, key).await,
        }
    }

    async fn find_device(&mut self, cx: &Cx<'_>, key: &str) -> Result<(), Fault> {
        if self.pool.device_configuration().is_none() {
            return Ok(());
        }
        let found = devices::confirmed(cx, &self.pool.id, &self.user.sub, key);
        self.device = Some(found.await?);
        self.session.name_device(Some(key.to_owned()));
        Ok(())
    }

    /// Looks up the device that was named before the first factor was shown; an unknown one means a new device.
    ///
    /// # Errors
    /// A failure of the store.
    pub(super) async fn look_up_device(&mut self, cx: &Cx<'_>) -> Result<(), Fault> {
        if self.device.is_some() || !self.session.is_admitted() {
            return Ok(());
        }
        let Some(key) = self.session.device.clone() else {
            return Ok(());
        };
        if self.pool.device_configuration().is_some() {
            let found = cx.store().device(&self.pool.id, &self.user.sub, &key);
            self.device = found.await?.filter(Device::is_confirmed);
        }
        if self.device.is_none() {
            self.session.name_device(None);
        }
        Ok(())
    }
}
