package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Field.optional;
import static dev.weft.mesh.kind.Field.required;
import static dev.weft.mesh.kind.Shape.list;
import static dev.weft.mesh.kind.Shape.mapping;
import static dev.weft.mesh.kind.Shape.someOf;

import dev.weft.mesh.kind.Kind.Column;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.PortScope;

/** The kind Workload. */
final class WorkloadKind {

    /** The ports on which every sidecar listens. */
    private static final String SIDECAR_PORTS = "[15001, 15006, 15008, 15020, 15053]";

    private static final Field PORT = required("port", "Its number.", Parts.PORT);

    private static final Shape.Mapping LISTENED = mapping()
            .optional("name", "For Services.", Forms.PORT_NAME)
            .with(PORT)
            .optional(
                    "protocol",
                    "UDP for a port that is reached in plaintext, past the sidecar.",
                    Form.oneOf("TCP, or UDP for a port past the sidecar", "TCP", "UDP"))
            .otherwise("TCP")
            .optional(
                    "appProtocol", "What is spoken there, such as http, kubernetes.io/h2c or tcp.", Forms.APP_PROTOCOL);

    private static final Shape.Mapping PROBE = mapping()
            .optional(
                    "httpGet",
                    "An HTTP GET; a status of 200 to 399 is well.",
                    mapping()
                            .optional("path", "What is asked for.", Forms.HTTP_PATH)
                            .otherwise("/")
                            .with(PORT))
            .optional("tcpSocket", "The opening of a TCP connection.", mapping().with(PORT))
            .optional(
                    "exec",
                    "A program inside the workload; exit status 0 is well.",
                    mapping()
                            .required(
                                    "command",
                                    "The program and its arguments.",
                                    someOf(Forms.NON_EMPTY, Parts.MAX_ITEMS))
                            .ifMissing("command is missing"))
            .with(seconds("initialDelaySeconds", "How long after the start it is asked first.", 0)
                    .otherwise("0"))
            .with(seconds("periodSeconds", "How often it is asked.", 1).otherwise("10"))
            .with(seconds("timeoutSeconds", "How long an answer may take.", 1).otherwise("1"))
            .optional(
                    "failureThreshold",
                    "How many failures in a row mean that it is not well.",
                    new Shape.Whole(1, 1000))
            .otherwise("3")
            .one(
                    "{count} actions (expected: one of httpGet, tcpSocket, exec)",
                    "{count} actions (expected: one of httpGet, tcpSocket, exec)",
                    "httpGet",
                    "tcpSocket",
                    "exec");

    private static final Shape.Mapping SPEC = mapping()
            .optional(
                    "serviceAccount",
                    "Who it is. Its identity is spiffe://<trust domain>/ns/<namespace>/sa/<serviceAccount>.",
                    Forms.DNS_NAME)
            .otherwise("default")
            .optional("addresses", "Its IP addresses.", list(Forms.IP_ADDRESS, 64))
            .optional("ports", "What it listens on.", list(LISTENED, Parts.MAX_ITEMS))
            .optional("meshed", "Whether it has a sidecar.", new Shape.Flag())
            .otherwise("It has one")
            .optional("inbound", "What its sidecar does with plaintext.", Shape.lower(InboundMode.class))
            .otherwise("As the namespace says")
            .optional(
                    "reachablePorts",
                    "Which of its ports others may reach. declared, if absent and there are addresses.",
                    Shape.lower(PortScope.class))
            .with(Parts.ports("skipOutboundPorts", "Ports of others that it reaches without its sidecar."))
            .with(Parts.ports("skipInboundPorts", "Own ports that others reach without its sidecar."))
            .optional(
                    "probes",
                    "How a mesh that runs it asks whether it is well.",
                    mapping()
                            .optional("readiness", "Whether Services may lead to it.", PROBE)
                            .optional("liveness", "Whether it must be started again.", PROBE))
            .optional(
                    "command",
                    "The program and its arguments, where the mesh starts it; none for a machine outside.",
                    list(Forms.TEXT, Parts.MAX_ITEMS))
            .optional(
                    "env",
                    "Environment of the program.",
                    new Shape.Texts(Forms.ENVIRONMENT_NAME, Forms.TEXT, Parts.MAX_ITEMS))
            .optional("workingDirectory", "Where the program starts.", Forms.ABSOLUTE_PATH)
            .optional("user", "A user's name or number that the program runs as.", Forms.USER)
            .optional("restart", "When the program is started again.", Shape.words("Always", "OnFailure", "Never"))
            .otherwise("Always")
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

    static final Kind KIND = Kind.own(
                    "Workload",
                    "workloads",
                    "A process with an identity that is no pod, such as one on a machine outside of the cluster.",
                    SPEC,
                    Kind.Definition.of(
                            "wwl",
                            Column.of("Account", "string", ".spec.serviceAccount"),
                            Column.of("Addresses", "string", ".spec.addresses"),
                            Column.of("Meshed", "boolean", ".spec.meshed")))
            .named(Forms.DNS_LABEL)
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

    private WorkloadKind() {}

    private static Field seconds(String name, String meaning, int least) {
        return optional(name, meaning, new Shape.Whole(least, 86_400));
    }
}
