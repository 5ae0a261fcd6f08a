//! The `File` backend: a folder with a file for each secret, named after it, and one for each object, `BUCKET/KEY`.

use std::path::{Component, Path};

use super::{SecretFault, SecretValue, Source, json_key};
use crate::translate::value_from::ValueFrom;

/// The value of this, which is in a file below the folder.
pub async fn value(folder: &Path, source: &Source) -> Result<SecretValue, SecretFault> {
    match source {
        Source::Secret(ValueFrom::Parameter(parameter)) => text(folder, &[&parameter.name]).await.map(SecretValue),
        Source::Secret(ValueFrom::SecretsManager(secret)) => {
            if secret.version_stage.as_deref().is_some_and(|stage| stage != "AWSCURRENT") || secret.version_id.is_some() {
                return Err(SecretFault::Version);
            }
            // The ARN of a secret ends with six characters that Secrets Manager adds; the file may have them or not.
            let names: Vec<&str> = [Some(secret.name.as_str()), secret.name_without_suffix()].into_iter().flatten().collect();
            let text = text(folder, &names).await?;
            secret.json_key.as_ref().map_or(Ok(SecretValue(text.clone())), |key| json_key::value(&text, key))
        }
        Source::Object { partition: _, bucket, key } => match read(folder, &format!("{bucket}/{key}")).await {
            Ok(text) => text.map(SecretValue).ok_or(SecretFault::NotFound),
            Err(error) => Err(SecretFault::Refused(error.to_string())),
        },
    }
}

/// The text of the first of these files that is there, without the end of its last line.
async fn text(folder: &Path, names: &[&str]) -> Result<String, SecretFault> {
    for name in names {
        if let Some(text) = read(folder, name).await.map_err(|error| SecretFault::Refused(error.to_string()))? {
            return Ok(text.strip_suffix('\n').map(str::to_owned).unwrap_or(text));
        }
    }
    Err(SecretFault::NotFound)
}

/// The file of this name below the folder; `None` where there is none, or where the name would leave the folder.
async fn read(folder: &Path, name: &str) -> std::io::Result<Option<String>> {
    let below = Path::new(name.trim_start_matches('/'));
    if !below.components().all(|component| matches!(component, Component::Normal(_))) {
        return Ok(None);
    }
    match tokio::fs::read_to_string(folder.join(below)).await {
        Ok(text) => Ok(Some(text)),
        Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory | std::io::ErrorKind::IsADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Backend, SecretError, SecretValue, Source, Wanted, fill};
    use super::read;

    fn arn(rest: &str) -> String {
        format!("arn:aws:secretsmanager:us-east-1:123456789012:secret:{rest}")
    }

    async fn value(backend: &Backend, value_from: &str) -> Result<SecretValue, SecretError> {
        let wanted = Wanted::secret(value_from, None, "secrets[0].valueFrom")?;
        let mut values = backend.read(&[wanted]).await;
        values.pop().expect("one result")
    }

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("prod")).expect("a folder");
        std::fs::write(folder.path().join("prod/db"), "{\"password\":\"p\",\"port\":5432}\n").expect("a file");
        folder
    }

    #[tokio::test]
    async fn files_are_secrets_and_json_keys_are_read() {
        let folder = folder();
        let backend = Backend::File(folder.path().into());
        for (value_from, expected) in
            [(arn("prod/db-AbCdEf:password::"), "p"), (arn("prod/db:port::"), "5432"), ("/prod/db".into(), r#"{"password":"p","port":5432}"#)]
        {
            let mut secret = json!({"data": {"K": ""}});
            let Ok(value) = value(&backend, &value_from).await else { panic!("{value_from} has a value") };
            fill(&mut secret, &[("K".into(), value)]);
            assert_eq!(secret, json!({"stringData": {"K": expected}}));
        }
    }

    #[tokio::test]
    async fn what_has_no_value_says_why() {
        let folder = folder();
        let backend = Backend::File(folder.path().into());
        let reason = |result: Result<SecretValue, SecretError>| result.err().map_or("", |error| error.fault.reason());
        assert_eq!(reason(value(&Backend::None, &arn("prod/db")).await), "NoSecretsBackend");
        for (value_from, expected) in [
            (arn("prod/db:nokey::"), "SecretNotFound"),
            (arn("other"), "SecretNotFound"),
            (arn("prod"), "SecretNotFound"),
            (arn("prod/db::AWSPREVIOUS:"), "SecretVersionNotSupported"),
            ("arn:aws:s3:::bucket".into(), "InvalidSpecification"),
        ] {
            assert_eq!(reason(value(&backend, &value_from).await), expected, "{value_from}");
        }
        let message = value(&backend, &arn("prod/db:nokey::")).await.err().expect("an error").to_string();
        let words = "ResourceInitializationError: unable to pull secrets or registry auth: retrieved secret";
        assert_eq!(message, format!("secrets[0].valueFrom: {words} `{}` did not contain json key `nokey`", arn("prod/db")));
        assert!(read(folder.path(), "../etc/passwd").await.is_ok_and(|text| text.is_none()), "a name does not leave the folder");
    }

    #[tokio::test]
    async fn objects_are_files_below_their_bucket() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(folder.path().join("bucket/config")).expect("a folder");
        std::fs::write(folder.path().join("bucket/config/web.env"), "A=1\nB=2\n").expect("a file");
        let object = |key: &str| Wanted {
            source: Source::Object { partition: "aws".into(), bucket: "bucket".into(), key: key.into() },
            access: None,
            path: "environmentFiles[0].value".into(),
        };
        let results = Backend::File(folder.path().into()).read(&[object("config/web.env"), object("none.env"), object("../up.env")]).await;
        let texts: Vec<_> = results.iter().map(|result| result.as_ref().map(|SecretValue(text)| text.as_str()).map_err(|error| error.fault.reason())).collect();
        assert_eq!(texts, [Ok("A=1\nB=2\n"), Err("SecretNotFound"), Err("SecretNotFound")]);
    }
}
