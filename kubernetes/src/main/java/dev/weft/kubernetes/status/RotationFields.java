package dev.weft.kubernetes.status;

import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Converts a rotation to the fields of a {@code Rotation} object. */
final class RotationFields {

    /** Sidecars and trust domains that are listed by name; the others are only counted. */
    static final int MOST_NAMED = 10;

    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int ID_LENGTH = 8;
    private static final int MAX_TEXT = 1024;

    private RotationFields() {}

    /** Returns the name of the object. The order of the names is the order in which the rotations began. */
    static String name(RotationStatus rotation) {
        String id = rotation.getId();
        return MOMENT.format(Instant.ofEpochSecond(rotation.getStartedAt())) + "-"
                + authority(rotation).toLowerCase(Locale.ROOT) + "-"
                + id.substring(0, Math.min(ID_LENGTH, id.length()));
    }

    private static String authority(RotationStatus rotation) {
        return rotation.getKind() == RotationKind.ROTATION_KIND_ISSUER ? "Issuer" : "Anchor";
    }

    /** Returns the {@code spec}: what the operator asked for. */
    static Map<String, Object> spec(RotationStatus rotation) {
        Map<String, Object> spec = new HashMap<>();
        spec.put("authority", authority(rotation));
        spec.put("emergency", rotation.getEmergency());
        return spec;
    }

    /** Returns the {@code status}, without the conditions. */
    static Map<String, Object> status(RotationStatus rotation) {
        Map<String, Object> status = new HashMap<>();
        status.put("step", step(rotation.getStep()));
        status.put(
                "plan",
                rotation.getPlanList().stream().map(RotationFields::step).toList());
        status.put("stepSince", moment(rotation.getStepSince()));
        status.put("startedAt", moment(rotation.getStartedAt()));
        if (rotation.getFinishedAt() > 0) {
            status.put("finishedAt", moment(rotation.getFinishedAt()));
        }
        status.put("done", rotation.getDone());
        status.put("total", rotation.getTotal());
        status.put("progress", rotation.getFinished() ? "" : rotation.getDone() + "/" + rotation.getTotal());
        List<Map<String, Object>> waiting = new ArrayList<>();
        for (Awaited awaited :
                rotation.getWaitingForList().stream().limit(MOST_NAMED).toList()) {
            waiting.add(Map.of("name", awaited.getWorkload(), "reason", shortened(awaited.getReason())));
        }
        status.put("waitingFor", waiting);
        status.put("waitingCount", rotation.getTotal() - rotation.getDone());
        status.put(
                "withoutSidecars",
                rotation.getForcedWithoutList().stream().limit(MOST_NAMED).toList());
        status.put("canRollBack", rotation.getCanRollBack());
        status.put("formerIssuerKeySha256", rotation.getOldIssuerSpkiSha256());
        put(status, "issuerKeySha256", rotation.getNewIssuerSpkiSha256());
        put(status, "anchorKeySha256", rotation.getNewAnchorSpkiSha256());
        return status;
    }

    static List<Condition> conditions(RotationStatus rotation) {
        boolean undone = rotation.getStep() == RotationStep.ROTATION_STEP_ROLLED_BACK;
        String step = step(rotation.getStep());
        String message = rotation.getFinished()
                ? undone ? "it was rolled back" : "every sidecar has followed"
                : "at step " + step + ", " + rotation.getDone() + " of " + rotation.getTotal() + " have followed";
        String obstacle = shortened(rotation.getObstacle());
        return List.of(
                Condition.of("Complete", rotation.getFinished() && !undone, step, message),
                Condition.of("Finished", rotation.getFinished(), step, message),
                Condition.of(
                        "Blocked",
                        !obstacle.isEmpty(),
                        obstacle.isEmpty() ? "InProgress" : "Obstacle",
                        obstacle.isEmpty() ? "only the sidecars and trust domains in waitingFor delay it" : obstacle));
    }

    /** Returns the step in the form {@code ReissueOld}. */
    static String step(RotationStep step) {
        StringBuilder word = new StringBuilder();
        for (String part : step.name().substring("ROTATION_STEP_".length()).split("_", -1)) {
            word.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
        }
        return word.toString();
    }

    private static void put(Map<String, Object> status, String field, String value) {
        if (!value.isEmpty()) {
            status.put(field, value);
        }
    }

    private static String moment(long seconds) {
        return Instant.ofEpochSecond(seconds).toString();
    }

    private static String shortened(String text) {
        return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
    }
}
