//! What can be said of the names by which others find a service: `serviceRegistries`, `serviceConnectConfiguration`,
//! `vpcLatticeConfigurations`, `gatewayConnectors`.

faults! {
    /// What can be said of the names by which others find a service.
    DiscoveryFault in Discovery {
        RegistryNameMissing { registry: String } = Warning "registry-name-missing" {
            message: "nothing says by what name clients know this registry, `{registry}`: no Service is made for it",
            ecs: "Registers each task with the Cloud Map service, so that clients find it by that service's name.",
            here: "The ARN has an id, not the name. With the name, a headless Service of that name leads clients to the tasks.",
            remedy: "set `kubernetes.discoveryName` to the name of the Cloud Map service (`aws servicediscovery get-service --id srv-…`)",
            example: "serviceRegistries: [{ registryArn: \"arn:aws:servicediscovery:us-east-1:123456789012:service/srv-utcrh6wavdkggqtk\" }]",
        }
        RegistryNamespaceDiffers { registry: String, name: String, namespace: String } = Warning "registry-namespace-differs" {
            message: "clients find the tasks of `{registry}` at `{name}` and `{name}.{namespace}`, not below the name of a Cloud Map namespace",
            ecs: "Answers `NAME.CLOUD-MAP-NAMESPACE` with the addresses of up to eight healthy tasks, or of unhealthy ones where no task is healthy.",
            here: "A headless Service answers with the addresses of all ready pods. `NAME.CLOUD-MAP-NAMESPACE` leads there only where the Kubernetes namespace has the Cloud Map namespace's name; else it goes on to be AWS's.",
            remedy: "let clients use the short name, or name the Kubernetes namespace like the Cloud Map one",
            example: "serviceRegistries: [{ registryArn: \"arn:aws:servicediscovery:us-east-1:123456789012:service/srv-utcrh6wavdkggqtk\" }]\nkubernetes: { discoveryName: orders }",
        }
        RegistryRecordDiffers { port: String, record: String } = Warning "registry-record-differs" {
            message: "the SRV record of {port} is `{record}`",
            ecs: "Answers SRV queries for the name of the Cloud Map service itself.",
            here: "Kubernetes has an SRV record for each named port, below the name of the Service.",
            remedy: "let clients that ask for SRV records ask for this one",
            example: "serviceRegistries: [{ registryArn: \"arn:aws:servicediscovery:us-east-1:123456789012:service/srv-utcrh6wavdkggqtk\", port: 8080 }]\nkubernetes: { discoveryName: orders }",
        }
        RegistryPortUnknown { port: String } = Error "registry-port-unknown" {
            message: "{port} is in no port mapping of the task definition: nothing is made",
            ecs: "Refuses the service.",
            here: "Nothing is made.",
            remedy: "name a container of the task definition and a port that it maps, or a port of one",
            example: "serviceRegistries: [{ registryArn: \"arn:aws:servicediscovery:us-east-1:123456789012:service/srv-utcrh6wavdkggqtk\", containerName: web, containerPort: 81 }]",
        }
        RegistryTwice = Error "registry-twice" {
            message: "a service has one registry at most: nothing is made",
            ecs: "Refuses a service with several registries.",
            here: "Nothing is made.",
            remedy: "keep one registry",
            example: "serviceRegistries: [{ registryArn: \"arn:…:service/srv-1\" }, { registryArn: \"arn:…:service/srv-2\" }]",
        }
        RegistrySharesService { name: String } = Warning "registry-shares-service" {
            message: "`{name}` is the name of another Service of these tasks: it leads to one address that stands for all of them, not to the address of each",
            ecs: "Answers with the addresses of the tasks.",
            here: "A name has one Service, and load balancers and Service Connect aliases need one with an address of its own. Kubernetes balances the connections to it.",
            remedy: "choose another name in `kubernetes.discoveryName`, or nothing if clients need no address of each task",
            example: "serviceRegistries: [{ registryArn: \"arn:…\" }]\nserviceConnectConfiguration: { enabled: true, services: [{ portName: web, clientAliases: [{ port: 80, dnsName: web }] }] }\nkubernetes: { discoveryName: web }",
        }
        DiscoveryNameNotLegal { name: String } = Error "discovery-name-not-legal" {
            message: "no Service can be named `{name}`: nothing is made",
            ecs: "Has no such member: the name is that of the Cloud Map service.",
            here: "Nothing is made.",
            remedy: "give the name of the Cloud Map service without its namespace: at most 63 letters, digits and `-`, first a letter",
            example: "serviceRegistries: [{ registryArn: \"arn:…\" }]\nkubernetes: { discoveryName: orders.internal }",
        }
        DiscoveryNameWithoutRegistry { name: String } = Note "discovery-name-without-registry" {
            message: "the service has no registry that could be named `{name}`",
            ecs: "Has no such member.",
            here: "The name has no effect.",
            remedy: "add `serviceRegistries`, or leave the name out",
            example: "kubernetes: { discoveryName: orders }",
        }
        ServiceConnectNamespace { namespace: String, ours: String } = Note "service-connect-namespace" {
            message: "the Kubernetes namespace `{ours}` stands for the Cloud Map namespace `{namespace}`: names lead to the services that are in it",
            ecs: "Tasks reach the services of one Cloud Map namespace, whatever clusters they are on.",
            here: "Short names lead to Services of the pod's own namespace.",
            remedy: "keep services that reach each other by such names in one namespace",
            example: "serviceConnectConfiguration: { enabled: true, namespace: shop }",
        }
        ServiceConnectClient = Note "service-connect-client" {
            message: "the tasks reach others by their names, with no proxy beside them",
            ecs: "Puts a proxy beside each task, which leads it to the services of the namespace that were there when it started.",
            here: "DNS of the cluster leads the pods to Services, which may come and go. The proxy's metrics, retries and timeouts are lost.",
            remedy: "there is nothing to do; a service mesh gives what the proxy gave",
            example: "serviceConnectConfiguration: { enabled: true }",
        }
        ServiceConnectPortUnknown { port: String } = Error "service-connect-port-unknown" {
            message: "no port mapping of the task definition is named `{port}`: nothing is made",
            ecs: "Refuses the service.",
            here: "Nothing is made.",
            remedy: "give the `name` of a port mapping of the task definition",
            example: "serviceConnectConfiguration: { enabled: true, services: [{ portName: grpc, clientAliases: [{ port: 80 }] }] }",
        }
        ServiceConnectNameDiffers { name: String, wanted: String } = Warning "service-connect-name-differs" {
            message: "clients reach this at `{name}`, not at `{wanted}`",
            ecs: "Leads clients in the namespace that use the alias's `dnsName`, or `discoveryName.namespace`, to the service.",
            here: "A Service answers to its name, and to its name with that of the Kubernetes namespace, nothing else.",
            remedy: "give `dnsName` without dots and let clients use it, or name the Kubernetes namespace as the Cloud Map one; a rewrite rule in CoreDNS can map other names",
            example: "serviceConnectConfiguration: { enabled: true, services: [{ portName: web, clientAliases: [{ port: 80, dnsName: web.prod.local }] }] }",
        }
        ServiceConnectNameNotExpressible { wanted: String, port: i64 } = Warning "service-connect-name-not-expressible" {
            message: "no Service can be named so that `{wanted}:{port}` leads to it: none is made",
            ecs: "Leads clients in the namespace that use this name to the service.",
            here: "The name of a Service has at most 63 letters, digits and `-`, and starts with a letter.",
            remedy: "give such a name in `dnsName` or `discoveryName`",
            example: "serviceConnectConfiguration: { enabled: true, services: [{ portName: 8080-tcp, clientAliases: [{ port: 80 }] }] }",
        }
        ServicePortTwice { port: i64, name: String } = Error "service-port-twice" {
            message: "port {port} of `{name}` would lead to two ports of the tasks: nothing is made",
            ecs: "Refuses two aliases of one name and port in a namespace; load balancers have names of their own.",
            here: "One Service has the name, and each of its ports leads to one port of the pods.",
            remedy: "give the alias another `dnsName` or port",
            example: "serviceConnectConfiguration: { enabled: true, services: [{ portName: a, clientAliases: [{ port: 80, dnsName: web }] }, { portName: b, clientAliases: [{ port: 80, dnsName: web }] }] }",
        }
        ServiceConnectTimeout { configuration: String } = Warning "service-connect-timeout" {
            message: "no proxy ends connections here: `{configuration}` has no effect",
            ecs: "The proxy ends connections that are idle for that long, and requests that take longer.",
            here: "Clients and servers are connected directly.",
            remedy: "set timeouts in the clients, or use a service mesh",
            example: "serviceConnectConfiguration: { enabled: true, services: [{ portName: web, timeout: { idleTimeoutSeconds: 60 } }] }",
        }
        ServiceConnectUnencrypted { configuration: String } = Warning "service-connect-unencrypted" {
            message: "traffic between tasks is not encrypted here: `{configuration}` has no effect",
            ecs: "The proxies encrypt traffic with certificates of AWS Private Certificate Authority.",
            here: "Clients and servers are connected directly, as they speak.",
            remedy: "use a service mesh, or let the network encrypt what goes between nodes",
            example: "serviceConnectConfiguration: { enabled: true, services: [{ portName: web, tls: { issuerCertificateAuthority: { awsPcaAuthorityArn: \"arn:…\" } } }] }",
        }
        ServiceConnectTestTraffic { configuration: String } = Warning "service-connect-test-traffic" {
            message: "no traffic is set apart for tests here: `{configuration}` has no effect",
            ecs: "During a blue/green deployment, leads requests with this header to the new tasks.",
            here: "Deployments are rolling, and old and new tasks serve side by side.",
            remedy: "leave it out, or test the new revision as a service of its own",
            example: "serviceConnectConfiguration: { enabled: true, services: [{ portName: web, clientAliases: [{ port: 80, testTrafficRules: { header: { name: x-test } } }] }] }",
        }
        ServiceConnectProxySetting { configuration: String } = Note "service-connect-proxy-setting" {
            message: "there is no proxy here that `{configuration}` could be for",
            ecs: "Sets the port, the logs or the access logs of the proxy beside each task.",
            here: "Clients and servers are connected directly.",
            remedy: "there is nothing to do; let the application log its requests if nothing else does",
            example: "serviceConnectConfiguration: { enabled: true, logConfiguration: { logDriver: awslogs } }",
        }
        ConnectionsBalanced { protocol: &'static str } = Warning "connections-balanced" {
            message: "connections are balanced here, not requests: with `{protocol}` a client sends all requests to the task that it is connected to",
            ecs: "The proxy balances the requests of a connection over all tasks.",
            here: "Kubernetes chooses a pod when a connection is made. Clients that keep one connection for long use one pod, and find new ones late.",
            remedy: "balance in the client over a headless Service, end connections regularly, or use a service mesh",
            example: "containerDefinitions: [{ name: api, portMappings: [{ name: grpc, containerPort: 50051, appProtocol: grpc }] }]",
        }
        LatticeWithoutEffect { configuration: String } = Warning "lattice-without-effect" {
            message: "tasks are not registered with VPC Lattice: `{configuration}` has no effect",
            ecs: "Registers each task with the target group of VPC Lattice.",
            here: "The target group goes on without these tasks.",
            remedy: "install the AWS Gateway API Controller, and write an HTTPRoute and a TargetGroupPolicy for the service",
            example: "vpcLatticeConfigurations: [{ roleArn: \"arn:…\", targetGroupArn: \"arn:…\", portName: web }]",
        }
        GatewayWithoutEffect { configuration: String } = Warning "gateway-without-effect" {
            message: "no gateway leads to these tasks: `{configuration}` has no effect",
            ecs: "Attaches the service to a gateway by which requests come in.",
            here: "Requests come in by load balancers only.",
            remedy: "say how requests come here in `loadBalancers[].listenerRules`",
            example: "gatewayConnectors: [{ portName: web }]",
        }
    }
}
