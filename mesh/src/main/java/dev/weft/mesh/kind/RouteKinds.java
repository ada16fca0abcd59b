package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Field.optional;
import static dev.weft.mesh.kind.Shape.list;
import static dev.weft.mesh.kind.Shape.mapping;
import static dev.weft.mesh.kind.Shape.text;

import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.Match;
import dev.weft.mesh.route.ReferenceGrant;
import dev.weft.mesh.route.Retry;
import dev.weft.mesh.route.Route;
import dev.weft.mesh.route.RouteKind;
import dev.weft.mesh.route.Rule;
import dev.weft.mesh.route.Timeouts;
import java.util.ArrayList;
import java.util.List;

/** The kinds HTTPRoute, GRPCRoute and ReferenceGrant of the Gateway API, as far as they are supported. */
final class RouteKinds {

    private static final String SEVERAL = "regular expressions are not matched: write several matches";
    private static final String NO_GATEWAYS = "a mesh has no Gateways (expected: parentRefs that name Services)";
    private static final String NO_SESSIONS =
            "not obeyed (expected: none; requests of a session may go to any endpoint)";
    private static final Field EXACT = optional(
                    "type", "How the value is compared.", text(RouteTextFormats.type(SEVERAL, "Exact")))
            .defaultText("Exact");

    private static final Shape.Mapping HEADER = mapping()
            .with(EXACT)
            .required("name", "The header's name.", RouteTextFormats.HEADER_NAME)
            .required("value", "The header's value.", RouteTextFormats.VALUE);

    private static final Field HEADERS =
            optional("headers", "The request has all of these headers.", list(HEADER, Match.MAX_HEADERS));

    private static final Shape.Mapping PARENT = mapping()
            .optional("group", "\"\", the group of Services.", TextFormats.TEXT)
            .optional("kind", "Service.", TextFormats.NON_EMPTY)
            .required("name", "The name of the Service.", TextFormats.DNS_NAME)
            .optional("namespace", "The namespace of the Service.", TextFormats.DNS_LABEL)
            .defaultText("The namespace of the route")
            .optional("port", "The port of the Service.", CommonFields.PORT)
            .defaultText("Every port")
            .optional("sectionName", "The name of the Service's port.", RouteTextFormats.SECTION_NAME);

    static final Kind HTTP = kind(
                    RouteKind.HTTP,
                    "Which backends get the HTTP requests to a Service, and how requests and responses are changed.",
                    mapping()
                            .optional(
                                    "path",
                                    "The path of the request.",
                                    mapping()
                                            .optional(
                                                    "type",
                                                    "How the path is compared.",
                                                    RouteTextFormats.type(SEVERAL, "PathPrefix", "Exact"))
                                            .defaultText("PathPrefix")
                                            .optional(
                                                    "value",
                                                    "The path or prefix to match.",
                                                    RouteTextFormats.PATH_VALUE)
                                            .defaultText("/"))
                            .optional("method", "The method of the request.", RouteTextFormats.METHOD)
                            .defaultText("Any")
                            .with(HEADERS)
                            .optional(
                                    "queryParams",
                                    "The request has all of these query parameters.",
                                    list(
                                            mapping()
                                                    .with(EXACT)
                                                    .required(
                                                            "name",
                                                            "The parameter's name.",
                                                            RouteTextFormats.QUERY_NAME)
                                                    .required(
                                                            "value", "The parameter's value.", RouteTextFormats.QUERY),
                                            Match.MAX_QUERY)),
                    List.of(
                            optional(
                                    "timeouts",
                                    "How long a response may take.",
                                    mapping()
                                            .with(duration("request", "Time for all attempts together.")
                                                    .defaultText("No limit"))
                                            .with(duration("backendRequest", "Time for one attempt.")
                                                    .defaultText("No limit"))),
                            optional(
                                    "retry",
                                    "When a failed request is sent again.",
                                    mapping()
                                            .optional(
                                                    "codes",
                                                    "Statuses of a response after which the request is sent again.",
                                                    list(
                                                            new Shape.WholeNumber(Retry.MIN_STATUS, Retry.MAX_STATUS),
                                                            Retry.MAX_STATUSES))
                                            .optional(
                                                    "attempts",
                                                    "How often a request is sent again at most.",
                                                    new Shape.WholeNumber(0, Retry.MAX_ATTEMPTS))
                                            .defaultText("1")
                                            .optional(
                                                    "backoff",
                                                    "How long the sidecar waits before it sends a request again.",
                                                    RouteTextFormats.duration(Retry.MAX_BACKOFF, "30s"))
                                            .defaultText("25ms"))))
            .example("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: orders, namespace: shop}
                spec:
                  parentRefs: [{group: "", kind: Service, name: orders, port: 80}]
                  rules:
                  - matches: [{headers: [{name: x-canary, value: "yes"}]}]
                    backendRefs: [{name: orders-next, port: 80}]
                  - backendRefs: [{name: orders, port: 80}]
                """);

    static final Kind GRPC = kind(
                    RouteKind.GRPC,
                    "Which backends get the gRPC calls to a Service, and how calls and responses are changed.",
                    mapping()
                            .optional(
                                    "method",
                                    "The gRPC method that is called.",
                                    mapping()
                                            .with(EXACT)
                                            .optional(
                                                    "service",
                                                    "The full name of the gRPC service.",
                                                    TextFormats.GRPC_SERVICE)
                                            .defaultText("Any")
                                            .optional("method", "The name of the method.", TextFormats.GRPC_METHOD)
                                            .defaultText("Any"))
                            .with(HEADERS),
                    List.of(
                            unsupported(
                                    "timeouts",
                                    "a GRPCRoute has none (expected: a deadline of the call, or an HTTPRoute)"),
                            unsupported("retry", "a GRPCRoute has none (expected: an HTTPRoute)")))
            .example("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: GRPCRoute
                metadata: {name: orders, namespace: shop}
                spec:
                  parentRefs: [{group: "", kind: Service, name: orders}]
                  rules:
                  - matches: [{method: {service: shop.v1.Orders}}]
                    backendRefs: [{name: orders, port: 80}]
                """);

