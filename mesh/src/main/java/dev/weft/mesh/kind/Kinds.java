package dev.weft.mesh.kind;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All kinds of objects. */
public final class Kinds {

    public static final Kind AUTHORIZATION_POLICY = PolicyKinds.AUTHORIZATION;
    public static final Kind EGRESS_POLICY = PolicyKinds.EGRESS;
    public static final Kind RATE_LIMIT = RateLimitKind.KIND;
    public static final Kind REVOCATION = TrustKinds.REVOCATION;
    public static final Kind TRUST_DOMAIN = TrustKinds.TRUST_DOMAIN;
    public static final Kind WORKLOAD = WorkloadKinds.WORKLOAD;
    public static final Kind SERVICE = CoreKinds.SERVICE;
    public static final Kind NAMESPACE = CoreKinds.NAMESPACE;
    public static final Kind HTTP_ROUTE = RouteKinds.HTTP;
    public static final Kind GRPC_ROUTE = RouteKinds.GRPC;
    public static final Kind REFERENCE_GRANT = RouteKinds.GRANT;

    /** The record of a rotation, which the control plane writes. No file has such an object. */
    public static final Kind ROTATION = TrustKinds.ROTATION;

    /** The addresses that a mesh has given, which the mesh writes. Users do not write such objects. */
    public static final Kind ADDRESSES = WorkloadKinds.ADDRESSES;

    /** The kinds that users write, sorted by name. */
    public static final List<Kind> WRITTEN = Stream.of(
                    AUTHORIZATION_POLICY,
                    EGRESS_POLICY,
                    RATE_LIMIT,
                    REVOCATION,
                    TRUST_DOMAIN,
                    WORKLOAD,
                    SERVICE,
                    NAMESPACE,
                    HTTP_ROUTE,
                    GRPC_ROUTE,
                    REFERENCE_GRANT)
            .sorted(Comparator.comparing(Kind::kindName))
            .toList();

    /** The kinds that are defined in an API server, sorted by plural. */
    public static final List<Kind> DEFINED = Stream.concat(Stream.of(ROTATION), WRITTEN.stream())
            .filter(kind -> kind.definition().isPresent())
            .sorted(Comparator.comparing(Kind::plural))
            .toList();

    /** The fields that an object of any kind has. */
    public static final Shape.Mapping OBJECT = Shape.mapping()
            .required("apiVersion", "Group and version of the kind.", TextFormats.NON_EMPTY)
            .required("kind", "The kind.", TextFormats.NON_EMPTY)
            .optional("metadata", "The name, namespace, labels and annotations of the object.", new Shape.Any())
            .optional("spec", "The content of the object.", new Shape.Any());

    private Kinds() {}

    /** Returns the kind of this name, if a file may have objects of it. */
    public static Optional<Kind> inFiles(String kindName) {
        return Stream.concat(WRITTEN.stream(), Stream.of(ADDRESSES))
                .filter(kind -> kind.kindName().equals(kindName))
                .findFirst();
    }
}
