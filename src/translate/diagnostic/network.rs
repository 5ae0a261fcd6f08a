//! What can be said of the network of a task and its containers.

faults! {
    /// What can be said of the network of a task and its containers.
    NetworkFault in Network {
        NetworkIsShared { mode: &'static str } = Warning "network-is-shared" {
            message: "network mode {mode} gives each container a network of its own; here the containers of a task share one",
            ecs: "With `bridge` each container has an address and ports of its own, and is reached by links or ports of the host.",
            here: "Every task is a pod: its containers share one address, reach each other at `localhost`, and no two can listen on one port.",
            remedy: "there is nothing to do where each container has ports of its own and does not mind being reached by the others at `localhost`",
            example: "networkMode: bridge\ncontainerDefinitions: [{ name: web, image: nginx }, { name: cache, image: redis }]",
        }
        FargateWithoutAwsvpc = Error "fargate-without-awsvpc" {
            message: "`FARGATE` needs network mode `awsvpc`: nothing is made",
            ecs: "Refuses a task definition for Fargate with another network mode, or with none.",
            here: "Nothing is made.",
            remedy: "write `networkMode: awsvpc`, or leave `FARGATE` out of `requiresCompatibilities`",
            example: "requiresCompatibilities: [FARGATE]\nnetworkMode: bridge",
        }
        BridgeOfOneContainer = Note "bridge-of-one-container" {
            message: "in place of network mode `bridge` the task is a pod with an address of its own",
            ecs: "Puts the container into a network of its own behind the address of the host.",
            here: "The container is in a network of its own, that of the pod, and is reached at the pod's address.",
            remedy: "there is nothing to do",
            example: "networkMode: bridge",
        }
        ClosedByPolicy { what: &'static str } = Warning "closed-by-network-policy" {
            message: "{what} becomes a NetworkPolicy that lets nothing in or out: it holds where the cluster's network plug-in enforces policies",
            ecs: "The containers have no network but `localhost`.",
            here: "Each pod has an address. A NetworkPolicy forbids all traffic to and from it; without a plug-in that enforces it, it has no effect.",
            remedy: "make sure that the cluster's network plug-in enforces NetworkPolicies",
            example: "networkMode: none",
        }
        NetworkingNotDisabled = Warning "networking-not-disabled" {
            message: "the container shares the network of its pod, so it has the one that other containers of the task need",
            ecs: "The container has no network but a `localhost` of its own.",
            here: "The containers of a pod share one network, and others of this task use it.",
            remedy: "put the container into a task of its own: with `disableNetworking` in all its containers a task is closed",
            example: "containerDefinitions: [{ name: web, image: nginx }, { name: job, image: job, disableNetworking: true }]",
        }
        NotInNetworkMode { member: &'static str, mode: &'static str } = Error "not-in-network-mode" {
            message: "`{member}` does not work with network mode `{mode}`: nothing is made",
            ecs: "Refuses it: `links` work with `bridge` only, `containerPortRange` with `bridge` and `awsvpc`, and `extraHosts`, `hostname` and the members of DNS with any but `awsvpc`.",
            here: "Nothing is made.",
            remedy: "leave it out, or choose another network mode; with `awsvpc` containers reach each other at `localhost`",
            example: "networkMode: awsvpc\ncontainerDefinitions: [{ name: web, image: nginx, hostname: web }]",
        }
        LinkUnknown { container: String } = Error "link-unknown" {
            message: "there is no container `{container}` to link to: nothing is made",
            ecs: "Refuses links to containers that the task does not have.",
            here: "Nothing is made.",
            remedy: "name a container of this task: `container` or `container:alias`",
            example: "containerDefinitions: [{ name: web, image: nginx, links: [cache] }]",
        }
        HostNameNotLegal { name: String } = Warning "host-name-not-legal" {
            message: "`{name}` is no name that Kubernetes takes: it is left out",
            ecs: "Takes nearly any name of a host.",
            here: "Kubernetes takes letters, digits, `-` and `.`: at most 63 characters between two dots.",
            remedy: "use a name without `_`; a link can have an alias: `container:alias`",
            example: "containerDefinitions: [{ name: my_cache, image: redis }, { name: web, image: nginx, links: [my_cache] }]",
        }
        AddressNotLegal { address: String } = Error "address-not-legal" {
            message: "`{address}` is no address: nothing is made",
            ecs: "Starts no container with such an address.",
            here: "Nothing is made.",
            remedy: "write an address of IPv4 or IPv6",
            example: "dnsServers: [dns.example.com]",
        }
        PodHasOne { member: String, kept: String, value: String } = Warning "pod-has-one" {
            message: "the containers of a pod share one {member}, and it is `{kept}`: `{value}` is left out",
            ecs: "Each container has its own, unless the network mode is `awsvpc`.",
            here: "The containers of a pod share it: the first container that gives one decides.",
            remedy: "give all containers of the task the same, or put one of them into a task of its own",
            example: "containerDefinitions: [{ name: a, image: nginx, hostname: a }, { name: b, image: redis, hostname: b }]",
        }
        PodHasItOnce { member: &'static str, value: String } = Note "pod-has-it-once" {
            message: "`{value}` is given already: the containers of a pod share this {member}",
            ecs: "Each container has its own, unless the network mode is `awsvpc`.",
            here: "The containers of a pod share it, so it is enough that one of them gives it.",
            remedy: "there is nothing to do",
            example: "containerDefinitions: [{ name: a, image: nginx, hostname: web }, { name: b, image: redis, hostname: web }]",
        }
        TooManyForThePod { value: String, most: usize } = Warning "too-many-for-the-pod" {
            message: "`{value}` is left out: a pod has at most {most} of these",
            ecs: "Hands all of them to the container.",
            here: "Kubernetes takes at most 3 name servers and 32 search domains of 2048 characters together; the first ones are taken.",
            remedy: "leave out those that are not needed",
            example: "dnsServers: [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4]",
        }
        ClusterNamesUnknown = Warning "cluster-names-unknown" {
            message: "these name servers are asked in place of the cluster's, by all containers of the task: they do not know the names of Services",
            ecs: "The container asks these servers only.",
            here: "So it does here (`dnsPolicy: None`), and names such as those of Services, of Service Connect and of service discovery cannot be resolved in the task.",
            remedy: "leave `dnsServers` out and let the cluster's DNS forward the domains that these servers know",
            example: "dnsServers: [10.0.0.2]",
        }
        HostnameOfTheNode { hostname: String } = Warning "hostname-of-the-node" {
            message: "with network mode `host` the task has the node's name, not `{hostname}`",
            ecs: "Gives the container the host's network and this name.",
            here: "A pod with the node's network has the node's name.",
            remedy: "leave `hostname` out, or choose another network mode",
            example: "networkMode: host\ncontainerDefinitions: [{ name: web, image: nginx, hostname: web }]",
        }
        HostnameWithoutDomain { hostname: String, label: String } = Warning "hostname-without-domain" {
            message: "the pod's own name is `{label}`: Kubernetes 1.34 cannot give it the whole of `{hostname}`",
            ecs: "Gives the container the whole name.",
            here: "Kubernetes 1.35 and newer do so too; older ones take names without dots only.",
            remedy: "update Kubernetes, or use a name without a dot",
            example: "containerDefinitions: [{ name: web, image: nginx, hostname: web.example.com }]",
        }
        HostPortNotTaken { port: i64 } = Warning "host-port-not-taken" {
            message: "port {port} of the node is not taken: whoever uses it finds nothing there",
            ecs: "With `bridge`, maps the container's port to this one of the host, so that only one task of them runs on a host.",
            here: "A pod has an address of its own, and Services and load balancers reach it there. To take the node's port would leave room for one task a node only.",
            remedy: "reach the tasks by their load balancer or Service; where they must be at the node's port, write `networkMode: host` or `schedulingStrategy: DAEMON`",
            example: "networkMode: bridge\nportMappings: [{ containerPort: 80, hostPort: 8080 }]",
        }
        HostPortDiffers { port: i64, container_port: u16, mode: &'static str } = Error "host-port-differs" {
            message: "with network mode `{mode}`, `hostPort` is the container's port, {container_port}, and not {port}: nothing is made",
            ecs: "Refuses a `hostPort` that is not the `containerPort`.",
            here: "Nothing is made.",
            remedy: "leave `hostPort` out",
            example: "networkMode: awsvpc\nportMappings: [{ containerPort: 80, hostPort: 8080 }]",
        }
        PortRangeNotLegal { range: String } = Error "port-range-not-legal" {
            message: "`{range}` is no range of ports: nothing is made",
            ecs: "Takes two ports from 1 to 65535, the lesser first.",
            here: "Nothing is made.",
            remedy: "write a range such as `8000-8010`",
            example: "portMappings: [{ containerPortRange: 8010-8000 }]",
        }
        PortRangeTooLong { range: String, most: usize } = Warning "port-range-too-long" {
            message: "the ports {range} are open and no Service can name them: only ranges of at most {most} ports are spelt out",
            ecs: "Maps each port of the range to one of the host.",
            here: "Whoever knows the pod's address reaches these ports. Kubernetes has no ranges, so a Service would have to list each port.",
            remedy: "choose a shorter range if a load balancer or a Service must reach it",
            example: "portMappings: [{ containerPortRange: 10000-20000 }]",
        }
    }
}
