//! The form in which faults are written down.

/// Makes an enum of faults. A fault has its members, its severity and name, and five texts: the message, which may
/// name the members in braces, and those of an [`Explanation`](super::Explanation).
macro_rules! faults {
    ($(#[doc = $summary:literal])+ $group:ident in $part:ident {
        $($variant:ident $({ $($member:ident: $type:ty),+ })? = $severity:ident $name:literal {
            message: $message:literal,
            ecs: $ecs:literal,
            here: $here:literal,
            remedy: $remedy:literal,
            example: $example:literal $(,)?
        })+
    }) => {
        $(#[doc = $summary])+
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $group {
            $(
                #[doc = concat!("`", $name, "`: ", $message)]
                $variant $({
                    $(
                        #[doc = concat!("The `", stringify!($member), "` of the message.")]
                        $member: $type
                    ),+
                })?
            ),+
        }

        impl $group {
            /// What is known of these faults whatever the document, in the order in which they are written down.
            pub const EXPLANATIONS: &'static [super::Explanation] = &[
                $(super::Explanation {
                    name: $name,
                    severity: super::Severity::$severity,
                    message: $message,
                    ecs: $ecs,
                    here: $here,
                    remedy: $remedy,
                    example: $example,
                }),+
            ];

            /// All that is known of the fault whatever the document.
            pub fn explanation(&self) -> &'static super::Explanation {
                #[derive(Clone, Copy)]
                enum Index {
                    $($variant),+
                }
                let index = match self {
                    $(Self::$variant $({ $($member: _),+ })? => Index::$variant),+
                };
                &Self::EXPLANATIONS[index as usize]
            }

            /// What is at fault, and what happens now.
            pub fn message(&self) -> String {
                match self {
                    $(Self::$variant $({ $($member),+ })? => format!($message)),+
                }
            }
        }

        impl From<$group> for super::Fault {
            fn from(fault: $group) -> Self {
                Self::$part(fault)
            }
        }
    };
}
