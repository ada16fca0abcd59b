package dev.weft.cli.command.trust;

import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.BundleVersion;
import dev.weft.api.v1.ProxyInfo;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.cli.command.Interruption;
import dev.weft.cli.command.Session;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.NameLookup;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/** The common part of {@code weft trust rotate} and {@code weft issuer rotate}. */
record RotationCommand(Session session, RotateOptions options, RotationKind kind, Mesh mesh) {

    /**
     * Does what the options request.
     *
     * @param key a line for people about where the anchor's key is in the end
     * @return the exit code
     */
    int run(AnchorSource source, Function<RotationStatus, Optional<String>> key)
            throws IOException, InterruptedException {
        RotationGoal goal = options.rollBack
                ? new RotationGoal.RollBack()
                : options.resume || options.status
                        ? new RotationGoal.Join()
                        : new RotationGoal.Change(kind, options.emergency, source);
        ShowTrustResponse before = show(goal);
        if (options.status) {
            return status(before);
        }
        source.check(before);
        Set<String> without = without(before);
        confirm(before, without);
        Optional<RotationStatus> end = follow(goal, without);
        RotationOutcome outcome = new RotationOutcome(session, mesh.ref(), show(goal));
        if (end.isEmpty()) {
            return outcome.nothingToDo(options.output);
        }
        outcome.print(options.output, end.get(), key.apply(end.get()));
        boolean rolledBack = end.get().getStep() == RotationStep.ROTATION_STEP_ROLLED_BACK;
        if (rolledBack != options.rollBack) {
            throw RotationFailures.ended(mesh.ref(), rolledBack);
        }
        return ExitCode.OK;
    }

    private ShowTrustResponse show(RotationGoal goal) throws IOException {
        try (RotationProgress progress = progress()) {
            return run(goal, Set.of(), progress).trust();
        }
    }

    private Optional<RotationStatus> follow(RotationGoal goal, Set<String> without)
            throws IOException, InterruptedException {
        try (RotationProgress progress = progress()) {
            RotationRun run = run(goal, without, progress);
            try (Interruption interruption = Interruption.cleaningUp(() -> interrupted(run, progress))) {
                return interruption.guard(run::toTheEnd);
            }
        }
    }

    private RotationProgress progress() {
        return new RotationProgress(session, mesh.ref());
    }

    private RotationRun run(RotationGoal goal, Set<String> without, RotationProgress progress) {
        return new RotationRun(session, mesh, goal, without, progress, options.timeout);
    }

    private void interrupted(RotationRun run, RotationProgress progress) {
        progress.close();
        run.last().filter(last -> !last.getFinished()).ifPresent(last -> {
            String command = RotationFailures.command(mesh.ref(), last);
            session.screen().note("the rotation goes on without this command");
            session.screen()
                    .note("  " + command + " --resume   " + command + " --status"
                            + (last.getCanRollBack() ? "   " + command + " --roll-back" : ""));
        });
    }

    private int status(ShowTrustResponse trust) {
        if (!trust.hasRotation()) {
            throw RotationFailures.never(mesh.ref());
        }
        RotationStatus status = trust.getRotation();
        Screen screen = session.screen();
        options.output.format().print(screen, RotationDocument.of(status), () -> {
            new RotationText(screen, mesh.ref(), Integer.MAX_VALUE)
                    .lines(status, session.clock().instant(), "▸")
                    .forEach(screen::line);
            new RotationOutcome(session, mesh.ref(), trust).standing(status);
        });
        return ExitCode.OK;
    }

    private Set<String> without(ShowTrustResponse trust) {
        List<String> all = followers(trust);
        Set<String> names = new TreeSet<>();
        for (String given : options.forceWithout) {
            names.add(NameLookup.find("meshed workload", "mesh " + mesh.ref(), given, all, name -> name));
        }
        return names;
    }

    /** Returns the workloads, the other trust domains, and all else that the rotation waits for now. */
    static List<String> followers(ShowTrustResponse trust) {
        Stream<String> members = Stream.concat(
                trust.getProxiesList().stream().map(ProxyInfo::getWorkload),
                trust.getBundlesList().stream()
                        .map(BundleVersion::getTrustDomain)
                        .filter(domain -> !domain.equals(trust.getTrustDomain())));
        return Stream.concat(
                        members,
                        trust.getRotation().getWaitingForList().stream().map(Awaited::getWorkload))
                .distinct()
                .toList();
    }

    private void confirm(ShowTrustResponse trust, Set<String> without) {
        Screen screen = session.screen();
        Confirmation confirmation = options.confirmation;
        if (options.rollBack && RotationRun.running(trust)) {
            confirmation.require(
                    screen,
                    "Every sidecar goes back to the issuer that was in use before, and the new one is dropped.");
        }
        if (options.emergency
                && !(RotationRun.running(trust) && trust.getRotation().getEmergency())) {
            confirmation.require(
                    screen,
                    "The present " + (kind == RotationKind.ROTATION_KIND_ISSUER ? "issuer" : "anchor and issuer")
                            + " of mesh "
                            + screen.paint(Style.STRONG, mesh.ref().name())
                            + " will be revoked. New sessions of a sidecar fail",
                    "for about a second until it has renewed; connections that rest on the old keys at the end are"
                            + " closed.",
                    "Once the keys are tainted, the rotation cannot be rolled back.");
        }
        if (!without.isEmpty()) {
            confirmation.require(
                    screen,
                    "Not waited for: " + String.join(", ", without) + ".",
                    "Once the old keys are gone, peers refuse these sidecars until they have renewed.");
        }
    }
}
