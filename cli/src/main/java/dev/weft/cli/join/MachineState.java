package dev.weft.cli.join;

import dev.weft.api.v1.RefusedCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The state of a machine's sidecar, from its status page.
 *
 * @param trouble what is wrong, in words; empty when all is well
 * @param refusals refusals by the control plane, and problems that only another join solves
 */
public record MachineState(boolean ready, String trouble, List<RefusedCall> refusals) {

    /** The code of a machine that has neither a certificate nor a token. */
    static final String NO_PROOF = "WEFT-D036";

    private static final Set<String> REVOKED = Set.of("WEFT-C038", "WEFT-C070");

    public MachineState {
        refusals = List.copyOf(refusals);
    }

    /** Returns the state of a sidecar that does not answer, or not yet. */
    static MachineState unknown(String trouble) {
        return new MachineState(false, trouble, List.of());
    }

    static MachineState of(JsonNode status) {
        List<String> reasons = new ArrayList<>();
        status.path("reasons").forEach(reason -> reasons.add(reason.asString()));
        List<RefusedCall> refusals = new ArrayList<>();
        status.path("refusals")
                .forEach(refusal -> refusals.add(RefusedCall.newBuilder()
                        .setCode(refusal.path("code").asString())
                        .setWhat(refusal.path("what").asString())
                        .setAdvice(refusal.path("advice").asString())
                        .setLasts(refusal.path("lasts").asBoolean())
                        .build()));
        return new MachineState(status.path("ready").asBoolean(), String.join("; ", reasons), refusals);
    }

    /**
     * Whether something is wrong, and not what was wrong before. A sidecar may be not ready yet although its last
     * reason is gone.
     */
    boolean saysOtherThan(String before) {
        return !trouble.isEmpty() && !trouble.equals(before);
    }

    /** Whether the mesh has revoked this machine. */
    public boolean isRevoked() {
        return refusals.stream().anyMatch(refusal -> REVOKED.contains(refusal.getCode()));
    }

    /** Whether the machine can no longer prove its identity. */
    public boolean hasNoProof() {
        return refusals.stream().anyMatch(refusal -> refusal.getCode().equals(NO_PROOF));
    }
}
