//! Hashing of passwords: each in a thread of its own that gives way to whatever else is to be done, and never
//! on all cores at once, so that a rush of people signing in does not slow the tiles down.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::{Semaphore, oneshot};

use crate::config::Config;
use crate::identity::password::{self, PasswordError, Rules};
use crate::meter::{Histogram, SLOW};
use crate::schedule;

/// The part of the time that a password gets where there is always something else to be done.
const SHARE: u32 = 16;

/// Hashes and verifies with this installation's salt and cost.
#[derive(Clone)]
pub struct Passwords {
    salt: SecretString,
    cost: u32,
    rules: Rules,
    places: Arc<Semaphore>,
    meter: Arc<Meter>,
}

/// How it goes.
struct Meter {
    waiting: AtomicUsize,
    took: Histogram,
}

/// Somebody who waits for a place, until that is had or not wanted any more.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn among(waiting: &'a AtomicUsize) -> Self {
        waiting.fetch_add(1, Relaxed);
        Self(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

/// Hashing was broken off.
#[derive(Debug, thiserror::Error)]
pub enum PasswordsError {
    /// bcrypt refused.
    #[error(transparent)]
    Hash(#[from] password::HashError),
    /// The system gives no thread.
    #[error("no thread for a password")]
    NoThread(#[source] std::io::Error),
    /// The program is stopping.
    #[error("the program is stopping")]
    Stopping,
}

impl Passwords {
    /// With the salt and cost of the settings.
    pub fn new(config: &Config) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let places = cores.saturating_sub(1).max(1);
        Self {
            salt: config.password_salt.clone(),
            cost: config.bcrypt_cost,
            rules: config.password_rules(),
            places: Arc::new(Semaphore::new(places)),
            meter: Arc::new(Meter {
                waiting: AtomicUsize::new(0),
                took: Histogram::new(&SLOW),
            }),
        }
    }

    /// How many passwords wait for a place.
    pub fn waiting(&self) -> usize {
        self.meter.waiting.load(Relaxed)
    }

    /// How long they took, with the time that they waited.
    pub fn took(&self) -> &Histogram {
        &self.meter.took
    }

    /// Checks a new password for this user name.
    pub fn check(&self, new: &str, user_name: &str) -> Result<(), PasswordError> {
        self.rules.check(new, user_name)
    }

    /// Hashes a new password.
    pub async fn hash(&self, new: String) -> Result<String, PasswordsError> {
        let cost = self.cost;
        let work = move |salt: &str, mut turn: Turn| {
            password::hash(&new, salt, cost, rand::random(), || turn.pass())
        };
        Ok(self.work(work).await??)
    }

    /// Whether the password belongs to the stored hash. Whatever there is, it takes as long.
    pub async fn verify(
        &self,
        attempt: String,
        stored: Option<String>,
    ) -> Result<bool, PasswordsError> {
        let cost = self.cost;
        let work = move |salt: &str, mut turn: Turn| {
            password::verify_evenly(&attempt, salt, stored.as_deref(), cost, || turn.pass())
        };
        self.work(work).await
    }

    /// Whether a hash was made with another cost than today's.
    pub fn is_outdated(&self, stored: &str) -> bool {
        password::cost_of(stored) != Some(self.cost)
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&str, Turn) -> T + Send + 'static,
    ) -> Result<T, PasswordsError> {
        let stopping = |_| PasswordsError::Stopping;
        let asked = Instant::now();
        let waiting = Waiting::among(&self.meter.waiting);
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(stopping)?;
        drop(waiting);
        let salt = self.salt.clone();
        let (answer, done) = oneshot::channel();
        let hashing = move || {
            let _place = place;
            // Whoever asked may have gone in the meantime.
            let _ = answer.send(work(salt.expose_secret(), Turn::begin()));
        };
        std::thread::Builder::new()
            .name("password".to_owned())
            .spawn(hashing)
            .map_err(PasswordsError::NoThread)?;
        let answer = done.await.map_err(|_| PasswordsError::Stopping);
        self.meter.took.observe(asked.elapsed());
        answer
    }
}

/// A thread's turn at the processor, which it passes on to whoever waits: whoever signs in waits a moment
/// anyway, and does not notice a little more.
///
/// A low priority is not enough. It says how the processor is shared in the long run, and a thread that was
/// begun still runs for some milliseconds, in which every tile waits.
struct Turn {
    begun: Instant,
    last: Instant,
    rounds: u32,
    /// What a round takes of which no part was somebody else's.
    quickest: Duration,
}

impl Turn {
    /// In this thread, from now on.
    fn begin() -> Self {
        schedule::for_passwords();
        Self::at(Instant::now())
    }

    fn at(now: Instant) -> Self {
        Self {
            begun: now,
            last: now,
            rounds: 0,
            quickest: Duration::MAX,
        }
    }

    /// Lets others go first after a round, but for those who come short of their share.
    fn pass(&mut self) {
        if self.has_had_its_share(Instant::now()) {
            std::thread::yield_now();
            self.last = Instant::now();
        }
    }

    /// Whether with the round that ends now it has worked for as long as a password may at least.
    fn has_had_its_share(&mut self, now: Instant) -> bool {
        self.rounds += 1;
        self.quickest = self.quickest.min(now.duration_since(self.last));
        self.last = now;
        self.quickest * self.rounds * SHARE >= now.duration_since(self.begun)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUND: Duration = Duration::from_micros(50);

    #[test]
    fn whoever_signs_in_on_an_idle_machine_lets_others_go_first_after_every_round() {
        let mut now = Instant::now();
        let mut turn = Turn::at(now);
        for _ in 0..4096 {
            now += ROUND;
            assert!(turn.has_had_its_share(now));
            // Somebody had something to do.
            now += 4 * ROUND;
            turn.last = now;
        }
    }

    #[test]
    fn whoever_signs_in_on_a_busy_machine_waits_for_seconds_and_not_for_ever() {
        let began = Instant::now();
        let mut now = began;
        let mut turn = Turn::at(now);
        for round in 0..4096 {
            now += ROUND;
            // Now and then others go first without having been let.
            if round % 100 == 99 {
                now += 20 * ROUND;
            }
            if turn.has_had_its_share(now) {
                now += 80 * ROUND;
                turn.last = now;
            }
        }
        let seconds = now.duration_since(began).as_secs_f32();
        assert!((3.0..4.0).contains(&seconds), "{seconds}");
    }
}
