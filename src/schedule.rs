//! Which thread the system lets work first, where several want the same core (`sched(7)`).
//!
//! All of this concerns the thread that calls it and those it begins later, and is a wish: where the system
//! refuses it, the work is done all the same.

use rustix::process::{getpriority_process, setpriority_process};
use thread_priority::{
    NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};

/// The niceness of threads that answer, where that is allowed: four times the share of others, which they
/// do not need for long.
const ANSWERING: i32 = -6;
/// A tenth of the share of a request, where both want the same core: at the lowest priority there is, nobody
/// could sign in at all on a machine that is busy.
const PASSWORDS: i32 = 10;

/// As a batch process: where nginx shares the processor, it is not interrupted for each question, and
/// several are answered in one go.
pub fn in_batches() {
    // Niceness is set along with it. The lowest can always be given up again, where it could be had at all.
    let niceness = niceness();
    let policy = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Batch);
    let _ = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Max, policy);
    if let Some(niceness) = niceness {
        be(niceness);
    }
}

/// Before others, for answers that somebody waits for. An operator who asked for another niceness gets that.
pub fn for_answers() {
    if niceness() == Some(0) {
        be(ANSWERING);
    }
}

/// Among others, for work that a thread with answers to give hands on.
pub fn for_work() {
    if niceness() == Some(ANSWERING) {
        be(0);
    }
}

/// After others, for passwords.
pub fn for_passwords() {
    be(PASSWORDS);
}

/// Of this thread: so it is on Linux, whatever the name says.
fn niceness() -> Option<i32> {
    getpriority_process(None).ok()
}

fn be(niceness: i32) {
    let _ = setpriority_process(None, niceness);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_is_handed_on_does_not_come_before_others_as_answers_do() {
        let handed_on = || {
            for_answers();
            let answering = niceness();
            let work = std::thread::spawn(|| {
                for_work();
                niceness()
            });
            (answering, work.join().unwrap())
        };
        let (answering, work) = std::thread::spawn(handed_on).join().unwrap();
        // Where it is not allowed, nothing changes.
        assert!([Some(ANSWERING), Some(0)].contains(&answering));
        assert_eq!(work, Some(0));
    }

    #[test]
    fn a_niceness_that_an_operator_chose_stays() {
        let chosen = || {
            be(3);
            in_batches();
            for_answers();
            for_work();
            niceness()
        };
        assert_eq!(std::thread::spawn(chosen).join().unwrap(), Some(3));
    }

    #[test]
    fn passwords_give_way_also_in_threads_that_answers_began() {
        let password = || {
            for_answers();
            let password = std::thread::spawn(|| {
                for_passwords();
                niceness()
            });
            password.join().unwrap()
        };
        assert_eq!(
            std::thread::spawn(password).join().unwrap(),
            Some(PASSWORDS)
        );
    }
}
