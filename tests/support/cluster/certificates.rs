//! The certificates of a control plane, and the key that signs the tokens of service accounts.

use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose};

use crate::support::{Result, While};

/// Who may talk to the API server: name of the files, common name, organisation.
pub const CLIENTS: [(&str, &str, &str); 5] = [
    ("admin", "admin", "system:masters"),
    ("controller-manager", "system:kube-controller-manager", ""),
    ("scheduler", "system:kube-scheduler", ""),
    ("kubelet", "system:node:node-1", "system:nodes"),
    ("kube-proxy", "system:kube-proxy", ""),
];

/// Writes `authority`, `api-server` and every client's `.crt` and `.key`, and `service-accounts.key` and `.pub`, into this
/// folder. The servers have this address.
pub fn write(folder: &Path, address: &str) -> Result<()> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    params.distinguished_name = subject("test-bed", "");
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
    write_pair(folder, "authority", &authority.pem(), authority.key())?;

    let names = [address, "10.96.0.1", "localhost", "kubernetes.default.svc"].map(str::to_owned);
    let mut server = CertificateParams::new(names)?;
    server.distinguished_name = subject("kube-apiserver", "");
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    sign(folder, "api-server", &server, &authority)?;

    for (file, name, organisation) in CLIENTS {
        let mut client = CertificateParams::new(Vec::new())?;
        client.distinguished_name = subject(name, organisation);
        client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        sign(folder, file, &client, &authority)?;
    }

    // the server takes the public key of this kind from a file of its own only
    let signer = KeyPair::generate()?;
    std::fs::write(folder.join("service-accounts.key"), signer.serialize_pem()).during("service-accounts.key")?;
    std::fs::write(folder.join("service-accounts.pub"), signer.public_key_pem()).during("service-accounts.pub")
}

fn subject(name: &str, organisation: &str) -> DistinguishedName {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, name);
    if !organisation.is_empty() {
        subject.push(DnType::OrganizationName, organisation);
    }
    subject
}

fn sign(folder: &Path, name: &str, params: &CertificateParams, authority: &CertifiedIssuer<'_, KeyPair>) -> Result<()> {
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, authority)?;
    write_pair(folder, name, &certificate.pem(), &key)
}

fn write_pair(folder: &Path, name: &str, certificate: &str, key: &KeyPair) -> Result<()> {
    std::fs::write(folder.join(format!("{name}.crt")), certificate).during(name)?;
    std::fs::write(folder.join(format!("{name}.key")), key.serialize_pem()).during(name)
}
