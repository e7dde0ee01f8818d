//! The device that a sign-in names.
//!
//! It is looked up once a first factor has been shown, or functions do without one: before that, nobody learns which
//! devices a user has.

use cabana_domain::device::Device;
use cabana_domain::flow::Proof;

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
        if !self.session.is_admitted() {
            self.session.device = Some(key.to_owned());
            return Ok(());
        }
        match self.session.device.as_deref() {
            Some(named) if named != key => Err(refusals::wrong_device_key()),
            Some(_) if self.device.is_some() => Ok(()),
            _ => self.find_device(cx, key).await,
        }
    }

    /// Looks up a device that has to be there. No effect in a pool that does not track devices.
    ///
    /// # Errors
    /// ResourceNotFoundException if the user has no such device, or it is not confirmed.
    pub(super) async fn find_device(&mut self, cx: &Cx<'_>, key: &str) -> Result<(), Fault> {
        if self.pool.device_configuration().is_none() {
            return Ok(());
        }
        let found = devices::confirmed(cx, &self.pool.id, &self.user.sub, key);
        self.device = Some(found.await?);
        self.session.device = Some(key.to_owned());
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
        let Some(key) = self.session.device.take() else {
            return Ok(());
        };
        if self.pool.device_configuration().is_some() {
            let found = cx.store().device(&self.pool.id, &self.user.sub, &key);
            self.device = found.await?.filter(Device::is_confirmed);
        }
        match self.device {
            Some(_) => self.session.device = Some(key),
            // Nothing that was proven counts for another device.
            None => self.session.proven.retain(|it| *it != Proof::Device),
        }
        Ok(())
    }
}
