//! Which users have changed since something of theirs was loaded.
//!
//! What is loaded with its user carries the stamp of that user's place; a change of the user puts
//! another stamp there, and whatever carries the former one is loaded anew when it is next asked for. So a
//! change costs the same however many sessions there are, and nobody has to know which are whose.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::identity::principal::{User, UserId};

/// Users share places, and are then loaded anew together, which does no harm.
const PLACES: usize = 4096;

/// The stamps in force.
pub(super) struct Stamps(Box<[AtomicU32]>);

/// A user as loaded.
#[derive(Debug, Clone)]
pub(super) struct Stamped {
    pub(super) user: User,
    stamp: u32,
}

impl Stamps {
    pub(super) fn new() -> Self {
        Self((0..PLACES).map(|_| AtomicU32::new(0)).collect())
    }

    /// Marks a user who was just loaded, while nothing could be forgotten.
    pub(super) fn mark(&self, user: User) -> Stamped {
        let stamp = self.of(user.id).map_or(0, load);
        Stamped { user, stamp }
    }

    /// Whether the user has not changed since.
    pub(super) fn is_current(&self, stamped: &Stamped) -> bool {
        self.of(stamped.user.id)
            .is_some_and(|stamp| load(stamp) == stamped.stamp)
    }

    /// The user has changed.
    pub(super) fn change(&self, id: UserId) {
        if let Some(stamp) = self.of(id) {
            stamp.fetch_add(1, Ordering::Release);
        }
    }

    fn of(&self, id: UserId) -> Option<&AtomicU32> {
        self.0.get(id.0.unsigned_abs() as usize % PLACES)
    }
}

fn load(stamp: &AtomicU32) -> u32 {
    stamp.load(Ordering::Acquire)
}
