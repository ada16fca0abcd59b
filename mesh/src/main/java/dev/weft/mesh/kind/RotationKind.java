package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Shape.list;
import static dev.weft.mesh.kind.Shape.mapping;

import dev.weft.mesh.kind.Kind.Column;
import java.util.List;

/** The kind Rotation, which only the control plane writes. */
final class RotationKind {

    private static final Shape.Mapping SPEC = mapping()
            .required(
                    "authority", "What is replaced. With the anchor goes the issuer.", Shape.words("Anchor", "Issuer"))
            .optional("emergency", "Whether the former keys are taken for compromised.", new Shape.Flag())
            .rule("self == oldSelf", "what was asked for cannot be changed");

    private static final Shape.Mapping STATUS = mapping()
            .optional("step", "The present step.", Parts.said(64))
            .optional("plan", "The steps in their order.", list(Parts.said(64), 16))
            .optional("startedAt", "When it began.", Forms.TIME)
            .optional("stepSince", "When the present step began.", Forms.TIME)
            .optional("finishedAt", "When it ended.", Forms.TIME)
            .with(Parts.count("done", "Those that have followed at this step."))
            .with(Parts.count("total", "All that the step waits for."))
            .optional("progress", "Both numbers with a slash between them.", Parts.said(32))
            .optional(
                    "waitingFor",
                    "The first of those that it waits for.",
                    list(
                            mapping()
                                    .required("name", "A workload or a trust domain.", Parts.said(320))
                                    .required("reason", "Why.", Parts.said(1024)),
                            10))
            .with(Parts.count("waitingCount", "How many it waits for."))
            .optional("withoutSidecars", "The first of those that it goes on without.", list(Parts.said(320), 10))
            .optional("canRollBack", "Whether it can be taken back.", new Shape.Flag())
            .optional("formerIssuerKeySha256", "The key of the issuer before.", Parts.said(64))
            .optional("issuerKeySha256", "The key of the next issuer.", Parts.said(64))
            .optional("anchorKeySha256", "The key of the next anchor.", Parts.said(64))
            .with(Parts.CONDITIONS);

    static final Kind KIND = Kind.own(
                    "Rotation",
                    "rotations",
                    "A rotation of the trust anchor or the issuer, as the control plane writes it. To make or change"
                            + " one rotates nothing; weft trust rotate does.",
                    SPEC,
                    new Kind.Definition(
                            "wrot",
                            List.of(
                                    Column.of("Authority", "string", ".spec.authority"),
                                    Column.of("Step", "string", ".status.step"),
                                    Column.of("Progress", "string", ".status.progress")
                                            .described("How many of how many have followed at this step."),
                                    Column.of("Waits for", "string", ".status.waitingFor[0].name")
                                            .described("The first that it waits for."),
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
