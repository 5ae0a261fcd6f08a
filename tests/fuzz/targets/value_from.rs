//! A `valueFrom` that is read names a secret or a parameter, and a part of it is never taken for another.

#![no_main]

use ecs_operator::translate::ValueFrom;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| match text.parse::<ValueFrom>() {
    Ok(ValueFrom::SecretsManager(secret)) => {
        assert!(text.starts_with(&secret.arn()), "{text:?} is {secret:?}");
        assert!(secret.version_stage.is_none() || secret.version_id.is_none());
        assert!(!secret.name.is_empty() && !secret.name.contains(':'));
    }
    Ok(ValueFrom::Parameter(parameter)) => {
        assert!(text.ends_with(&parameter.name), "{text:?} is {parameter:?}");
        assert_eq!(parameter.arn.is_some(), text.starts_with("arn:"));
    }
    Err(error) => assert!(!error.to_string().is_empty()),
});
