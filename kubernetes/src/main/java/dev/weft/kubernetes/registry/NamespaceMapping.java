package dev.weft.kubernetes.registry;

import dev.weft.kubernetes.inject.PodSettings;
import dev.weft.kubernetes.inject.UnknownLabels;
import dev.weft.mesh.kind.SidecarSetting;
import dev.weft.mesh.model.EgressDefault;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.Namespace;
import dev.weft.policy.model.DefaultDecision;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads the annotations of a namespace. A namespace that does not say which callers its workloads accept has the
 * installation's value. If an annotation under {@code weft.dev/} is unknown, its meaning is unknown too: then all settings that
 * the namespace does not state are closed.
 */
public final class NamespaceMapping {

    static final String DEFAULT_DECISION = "weft.dev/default-decision";
    /** Second name of the same annotation, as registry files call the setting. */
    static final String DEFAULT_POLICY = "weft.dev/default-policy";

    private static final Map<String, DefaultDecision> DECISIONS = Map.of(
            "authenticated", DefaultDecision.AUTHENTICATED,
            "deny", DefaultDecision.DENY,
            "anyone", DefaultDecision.ANYONE);

    static final String EGRESS = "weft.dev/egress";
    private static final Map<String, EgressDefault> EGRESS_DEFAULTS =
            Map.of("allow", EgressDefault.ALLOW, "deny", EgressDefault.DENY);

    private static final String WORKLOAD_API = "weft.dev/workload-api";
    private static final Map<String, Boolean> ENABLED = Map.of("enabled", true, "disabled", false);

    /**
     * All annotations of a namespace. The annotation {@code weft.dev/workload-api} and the settings of sidecars are
     * used where pods are injected.
     */
    private static final List<String> KNOWN = Stream.concat(
                    Stream.of(DEFAULT_DECISION, DEFAULT_POLICY, PodMapping.INBOUND, EGRESS, WORKLOAD_API),
                    PodSettings.ALL.stream().map(SidecarSetting::annotation))
            .toList();

    private NamespaceMapping() {}

    /**
     * A namespace as the mesh sees it.
     *
     * @param namespace the settings; a setting that cannot be read is closed
     * @param sound whether all of these settings can be read; otherwise an earlier sound state counts if there is one
     * @param problems what cannot be read, also in labels and in the settings that are for new pods alone
     */
    record Mapped(Namespace namespace, boolean sound, List<String> problems) {
        Mapped {
            problems = List.copyOf(problems);
        }
    }

    /**
     * Returns what is wrong with the annotations of a namespace; empty if nothing is.
     *
     * @param name name of the namespace
     */
    public static List<String> problems(String name, Map<String, String> annotations) {
        return map(name, new Annotations(annotations), InboundMode.STRICT).problems();
    }

    /** @param otherwise the mode of a namespace that does not say it */
    static Mapped map(io.fabric8.kubernetes.api.model.Namespace object, InboundMode otherwise) {
        Mapped mapped = map(
                object.getMetadata().getName(),
                new Annotations(object.getMetadata().getAnnotations()),
                otherwise);
        List<String> ofLabels = UnknownLabels.problems(
                Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of()));
        return new Mapped(
                mapped.namespace(),
                mapped.sound(),
                Stream.concat(mapped.problems().stream(), ofLabels.stream()).toList());
    }

    private static Mapped map(String name, Annotations annotations, InboundMode otherwise) {
        boolean known = annotations.areAmong(KNOWN);
        Optional<DefaultDecision> decision = decision(annotations);
        Optional<InboundMode> inbound = annotations.word(PodMapping.INBOUND, PodMapping.INBOUND_MODES);
        Optional<EgressDefault> egress = annotations.word(EGRESS, EGRESS_DEFAULTS);
        boolean sound = annotations.problems().isEmpty();
        Optional<Boolean> _ = annotations.word(WORKLOAD_API, ENABLED);
        PodSettings.ALL.forEach(annotations::checkSetting);
        return new Mapped(
                new Namespace(
                        name,
                        decision.orElse(known ? null : DefaultDecision.DENY),
                        inbound.orElse(known && !annotations.has(PodMapping.INBOUND) ? otherwise : InboundMode.STRICT),
                        egress.orElse(known && !annotations.has(EGRESS) ? null : EgressDefault.DENY)),
                sound,
                annotations.problems());
    }

    /**
     * Reads the default decision under either name. A value that cannot be read denies, and so do two different values.
     * Empty if there is neither annotation.
     */
    private static Optional<DefaultDecision> decision(Annotations annotations) {
        Optional<DefaultDecision> decision = annotations.word(DEFAULT_DECISION, DECISIONS);
        Optional<DefaultDecision> policy = annotations.word(DEFAULT_POLICY, DECISIONS);
        if (annotations.has(DEFAULT_DECISION) && annotations.has(DEFAULT_POLICY)) {
            boolean same = decision.isPresent() && decision.equals(policy);
            if (!same) {
                annotations.differ(DEFAULT_DECISION, DEFAULT_POLICY);
            }
            return same ? decision : Optional.of(DefaultDecision.DENY);
        }
        return decision.or(() -> policy)
                .or(() -> annotations.has(DEFAULT_DECISION) || annotations.has(DEFAULT_POLICY)
                        ? Optional.of(DefaultDecision.DENY)
                        : Optional.empty());
    }
}
