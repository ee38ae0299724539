//! For whom a listing that needs nothing may rest; see `register::open`.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::View;
use crate::register::OpenFor;

impl View<'_> {
    /// What decides, besides entries and time, whether a listing needs anything.
    pub(super) fn open_for(&self) -> OpenFor {
        let mut hasher = DefaultHasher::new();
        (self.terms.version(), self.supervision.hash()).hash(&mut hasher);
        for member in self.terms.members() {
            (&member.id, &member.hub, member.keys.log.as_bytes()).hash(&mut hasher);
        }
        for agreement in self.terms.agreements() {
            (agreement.id(), agreement.version(), agreement.parties()).hash(&mut hasher);
            (agreement.starts(), agreement.ends(), agreement.allows_sole_traders())
                .hash(&mut hasher);
            for duty in agreement.duties() {
                (&duty.domain, &duty.members).hash(&mut hasher);
            }
            for map in agreement.maps() {
                (&map.receiver, &map.domain, &map.standard, map.standard_version, &map.level)
                    .hash(&mut hasher);
                (map.officers, map.term_months_max).hash(&mut hasher);
            }
        }
        (self.me.clone(), hasher.finish())
    }
}
