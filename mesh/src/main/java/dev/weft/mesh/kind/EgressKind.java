package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Shape.list;
import static dev.weft.mesh.kind.Shape.mapping;

import dev.weft.mesh.kind.Kind.Column;
import dev.weft.policy.egress.EgressPolicy;
import java.util.List;

/** The kind EgressPolicy. */
final class EgressKind {

    private static final String ONE = "no usable target (expected: one of cidr and host)";

    private static final Shape.Mapping TARGET = mapping()
            .optional("cidr", "Addresses in this range, with any protocol.", TextFormats.CIDR)
            .optional(
                    "host",
                    "The host that the application names in TLS or HTTP/1.1, in lower case and without a port."
                            + " *.example matches each name below example.",
                    TextFormats.HOST)
            .with(CommonFields.ports("ports", "The ports of the destination.").defaultText("Every port"))
            .exactlyOneOf(ONE, ONE, "cidr", "host");

    private static final Shape.Mapping SPEC = mapping()
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

    static final Kind KIND = Kind.own(
                    "EgressPolicy",
                    "egresspolicies",
                    "Which destinations outside of the mesh the workloads of a namespace may call.",
                    SPEC,
                    SelectingStatus.definition(
                            "wep",
                            "policy",
                            List.of(),
                            List.of(Column.of("To", "string", ".spec.to")
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

    private EgressKind() {}
}
