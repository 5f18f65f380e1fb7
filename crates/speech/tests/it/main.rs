//! Recordings to turns, end to end: with an engine made for the tests, and with the real one where it is there.

mod fake;
mod made;
mod real;
