package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.EgressDefault;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.Namespace;
import dev.weft.policy.model.DefaultDecision;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a namespace means to a mesh: its annotations. One that says nothing is permissive, so that a mesh can be adopted. One with
 * an annotation under {@code weft.dev/} that is unknown is closed in all that it does not say: what was meant is not known.
 */
final class NamespaceMapping {

    static final String DEFAULT_DECISION = "weft.dev/default-decision";
    /** The same annotation, as it is called where namespaces are in files. */
    static final String DEFAULT_POLICY = "weft.dev/default-policy";

    private static final Map<String, DefaultDecision> DECISIONS = Map.of(
            "authenticated", DefaultDecision.AUTHENTICATED,
            "deny", DefaultDecision.DENY,
            "anyone", DefaultDecision.ANYONE);

    static final String EGRESS = "weft.dev/egress";
    private static final Map<String, EgressDefault> EGRESS_DEFAULTS =
            Map.of("allow", EgressDefault.ALLOW, "deny", EgressDefault.DENY);

    /** All that a namespace may have. What containers reach is read where pods are injected. */
    private static final List<String> KNOWN =
            List.of(DEFAULT_DECISION, DEFAULT_POLICY, PodMapping.INBOUND, EGRESS, "weft.dev/workload-api");

    private NamespaceMapping() {}

    /**
     * A namespace as a mesh sees it.
     *
     * @param namespace what cannot be read of it is closed
     * @param problems what cannot be read; if there is something, an earlier state counts where there is one
     */
    record Mapped(Namespace namespace, List<String> problems) {
        Mapped {
            problems = List.copyOf(problems);
        }
    }

    static Mapped map(io.fabric8.kubernetes.api.model.Namespace object) {
        Annotations annotations = new Annotations(object.getMetadata().getAnnotations());
        boolean known = annotations.areAmong(KNOWN);
        Optional<DefaultDecision> decision = decision(annotations);
        Optional<InboundMode> inbound = annotations.word(PodMapping.INBOUND, PodMapping.INBOUND_MODES);
        Optional<EgressDefault> egress = annotations.word(EGRESS, EGRESS_DEFAULTS);
        return new Mapped(
                new Namespace(
                        object.getMetadata().getName(),
                        decision.orElse(known ? null : DefaultDecision.DENY),
                        inbound.orElse(
                                known && !annotations.has(PodMapping.INBOUND)
                                        ? InboundMode.PERMISSIVE
                                        : InboundMode.STRICT),
                        egress.orElse(known && !annotations.has(EGRESS) ? null : EgressDefault.DENY)),
                annotations.problems());
    }

    /** By either name; what cannot be read, or is said twice and differently, denies. Empty if nothing is said. */
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
