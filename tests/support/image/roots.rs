//! The certificate authorities that the operator trusts when it calls AWS: Mozilla's, of the version in `Cargo.lock`.
//!
//! They are a file of the image and no part of the program, so that who must trust another authority mounts a file of its own in
//! its place. The API server's authority is none of them: it comes with the pod's `ServiceAccount`.

use pem::{EncodeConfig, LineEnding, Pem, encode_many_config};
use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

use super::Entry;

/// Where OpenSSL, and with it all others, look for them.
pub const FILE: &str = "/etc/ssl/certs/ca-certificates.crt";

/// All of them, in PEM.
pub fn file() -> Entry {
    let certificates: Vec<Pem> = TLS_SERVER_ROOT_CERTS.iter().map(|certificate| Pem::new("CERTIFICATE", certificate.as_ref())).collect();
    Entry::file(encode_many_config(&certificates, EncodeConfig::new().set_line_ending(LineEnding::LF)))
}
