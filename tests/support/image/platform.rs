//! The platforms that images are made for.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use crate::support::{Failure, Result};

/// An architecture of Linux.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Platform {
    Amd64,
    Arm64,
}

impl Platform {
    /// All that there are.
    pub const ALL: [Self; 2] = [Self::Amd64, Self::Arm64];

    /// The one whose programs run on this machine.
    pub fn here() -> Result<Self> {
        match std::env::consts::ARCH {
            "x86_64" => Ok(Self::Amd64),
            "aarch64" => Ok(Self::Arm64),
            other => Err(format!("there are no images for {other}").into()),
        }
    }

    /// The architecture as images name it.
    pub fn architecture(self) -> &'static str {
        match self {
            Self::Amd64 => "amd64",
            Self::Arm64 => "arm64",
        }
    }

    /// What Rust calls it, with a C library that can be linked statically.
    pub fn target(self) -> &'static str {
        match self {
            Self::Amd64 => "x86_64-unknown-linux-musl",
            Self::Arm64 => "aarch64-unknown-linux-musl",
        }
    }
}

impl Display for Platform {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "linux/{}", self.architecture())
    }
}

impl FromStr for Platform {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self> {
        let known = || Self::ALL.map(|platform| platform.to_string()).join(" and ");
        Self::ALL.into_iter().find(|platform| platform.to_string() == text).ok_or_else(|| format!("{text}: known are {}", known()).into())
    }
}
