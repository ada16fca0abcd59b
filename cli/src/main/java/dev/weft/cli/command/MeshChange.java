package dev.weft.cli.command;

import dev.weft.api.v1.Spread;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Sends a change to meshes, one after another, and reports how far it has spread in each.
 *
 * @param notThere codes of refusals that only mean that this mesh is not concerned
 */
public record MeshChange(Session session, TargetMeshes meshes, Set<String> notThere) {

    /**
     * The answer of a mesh.
     *
     * @param what what was done there, for example {@code revoked identity-0123456789}
     * @param missing sidecars that have not acknowledged in time
     * @param cutOff sidecars whose own certificate is refused now
     * @param remark what went wrong although it was done; empty if nothing did
     * @param next how to undo it, and what to do next
     */
    public record Applied(
            String mesh,
            String what,
            List<String> acknowledged,
            List<Missing> missing,
            List<String> cutOff,
            String remark,
            List<String> next) {

        /** Converts the control plane's answer. */
        public static Applied of(MeshRef mesh, String what, Spread spread, String remark, String... next) {
            return new Applied(
                    mesh.name(),
                    what,
                    List.copyOf(spread.getAcknowledgedList()),
                    spread.getMissingList().stream().map(Missing::of).toList(),
                    List.copyOf(spread.getCutOffList()),
                    remark,
                    List.of(next));
        }
    }

    /** A sidecar that has not acknowledged, and why. */
    public record Missing(String workload, String reason) {
        private static Missing of(dev.weft.api.v1.Missing missing) {
            return new Missing(missing.getWorkload(), missing.getReason());
        }
    }

    /** A mesh in which the change failed. */
    public record Failed(String mesh, String code, String what, List<String> advice) {}

    /** The document of {@code -o json}. */
    public record Document(List<Applied> changed, List<Failed> failed, List<String> notConcerned) {}

    /**
     * Sends the change to each mesh.
     *
     * @param unconcerned meshes that it is not sent to
     * @return the exit code: 0 if every sidecar of every mesh has acknowledged
     * @throws CommandFailure the first refusal, if no mesh has made the change
     */
    public int apply(
            OutputOption output, List<Mesh> all, List<String> unconcerned, BiFunction<MeshRef, Operator, Applied> call)
            throws IOException {
        MeshAnswers<Applied> answers = MeshAnswers.each(all, (mesh, operator) -> List.of(call.apply(mesh, operator)));
        List<Failed> failed = new ArrayList<>();
        List<String> notConcerned = new ArrayList<>(unconcerned);
        for (MeshAnswers.Failure each : answers.failures()) {
            String name = each.mesh().name();
            CommandFailure failure = each.failure();
            if (notThere.contains(failure.code())) {
                notConcerned.add(name);
            } else {
                failed.add(new Failed(name, failure.code(), failure.what(), failure.advice()));
            }
        }
        Document document = new Document(answers.answers(), failed, notConcerned);
        output.print(session.screen(), document, () -> print(session.screen(), document));
        List<String> others = meshes.others(session, all);
        others.removeAll(unconcerned);
        if (!others.isEmpty()) {
            session.screen().note("  not changed: mesh " + String.join(", ", others) + " (--all changes every mesh)");
        }
        boolean done = failed.isEmpty()
                && answers.answers().stream().allMatch(each -> each.missing().isEmpty());
        return done ? ExitCode.OK : ExitCode.FAILED;
    }

    /** Returns how long a call may take; fails if the user gave too long a time (WEFT-L100). */
    public Duration deadline() {
        return meshes.deadline();
    }

    static void print(Screen screen, Document document) {
        for (Applied changed : document.changed()) {
            boolean all = changed.missing().isEmpty();
            String mark = all ? screen.paint(Style.GOOD, "✓") : screen.paint(Style.BAD, "✗");
            screen.text(mark + " mesh " + screen.paint(Style.NAME, changed.mesh()) + ": " + changed.what());
            screen.text("  " + Human.count(changed.acknowledged().size(), "sidecar") + " acknowledged"
                    + (changed.cutOff().isEmpty() ? "" : ", cut off: " + String.join(", ", changed.cutOff())));
            changed.missing()
                    .forEach(missing -> screen.text(
                            "  missing: " + screen.paint(Style.NAME, missing.workload()) + " " + missing.reason()));
            if (!changed.remark().isEmpty()) {
                screen.text("  " + screen.paint(Style.WARNING, "! ") + changed.remark());
            }
            changed.next().forEach(line -> screen.text("  " + line));
        }
        for (Failed failed : document.failed()) {
            screen.text(screen.paint(Style.BAD, "✗") + " mesh " + screen.paint(Style.NAME, failed.mesh()) + ": "
                    + failed.what() + " (" + failed.code() + ")");
            failed.advice().forEach(line -> screen.text("  " + line));
        }
        if (!document.notConcerned().isEmpty()) {
            screen.text("  not concerned: " + String.join(", ", document.notConcerned()));
        }
    }
}
