//! Who is on which channel.

use std::fmt;
use std::str::FromStr;

use lingjian_model::Role;

/// Who is heard where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelPlan {
    /// Every named channel, counted from 0, carries one party.
    Separate(Vec<(Role, usize)>),
    /// Agent and customer are on one channel together; with several channels, on all of them.
    Mixed,
}

/// Why a plan does not stand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// It cannot be read.
    #[error(
        "“{given}” is no channel plan: {reason}. Write for example agent=left,customer=right, or agent=1, or mixed"
    )]
    Unreadable {
        /// What was given.
        given: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The recording has fewer channels.
    #[error("the channel plan puts the {role} on channel {channel}, and the recording has {channels}")]
    NoSuchChannel {
        /// Who.
        role: Role,
        /// Where, counted from 1.
        channel: usize,
        /// How many there are.
        channels: usize,
    },
    /// Nobody can guess who is on which of so many.
    #[error("the recording has {0} channels: say who is on which, for example --channels agent=1,customer=2")]
    Needed(usize),
}

impl ChannelPlan {
    /// The plan for a recording about which nothing was said: one channel carries both parties; of two the left one
    /// is the agent's.
    ///
    /// # Errors
    ///
    /// Where there are more.
    pub fn for_channels(channels: usize) -> Result<Self, PlanError> {
        match channels {
            1 => Ok(Self::Mixed),
            2 => Ok(Self::Separate(vec![(Role::Agent, 0), (Role::Customer, 1)])),
            more => Err(PlanError::Needed(more)),
        }
    }

    /// Checks that the recording has the channels that the plan names.
    ///
    /// # Errors
    ///
    /// Where it has fewer.
    pub fn check(&self, channels: usize) -> Result<(), PlanError> {
        let Self::Separate(parties) = self else { return Ok(()) };
        match parties.iter().find(|(_, channel)| *channel >= channels) {
            Some((role, channel)) => {
                Err(PlanError::NoSuchChannel { role: *role, channel: channel + 1, channels })
            }
            None => Ok(()),
        }
    }
}

impl FromStr for ChannelPlan {
    type Err = PlanError;

    fn from_str(given: &str) -> Result<Self, PlanError> {
        let unreadable =
            |reason: String| PlanError::Unreadable { given: given.escape_debug().to_string(), reason };
        if given.trim().eq_ignore_ascii_case("mixed") {
            return Ok(Self::Mixed);
        }
        let mut parties: Vec<(Role, usize)> = Vec::new();
        for entry in given.split(',').map(str::trim) {
            let Some((role, channel)) = entry.split_once('=') else {
                return Err(unreadable(format!("“{}” is not role=channel", entry.escape_debug())));
            };
            let role_name = role.trim().to_ascii_lowercase();
            let role = Role::from_name(&role_name).ok_or_else(|| {
                unreadable(format!(
                    "“{}” is no role (agent, customer, supervisor, system)",
                    role_name.escape_debug()
                ))
            })?;
            let channel = match channel.trim().to_ascii_lowercase().as_str() {
                "left" => 0,
                "right" => 1,
                number => {
                    number.parse::<usize>().ok().filter(|number| (1..=64).contains(number)).ok_or_else(
                        || {
                            unreadable(format!(
                                "“{}” is no channel (left, right, or a number from 1)",
                                number.escape_debug()
                            ))
                        },
                    )? - 1
                }
            };
            if parties.iter().any(|(_, other)| *other == channel) {
                return Err(unreadable(format!("channel {} is named twice", channel + 1)));
            }
            parties.push((role, channel));
        }
        Ok(Self::Separate(parties))
    }
}

impl fmt::Display for ChannelPlan {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mixed => out.write_str("mixed"),
            Self::Separate(parties) => {
                for (number, (role, channel)) in parties.iter().enumerate() {
                    if number > 0 {
                        out.write_str(",")?;
                    }
                    write!(out, "{role}={}", channel + 1)?;
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_ways_to_write_it() {
        let both = ChannelPlan::Separate(vec![(Role::Agent, 0), (Role::Customer, 1)]);
        assert_eq!("agent=left,customer=right".parse(), Ok(both.clone()));
        assert_eq!(" Agent = 1 , customer=2".parse(), Ok(both.clone()));
        assert_eq!(
            "customer=right,agent=left".parse::<ChannelPlan>().expect("fine").to_string(),
            "customer=2,agent=1"
        );
        assert_eq!("agent=1".parse(), Ok(ChannelPlan::Separate(vec![(Role::Agent, 0)])));
        assert_eq!("MIXED".parse(), Ok(ChannelPlan::Mixed));
        assert_eq!(ChannelPlan::for_channels(2), Ok(both));
        assert_eq!(ChannelPlan::for_channels(1), Ok(ChannelPlan::Mixed));
    }

    #[test]
    fn mistakes_are_named() {
        for (given, word) in [
            ("", "not role=channel"),
            ("agent", "not role=channel"),
            ("agnet=left", "no role"),
            ("agent=middle", "no channel"),
            ("agent=0", "no channel"),
            ("agent=left,customer=1", "named twice"),
            ("agent=left,", "not role=channel"),
        ] {
            let error = given.parse::<ChannelPlan>().expect_err(given).to_string();
            assert!(error.contains(word), "{given}: {error}");
        }
        let plan: ChannelPlan = "agent=1,customer=3".parse().expect("fine");
        assert_eq!(
            plan.check(2).expect_err("too few").to_string(),
            "the channel plan puts the customer on channel 3, and the recording has 2"
        );
        assert!(ChannelPlan::for_channels(3).is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(given in "\\PC{0,30}") {
            if let Ok(plan) = given.parse::<ChannelPlan>() {
                prop_assert_eq!(plan.to_string().parse(), Ok(plan));
            }
        }
    }
}
