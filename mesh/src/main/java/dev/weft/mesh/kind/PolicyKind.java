package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Field.optional;
import static dev.weft.mesh.kind.Shape.list;
import static dev.weft.mesh.kind.Shape.mapping;
import static dev.weft.mesh.kind.Shape.nonEmptyList;

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

    private static final TextFormat METHOD =
            TextFormat.of(RequestMatch.Http::unmetMethod, 0, 32, "GET").withPattern("^[A-Z][-A-Z0-9_]*$");
    private static final TextFormat EXACT = TextFormat.of(
                    PathPattern.Exact::unmet, 0, PathPattern.MAX_LENGTH, "/orders")
            .withPattern(PATH);
    private static final TextFormat PREFIX = TextFormat.of(
                    PathPattern.Prefix::unmet, 0, PathPattern.MAX_LENGTH, "/orders")
            .withPattern(PATH);
    private static final TextFormat TEMPLATE = TextFormat.of(
                    PathPattern.Template::unmet, 0, PathPattern.MAX_LENGTH, "/users/{id}/mail")
            .withPattern(PATH);
    private static final TextFormat HEADER_NAME = TextFormat.of(
                    HeaderMatch::unmetName, 0, HeaderMatch.MAX_NAME, "x-tenant")
            .withPattern("^" + Token.LOWER_CASE_PATTERN + "$");
    private static final TextFormat HEADER_VALUE = TextFormat.of(
                    HeaderMatch::unmetValue, 1, HeaderMatch.MAX_VALUE, "blue")
            .orNumber();

    private static final Shape.Mapping HTTP = mapping()
            .optional("methods", "One of these.", nonEmptyList(METHOD, RequestMatch.MAX_METHODS))
            .defaultText("Any method")
            .optional(
                    "hosts",
                    "One of these, in lower case and without a port; *.example is each name below example.",
                    nonEmptyList(TextFormats.HOST, RequestMatch.MAX_HOSTS))
            .defaultText("Any host")
            .optional("paths", "One of these.", nonEmptyList(path(), RequestMatch.MAX_PATHS))
            .defaultText("Any path")
            .optional("headers", "All of these.", nonEmptyList(header(), RequestMatch.MAX_HEADERS));

    private static final Shape.Mapping GRPC = mapping()
            .required("service", "The service's full name.", TextFormats.GRPC_SERVICE)
            .optional("methods", "One of these.", nonEmptyList(TextFormats.GRPC_METHOD, RequestMatch.MAX_METHODS))
            .defaultText("Each method of the service");

    private static final Shape.Mapping REQUEST = mapping()
            .optional("http", "HTTP requests. Any, if nothing is asked for.", HTTP)
            .optional("grpc", "Calls of a gRPC service.", GRPC)
            .exactlyOneOf(
                    "no usable rule (expected: http or grpc)",
                    "http and grpc in one entry (expected: one of the two; write two entries)",
                    "http",
                    "grpc");

    private static final Shape.Mapping SPEC = mapping()
            .with(CommonFields.workloads("policy is"))
            .with(CommonFields.PORTS)
            .required(
                    "action",
                    "What happens to the connections or requests that match. Once an Allow policy selects a port, one"
                            + " must match.",
                    Shape.camelCaseWords(Action.class))
            .optional(
                    "from",
                    "Peers. One entry that matches is enough; all fields of an entry must hold.",
                    list(CommonFields.SOURCE, CommonFields.MAX_ITEMS))
            .defaultText("Nobody")
            .optional(
                    "to",
                    "HTTP requests and gRPC calls. One entry that matches is enough; all fields of an entry must hold.",
                    nonEmptyList(REQUEST, AuthorizationPolicy.MAX_TO))
            .defaultText("The whole connection");

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
                                    list(CommonFields.statusText(2100), 10)),
                            CommonFields.count(
                                    "wouldCutOffCount", "How many they are. Each sidecar tells ten at most.")))
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
                .exactlyOneOf(
                        "no usable path (expected: exact, prefix or template)",
                        CommonFields.SEVERAL,
                        "exact",
                        "prefix",
                        "template");
    }

    private static Shape header() {
        return mapping()
                .required("name", "The header's name in lower case.", HEADER_NAME)
                .optional("exact", "The value that it has.", HEADER_VALUE)
                .optional("present", "That it is there, whatever its value.", new Shape.TrueOnly())
                .exactlyOneOf(
                        "no usable value (expected: exact, or present: true)",
                        CommonFields.SEVERAL,
                        "exact",
                        "present");
    }
}
