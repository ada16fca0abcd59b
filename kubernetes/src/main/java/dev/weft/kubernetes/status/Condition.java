package dev.weft.kubernetes.status;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A condition of an object's status, in the form that Kubernetes uses.
 *
 * @param status {@code True}, {@code False} or {@code Unknown}
 * @param reason one word
 */
record Condition(String type, String status, String reason, String message) {

    static final String UNKNOWN = "Unknown";

    static Condition of(String type, boolean holds, String reason, String message) {
        return new Condition(type, holds ? "True" : "False", reason, message);
    }

    /**
     * Returns the conditions as fields of the object's status. A condition whose status is the same as in the live
     * object keeps its {@code lastTransitionTime}.
     *
     * @param generation generation of the object that the conditions describe
     */
    static List<Map<String, Object>> fields(
            List<Condition> conditions, GenericKubernetesResource live, Optional<Long> generation, Instant now) {
        Object former = live.getAdditionalProperties().get("status") instanceof Map<?, ?> before
                ? before.get("conditions")
                : null;
        return fields(conditions, former, generation, now);
    }

    /** Same for conditions at another place in the object; {@code former} is the list there, or null. */
    static List<Map<String, Object>> fields(
            List<Condition> conditions, @Nullable Object former, Optional<Long> generation, Instant now) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Condition condition : conditions) {
            Map<String, Object> fields = new HashMap<>();
            fields.put("type", condition.type());
            fields.put("status", condition.status());
            fields.put("reason", condition.reason());
            fields.put("message", condition.message());
            fields.put("lastTransitionTime", condition.since(former, now));
            generation.ifPresent(number -> fields.put("observedGeneration", number));
            all.add(fields);
        }
        return all;
    }

    private String since(@Nullable Object formerConditions, Instant now) {
        if (formerConditions instanceof List<?> conditions) {
            for (Object each : conditions) {
                if (each instanceof Map<?, ?> former
                        && type.equals(former.get("type"))
                        && status.equals(former.get("status"))
                        && former.get("lastTransitionTime") instanceof String time) {
                    return time;
                }
            }
        }
        return now.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
