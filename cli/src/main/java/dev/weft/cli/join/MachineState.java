package dev.weft.cli.join;

import dev.weft.api.v1.RefusedCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * How the sidecar of a machine is, as its status says.
 *
 * @param ready whether it takes traffic
 * @param trouble what is wrong, in words; empty when all is well
 * @param refusals what the control plane refuses it, and what it cannot do without another join
 */
public record MachineState(boolean ready, String trouble, List<RefusedCall> refusals) {

    /** The code of a machine that has neither a certificate nor a token. */
    static final String NO_PROOF = "WEFT-D036";

    private static final Set<String> REVOKED = Set.of("WEFT-C038", "WEFT-C070");

    public MachineState {
        refusals = List.copyOf(refusals);
    }

    /** Whose sidecar answers nothing, or nothing yet. */
    static MachineState unknown(String trouble) {
        return new MachineState(false, trouble, List.of());
    }

    /** As a sidecar's {@code /status} says. */
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

    /** Whether it is the mesh's decision that this machine is out. */
    public boolean isRevoked() {
        return refusals.stream().anyMatch(refusal -> REVOKED.contains(refusal.getCode()));
    }

    /** Whether it can prove its identity by nothing any more. */
    public boolean hasNoProof() {
        return refusals.stream().anyMatch(refusal -> refusal.getCode().equals(NO_PROOF));
    }
}
