package dev.weft.cli.command.trust;

import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A rotation for programs: the output of {@code weft trust rotate -o json}, and part of
 * {@code weft trust show -o json}.
 *
 * @param kind {@code anchor} or {@code issuer}
 * @param step the present step, for example {@code reissue}
 * @param plan its steps in their order
 * @param done number of workloads that have done the step
 * @param total number of workloads that must do it
 * @param waitingFor those that have not, each with the reason
 * @param obstacle why it cannot continue although no sidecar is waited for
 * @param goesOnAt when the step is over at the latest, although it waits for others; null if it waits without a limit
 * @param closedTunnels sidecars that closed tunnels because the former authority was removed, each with the tunnels'
 *     number and peers
 * @param newAnchorKeySha256 hexadecimal; null if only the issuer changes
 */
record RotationDocument(
        String id,
        String kind,
        boolean emergency,
        String step,
        List<String> plan,
        int done,
        int total,
        Map<String, String> waitingFor,
        List<String> forcedWithout,
        @Nullable String obstacle,
        boolean canRollBack,
        boolean finished,
        Instant startedAt,
        Instant stepSince,
        @Nullable Instant finishedAt,
        List<String> oldAnchorKeysSha256,
        @Nullable String newAnchorKeySha256,
        String oldIssuerKeySha256,
        String newIssuerKeySha256,
        @Nullable Instant goesOnAt,
        Map<String, String> closedTunnels) {

    static RotationDocument of(RotationStatus status) {
        Map<String, String> waitingFor = new TreeMap<>();
        status.getWaitingForList().forEach(each -> waitingFor.put(each.getWorkload(), each.getReason()));
        Map<String, String> closed = new TreeMap<>();
        status.getClosedTunnelsList().forEach(each -> closed.put(each.getWorkload(), each.getReason()));
        return new RotationDocument(
                status.getId(),
                status.getKind() == RotationKind.ROTATION_KIND_ISSUER ? "issuer" : "anchor",
                status.getEmergency(),
                word(status.getStep()),
                status.getPlanList().stream().map(RotationDocument::word).toList(),
                status.getDone(),
                status.getTotal(),
                waitingFor,
                status.getForcedWithoutList(),
                status.getObstacle().isEmpty() ? null : status.getObstacle(),
                status.getCanRollBack(),
                status.getFinished(),
                Instant.ofEpochSecond(status.getStartedAt()),
                Instant.ofEpochSecond(status.getStepSince()),
                status.getFinishedAt() == 0 ? null : Instant.ofEpochSecond(status.getFinishedAt()),
                List.copyOf(status.getOldAnchorSpkiSha256List()),
                status.getNewAnchorSpkiSha256().isEmpty() ? null : status.getNewAnchorSpkiSha256(),
                status.getOldIssuerSpkiSha256(),
                status.getNewIssuerSpkiSha256(),
                status.getGoesOnAt() == 0 ? null : Instant.ofEpochSecond(status.getGoesOnAt()),
                closed);
    }

    /** Returns the word for a step in documents, for example {@code reissue-old}. */
    static String word(RotationStep step) {
        return step.name()
                .substring("ROTATION_STEP_".length())
                .toLowerCase(Locale.ROOT)
                .replace('_', '-');
    }
}
