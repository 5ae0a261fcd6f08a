//! Volumes. A `PersistentVolume` belongs to the cluster, so it can have no owner in a namespace: it is made before its
//! claim, never changed, and deleted once its claim is gone. What is stored on it stays where it is.

use super::super::cache::NamespacedName;
use super::super::cache::child::text;
use super::super::error::Problem;
use super::super::write::WriteError;
use super::Apply;
use crate::translate::{Kind, Object};

impl Apply {
    /// Makes a volume, unless its claim is there already. One of its name that is for another claim is in the way: ours would wait for it forever.
    pub async fn volume(&self, volume: &Object) -> Result<(), Problem> {
        let claim = NamespacedName::new(text(&volume.body, "/spec/claimRef/namespace"), text(&volume.body, "/spec/claimRef/name"));
        let (kind, name) = (Kind::PersistentVolume, NamespacedName::new("", &volume.name));
        {
            let cache = self.cache();
            let known = cache.child(kind, &name);
            if known.is_some_and(|known| known.claim != claim) {
                return Err(Problem::Conflict { kind, name: name.name });
            }
            if known.is_some_and(|known| known.released || known.deleting) {
                return Err(Problem::StillDeleting { kind, name: name.name });
            }
            if known.is_some() || cache.child(Kind::PersistentVolumeClaim, &claim).is_some() {
                return Ok(());
            }
        }
        match self.writer.post(kind, "", &volume.body).await {
            Ok(reply) => {
                self.remember(kind, &reply, &volume.body);
                Ok(())
            }
            Err(WriteError::Exists) => Err(Problem::Conflict { kind, name: name.name }),
            Err(WriteError::Forbidden(_)) => Err(Problem::VolumeForbidden(name.name)),
            Err(error) => Err(self.problem(kind, &name, error)),
        }
    }

    /// Deletes the volumes of ours whose claims are gone. One that cannot be deleted is tried again at the next event,
    /// or when everything is looked at.
    pub async fn reclaim_volumes(&self) {
        let released = self.cache().released_volumes();
        for (name, uid) in released {
            if let Err(problem) = self.prune(Kind::PersistentVolume, &name, &uid).await {
                tracing::warn!(volume = name.name, %problem, "a volume whose claim is gone could not be deleted");
            }
        }
    }
}
