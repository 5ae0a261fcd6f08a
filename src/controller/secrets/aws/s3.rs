//! S3: the whole text of an object, up to what fits into a Secret, from a bucket of the accounts that a grant is limited to.

use aws_sdk_s3::Client;
use aws_sdk_s3::config::Region;

use super::question::Bucket;
use super::{Answer, Outcome, Refusal};

/// The most bytes of an object: a Secret takes no more.
const LARGEST: usize = 1024 * 1024;

/// The text of an object. The name of a bucket does not tell whose it is, and a policy of the bucket lets in whomever its owner likes:
/// S3 answers for a bucket of the account that a request names, and one request names one account.
pub async fn object(client: &Client, bucket: &Bucket, key: &str) -> Outcome {
    let mut said = "AccessDenied".to_owned();
    for owner in &bucket.owners {
        match of_owner(client, (&bucket.name, owner), key).await {
            Err(Refusal::Forbidden(text)) => said = text,
            outcome => return outcome,
        }
    }
    let owners = bucket.owners.join(", ");
    Err(Refusal::Forbidden(format!("{said}: the grant's role may not read it, or the bucket is of another account than {owners}")))
}

/// The same, from the region that its bucket is in.
async fn of_owner(client: &Client, bucket: (&str, &str), key: &str) -> Outcome {
    match text(client, bucket, key).await {
        Err(Refusal::Elsewhere(region)) => {
            let config = client.config().to_builder().region(Region::new(region));
            text(&Client::from_conf(config.build()), bucket, key).await
        }
        outcome => outcome,
    }
}

async fn text(client: &Client, (bucket, owner): (&str, &str), key: &str) -> Outcome {
    let mut answer = client.get_object().bucket(bucket).expected_bucket_owner(owner).key(key).send().await.map_err(|error| Refusal::of(&error))?;
    let mut bytes = Vec::new();
    while let Some(part) = answer.body.next().await {
        // what went wrong may quote what was read
        let part = part.map_err(|_| Refusal::Unavailable("its answer ended too early".into()))?;
        bytes.extend_from_slice(&part);
        if bytes.len() > LARGEST {
            return Err(Refusal::Refused(format!("it is larger than {LARGEST} bytes, and a Kubernetes Secret takes no more")));
        }
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Answer::Text(text.into())),
        Err(_) => Err(Refusal::Refused("it is no text in UTF-8".into())),
    }
}
