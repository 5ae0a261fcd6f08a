//! `entryPoint` and `command`: the program and its arguments.

use super::endpoints;
use super::essential::{self, Ending};
use super::expansion::literals;
use crate::translate::diagnostic::Place;

/// `command` and `args` of the container.
pub(super) fn command(
    entry_point: Option<&[String]>,
    command: Option<&[String]>,
    ending: &Ending,
    at: &Place<'_>,
) -> (Option<Vec<String>>, Option<Vec<String>>) {
    let mut program = entry_point.filter(|words| !words.is_empty()).map(<[_]>::to_vec);
    let mut arguments = command.filter(|words| !words.is_empty()).map(<[_]>::to_vec);
    // One empty word takes the image's entry point away: the command is the program then.
    if arguments.is_some() && program.as_deref() == Some(&[String::new()]) {
        program = arguments.take();
    }
    for (name, words) in [("entryPoint", &program), ("command", &arguments)] {
        for (index, word) in words.iter().flatten().enumerate() {
            endpoints::report(word, &at.member(name).item(index));
        }
    }
    essential::end(ending, program.as_deref_mut(), arguments.as_deref_mut(), at);
    (program.as_deref().map(literals), arguments.as_deref().map(literals))
}
