//! Reading documents: text in, our kinds out, with everything there is to say about them. Pure: no file is
//! opened here.
//!
//! What a document is, is found out from the document ([`recognise`]); its members are held against the schema
//! that a Kubernetes server would hold them against ([`schema`]); every report knows where it was written ([`tree`](crate::yaml::tree)).

pub mod described;
pub mod document;
pub mod fault;
pub mod foreign;
pub mod kind;
pub mod names;
pub mod placeholder;
pub mod recognise;
pub mod report;
pub mod schema;

pub use document::{Document, Read, Specification, Written, of_roots, read};
pub use fault::Fault;
pub use kind::Kind;
pub use report::{Object, Report};
pub use schema::Schemas;
