//! The credentials of registries: the secret's JSON (`{"username": …, "password": …}`), read as the ECS agent reads it,
//! becomes what Kubernetes pulls images with.

use k8s_openapi::ByteString;
use serde_json::{Map, Value, json};

use super::{SecretError, SecretFault, SecretValue};
use crate::translate::RegistryReference;
use crate::translate::secret::REGISTRY_KEY;

/// The one key of the Secret, with the credentials for all its registries.
pub fn docker_configuration(registry: &RegistryReference, credentials: &SecretValue) -> Result<Vec<(String, SecretValue)>, SecretError> {
    let (username, password) = read(&credentials.0).map_err(|fault| SecretError {
        path: registry.path.clone(),
        variable: None,
        name: registry.credentials_parameter.clone(),
        fault,
    })?;
    let both = ByteString(format!("{username}:{password}").into_bytes());
    let entry = json!({ "username": username, "password": password, "auth": both });
    let entries: Map<String, Value> = registry.registries.iter().map(|key| (key.clone(), entry.clone())).collect();
    Ok(vec![(REGISTRY_KEY.to_owned(), SecretValue(json!({ "auths": entries }).to_string()))])
}

/// The user name and the password. Go finds members whatever the case of their letters.
fn read(text: &str) -> Result<(String, String), SecretFault> {
    let member = |members: &Map<String, Value>, name: &'static str| {
        let found = members.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).next_back();
        let text = found.and_then(Value::as_str).filter(|text| !text.is_empty());
        text.map(str::to_owned).ok_or(SecretFault::NoCredentials(name))
    };
    // The parser's own words could quote the value.
    let members: Map<String, Value> = serde_json::from_str(text).map_err(|_| SecretFault::NoCredentials("username"))?;
    Ok((member(&members, "username")?, member(&members, "password")?))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::SecretValue;
    use super::docker_configuration;
    use crate::translate::RegistryReference;

    fn made(text: &str) -> Result<Value, String> {
        let registries = ["https://index.docker.io/v1/", "registry.example.com"].map(str::to_owned).into();
        let registry = RegistryReference { registries, credentials_parameter: "arn".into(), path: "credentialsParameter".into() };
        let made = docker_configuration(&registry, &SecretValue(text.into())).map_err(|error| error.to_string())?;
        let [(key, SecretValue(value))] = made.try_into().unwrap_or_else(|_| panic!("one key"));
        assert_eq!(key, ".dockerconfigjson");
        Ok(serde_json::from_str(&value).expect("JSON"))
    }

    #[test]
    fn credentials_are_those_of_all_the_registries() {
        let entry = json!({"username": "me", "password": "p:\"w\"", "auth": "bWU6cDoidyI="});
        let expected = json!({"auths": {"https://index.docker.io/v1/": entry, "registry.example.com": entry}});
        assert_eq!(made(r#"{"username": "me", "password": "p:\"w\"", "more": 1}"#), Ok(expected.clone()));
        assert_eq!(made(r#"{"Username": "me", "PASSWORD": "p:\"w\""}"#), Ok(expected));
    }

    #[test]
    fn what_are_no_credentials_is_said_without_quoting_them() {
        for (text, missing) in [
            ("hunter2", "username"),
            (r#"{"password": "hunter2"}"#, "username"),
            (r#"{"username": "", "password": "hunter2"}"#, "username"),
            (r#"{"username": "hunter2"}"#, "password"),
            (r#"{"username": "hunter2", "password": 5}"#, "password"),
            (r#"["hunter2"]"#, "username"),
        ] {
            let fault = made(text).expect_err(text);
            assert!(fault.starts_with("credentialsParameter: ") && fault.contains("`arn` ") && fault.contains(&format!("`{missing}`")), "{fault}");
            assert!(!fault.contains("hunter2"), "{fault}");
        }
    }
}
