package dev.weft.kubernetes.registry;

import dev.weft.kubernetes.follow.ApiKinds;
import dev.weft.mesh.kind.Kinds;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.route.RouteKind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.Objects;

/** The kinds of objects that the registry follows. */
enum WatchedKind {
    NAMESPACE(Kinds.NAMESPACE),
    POD(ApiKinds.of("", "v1", "Pod", "pods", true)),
    SERVICE(Kinds.SERVICE),
    SERVICE_ACCOUNT(ApiKinds.of("", "v1", "ServiceAccount", "serviceaccounts", true)),
    NODE(ApiKinds.of("", "v1", "Node", "nodes", false)),
    AUTHORIZATION_POLICY(Kinds.AUTHORIZATION_POLICY),
    RATE_LIMIT(Kinds.RATE_LIMIT),
    EGRESS_POLICY(Kinds.EGRESS_POLICY),
    WORKLOAD(Kinds.WORKLOAD),
    TRUST_DOMAIN(Kinds.TRUST_DOMAIN),
    REVOCATION(Kinds.REVOCATION),
    HTTP_ROUTE(Kinds.HTTP_ROUTE),
    GRPC_ROUTE(Kinds.GRPC_ROUTE),
    REFERENCE_GRANT(Kinds.REFERENCE_GRANT);

    static final String GROUP = dev.weft.mesh.kind.Kind.GROUP;
    static final String VERSION = dev.weft.mesh.kind.Kind.VERSION;

    @SuppressWarnings("ImmutableEnumChecker") // only its builder can set it
    private final ResourceDefinitionContext context;

    private final String group;

    WatchedKind(dev.weft.mesh.kind.Kind kind) {
        this(ApiKinds.of(kind));
    }

    WatchedKind(ResourceDefinitionContext context) {
        this.context = context;
        this.group = Objects.requireNonNullElse(context.getGroup(), "");
    }

    /** Returns the {@code kind} field, such as {@code AuthorizationPolicy}. */
    String word() {
        return context.getKind();
    }

    /** Whether some API servers do not have this kind. */
    boolean optional() {
        return group.equals(RouteKind.GROUP);
    }

    /**
     * Whether the control plane starts only when all objects of the kind are listed. Without the ServiceAccounts, no
     * pod loses anything; without the nodes, callers prefer no zone.
     */
    boolean awaited() {
        return this != SERVICE_ACCOUNT && this != NODE;
    }

    /**
     * Whether the start waits a little for the kind. If nodes came just after it, each sidecar would be told twice.
     */
    boolean awaitedBriefly() {
        return this == NODE;
    }

    boolean ours() {
        return group.equals(GROUP);
    }

    boolean namespaced() {
        return context.isNamespaceScoped();
    }

    /** Returns the resource as RBAC names it, such as {@code pods} or {@code revocations.weft.dev}. */
    String resource() {
        return context.getPlural() + (group.isEmpty() ? "" : "." + group);
    }

    ResourceDefinitionContext context() {
        return context;
    }

    /** Returns the name of an object of this kind; its namespace is empty if the kind is cluster-wide. */
    ObjectName nameOf(HasMetadata object) {
        return new ObjectName(
                namespaced() ? Objects.requireNonNullElse(object.getMetadata().getNamespace(), "") : "",
                object.getMetadata().getName());
    }

    /** Returns the name as people write it, such as {@code shop/web}. */
    String shown(ObjectName name) {
        return namespaced() ? name.toString() : name.name();
    }
}
