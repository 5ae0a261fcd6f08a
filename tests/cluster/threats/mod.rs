//! The threats that the operator was designed against, by their numbers; each is tried by whom it is feared of, against the
//! real server: users whom the administrator impersonates, and whoever has the operator's own token.
//!
//! S1, S2 and S13 AWS, S3 roles, S4 the author and grants, S5 references to other namespaces, S6 containment and forged revisions,
//! S7 names of others, S8 annotations and hosts, S9 leakage (and `canary`, over all tests), S10 the operator's token, S11 rights
//! that become more, S12 the cluster's roles, S14 floods, S20 going back.

mod people;
mod revisions;
mod s01_deputy;
mod s01_matrix;
mod s03_roles;
mod s04_author;
mod s04_grants;
mod s05_references;
mod s06_containment;
mod s07_names;
mod s08_annotations;
mod s09_leakage;
mod s10_token;
mod s11_rights;
mod s14_floods;

use crate::runner::Trial;

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    [
        s01_deputy::trials(),
        s01_matrix::trials(),
        s03_roles::trials(),
        s04_author::trials(),
        s04_grants::trials(),
        s05_references::trials(),
        s06_containment::trials(),
        s07_names::trials(),
        s08_annotations::trials(),
        s09_leakage::trials(),
        s10_token::trials(),
        s11_rights::trials(),
        s14_floods::trials(),
        revisions::trials(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
