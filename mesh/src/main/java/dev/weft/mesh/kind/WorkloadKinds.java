package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Field.optional;
import static dev.weft.mesh.kind.Field.required;
import static dev.weft.mesh.kind.Shape.list;
import static dev.weft.mesh.kind.Shape.mapping;
import static dev.weft.mesh.kind.Shape.nonEmptyList;
import static dev.weft.mesh.kind.Shape.text;

import dev.weft.mesh.kind.Kind.Column;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.PortScope;

/** The kinds Workload, and Addresses (the addresses of workloads and Services). */
final class WorkloadKinds {

    /** The ports on which every sidecar listens. */
    private static final String SIDECAR_PORTS = "[15001, 15006, 15008, 15020, 15053]";

    private static final Field PORT = required("port", "The number of the port.", CommonFields.PORT);

    private static final Shape.Mapping LISTENED = mapping()
            .optional("name", "The name of the port. Services can refer to it.", TextFormats.PORT_NAME)
            .with(PORT)
            .optional(
                    "protocol",
                    "The transport protocol. A UDP port is reached in plaintext, without the sidecar.",
                    TextFormat.oneOf("TCP, or UDP for a port past the sidecar", "TCP", "UDP"))
            .defaultText("TCP")
            .optional(
                    "appProtocol",
                    "The application protocol of the port, such as http, kubernetes.io/h2c or tcp.",
                    TextFormats.APP_PROTOCOL);

    private static final Shape.Mapping PROBE = mapping()
            .optional(
                    "httpGet",
                    "Sends an HTTP GET request. A status from 200 to 399 is a success.",
                    mapping()
                            .optional("path", "The path of the request.", TextFormats.HTTP_PATH)
                            .defaultText("/")
                            .with(PORT))
            .optional("tcpSocket", "Opens a TCP connection.", mapping().with(PORT))
            .optional(
                    "exec",
                    "Runs a program inside the workload. Exit status 0 is a success.",
                    mapping()
                            .required(
                                    "command",
                                    "The program and its arguments.",
                                    nonEmptyList(TextFormats.NON_EMPTY, CommonFields.MAX_ITEMS))
                            .missingMessage("command is missing"))
            .with(seconds("initialDelaySeconds", "Seconds from the start to the first probe.", 0)
                    .defaultText("0"))
            .with(seconds("periodSeconds", "Seconds between two probes.", 1).defaultText("10"))
            .with(seconds("timeoutSeconds", "Seconds that one probe may take.", 1)
                    .defaultText("1"))
            .optional(
                    "failureThreshold",
                    "Number of failures in a row after which the probe has failed.",
                    new Shape.WholeNumber(1, 1000))
            .defaultText("3")
            .exactlyOneOf(
                    "{count} actions (expected: one of httpGet, tcpSocket, exec)",
                    "{count} actions (expected: one of httpGet, tcpSocket, exec)",
                    "httpGet",
                    "tcpSocket",
                    "exec");

