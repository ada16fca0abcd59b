package dev.weft.kubernetes.inject;

import dev.weft.mesh.kind.SidecarSetting;
import java.util.List;
import java.util.Map;

/**
 * Checks that the memory limit of a sidecar has room for what the sidecar may hold ({@code weft.dev/max-held}), where a
 * pod or a namespace sets both. An idle sidecar takes some 80 MiB, and 16 MiB are for the connections themselves. Where
 * the two do not come from the same object, the sidecar itself holds no more than it has room for.
 */
public final class HeldMemory {

    /** MiB of the memory limit that are not for held data. With the default limit, this leaves the default of 64. */
    public static final long BESIDE_MIB = 96;

    private static final SidecarSetting HELD = PodSettings.named("max-held");
    private static final SidecarSetting LIMIT = PodSettings.named("proxy-memory-limit");
    private static final String VARIABLE = "memoryLimit";
    private static final String BEFORE_LIMIT =
            " (expected: at least " + BESIDE_MIB + " MiB less than " + LIMIT.annotation() + ", which is ";
    private static final String CODE = "; WEFT-K025)";

    private static final Map<String, Long> UNITS =
            Map.of("Ki", 1L << 10, "Mi", 1L << 20, "Gi", 1L << 30, "k", 1_000L, "M", 1_000_000L, "G", 1_000_000_000L);

    private HeldMemory() {}

    /** Returns the variable with the memory limit that the object sets. */
    static Map<String, Object> variable() {
        return AdmissionPolicies.named(VARIABLE, Placeholders.valid("object", LIMIT, Cel.text(LIMIT.defaultText())));
    }

    /** Returns the check of an object that sets the two annotations. It needs the variable. */
    static Map<String, Object> validation() {
        String held = Cel.text(HELD.annotation());
        String changed = Cel.texts(List.of(HELD.annotation(), LIMIT.annotation()))
                + ".exists(key, key in variables.setAnnotations)";
        String tooMuch = Cel.text(LIMIT.annotation()) + " in variables.annotations && variables.annotations[?" + held
                + "].optMap(value, " + Annotation.ofPods(HELD.annotation()).matches("value")
                + " && quantity(variables." + VARIABLE + ").isLessThan(quantity(value + \"Mi\").add(quantity(\""
                + BESIDE_MIB + "Mi\")))).orValue(false)";
        return ValidatingPolicy.check(
                "!" + changed + " || !(" + tooMuch + ")",
                "annotation " + HELD.annotation() + " is too large (expected: at least " + BESIDE_MIB
                        + " MiB less than " + LIMIT.annotation() + CODE,
                Cel.text("annotation " + HELD.annotation() + ": ") + " + variables.annotations[" + held + "] + "
                        + Cel.text(BEFORE_LIMIT) + " + variables." + VARIABLE + " + " + Cel.text(CODE));
    }

    /**
     * Checks the annotations of a pod, with the same message as the policy.
     *
     * @throws InvalidPodException if the pod sets more than the memory limit that it also sets has room for
     */
    static void check(PodFacts pod) throws InvalidPodException {
        String held = pod.annotation(HELD.annotation(), "");
        String limit = pod.annotation(LIMIT.annotation(), "");
        if (!held.isEmpty() && !limit.isEmpty() && bytes(limit) < (Long.parseLong(held) + BESIDE_MIB) << 20) {
            throw new InvalidPodException(
                    "annotation " + HELD.annotation() + ": " + held + BEFORE_LIMIT + limit + CODE);
        }
    }

    private static long bytes(String amount) {
        String unit = amount.replaceAll("[0-9]", "");
        long number = Long.parseLong(amount.substring(0, amount.length() - unit.length()));
        return number * UNITS.getOrDefault(unit, 1L);
    }
}
