package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Field.optional;
import static dev.weft.mesh.kind.Shape.list;
import static dev.weft.mesh.kind.Shape.mapping;
import static dev.weft.mesh.kind.Shape.nonEmptyList;

import dev.weft.mesh.kind.Kind.Column;
import dev.weft.policy.egress.EgressPolicy;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.HeaderMatch;
import dev.weft.policy.model.PathPattern;
import dev.weft.policy.model.RequestMatch;
import dev.weft.policy.request.Token;
import java.util.List;
import java.util.stream.Stream;

/** The kinds AuthorizationPolicy and EgressPolicy. */
final class PolicyKinds {

    private static final TextFormat METHOD =
            TextFormat.of(RequestMatch.Http::unmetMethod, 0, 32, "GET").withPattern("^[A-Z][-A-Z0-9_]*$");
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

    private static final Shape.Mapping AUTHORIZATION_SPEC = mapping()
            .with(CommonFields.workloads("policy is"))
            .with(CommonFields.PORTS)
            .required(
                    "action",
                    "What happens to the connections or requests that match. If an Allow policy selects a port, at"
                            + " least one Allow policy must match.",
                    Shape.camelCaseWords(Action.class))
            .with(CommonFields.from(list(CommonFields.SOURCE, CommonFields.MAX_ITEMS))
                    .defaultText("No caller"))
            .optional(
                    "to",
                    "HTTP requests and gRPC calls. A request must match at least one entry, with all"
                            + " fields of the entry.",
                    nonEmptyList(REQUEST, AuthorizationPolicy.MAX_TO))
            .defaultText("The whole connection");

    static final Kind AUTHORIZATION = Kind.own(
                    "AuthorizationPolicy",
                    "authorizationpolicies",
                    "Who may connect to the workloads of a namespace, and which requests they may make, by identity.",
                    AUTHORIZATION_SPEC,
                    definition(
                            "wap",
                            "policy",
                            List.of(Column.text("Action", ".spec.action"), Column.text("Ports", ".spec.ports")),
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

    private static final String ONE_TARGET = "no usable target (expected: one of cidr and host)";

    private static final Shape.Mapping TARGET = mapping()
            .optional("cidr", "Addresses in this range, with any protocol.", TextFormats.CIDR)
            .optional(
                    "host",
                    "The host that the application names in TLS or HTTP/1.1, in lower case and without a port."
                            + " *.example matches each name below example.",
                    TextFormats.HOST)
            .with(CommonFields.ports("ports", "The ports of the destination.").defaultText("Every port"))
            .exactlyOneOf(ONE_TARGET, ONE_TARGET, "cidr", "host");

    private static final Shape.Mapping EGRESS_SPEC = mapping()
            .with(CommonFields.workloads("policy is"))
            .required(
                    "action",
                    "What happens to the calls that match. A workload that an EgressPolicy selects can call only"
                            + " the outside destinations that an EgressPolicy allows.",
                    Shape.words("Allow"))
            .optional(
                    "to",
                    "The allowed destinations. A call must match at least one entry.",
                    list(TARGET, EgressPolicy.MAX_TO))
            .defaultText("No destination");

    static final Kind EGRESS = Kind.own(
                    "EgressPolicy",
                    "egresspolicies",
                    "Which destinations outside of the mesh the workloads of a namespace may call.",
                    EGRESS_SPEC,
                    definition(
                            "wep",
                            "policy",
                            List.of(),
                            List.of(Column.text("To", ".spec.to")
                                    .described("The allowed destinations.")
                                    .inWide())))
            .example("""
                apiVersion: weft.dev/v1alpha1
                kind: EgressPolicy
                metadata: {name: web-calls, namespace: shop}
                spec:
                  workloads: {matchLabels: {app: web}}
                  action: Allow
                  to:
                  - {host: "*.example.com", ports: [443]}
                  - {cidr: 192.0.2.0/24}
                """);

    private PolicyKinds() {}

    /**
     * Returns the definition, for an API server, of a kind whose objects select workloads. Its status has the number of
     * workloads that an object selects, and on how many of their sidecars it is in force.
     *
     * @param noun the object in words, as in "that the policy selects"
     * @param first columns before those of the status
     * @param last columns after those of the status
     * @param more further fields of the status
     */
    static Kind.Definition definition(
            String shortName, String noun, List<Column> first, List<Column> last, Field... more) {
        Shape.Mapping status = CommonFields.inForce(noun);
        for (Field field : more) {
            status = status.with(field);
        }
        return new Kind.Definition(
                shortName,
                Stream.of(first, columns(noun), last).flatMap(List::stream).toList(),
                status.with(CommonFields.CONDITIONS),
                true);
    }

    private static List<Column> columns(String noun) {
        return List.of(
                Column.condition("Accepted", "Accepted"),
                Column.of("Workloads", "integer", ".status.workloads")
                        .described("Number of workloads that the " + noun + " selects."),
                Column.of("Meshed", "integer", ".status.meshed")
                        .described("Number of these workloads that have a sidecar."),
                Column.condition("In force", "InForce"),
                Column.text("Sidecars", ".status.sidecars.summary")
                        .described("Number of sidecars that have it in force, and number of sidecars that it is for."));
    }

    private static Shape path() {
        return mapping()
                .optional("exact", "Exactly this path.", path(PathPattern.Exact::unmet, "/orders"))
                .optional(
                        "prefix",
                        "This path and all paths below it, by segments.",
                        path(PathPattern.Prefix::unmet, "/orders"))
                .optional(
                        "template",
                        "A path pattern. {name} matches one segment, and {name...} at the end matches one or more.",
                        path(PathPattern.Template::unmet, "/users/{id}/mail"))
                .exactlyOneOf(
                        "no usable path (expected: exact, prefix or template)",
                        CommonFields.SEVERAL,
                        "exact",
                        "prefix",
                        "template");
    }

    private static TextFormat path(TextFormat.Check check, String example) {
        return TextFormat.of(check, 0, PathPattern.MAX_LENGTH, example).withPattern("^/[!-~]*$");
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
