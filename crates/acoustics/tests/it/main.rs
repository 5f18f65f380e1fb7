//! Recordings good and bad through the public surface.

mod fuzzing;
mod hostile;
mod reading;
mod wave;
