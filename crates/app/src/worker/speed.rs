//! How fast this machine writes down, as it has been of late.

use std::sync::{Mutex, PoisonError};

/// Weight of the newest recording.
const NEWEST: f64 = 0.2;

/// Times real time, smoothed; one figure for the process.
pub(crate) struct Speed(Mutex<Option<f64>>);

pub(crate) static SPEED: Speed = Speed(Mutex::new(None));

impl Speed {
    pub(crate) fn get(&self) -> Option<f64> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// So much sound took so long, while so many worked at once.
    pub(crate) fn note(&self, sound_ms: f64, took_ms: f64, at_once: f64) {
        if sound_ms <= 0.0 || took_ms <= 0.0 {
            return;
        }
        let now = sound_ms / took_ms * at_once;
        let mut speed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *speed = Some(speed.map_or(now, |before| before * (1.0 - NEWEST) + now * NEWEST));
    }
}
