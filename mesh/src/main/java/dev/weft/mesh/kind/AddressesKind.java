package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Field.optional;
import static dev.weft.mesh.kind.Field.required;
import static dev.weft.mesh.kind.Shape.list;
import static dev.weft.mesh.kind.Shape.mapping;
import static dev.weft.mesh.kind.Shape.text;

/** The kind Addresses. A mesh that assigns addresses writes such objects for its control plane. */
final class AddressesKind {

    private static final Field NAMESPACE =
            required("namespace", "The namespace of the workload or Service.", text(TextFormats.DNS_LABEL));
    private static final Field NAME =
            required("name", "The name of the workload or Service.", text(TextFormats.DNS_LABEL));
    private static final Field ADDRESSES = optional(
            "addresses", "The addresses of the workload or Service.", list(TextFormats.IP_ADDRESS, Kind.MAX_ITEMS));

    static final Kind KIND = Kind.foreign(
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
                                            .with(NAMESPACE)
                                            .with(NAME)
                                            .with(ADDRESSES)
                                            .optional(
                                                    "ready",
                                                    "Whether Services send connections to the workload.",
                                                    new Shape.Bool()),
                                    Kind.MAX_ITEMS))
                    .optional(
                            "services",
                            "The addresses of Services.",
                            list(mapping().with(NAMESPACE).with(NAME).with(ADDRESSES), Kind.MAX_ITEMS)));

    private AddressesKind() {}
}
