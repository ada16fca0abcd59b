package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Field.optional;
import static dev.weft.mesh.kind.Shape.list;
import static dev.weft.mesh.kind.Shape.mapping;
import static dev.weft.mesh.kind.Shape.someOf;

import dev.weft.mesh.kind.Kind.Column;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.HeaderMatch;
import dev.weft.policy.model.PathPattern;
import dev.weft.policy.model.RequestMatch;
import dev.weft.policy.request.Token;
import java.util.List;

/** The kind AuthorizationPolicy. */
final class PolicyKind {

    private static final String PATH = "^/[!-~]*$";

    private static final Form METHOD =
            Form.of(RequestMatch.Http::unmetMethod, 0, 32, "GET").matching("^[A-Z][-A-Z0-9_]*$");
    private static final Form EXACT = Form.of(PathPattern.Exact::unmet, 0, PathPattern.MAX_LENGTH, "/orders")
            .matching(PATH);
    private static final Form PREFIX = Form.of(PathPattern.Prefix::unmet, 0, PathPattern.MAX_LENGTH, "/orders")
            .matching(PATH);
    private static final Form TEMPLATE = Form.of(
                    PathPattern.Template::unmet, 0, PathPattern.MAX_LENGTH, "/users/{id}/mail")
            .matching(PATH);
    private static final Form HEADER_NAME = Form.of(HeaderMatch::unmetName, 0, HeaderMatch.MAX_NAME, "x-tenant")
            .matching("^" + Token.LOWER_CASE_PATTERN + "$");
    private static final Form HEADER_VALUE =
            Form.of(HeaderMatch::unmetValue, 1, HeaderMatch.MAX_VALUE, "blue").orNumber();

    private static final Shape.Mapping HTTP = mapping()
            .optional("methods", "One of these.", someOf(METHOD, RequestMatch.MAX_METHODS))
            .otherwise("Any method")
            .optional(
                    "hosts",
                    "One of these, in lower case and without a port; *.example is each name below example.",
                    someOf(Forms.HOST, RequestMatch.MAX_HOSTS))
            .otherwise("Any host")
            .optional("paths", "One of these.", someOf(path(), RequestMatch.MAX_PATHS))
            .otherwise("Any path")
            .optional("headers", "All of these.", someOf(header(), RequestMatch.MAX_HEADERS));

    private static final Shape.Mapping GRPC = mapping()
            .required("service", "The service's full name.", Forms.GRPC_SERVICE)
            .optional("methods", "One of these.", someOf(Forms.GRPC_METHOD, RequestMatch.MAX_METHODS))
            .otherwise("Each method of the service");

    private static final Shape.Mapping REQUEST = mapping()
            .optional("http", "HTTP requests. Any, if nothing is asked for.", HTTP)
            .optional("grpc", "Calls of a gRPC service.", GRPC)
            .one(
                    "no usable rule (expected: http or grpc)",
                    "http and grpc in one entry (expected: one of the two; write two entries)",
                    "http",
                    "grpc");

    private static final Shape.Mapping SPEC = mapping()
            .with(Parts.workloads("policy is"))
            .with(Parts.PORTS)
            .required(
                    "action",
                    "What happens to the connections or requests that match. Once an Allow policy selects a port, one"
                            + " must match.",
                    Shape.camel(Action.class))
            .optional(
                    "from",
                    "Peers. One entry that matches is enough; all fields of an entry must hold.",
                    list(Parts.SOURCE, Parts.MAX_ITEMS))
            .otherwise("Nobody")
            .optional(
                    "to",
                    "HTTP requests and gRPC calls. One entry that matches is enough; all fields of an entry must hold.",
                    someOf(REQUEST, AuthorizationPolicy.MAX_TO))
            .otherwise("The whole connection");

    static final Kind KIND = Kind.own(
                    "AuthorizationPolicy",
                    "authorizationpolicies",
                    "Who may connect to the workloads of a namespace, and which requests they may make, by identity.",
                    SPEC,
                    SelectingStatus.definition(
                            "wap",
                            "policy",
                            List.of(
                                    Column.of("Action", "string", ".spec.action"),
                                    Column.of("Ports", "string", ".spec.ports")),
                            List.of(Column.of("Cuts off", "integer", ".status.wouldCutOffCount")
                                    .described("Peers that called within the last hour, and that the policy refuses.")
                                    .inWide()),
                            optional(
                                    "wouldCutOff",
                                    "The first of the peers that called within the last hour, and that the policy"
                                            + " refuses.",
                                    list(Parts.said(2100), 10)),
                            Parts.count("wouldCutOffCount", "How many they are. Each sidecar tells ten at most.")))
            .example("""
                apiVersion: weft.dev/v1alpha1
                kind: AuthorizationPolicy
                metadata: {name: web-reads-orders, namespace: shop}
                spec:
                  workloads: {matchLabels: {app: orders}}
                  ports: [8080]
                  action: Allow
                  from:
                  - serviceAccount: web
                  to:
                  - http: {methods: [GET], paths: [{prefix: /orders}]}
                """);

    private PolicyKind() {}

    private static Shape path() {
        return mapping()
                .optional("exact", "This path and no other.", EXACT)
                .optional("prefix", "This path and all below it, by segments.", PREFIX)
                .optional(
                        "template",
                        "A path in which {name} is any one segment, and a last {name...} is one or more.",
                        TEMPLATE)
                .one(
                        "no usable path (expected: exact, prefix or template)",
                        Parts.SEVERAL,
                        "exact",
                        "prefix",
                        "template");
    }

    private static Shape header() {
        return mapping()
                .required("name", "The header's name in lower case.", HEADER_NAME)
                .optional("exact", "The value that it has.", HEADER_VALUE)
                .optional("present", "That it is there, whatever its value.", new Shape.Mark())
                .one("no usable value (expected: exact, or present: true)", Parts.SEVERAL, "exact", "present");
    }
}
