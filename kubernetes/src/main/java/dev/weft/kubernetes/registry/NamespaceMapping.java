package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.EgressDefault;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.Namespace;
import dev.weft.policy.model.DefaultDecision;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a namespace means to a mesh: its annotations. One that says nothing is permissive, so that a mesh can be adopted. */
final class NamespaceMapping {

    static final String DEFAULT_DECISION = "weft.dev/default-decision";
    /** The same, as it is called where namespaces are in files. */
    private static final Map<String, DefaultDecision> DECISIONS = Map.of(
            "authenticated", DefaultDecision.AUTHENTICATED,
            "deny", DefaultDecision.DENY,
            "anyone", DefaultDecision.ANYONE);

    static final String EGRESS = "weft.dev/egress";
    private static final Map<String, EgressDefault> EGRESS_DEFAULTS =
            Map.of("allow", EgressDefault.ALLOW, "deny", EgressDefault.DENY);

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
        Optional<DefaultDecision> decision = annotations.word(DEFAULT_DECISION, DECISIONS);
        Optional<InboundMode> inbound = annotations.word(PodMapping.INBOUND, PodMapping.INBOUND_MODES);
        Optional<EgressDefault> egress = annotations.word(EGRESS, EGRESS_DEFAULTS);
        return new Mapped(
                new Namespace(
                        object.getMetadata().getName(),
                        decision.orElse(annotations.has(DEFAULT_DECISION) ? DefaultDecision.DENY : null),
                        inbound.orElse(
                                annotations.has(PodMapping.INBOUND) ? InboundMode.STRICT : InboundMode.PERMISSIVE),
                        egress.orElse(annotations.has(EGRESS) ? EgressDefault.DENY : null)),
                annotations.problems());
    }
}
