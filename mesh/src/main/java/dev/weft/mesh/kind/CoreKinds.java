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
            .optional("name", "Its name.", TextFormats.PORT_NAME)
            .required("port", "Its number.", CommonFields.PORT)
            .optional(
                    "targetPort",
                    "The port of the workload, by number or name.",
                    TextFormat.of(CoreKinds::target, 1, 15, "http").orNumber())
            .defaultText("The same number")
            .optional("protocol", "What carries it.", TextFormat.oneOf("TCP; Weft carries no other protocol", "TCP"))
            .defaultText("TCP")
            .optional(
                    "appProtocol",
                    "What is spoken there, such as http, kubernetes.io/h2c or tcp.",
                    TextFormats.APP_PROTOCOL);

    static final Kind SERVICE = Kind.foreign(
                    "Service",
                    "services",
                    "",
                    "v1",
                    "A name and an address by which workloads are called.",
                    mapping()
                            .optional("type", "Where it is reached from.", TextFormat.oneOf("ClusterIP", "ClusterIP"))
                            .defaultText("ClusterIP")
                            .optional(
                                    "ipFamilyPolicy",
                                    "Taken, and without an effect.",
                                    TextFormat.oneOf(
                                            "SingleStack, PreferDualStack, RequireDualStack",
                                            "SingleStack",
                                            "PreferDualStack",
                                            "RequireDualStack"))
                            .required(
                                    "selector",
                                    "Labels of the workloads that it leads to.",
                                    new Shape.TextMap(TextFormats.LABEL_KEY, TextFormats.LABEL_VALUE, Kind.MAX_ITEMS))
                            .missingMessage("selector is missing (expected: labels of the workloads that it leads to)")
                            .required("ports", "Where it is called.", nonEmptyList(PORT, CommonFields.MAX_ITEMS))
                            .missingMessage("no usable port (expected: ports: [{port, targetPort}])")
                            .optional("clusterIP", "Its address.", TextFormats.IP_ADDRESS)
                            .defaultText("One that the mesh gives")
                            .optional("clusterIPs", "Its addresses.", list(TextFormats.IP_ADDRESS, 2))
                            .optional("ipFamilies", "Of which families its addresses are.", list(FAMILY, 2))
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
                    "What holds for the workloads of a namespace that do not say otherwise.",
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
                                "Who may connect where no policy selects a port.",
                                Shape.lowerCaseWords(DefaultDecision.class))
                        .defaultText("authenticated, or anyone where inbound is permissive"),
                optional(
                                "weft.dev/inbound",
                                "What sidecars do with plaintext.",
                                Shape.lowerCaseWords(InboundMode.class))
                        .defaultText("strict"),
                optional(
                                "weft.dev/egress",
                                "What may be called outside of the mesh where no policy selects a workload.",
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
