//! Answers that hold until something changes: counts over everything, asked again and again by everybody.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Mutex as Lane;

use crate::AppError;

/// Answers that are kept.
const KEPT: usize = 64;

/// Answers by what was asked, each with the number of the last change that it knows of.
///
/// They are worked out one after the other: a count over a million calls must not keep those waiting who open one.
#[derive(Debug)]
pub(crate) struct Remembered<K, V> {
    lane: Lane<()>,
    known: Mutex<VecDeque<(K, i64, V)>>,
}

impl<K, V> Default for Remembered<K, V> {
    fn default() -> Self {
        Self { lane: Lane::default(), known: Mutex::default() }
    }
}

impl<K: PartialEq, V: Clone> Remembered<K, V> {
    /// The answer as of this change or a later one; otherwise worked out, by `work`, as of the change that `last` tells.
    pub(crate) async fn answer<L: Future<Output = Result<i64, AppError>>>(
        &self,
        asked: K,
        last: impl Fn() -> L,
        work: impl Future<Output = Result<V, AppError>>,
    ) -> Result<V, AppError> {
        let since = last().await?;
        if let Some(known) = self.known(&asked, since) {
            return Ok(known);
        }
        let _lane = self.lane.lock().await;
        // Whoever was in the lane before may have asked the same.
        if let Some(known) = self.known(&asked, since) {
            return Ok(known);
        }
        let since = last().await?;
        let answer = work.await?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(one, ..)| *one != asked);
        known.truncate(KEPT - 1);
        known.push_front((asked, since, answer.clone()));
        Ok(answer)
    }

    fn known(&self, asked: &K, since: i64) -> Option<V> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.iter().find(|(one, as_of, _)| one == asked && *as_of >= since);
        found.map(|(.., answer)| answer.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[tokio::test]
    async fn an_answer_holds_until_something_changes() {
        let (change, worked) = (AtomicI64::new(1), AtomicI64::new(0));
        let remembered = Remembered::default();
        let ask = async |asked: &'static str| {
            let last = || std::future::ready(Ok(change.load(Ordering::Relaxed)));
            let work = async { Ok(worked.fetch_add(1, Ordering::Relaxed)) };
            remembered.answer(asked, last, work).await.ok()
        };
        assert_eq!(ask("calls").await, Some(0));
        assert_eq!(ask("calls").await, Some(0));
        assert_eq!(ask("others").await, Some(1));
        change.store(2, Ordering::Relaxed);
        assert_eq!(ask("calls").await, Some(2));
    }

    #[tokio::test]
    async fn who_asks_the_same_at_once_waits_for_one_answer() {
        let worked = AtomicI64::new(0);
        let remembered = Remembered::default();
        let ask = async || {
            let work = async {
                tokio::task::yield_now().await;
                Ok(worked.fetch_add(1, Ordering::Relaxed))
            };
            remembered.answer((), || std::future::ready(Ok(7)), work).await.ok()
        };
        assert_eq!(tokio::join!(ask(), ask(), ask()), (Some(0), Some(0), Some(0)));
    }
}
