package dev.weft.kubernetes.inject;

import dev.weft.mesh.kind.SidecarSetting;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An annotation or a label of the mesh.
 *
 * @param pattern that a value must match as a whole; it means the same in Java and RE2
 * @param expected description of valid values, for messages
 */
record Annotation(String key, String pattern, String expected) {

    /** The prefix of all annotations of the mesh. */
    static final String PREFIX = "weft.dev/";

    static final String INJECT = PREFIX + "inject";
    static final String INBOUND = PREFIX + "inbound";
    static final String SKIP_INBOUND_PORTS = PREFIX + "skip-inbound-ports";
    static final String SKIP_OUTBOUND_PORTS = PREFIX + "skip-outbound-ports";
    static final String UDP_PORTS = PREFIX + "udp-ports";
    static final String WORKLOAD_API = PREFIX + "workload-api";
    static final String DEFAULT_DECISION = PREFIX + "default-decision";

    /** Another name of {@link #DEFAULT_DECISION}. */
    static final String DEFAULT_POLICY = PREFIX + "default-policy";

    static final String EGRESS = PREFIX + "egress";

    /** The value that enables a feature. */
    static final String ENABLED = "enabled";

    private static final String PORT = "(" + SidecarSetting.PORT + ")";
    private static final String PORTS = PORT + "(, *" + PORT + "){0,63}";
    private static final String A_FEW_PORTS = "ports separated by commas, for example 3306,5432; at most 64";

    private static final String DECISIONS = "authenticated|deny|anyone";
    private static final String A_DECISION = "authenticated, deny, or anyone";

    private static final Annotation OF_INBOUND = new Annotation(INBOUND, "strict|permissive", "strict, or permissive");

    private static final String ON_OR_OFF = ENABLED + "|disabled";
    private static final String ENABLED_OR_DISABLED = "enabled, or disabled";
    private static final Annotation OF_WORKLOAD_API = new Annotation(WORKLOAD_API, ON_OR_OFF, ENABLED_OR_DISABLED);

    /** A label and annotation of pods, and a label of namespaces. */
    static final Annotation OF_INJECT = new Annotation(INJECT, ON_OR_OFF, ENABLED_OR_DISABLED);

    /** Annotations of pods. */
    static final List<Annotation> OF_PODS = Stream.concat(
                    Stream.of(
                            OF_INJECT,
                            OF_INBOUND,
                            new Annotation(SKIP_INBOUND_PORTS, PORTS, A_FEW_PORTS),
                            new Annotation(SKIP_OUTBOUND_PORTS, PORTS, A_FEW_PORTS),
                            new Annotation(UDP_PORTS, PORTS, A_FEW_PORTS),
                            OF_WORKLOAD_API),
                    settings())
            .toList();

    /** The annotations of namespaces. */
    static final List<Annotation> OF_NAMESPACES = Stream.concat(
                    Stream.of(
                            new Annotation(DEFAULT_DECISION, DECISIONS, A_DECISION),
                            new Annotation(DEFAULT_POLICY, DECISIONS, A_DECISION),
                            new Annotation(EGRESS, "allow|deny", "allow, or deny"),
                            OF_INBOUND,
                            OF_WORKLOAD_API),
                    settings())
            .toList();

    private static Stream<Annotation> settings() {
        return PodSettings.ALL.stream()
                .map(setting -> new Annotation(setting.annotation(), setting.pattern(), setting.expected()));
    }

    static Annotation ofPods(String key) {
        return OF_PODS.stream()
                .filter(known -> known.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Returns a CEL expression: whether the value of another expression is valid. The pattern comes first: from it the
     * API server knows that the value is a text, and not bytes, which have a size as well.
     */
    String matches(String expression) {
        return expression + ".matches(" + Cel.text("^(" + pattern + ")$") + ") && " + expression + ".size() <= "
                + SidecarSetting.MAX_LENGTH;
    }

    Optional<String> refusal(String value) {
        // Java's matcher can overflow the stack on a value without a limit.
        boolean tooLong = value.length() > SidecarSetting.MAX_LENGTH;
        return !tooLong && Pattern.matches(pattern, value)
                ? Optional.empty()
                : Optional.of(key + ": " + (tooLong ? "a value of " + value.length() + " characters" : value)
                        + " (expected: " + expected + ")");
    }

    /**
     * Checks labels and annotations of a pod, with the same messages as the policy that refuses them ({@link
     * ValidatingPolicy}).
     *
     * @throws InvalidPodException if one is unknown, or has an invalid value
     */
    static void check(PodFacts pod) throws InvalidPodException {
        Set<String> unknown = new TreeSet<>();
        for (String key : pod.annotations().keySet()) {
            if (key.startsWith(PREFIX)
                    && OF_PODS.stream().noneMatch(known -> known.key().equals(key))) {
                unknown.add(key);
            }
        }
        if (!unknown.isEmpty()) {
            throw new InvalidPodException("unknown annotation " + String.join(", ", unknown) + " (expected: "
                    + String.join(", ", OF_PODS.stream().map(Annotation::key).toList()) + ")");
        }
        List<String> labels = UnknownLabels.of(pod.labels());
        if (!labels.isEmpty()) {
            throw new InvalidPodException("unknown label " + String.join(", ", labels) + ValidatingPolicy.KNOWN_LABELS);
        }
        for (Annotation known : OF_PODS) {
            refuse("annotation ", known, Optional.ofNullable(pod.annotations().get(known.key())));
        }
        refuse("label ", OF_INJECT, Optional.ofNullable(pod.labels().get(INJECT)));
    }

    private static void refuse(String what, Annotation known, Optional<String> value) throws InvalidPodException {
        Optional<String> refusal = value.flatMap(known::refusal);
        if (refusal.isPresent()) {
            throw new InvalidPodException(what + refusal.get());
        }
    }
}
