package dev.weft.cli.command.trust;

import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import dev.weft.cli.check.RotationSteps;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Describes a rotation for people: its steps, the progress of the present one, and what it waits for.
 *
 * @param named how many of the missing are named; the rest is counted
 */
record RotationText(Screen screen, MeshRef mesh, int named) {

    private static final int BAR = 20;
    /**
     * Most workloads for which leaving them behind is suggested; if more are missing, the cause is not a single frozen
     * one.
     */
    private static final int MOST_LEFT_BEHIND = 3;

    /** @param mark the sign before the present step */
    List<String> lines(RotationStatus rotation, Instant now, String mark) {
        List<String> lines = new ArrayList<>();
        lines.add(head(rotation));
        boolean past = true;
        for (RotationStep step : rotation.getPlanList()) {
            if (step == RotationStep.ROTATION_STEP_DONE || step == RotationStep.ROTATION_STEP_ROLLED_BACK) {
                continue;
            }
            String words = RotationSteps.words(rotation, step);
            if (step == rotation.getStep()) {
                past = false;
                lines.add("  " + screen.paint(Style.WARNING, mark) + " " + screen.paint(Style.STRONG, words)
                        + countdown(rotation, now)
                                .orElseGet(() ->
                                        progress(rotation) + "  " + since(rotation, now) + goesOn(rotation, now)));
                lines.addAll(waiting(rotation, now));
            } else {
                lines.add(
                        past
                                ? "  " + screen.paint(Style.GOOD, "✓") + " " + words
                                : screen.paint(Style.FAINT, "  · " + words));
            }
        }
        return lines;
    }

    private String head(RotationStatus rotation) {
        String what = rotation.getKind() == RotationKind.ROTATION_KIND_ISSUER ? "issuer" : "trust anchor";
        String emergency = rotation.getEmergency() ? screen.paint(Style.BAD, " (emergency)") : "";
        return "rotation of the " + what + " of mesh " + screen.paint(Style.NAME, mesh.name()) + emergency;
    }

    /** Returns what the rotation waits for, and any obstacle. */
    List<String> waiting(RotationStatus rotation, Instant now) {
        List<String> lines = new ArrayList<>();
        List<Awaited> waiting = rotation.getWaitingForList();
        int width = waiting.stream()
                .limit(named)
                .mapToInt(each -> each.getWorkload().length())
                .max()
                .orElse(0);
        waiting.stream()
                .limit(named)
                .forEach(each -> lines.add("      " + screen.paint(Style.NAME, each.getWorkload())
                        + " ".repeat(width - each.getWorkload().length()) + "  " + each.getReason()));
        long more = (long) rotation.getTotal() - rotation.getDone() - Math.min(named, waiting.size());
        if (more > 0) {
            lines.add("      and " + more + " more");
        }
        if (!rotation.getObstacle().isEmpty()) {
            lines.add("      " + rotation.getObstacle());
        }
        return lines;
    }

    /** Returns the options that leave the missing workloads behind, if there are few. */
    static Optional<String> without(RotationStatus rotation) {
        List<Awaited> waiting = rotation.getWaitingForList();
        return waiting.isEmpty() || waiting.size() > MOST_LEFT_BEHIND
                ? Optional.empty()
                : Optional.of(waiting.stream()
                        .map(each -> "--force-without " + each.getWorkload())
                        .collect(Collectors.joining(" ")));
    }

    /** Replaces a full bar: returns what is waited for although every sidecar has followed, and for how long. */
    private Optional<String> countdown(RotationStatus rotation, Instant now) {
        if (rotation.getObstacle().isEmpty()
                || rotation.getGoesOnAt() == 0
                || rotation.getDone() < rotation.getTotal()) {
            return Optional.empty();
        }
        Duration left = Duration.between(now, Instant.ofEpochSecond(rotation.getGoesOnAt()));
        return Optional.of("  " + screen.paint(Style.GOOD, counted(rotation)) + ", "
                + (left.isPositive() ? Human.duration(left.plusMillis(999)) + " more" : "any moment"));
    }

    private String progress(RotationStatus rotation) {
        if (rotation.getTotal() == 0) {
            return "";
        }
        int full = (int) ((long) BAR * rotation.getDone() / rotation.getTotal());
        return "  " + screen.paint(Style.GOOD, "█".repeat(full)) + screen.paint(Style.FAINT, "░".repeat(BAR - full))
                + "  " + counted(rotation);
    }

    /**
     * Counts who has followed. Linked trust domains count too; unlike a workload's name, theirs has no namespace. So do
     * ConfigMaps that do not have the anchors yet.
     */
    static String counted(RotationStatus rotation) {
        boolean domains = rotation.getWaitingForList().stream()
                .anyMatch(each -> !each.getWorkload().contains("/"));
        boolean maps = rotation.getWaitingForList().stream()
                .anyMatch(each -> each.getWorkload().startsWith("configmap/"));
        return rotation.getDone() + " of " + Human.count(rotation.getTotal(), "sidecar")
                + (domains ? " and linked trust domains" : "")
                + (maps ? " and ConfigMaps" : "");
    }

    /** Returns the time until the step is over at the latest, for the end of a line; empty if there is no limit. */
    static String goesOn(RotationStatus rotation, Instant now) {
        if (rotation.getGoesOnAt() == 0) {
            return "";
        }
        Duration left = Duration.between(now, Instant.ofEpochSecond(rotation.getGoesOnAt()));
        return left.isPositive() ? ", " + Human.duration(left) + " more at most" : "";
    }

    static String since(RotationStatus rotation, Instant now) {
        Duration passed = Duration.between(Instant.ofEpochSecond(rotation.getStepSince()), now);
        return Human.duration(passed.isNegative() ? Duration.ZERO : passed);
    }
}
