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
            .optional("methods", "The method is one of these.", nonEmptyList(METHOD, RequestMatch.MAX_METHODS))
            .defaultText("Any method")
            .optional(
                    "hosts",
                    "The host is one of these, in lower case and without a port. *.example matches"
                            + " each name below example.",
                    nonEmptyList(TextFormats.HOST, RequestMatch.MAX_HOSTS))
            .defaultText("Any host")
            .optional("paths", "The path matches one of these.", nonEmptyList(path(), RequestMatch.MAX_PATHS))
            .defaultText("Any path")
            .optional(
                    "headers",
                    "The request has all of these headers.",
                    nonEmptyList(header(), RequestMatch.MAX_HEADERS));

    private static final Shape.Mapping GRPC = mapping()
            .required("service", "The full name of the gRPC service.", TextFormats.GRPC_SERVICE)
            .optional(
                    "methods",
                    "The method is one of these.",
                    nonEmptyList(TextFormats.GRPC_METHOD, RequestMatch.MAX_METHODS))
            .defaultText("Each method of the service");

    private static final Shape.Mapping REQUEST = mapping()
            .optional(
                    "http", "HTTP requests with all of these properties. Every HTTP request, if there are none.", HTTP)
            .optional("grpc", "Calls to a gRPC service.", GRPC)
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
                    "What happens to the connections or requests that match. If an Allow policy selects a port, at"
                            + " least one Allow policy must match.",
                    Shape.camelCaseWords(Action.class))
            .optional(
                    "from",
                    "The callers. A caller must match at least one entry, with all fields of the entry.",
                    list(CommonFields.SOURCE, CommonFields.MAX_ITEMS))
            .defaultText("No caller")
            .optional(
                    "to",
                    "HTTP requests and gRPC calls. A request must match at least one entry, with all"
                            + " fields of the entry.",
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
                                    .described("Number of callers of the last hour that the policy refuses.")
                                    .inWide()),
                            optional(
                                    "wouldCutOff",
                                    "The first ten callers of the last hour that the policy refuses.",
                                    list(CommonFields.statusText(2100), 10)),
                            CommonFields.count(
                                    "wouldCutOffCount", "Number of these callers. Each sidecar reports at most ten.")))
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
                .optional("exact", "Exactly this path.", EXACT)
                .optional("prefix", "This path and all paths below it, by segments.", PREFIX)
                .optional(
                        "template",
                        "A path pattern. {name} matches one segment, and {name...} at the end matches one or more.",
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
                .optional("exact", "The header has exactly this value.", HEADER_VALUE)
                .optional("present", "The header is present, with any value.", new Shape.TrueOnly())
                .exactlyOneOf(
                        "no usable value (expected: exact, or present: true)",
                        CommonFields.SEVERAL,
                        "exact",
                        "present");
    }
}