    private static final Shape.Mapping GRANT_FROM = mapping()
            .required("group", "The group of the kind.", TextFormats.TEXT)
            .required("kind", "HTTPRoute or GRPCRoute. Other kinds have no effect in a mesh.", TextFormats.NON_EMPTY)
            .required("namespace", "The namespace of the routes.", TextFormats.DNS_LABEL);

    private static final Shape.Mapping GRANT_TO = mapping()
            .required("group", "\"\", the group of Services.", TextFormats.TEXT)
            .required("kind", "Service. Other kinds have no effect in a mesh.", TextFormats.NON_EMPTY)
            .optional("name", "The name of the Service.", TextFormats.DNS_NAME)
            .defaultText("Every Service of the namespace");

    static final Kind GRANT = Kind.foreign(
                    "ReferenceGrant",
                    "referencegrants",
                    RouteKind.GROUP,
                    ReferenceGrant.VERSION,
                    "Which routes of other namespaces may send requests to Services of this namespace.",
                    mapping()
                            .required(
                                    "from",
                                    "The routes that get the permission.",
                                    Shape.nonEmptyList(GRANT_FROM, ReferenceGrant.MAX_ENTRIES))
                            .required(
                                    "to",
                                    "The Services that the routes may send requests to.",
                                    Shape.nonEmptyList(GRANT_TO, ReferenceGrant.MAX_ENTRIES)))
            .example("""
                apiVersion: gateway.networking.k8s.io/v1beta1
                kind: ReferenceGrant
                metadata: {name: from-shop, namespace: payments}
                spec:
                  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}]
                  to: [{group: "", kind: Service, name: cards}]
                """);

    private RouteKinds() {}

    private static Kind kind(RouteKind kind, String meaning, Shape.Mapping match, List<Field> more) {
        List<Field> rule = new ArrayList<>(List.of(
                optional("name", "The name of the rule.", text(RouteTextFormats.SECTION_NAME)),
                unsupported("sessionPersistence", NO_SESSIONS),
                optional(
                                "matches",
                                "The requests that the rule is for. A request must fit at least one entry.",
                                list(match, Rule.MAX_MATCHES))
                        .defaultText("All"),
                RouteFilters.of(kind),
                optional(
                        "backendRefs",
                        "The Services that get the requests, by weight.",
                        list(backend(kind), Rule.MAX_BACKENDS))));
        rule.addAll(more);
        Shape.Mapping spec = mapping()
                .with(unsupported("useDefaultGateways", NO_GATEWAYS))
                .optional(
                        "parentRefs", "The Services whose requests this route is for.", list(PARENT, Route.MAX_PARENTS))
                .optional(
                        "hostnames",
                        "Accepted, but without effect if the parent is a Service.",
                        list(RouteTextFormats.HOSTNAMES, Route.MAX_HOSTNAMES))
                .required(
                        "rules",
                        "The rules. A request follows the rule with the most specific match.",
                        Shape.nonEmptyList(mapping(rule.toArray(Field[]::new)), Route.MAX_RULES))
                .missingMessage("no usable rule (expected: rules: [{matches, backendRefs}])");
        return Kind.foreign(kind.kindName(), kind.plural(), RouteKind.GROUP, RouteKind.VERSION, meaning, spec);
    }

    /** Returns a field of the Gateway API that is not supported and whose use is an error. */
    private static Field unsupported(String name, String reason) {
        return optional(name, "Not supported.", new Shape.Refused(reason));
    }

    private static Field duration(String name, String meaning) {
        return optional(name, meaning, text(RouteTextFormats.duration(Timeouts.MAX, "500h")));
    }

    /** Returns the fields of one entry of {@code backendRefs}. */
    private static Shape.Mapping backend(RouteKind kind) {
        List<Field> fields = new ArrayList<>(RouteFilters.reference().fields());
        fields.add(optional(
                        "weight",
                        "The share of the requests, relative to the sum of all weights.",
                        new Shape.WholeNumber(0, Backend.MAX_WEIGHT))
                .defaultText("1"));
        fields.add(RouteFilters.ofBackend(kind));
        return mapping(fields.toArray(Field[]::new));
    }
}
