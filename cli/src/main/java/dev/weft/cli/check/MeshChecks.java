package dev.weft.cli.check;

import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.cli.check.Observation.Reply;
import dev.weft.cli.screen.Human;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Checks the mesh as a whole. */
final class MeshChecks {

    /**
     * Clock difference that fails the check: certificates begin 30 s before they are issued, so a new one may seem not
     * to have begun.
     */
    static final Duration WORST_SKEW = Duration.ofSeconds(30);

    static final Duration DOUBTFUL_SKEW = Duration.ofSeconds(5);

    /** A rotation step that takes longer than this probably waits for a proxy or an operator. */
    static final Duration LONG_STEP = Duration.ofMinutes(2);

    private static final int MOST_NAMES = 20;
    /** The control plane's problems with its state directory. */
    private static final List<String> OF_STATE = List.of("WEFT-C096", "WEFT-C135");

    /** Workloads that do not fit into the control plane's answer. */
    private static final String LEFT_OUT = "WEFT-C136";

    private static final Verdict NOTHING = Verdict.ok("no workload is meshed");

    private MeshChecks() {}

    /** Judges the control plane's answer; unknown if it did not answer. */
    static Verdict known(Observation seen, Function<ShowTrustResponse, Verdict> judge) {
        if (seen.unmeshed()) {
            return NOTHING;
        }
        return seen.trust().answer().map(judge).orElseGet(() -> Verdict.unknown("the control plane does not answer"));
    }

    /** Judges another answer of the control plane; unknown if it, or the one about trust, is missing. */
    static <T> Verdict known(Observation seen, Reply<T> reply, Function<T, Verdict> judge) {
        return known(seen, _ -> reply.answer().map(judge).orElseGet(() -> Verdict.unknown(reply.silence())));
    }

    static Verdict controlPlane(Observation seen) {
        if (seen.unmeshed()) {
            return NOTHING;
        }
        Reply<ShowTrustResponse> trust = seen.trust();
        return trust.answer().isPresent()
                ? Verdict.ok("answers in " + trust.took().toMillis() + " ms, for trust domain "
                        + trust.answer().get().getTrustDomain())
                : Verdict.failed(
                        trust.silence(),
                        "see 'weft logs --control' and 'weft logs --events'; sidecars go on with what they have",
                        List.of());
    }

    static Verdict meshFile(Observation seen) {
        List<String> errors = Stream.concat(
                        seen.registryErrors().stream(),
                        seen.trust().answer().stream().flatMap(MeshChecks::errors))
                .distinct()
                .toList();
        List<String> ofState = errors.stream().filter(MeshChecks::isOfState).toList();
        if (!ofState.isEmpty()) {
            return Verdict.failed(
                    "the control plane cannot rely on its state directory",
                    "see the codes in docs/errors.md; what is in force stays in force",
                    errors);
        }
        if (!errors.isEmpty() && errors.stream().allMatch(error -> error.startsWith(LEFT_OUT))) {
            return Verdict.warning(
                    "no errors, but not all workloads are checked", "ask about single workloads", errors);
        }
        return errors.isEmpty()
                ? Verdict.ok("no errors")
                : wrong(errors, seen.mesh().inCluster());
    }

    private static Stream<String> errors(ShowTrustResponse trust) {
        return Stream.concat(trust.getRegistryRefusalsList().stream(), trust.getRegistryErrorsList().stream());
    }

    private static Verdict wrong(List<String> errors, boolean inCluster) {
        return Verdict.failed(
                Human.count(errors.size(), "error")
                        + (inCluster ? " at the leading replica of the control plane" : "")
                        + "; the last valid state stays in force",
                inCluster
                        ? "see the codes in docs/errors.md; correct the objects that are named"
                        : "correct the file; it is read again when it is saved",
                errors);
    }

    private static boolean isOfState(String error) {
        return OF_STATE.stream().anyMatch(error::startsWith);
    }

    static Verdict clocks(Observation seen) {
        Findings findings = new Findings();
        seen.trust()
                .answer()
                .ifPresent(trust -> skew(findings, seen.trust(), "the control plane", second(seen.trust(), trust)));
        int agreeing = 0;
        for (var sidecar : seen.sidecars()) {
            Optional<Instant> clock = sidecar.answer().flatMap(status -> Optional.ofNullable(status.now()));
            clock.ifPresent(now -> skew(findings, sidecar, sidecar.from(), now));
            agreeing += clock.isPresent() ? 1 : 0;
        }
        return findings.verdict(
                agreeing == 0
                        ? "the control plane agrees with this machine"
                        : "the control plane and " + Human.count(agreeing, "sidecar") + " agree with this machine",
                "clocks differ by more than " + DOUBTFUL_SKEW.toSeconds() + "s",
                "set them by NTP: certificates are valid from " + WORST_SKEW.toSeconds()
                        + "s before they are made, not earlier");
    }

    /**
     * Returns the control plane's time. It reports whole seconds; of that second, the moment nearest to the question is
     * taken.
     */
    private static Instant second(Reply<ShowTrustResponse> reply, ShowTrustResponse trust) {
        Instant second = Instant.ofEpochSecond(trust.getNow());
        boolean within = !reply.asked().isBefore(second) && reply.asked().isBefore(second.plusSeconds(1));
        return within ? reply.asked() : second;
    }

    private static void skew(Findings findings, Reply<?> reply, String who, Instant time) {
        Duration skew = reply.skew(time);
        String finding = who + " is " + Human.duration(skew) + (time.isBefore(reply.asked()) ? " behind" : " ahead");
        if (skew.compareTo(WORST_SKEW) >= 0) {
            findings.failed(finding);
        } else if (skew.compareTo(DOUBTFUL_SKEW) > 0) {
            findings.warning(finding);
        }
    }

    static Verdict rotation(Observation seen) {
        return known(seen, trust -> {
            if (!trust.hasRotation() || trust.getRotation().getFinished()) {
                return Verdict.ok("none runs");
            }
            return running(seen, trust.getRotation());
        });
    }

    private static Verdict running(Observation seen, RotationStatus rotation) {
        Duration since = Duration.between(Instant.ofEpochSecond(rotation.getStepSince()), seen.now());
        boolean slow = since.compareTo(LONG_STEP) > 0;
        String step = RotationSteps.words(rotation.getStep());
        String reason = "one runs: " + step + ", " + rotation.getDone() + " of " + rotation.getTotal() + ", since "
                + Human.duration(since);
        if (!rotation.getObstacle().isEmpty()) {
            return Verdict.warning(
                    reason, "remove the obstacle below; the step is tried again", List.of(rotation.getObstacle()));
        }
        if (!slow) {
            return Verdict.ok(reason);
        }
        if (rotation.getStep() == RotationStep.ROTATION_STEP_PREPARE) {
            return Verdict.warning(
                    "one was started and waits for its signed issuer, since " + Human.duration(since),
                    "give it the signed issuer, or roll it back",
                    List.of());
        }
        List<String> waited = rotation.getWaitingForList().stream()
                .limit(MOST_NAMES)
                .map(MeshChecks::awaited)
                .toList();
        return Verdict.warning(
                reason, "see why they are not done: " + seen.mesh().whySidecarFails(), waited);
    }

    private static String awaited(Awaited awaited) {
        return awaited.getWorkload() + ": " + awaited.getReason();
    }
}
