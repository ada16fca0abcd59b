package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Field.optional;
import static dev.weft.mesh.kind.Shape.list;
import static dev.weft.mesh.kind.Shape.mapping;
import static dev.weft.mesh.kind.Shape.nonEmptyList;
import static dev.weft.mesh.kind.Shape.text;

import dev.weft.mesh.model.EgressDefault;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.Service;
import dev.weft.policy.model.DefaultDecision;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The kinds Service and Namespace of core/v1, as far as a mesh uses them. */
final class CoreKinds {

    private static final TextFormat FAMILY = TextFormat.oneOf("IPv4 or IPv6", "IPv4", "IPv6");

    private static final Shape.Mapping PORT = mapping()
            .optional("name", "The name of the port.", TextFormats.PORT_NAME)
            .required("port", "The number of the port.", CommonFields.PORT)
            .optional(
                    "targetPort",
                    "The port of the workload, by number or name.",
                    TextFormat.of(CoreKinds::target, 1, 15, "http").orNumber())
            .defaultText("The same number")
            .optional(
                    "protocol",
                    "The transport protocol.",
                    TextFormat.oneOf("TCP; Weft carries no other protocol", "TCP"))
            .defaultText("TCP")
            .optional(
                    "appProtocol",
                    "The application protocol of the port, such as http, kubernetes.io/h2c or tcp.",
                    TextFormats.APP_PROTOCOL);

    static final Kind SERVICE = Kind.foreign(
                    "Service",
                    "services",
                    "",
                    "v1",
                    "A name and an address of a group of workloads.",
                    mapping()
                            .optional("type", "The type of the Service.", TextFormat.oneOf("ClusterIP", "ClusterIP"))
                            .defaultText("ClusterIP")
                            .optional(
                                    "ipFamilyPolicy",
                                    "Accepted, but without effect.",
                                    TextFormat.oneOf(
                                            "SingleStack, PreferDualStack, RequireDualStack",
                                            "SingleStack",
                                            "PreferDualStack",
                                            "RequireDualStack"))
                            .required(
                                    "selector",
                                    "Labels of the workloads that the Service sends connections to.",
                                    new Shape.TextMap(TextFormats.LABEL_KEY, TextFormats.LABEL_VALUE, Kind.MAX_ITEMS))
                            .missingMessage("selector is missing (expected: labels of the workloads that it leads to)")
                            .required("ports", "The ports of the Service.", nonEmptyList(PORT, CommonFields.MAX_ITEMS))
                            .missingMessage("no usable port (expected: ports: [{port, targetPort}])")
                            .optional("clusterIP", "The address of the Service.", TextFormats.IP_ADDRESS)
                            .defaultText("An address that the mesh assigns")
                            .optional("clusterIPs", "The addresses of the Service.", list(TextFormats.IP_ADDRESS, 2))
                            .optional("ipFamilies", "The families of the addresses.", list(FAMILY, 2))
                            .defaultText("IPv4")
                            .optional(
                                    "trafficDistribution",
                                    "Whether endpoints in the caller's zone are preferred.",
                                    TextFormat.oneOf(
                                            String.join(", ", Service.DISTRIBUTIONS),
                                            Service.DISTRIBUTIONS.toArray(String[]::new))))
            .named(TextFormats.DNS_LABEL)
            .example("""
                apiVersion: v1
                kind: Service
                metadata: {name: web, namespace: shop}
                spec:
                  selector: {app: web}
                  ports: [{port: 80, targetPort: http}]
                """);

    static final Kind NAMESPACE = Kind.foreign(
                    "Namespace",
                    "namespaces",
                    "",
                    "v1",
                    "Settings for the workloads of a namespace that do not have their own.",
                    mapping())
            .withoutNamespace()
            .annotated(annotationsOfNamespaces())
            .example("""
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: shop
                  annotations: {weft.dev/default-policy: deny, weft.dev/inbound: strict}
                """);

    private CoreKinds() {}

    private static @Nullable String target(String text) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return TextFormats.PORT_NAME.unmet(text);
        }
        return text.length() <= 5 && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= 65_535 ? null : "1-65535";
    }

    private static Field[] annotationsOfNamespaces() {
        Stream<Field> own = Stream.of(
                optional(
                                "weft.dev/default-policy",
                                "Which callers may connect to a port that no policy selects.",
                                Shape.lowerCaseWords(DefaultDecision.class))
                        .defaultText("authenticated, or anyone if inbound is permissive"),
                optional(
                                "weft.dev/inbound",
                                "Whether sidecars accept connections in plaintext (permissive) or only mutual"
                                        + " TLS (strict).",
                                Shape.lowerCaseWords(InboundMode.class))
                        .defaultText("strict"),
                optional(
                                "weft.dev/egress",
                                "Whether a workload that no EgressPolicy selects may call addresses outside of"
                                        + " the mesh.",
                                Shape.lowerCaseWords(EgressDefault.class))
                        .defaultText("allow"),
                optional(
                        "weft.dev/default-decision",
                        "Another name of weft.dev/default-policy.",
                        Shape.lowerCaseWords(DefaultDecision.class)));
        return Stream.concat(own, SidecarSetting.ALL.stream().map(SidecarSetting::field))
                .toArray(Field[]::new);
    }
}
