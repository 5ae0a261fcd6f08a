//! An ARN that is read is written as it was.

#![no_main]

use ecs_operator::ecs::arn::Arn;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(arn) = text.parse::<Arn>() {
        assert_eq!(arn.to_string(), text);
    }
});
