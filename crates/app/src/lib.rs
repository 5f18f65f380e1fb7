#![doc = include_str!("../README.md")]

mod actor;
mod audit;
mod backup;
pub mod calls;
mod conversations;
mod doors;
mod edge;
mod error;
mod house;
mod live;
pub mod openid;
mod overview;
pub mod packs;
pub mod people;
pub mod places;
mod remembered;
mod rules;
pub mod uploads;
pub mod views;
pub mod voice;
pub mod webhooks;
mod work;
pub mod worker;
mod zone;

pub use actor::{Actor, Caller};
pub use conversations::{Conversation, Hit, Listing, Peaks, PeaksOf, Row, Search, Transcript};
pub use doors::Doors;
pub use edge::Edge;
pub use error::AppError;
pub use house::{Awaited, House};
pub use lingjian_store as store;
pub use overview::{Group, Overview, RuleHits};
pub use rules::{Rules, Title};
pub use work::{Behind, WorkList};
