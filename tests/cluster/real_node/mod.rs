//! What only a real node shows: containers that run, and requests that reach them.

mod the_bed;

use crate::runner::Trial;

pub fn trials() -> Vec<Trial> {
    the_bed::trials()
}
