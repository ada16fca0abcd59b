package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.route.RouteKind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.Objects;

/** The kinds of objects that the registry follows. */
enum Kind {
    NAMESPACE("Namespace", "namespaces", "", "v1", false),
    POD("Pod", "pods", "", "v1", true),
    SERVICE("Service", "services", "", "v1", true),
    AUTHORIZATION_POLICY("AuthorizationPolicy", "authorizationpolicies", Kind.GROUP, Kind.VERSION, true),
    RATE_LIMIT("RateLimit", "ratelimits", Kind.GROUP, Kind.VERSION, true),
    EGRESS_POLICY("EgressPolicy", "egresspolicies", Kind.GROUP, Kind.VERSION, true),
    WORKLOAD("Workload", "workloads", Kind.GROUP, Kind.VERSION, true),
    TRUST_DOMAIN("TrustDomain", "trustdomains", Kind.GROUP, Kind.VERSION, false),
    REVOCATION("Revocation", "revocations", Kind.GROUP, Kind.VERSION, false),
    HTTP_ROUTE(RouteKind.HTTP),
    GRPC_ROUTE(RouteKind.GRPC);

    static final String GROUP = "weft.dev";
    static final String VERSION = "v1alpha1";

    private final String word;
    private final String plural;
    private final String group;
    private final String version;
    private final boolean namespaced;

    Kind(RouteKind route) {
        this(route.word(), route.plural(), RouteKind.GROUP, RouteKind.VERSION, true);
    }

    Kind(String word, String plural, String group, String version, boolean namespaced) {
        this.word = word;
        this.plural = plural;
        this.group = group;
        this.version = version;
        this.namespaced = namespaced;
    }

    /** As {@code AuthorizationPolicy}. */
    String word() {
        return word;
    }

    /** Whether not every API server has it. */
    boolean optional() {
        return group.equals(RouteKind.GROUP);
    }

    /** Whether it is one of {@code weft.dev}. */
    boolean ours() {
        return group.equals(GROUP);
    }

    boolean namespaced() {
        return namespaced;
    }

    /** The resource as RBAC names it, such as {@code pods} or {@code revocations.weft.dev}. */
    String resource() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    /** For the client. */
    ResourceDefinitionContext context() {
        return new ResourceDefinitionContext.Builder()
                .withGroup(group.isEmpty() ? null : group)
                .withVersion(version)
                .withKind(word)
                .withPlural(plural)
                .withNamespaced(namespaced)
                .build();
    }

    /** The name of an object of this kind; its namespace is empty if the kind has none. */
    ObjectName nameOf(HasMetadata object) {
        return new ObjectName(
                namespaced ? Objects.requireNonNullElse(object.getMetadata().getNamespace(), "") : "",
                object.getMetadata().getName());
    }

    /** The name as people write it, such as {@code shop/web}. */
    String shown(ObjectName name) {
        return namespaced ? name.toString() : name.name();
    }
}
