package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Shape.list;
import static dev.weft.mesh.kind.Shape.mapping;

import dev.weft.mesh.kind.Kind.Column;
import java.util.List;

/** The kind Rotation, which only the control plane writes. */
final class RotationKind {

    private static final Shape.Mapping SPEC = mapping()
            .required(
                    "authority",
                    "What is replaced. A rotation of the anchor also replaces the issuer.",
                    Shape.words("Anchor", "Issuer"))
            .optional("emergency", "Whether the former keys count as compromised.", new Shape.Bool())
            .rule("self == oldSelf", "what was asked for cannot be changed");

    private static final Shape.Mapping STATUS = mapping()
            .optional("step", "The present step.", CommonFields.statusText(64))
            .optional("plan", "All steps, in their order.", list(CommonFields.statusText(64), 16))
            .optional("startedAt", "When the rotation began.", TextFormats.TIME)
            .optional("stepSince", "When the present step began.", TextFormats.TIME)
            .optional("finishedAt", "When the rotation ended.", TextFormats.TIME)
            .with(CommonFields.count("done", "Number of sidecars and trust domains that have done the present step."))
            .with(CommonFields.count(
                    "total", "Number of all sidecars and trust domains that must do the present step."))
            .optional("progress", "done and total, with a slash between them.", CommonFields.statusText(32))
            .optional(
                    "waitingFor",
                    "The first ten workloads and trust domains that the present step waits for.",
                    list(
                            mapping()
                                    .required("name", "A workload or a trust domain.", CommonFields.statusText(320))
                                    .required("reason", "Why the step waits for it.", CommonFields.statusText(1024)),
                            10))
            .with(CommonFields.count(
                    "waitingCount", "Number of all workloads and trust domains that the step waits for."))
            .optional(
                    "withoutSidecars",
                    "The first ten sidecars that the rotation does not wait for.",
                    list(CommonFields.statusText(320), 10))
            .optional("canRollBack", "Whether the rotation can be rolled back.", new Shape.Bool())
            .optional("formerIssuerKeySha256", "SHA-256 of the former issuer's key.", CommonFields.statusText(64))
            .optional("issuerKeySha256", "SHA-256 of the next issuer's key.", CommonFields.statusText(64))
            .optional("anchorKeySha256", "SHA-256 of the next anchor's key.", CommonFields.statusText(64))
            .with(CommonFields.CONDITIONS);

    static final Kind KIND = Kind.own(
                    "Rotation",
                    "rotations",
                    "A rotation of the trust anchor or the issuer. The control plane writes this object. Creating or"
                            + " changing it has no effect; use weft trust rotate.",
                    SPEC,
                    new Kind.Definition(
                            "wrot",
                            List.of(
                                    Column.of("Authority", "string", ".spec.authority"),
                                    Column.of("Step", "string", ".status.step"),
                                    Column.of("Progress", "string", ".status.progress")
                                            .described("How many have done the present step, of how many."),
                                    Column.of("Waits for", "string", ".status.waitingFor[0].name")
                                            .described(
                                                    "The first workload or trust domain that the rotation waits for."),
                                    Column.condition("Complete", "Complete"),
                                    Column.of("Emergency", "boolean", ".spec.emergency")
                                            .inWide(),
                                    Column.of("Blocked", "string", ".status.conditions[?(@.type==\"Blocked\")].message")
                                            .inWide()),
                            STATUS,
                            false))
            .withoutNamespace();

    private RotationKind() {}
}
