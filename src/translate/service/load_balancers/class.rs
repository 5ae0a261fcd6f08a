//! `ingressClassName`: what an Ingress of a class can say.

use crate::translate::IngressClass;

/// The controller of EKS Auto Mode, which takes no groups from an Ingress.
pub(super) const AUTO_MODE: &str = "eks.amazonaws.com/alb";
/// The controllers of classes that make AWS load balancers.
const AWS_CONTROLLERS: [&str; 2] = ["ingress.k8s.aws/alb", AUTO_MODE];

/// What an ingress class can say.
#[derive(Clone, Copy)]
pub(super) struct Class<'a> {
    pub name: &'a str,
    pub controller: &'a str,
    /// Whether its controller makes AWS load balancers, and so knows their wildcards and settings.
    pub is_aws: bool,
}

impl<'a> Class<'a> {
    /// That of the cluster's class.
    pub fn of(class: &'a IngressClass) -> Self {
        Self { name: &class.name, controller: &class.controller, is_aws: AWS_CONTROLLERS.contains(&class.controller.as_str()) }
    }
}