    private static final Shape.Mapping SPEC = mapping()
            .optional(
                    "serviceAccount",
                    "The service account. The identity is spiffe://<trust domain>/ns/<namespace>/sa/<serviceAccount>.",
                    TextFormats.DNS_NAME)
            .defaultText("default")
            .optional("addresses", "The IP addresses of the workload.", list(TextFormats.IP_ADDRESS, 64))
            .optional("ports", "The ports on which the workload listens.", list(LISTENED, CommonFields.MAX_ITEMS))
            .optional("meshed", "Whether the workload has a sidecar.", new Shape.Bool())
            .defaultText("true")
            .optional(
                    "inbound",
                    "Whether the sidecar accepts connections in plaintext (permissive) or only"
                            + " mutual TLS (strict).",
                    Shape.lowerCaseWords(InboundMode.class))
            .defaultText("The setting of the namespace")
            .optional(
                    "reachablePorts",
                    "Which ports of the workload can be reached, all or only the declared ones."
                            + " declared, if absent and there are addresses.",
                    Shape.lowerCaseWords(PortScope.class))
            .with(CommonFields.ports(
                    "skipOutboundPorts", "Ports of other hosts that the workload calls without its sidecar."))
            .with(CommonFields.ports("skipInboundPorts", "Ports of the workload that are reached without its sidecar."))
            .optional(
                    "probes",
                    "How a mesh that runs the workload checks its health.",
                    mapping()
                            .optional(
                                    "readiness", "Checks whether Services may send connections to the workload.", PROBE)
                            .optional("liveness", "Checks whether the workload must be restarted.", PROBE))
            .optional(
                    "command",
                    "The program and its arguments, if the mesh starts the workload. Empty for a machine outside.",
                    list(TextFormats.TEXT, CommonFields.MAX_ITEMS))
            .optional(
                    "env",
                    "Environment variables of the program.",
                    new Shape.TextMap(TextFormats.ENVIRONMENT_NAME, TextFormats.TEXT, CommonFields.MAX_ITEMS))
            .optional("workingDirectory", "The directory in which the program starts.", TextFormats.ABSOLUTE_PATH)
            .optional("user", "The user that runs the program, by name or number.", TextFormats.USER)
            .optional("restart", "When the program is restarted.", Shape.words("Always", "OnFailure", "Never"))
            .defaultText("Always")
            .rule(
                    "!has(self.command) || size(self.command) == 0 || !has(self.addresses) || size(self.addresses) =="
                            + " 0",
                    "command or addresses, not both")
            .rule(
                    "!has(self.meshed) || self.meshed || !has(self.inbound) && !has(self.reachablePorts)",
                    "inbound and reachablePorts are of workloads with a sidecar only")
            .rule(
                    "has(self.meshed) && !self.meshed || !has(self.ports) || self.ports.all(p, !(p.port in "
                            + SIDECAR_PORTS + ") || has(p.protocol) && p.protocol == 'UDP')",
                    "15001, 15006, 15008, 15020 and 15053 are the sidecar's own ports");

    static final Kind WORKLOAD = Kind.own(
                    "Workload",
                    "workloads",
                    "A process with an identity that is not a pod, such as a process on a machine"
                            + " outside of the cluster.",
                    SPEC,
                    Kind.Definition.of(
                            "wwl",
                            Column.text("Account", ".spec.serviceAccount"),
                            Column.text("Addresses", ".spec.addresses"),
                            Column.of("Meshed", "boolean", ".spec.meshed")))
            .named(TextFormats.DNS_LABEL)
            .annotated(SidecarSetting.ALL.stream().map(SidecarSetting::field).toArray(Field[]::new))
            .example("""
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: web, namespace: shop, labels: {app: web}}
                spec:
                  serviceAccount: web
                  command: [nginx, -g, "daemon off;"]
                  ports: [{name: http, port: 8080}]
                  probes: {readiness: {httpGet: {path: /healthz, port: 8080}}}
                """);

    private static final Field ADDRESSED_NAMESPACE =
            required("namespace", "The namespace of the workload or Service.", text(TextFormats.DNS_LABEL));
    private static final Field ADDRESSED_NAME =
            required("name", "The name of the workload or Service.", text(TextFormats.DNS_LABEL));
    private static final Field ASSIGNED_ADDRESSES = optional(
            "addresses", "The addresses of the workload or Service.", list(TextFormats.IP_ADDRESS, Kind.MAX_ITEMS));

    /** A mesh that assigns addresses writes such objects for its control plane. */
    static final Kind ADDRESSES = Kind.foreign(
            "Addresses",
            "addresses",
            Kind.GROUP,
            Kind.VERSION,
            "The addresses that a mesh has assigned.",
            mapping()
                    .optional(
                            "workloads",
                            "The addresses of workloads.",
                            list(
                                    mapping()
                                            .with(ADDRESSED_NAMESPACE)
                                            .with(ADDRESSED_NAME)
                                            .with(ASSIGNED_ADDRESSES)
                                            .optional(
                                                    "ready",
                                                    "Whether Services send connections to the workload.",
                                                    new Shape.Bool()),
                                    Kind.MAX_ITEMS))
                    .optional(
                            "services",
                            "The addresses of Services.",
                            list(
                                    mapping()
                                            .with(ADDRESSED_NAMESPACE)
                                            .with(ADDRESSED_NAME)
                                            .with(ASSIGNED_ADDRESSES),
                                    Kind.MAX_ITEMS)));

    private WorkloadKinds() {}

    private static Field seconds(String name, String meaning, int least) {
        return optional(name, meaning, new Shape.WholeNumber(least, 86_400));
    }
}
