package dev.weft.files.yaml;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.route.RouteKind;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The head that objects of all kinds share. */
record ObjectHead(String kind, ObjectName name, Map<String, String> labels, Map<String, String> annotations) {

    private static final String CORE = "v1";
    private static final String ROUTES = RouteKind.GROUP + "/" + RouteKind.VERSION;
    private static final Map<String, String> KINDS = new TreeMap<>(Map.ofEntries(
            Map.entry("Workload", ObjectReader.GROUP),
            Map.entry("AuthorizationPolicy", ObjectReader.GROUP),
            Map.entry("RateLimit", ObjectReader.GROUP),
            Map.entry("EgressPolicy", ObjectReader.GROUP),
            Map.entry("Addresses", ObjectReader.GROUP),
            Map.entry("TrustDomain", ObjectReader.GROUP),
            Map.entry("Revocation", ObjectReader.GROUP),
            Map.entry("Service", CORE),
            Map.entry("Namespace", CORE),
            Map.entry(RouteKind.HTTP.word(), ROUTES),
            Map.entry(RouteKind.GRPC.word(), ROUTES)));
    /** Kinds whose objects belong to no namespace. */
    private static final Set<String> WITHOUT_NAMESPACE = Set.of("Namespace", "TrustDomain", "Revocation");

    private static final String DEFAULT_NAMESPACE = "default";

    /** Kind and name. */
    String object() {
        return kind + " " + (WITHOUT_NAMESPACE.contains(kind) ? name.name() : name.toString());
    }

    /** Reads it; null if it has an error that leaves nothing to go by. */
    static @Nullable ObjectHead read(Fields fields) {
        String version = fields.requiredText("apiVersion", Syntax::nonEmpty);
        String kind = fields.requiredText("kind", Syntax::nonEmpty);
        String expected = KINDS.get(kind);
        if (!kind.isEmpty() && expected == null) {
            fields.problem("unknown kind " + kind + Suggestion.of(kind, KINDS.keySet()));
        } else if (expected != null && !version.isEmpty() && !version.equals(expected)) {
            fields.problem("apiVersion: " + version + " (expected for " + kind + ": " + expected + ")");
        }
        ObjectHead head = fields.mapping("metadata", metadata -> metadata(kind, metadata));
        if (head == null) {
            fields.problem("metadata is missing (expected: metadata: {name, namespace})");
        }
        boolean usable = head != null && expected != null && !head.name().name().isEmpty();
        return usable ? head : null;
    }

    private static ObjectHead metadata(String kind, Fields metadata) {
        String name = metadata.requiredText("name", nameForm(kind));
        String namespace = metadata.text("namespace", Syntax::dnsLabel);
        if (namespace != null && WITHOUT_NAMESPACE.contains(kind)) {
            metadata.problem("namespace: " + namespace + " (expected: none, a " + kind + " belongs to no namespace)");
        }
        Map<String, String> labels = metadata.texts("labels", Syntax::labelKey, Syntax::labelValue);
        Map<String, String> annotations = metadata.texts("annotations", Syntax::labelKey, Syntax::text);
        return new ObjectHead(
                kind, new ObjectName(namespace == null ? DEFAULT_NAMESPACE : namespace, name), labels, annotations);
    }

    private static Syntax.Form nameForm(String kind) {
        return switch (kind) {
            case "Workload", "Service" -> Syntax::dnsLabel;
            case "TrustDomain" -> Syntax::trustDomainName;
            default -> Syntax::dnsName;
        };
    }
}
