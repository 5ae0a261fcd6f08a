//! A size that is read is a number that a quantity can be made of, and a bare number is read as itself.

#![no_main]

use ecs_operator::ecs::Size;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let size = Size(text.into());
    for number in [size.cpu_units(), size.mebibytes()].into_iter().flatten() {
        assert!((1..=1_000_000_000).contains(&number), "{text:?} is {number}");
        let again = Size(number.to_string());
        assert_eq!((again.cpu_units(), again.mebibytes()), (Some(number), Some(number)));
    }
});
