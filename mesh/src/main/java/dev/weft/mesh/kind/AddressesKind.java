package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Field.optional;
import static dev.weft.mesh.kind.Field.required;
import static dev.weft.mesh.kind.Shape.list;
import static dev.weft.mesh.kind.Shape.mapping;
import static dev.weft.mesh.kind.Shape.text;

/** The kind Addresses. A mesh that assigns addresses writes such objects for its control plane. */
final class AddressesKind {

    private static final Field NAMESPACE = required("namespace", "Its namespace.", text(TextFormats.DNS_LABEL));
    private static final Field NAME = required("name", "Its name.", text(TextFormats.DNS_LABEL));
    private static final Field ADDRESSES =
            optional("addresses", "Its addresses.", list(TextFormats.IP_ADDRESS, Kind.MAX_ITEMS));

    static final Kind KIND = Kind.foreign(
            "Addresses",
            "addresses",
            Kind.GROUP,
            Kind.VERSION,
            "The addresses that a mesh has given.",
            mapping()
                    .optional(
                            "workloads",
                            "Of workloads.",
                            list(
                                    mapping()
                                            .with(NAMESPACE)
                                            .with(NAME)
                                            .with(ADDRESSES)
                                            .optional("ready", "Whether Services lead to it.", new Shape.Bool()),
                                    Kind.MAX_ITEMS))
                    .optional(
                            "services",
                            "Of Services.",
                            list(mapping().with(NAMESPACE).with(NAME).with(ADDRESSES), Kind.MAX_ITEMS)));

    private AddressesKind() {}
}
