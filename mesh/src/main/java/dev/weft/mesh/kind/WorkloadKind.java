package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Field.optional;
import static dev.weft.mesh.kind.Field.required;
import static dev.weft.mesh.kind.Shape.list;
import static dev.weft.mesh.kind.Shape.mapping;
import static dev.weft.mesh.kind.Shape.nonEmptyList;

import dev.weft.mesh.kind.Kind.Column;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.PortScope;

/** The kind Workload. */
final class WorkloadKind {

    /** The ports on which every sidecar listens. */
    private static final String SIDECAR_PORTS = "[15001, 15006, 15008, 15020, 15053]";

    private static final Field PORT = required("port", "Its number.", CommonFields.PORT);

    private static final Shape.Mapping LISTENED = mapping()
            .optional("name", "For Services.", TextFormats.PORT_NAME)
            .with(PORT)
            .optional(
                    "protocol",
                    "UDP for a port that is reached in plaintext, past the sidecar.",
                    TextFormat.oneOf("TCP, or UDP for a port past the sidecar", "TCP", "UDP"))
            .defaultText("TCP")
            .optional(
                    "appProtocol",
                    "What is spoken there, such as http, kubernetes.io/h2c or tcp.",
                    TextFormats.APP_PROTOCOL);

    private static final Shape.Mapping PROBE = mapping()
            .optional(
                    "httpGet",
                    "An HTTP GET; a status of 200 to 399 is well.",
                    mapping()
                            .optional("path", "What is asked for.", TextFormats.HTTP_PATH)
                            .defaultText("/")
                            .with(PORT))
            .optional("tcpSocket", "The opening of a TCP connection.", mapping().with(PORT))
            .optional(
                    "exec",
                    "A program inside the workload; exit status 0 is well.",
                    mapping()
                            .required(
                                    "command",
                                    "The program and its arguments.",
                                    nonEmptyList(TextFormats.NON_EMPTY, CommonFields.MAX_ITEMS))
                            .missingMessage("command is missing"))
            .with(seconds("initialDelaySeconds", "How long after the start it is asked first.", 0)
                    .defaultText("0"))
            .with(seconds("periodSeconds", "How often it is asked.", 1).defaultText("10"))
            .with(seconds("timeoutSeconds", "How long an answer may take.", 1).defaultText("1"))
            .optional(
                    "failureThreshold",
                    "How many failures in a row mean that it is not well.",
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
                    "Who it is. Its identity is spiffe://<trust domain>/ns/<namespace>/sa/<serviceAccount>.",
                    TextFormats.DNS_NAME)
            .defaultText("default")
            .optional("addresses", "Its IP addresses.", list(TextFormats.IP_ADDRESS, 64))
            .optional("ports", "What it listens on.", list(LISTENED, CommonFields.MAX_ITEMS))
            .optional("meshed", "Whether it has a sidecar.", new Shape.Bool())
            .defaultText("It has one")
            .optional("inbound", "What its sidecar does with plaintext.", Shape.lowerCaseWords(InboundMode.class))
            .defaultText("As the namespace says")
            .optional(
                    "reachablePorts",
                    "Which of its ports others may reach. declared, if absent and there are addresses.",
                    Shape.lowerCaseWords(PortScope.class))
            .with(CommonFields.ports("skipOutboundPorts", "Ports of others that it reaches without its sidecar."))
            .with(CommonFields.ports("skipInboundPorts", "Own ports that others reach without its sidecar."))
            .optional(
                    "probes",
                    "How a mesh that runs it asks whether it is well.",
                    mapping()
                            .optional("readiness", "Whether Services may lead to it.", PROBE)
                            .optional("liveness", "Whether it must be started again.", PROBE))
            .optional(
                    "command",
                    "The program and its arguments, where the mesh starts it; none for a machine outside.",
                    list(TextFormats.TEXT, CommonFields.MAX_ITEMS))
            .optional(
                    "env",
                    "Environment of the program.",
                    new Shape.TextMap(TextFormats.ENVIRONMENT_NAME, TextFormats.TEXT, CommonFields.MAX_ITEMS))
            .optional("workingDirectory", "Where the program starts.", TextFormats.ABSOLUTE_PATH)
            .optional("user", "A user's name or number that the program runs as.", TextFormats.USER)
            .optional("restart", "When the program is started again.", Shape.words("Always", "OnFailure", "Never"))
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

    private WorkloadKind() {}

    private static Field seconds(String name, String meaning, int least) {
        return optional(name, meaning, new Shape.WholeNumber(least, 86_400));
    }
}
