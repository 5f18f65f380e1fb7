#![doc = include_str!("../README.md")]

mod actor;
mod audit;
pub mod calls;
mod conversations;
mod edge;
mod error;
mod house;
mod live;
mod overview;
pub mod packs;
pub mod people;
pub mod places;
mod rules;
pub mod views;
pub mod voice;
mod work;
pub mod worker;

pub use actor::{Actor, Caller};
pub use conversations::{Conversation, Hit, Listing, Peaks, PeaksOf, Row, Search, Transcript};
pub use edge::Edge;
pub use error::AppError;
pub use house::House;
pub use lingjian_store as store;
pub use overview::{Group, Overview, RuleHits};
pub use rules::{Rules, Title};
pub use work::{Behind, WorkList};
