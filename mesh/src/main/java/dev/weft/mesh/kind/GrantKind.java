package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Shape.mapping;

import dev.weft.mesh.route.ReferenceGrant;
import dev.weft.mesh.route.RouteKind;

/** ReferenceGrant of the Gateway API. */
final class GrantKind {

    private static final Shape.Mapping FROM = mapping()
            .required("group", "The group of the kind.", TextFormats.TEXT)
            .required("kind", "HTTPRoute or GRPCRoute; other kinds mean nothing to a mesh.", TextFormats.NON_EMPTY)
            .required("namespace", "The namespace of the routes.", TextFormats.DNS_LABEL);

    private static final Shape.Mapping TO = mapping()
            .required("group", "\"\", the group of Services.", TextFormats.TEXT)
            .required("kind", "Service; other kinds mean nothing to a mesh.", TextFormats.NON_EMPTY)
            .optional("name", "The Service.", TextFormats.DNS_NAME)
            .defaultText("Each of the namespace");

    static final Kind KIND = Kind.foreign(
                    "ReferenceGrant",
                    "referencegrants",
                    RouteKind.GROUP,
                    ReferenceGrant.VERSION,
                    "Which routes of other namespaces may lead to Services of this one.",
                    mapping()
                            .required("from", "Who may.", Shape.nonEmptyList(FROM, ReferenceGrant.MAX_ENTRIES))
                            .required(
                                    "to", "What they may lead to.", Shape.nonEmptyList(TO, ReferenceGrant.MAX_ENTRIES)))
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
