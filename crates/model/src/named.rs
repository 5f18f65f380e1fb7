//! Lists of names: what a value is called in the store, over HTTP, in tokens and in the audit trail.

/// An enum whose values have names: one list of them for text, for serde and for whoever wants all.
macro_rules! named {
    ($(#[$meta:meta])* $type:ident { $($(#[$doc:meta])* $value:ident = $name:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $type {
            $($(#[$doc])* #[serde(rename = $name)] $value,)+
        }

        impl $type {
            /// Every one, in the order in which people read them.
            pub const ALL: &[Self] = &[$(Self::$value),+];

            /// Its name in every format.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$value => $name,)+
                }
            }

            /// The one of that name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$value),)+
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(self.name())
            }
        }
    };
}

pub(crate) use named;

#[cfg(test)]
mod tests {
    use crate::coaching::{self, Effect};
    use crate::evaluation::{ListeningMode, Stage};
    use crate::scorecard::{Counts, MetricName, Origin, RemarkKind};
    use crate::{Action, Permission, Post, Scope};

    macro_rules! there_and_back {
        ($($type:ty),+) => {$(
            for value in <$type>::ALL {
                let name = value.name();
                assert_eq!(<$type>::from_name(name), Some(*value));
                assert_eq!(value.to_string(), name);
                assert_eq!(serde_json::to_string(value).unwrap(), format!("\"{name}\""));
                assert_eq!(serde_json::from_str::<$type>(&format!("\"{name}\"")).unwrap(), *value);
            }
            assert_eq!(<$type>::from_name("nobody"), None);
        )+};
    }

    #[test]
    fn names_lead_there_and_back() {
        there_and_back!(Post, Permission, Scope, Action);
        there_and_back!(Counts, MetricName, Origin, RemarkKind, ListeningMode, Stage);
        there_and_back!(coaching::Stage, Effect);
    }
}
