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
            .optional("emergency", "Whether the former keys are taken for compromised.", new Shape.Bool())
            .rule("self == oldSelf", "what was asked for cannot be changed");

    private static final Shape.Mapping STATUS = mapping()
            .optional("step", "The present step.", CommonFields.statusText(64))
            .optional("plan", "The steps in their order.", list(CommonFields.statusText(64), 16))
            .optional("startedAt", "When it began.", TextFormats.TIME)
            .optional("stepSince", "When the present step began.", TextFormats.TIME)
            .optional("finishedAt", "When it ended.", TextFormats.TIME)
            .with(CommonFields.count("done", "Those that have followed at this step."))
            .with(CommonFields.count("total", "All that the step waits for."))
            .optional("progress", "Both numbers with a slash between them.", CommonFields.statusText(32))
            .optional(
                    "waitingFor",
                    "The first of those that it waits for.",
                    list(
                            mapping()
                                    .required("name", "A workload or a trust domain.", CommonFields.statusText(320))
                                    .required("reason", "Why.", CommonFields.statusText(1024)),
                            10))
            .with(CommonFields.count("waitingCount", "How many it waits for."))
            .optional(
                    "withoutSidecars",
                    "The first of those that it goes on without.",
                    list(CommonFields.statusText(320), 10))
            .optional("canRollBack", "Whether it can be taken back.", new Shape.Bool())
            .optional("formerIssuerKeySha256", "The key of the issuer before.", CommonFields.statusText(64))
            .optional("issuerKeySha256", "The key of the next issuer.", CommonFields.statusText(64))
            .optional("anchorKeySha256", "The key of the next anchor.", CommonFields.statusText(64))
            .with(CommonFields.CONDITIONS);

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
