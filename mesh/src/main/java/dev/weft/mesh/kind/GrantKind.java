package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Shape.mapping;

import dev.weft.mesh.route.ReferenceGrant;
import dev.weft.mesh.route.RouteKind;

/** ReferenceGrant of the Gateway API. */
final class GrantKind {

    private static final Shape.Mapping FROM = mapping()
            .required("group", "The group of the kind.", TextFormats.TEXT)
            .required("kind", "HTTPRoute or GRPCRoute. Other kinds have no effect in a mesh.", TextFormats.NON_EMPTY)
            .required("namespace", "The namespace of the routes.", TextFormats.DNS_LABEL);

    private static final Shape.Mapping TO = mapping()
            .required("group", "\"\", the group of Services.", TextFormats.TEXT)
            .required("kind", "Service. Other kinds have no effect in a mesh.", TextFormats.NON_EMPTY)
            .optional("name", "The name of the Service.", TextFormats.DNS_NAME)
            .defaultText("Every Service of the namespace");

    static final Kind KIND = Kind.foreign(
                    "ReferenceGrant",
                    "referencegrants",
                    RouteKind.GROUP,
                    ReferenceGrant.VERSION,
                    "Which routes of other namespaces may send requests to Services of this namespace.",
                    mapping()
                            .required(
                                    "from",
                                    "The routes that get the permission.",
                                    Shape.nonEmptyList(FROM, ReferenceGrant.MAX_ENTRIES))
                            .required(
                                    "to",
                                    "The Services that the routes may send requests to.",
                                    Shape.nonEmptyList(TO, ReferenceGrant.MAX_ENTRIES)))
            .example("""
                apiVersion: gateway.networking.k8s.io/v1beta1
                kind: ReferenceGrant
                metadata: {name: from-shop, namespace: payments}
                spec:
                  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}]
                  to: [{group: "", kind: Service, name: cards}]
                """);

    private GrantKind() {}
}
