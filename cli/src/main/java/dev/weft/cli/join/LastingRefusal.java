package dev.weft.cli.join;

import dev.weft.api.v1.RefusedCall;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.keys.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Recognizes failures to join that waiting does not repair.
 *
 * @param state the directory where a former run has kept its certificate
 */
record LastingRefusal(JoinFile join, Optional<Path> state) {

    /** The token is unknown, or has been used. */
    private static final String BAD_TOKEN = "WEFT-C002";

    /** The server that answers is not the expected control plane. */
    private static final String STRANGER = "WEFT-D035";

    private static final String NEW_TOKEN =
            "where the mesh is: 'weft token create --workload %s --out join.yaml', then here 'weft proxy join"
                    + " join.yaml'";

    Optional<CommandFailure> in(List<RefusedCall> refusals) {
        return refusals.stream().filter(RefusedCall::getLasts).findFirst().map(this::failure);
    }

    private CommandFailure failure(RefusedCall refusal) {
        return switch (refusal.getCode()) {
            case STRANGER ->
                CommandFailure.failed(
                        "WEFT-J008",
                        "the server at " + join.spec().controlPlane() + " is not the control plane of this join file: "
                                + refusal.getWhat(),
                        "nothing secret was sent; if the mesh or its trust anchor is a new one: "
                                + NEW_TOKEN.formatted(join.workload()));
            case MachineState.NO_PROOF -> refused("it has no valid certificate and no token", used());
            case BAD_TOKEN -> refused(refusal.getCode() + ": " + refusal.getWhat(), used());
            default -> refused(refusal.getCode() + ": " + refusal.getWhat(), List.of());
        };
    }

    private CommandFailure refused(String why, List<String> advice) {
        List<String> all = new ArrayList<>(advice);
        all.add(NEW_TOKEN.formatted(join.workload()));
        return CommandFailure.failed(
                "WEFT-J003",
                "the control plane at " + join.spec().controlPlane() + " refuses this machine: " + why,
                all.toArray(String[]::new));
    }

    private List<String> used() {
        List<String> advice = new ArrayList<>(List.of("a token can be used once, and until it ends"));
        state.flatMap(LastingRefusal::keptUntil)
                .filter(end -> end.isBefore(Instant.now()))
                .ifPresent(end -> advice.add("the certificate kept in " + state.orElseThrow() + " ended at " + end
                        + ": a machine whose certificate has ended must join again"));
        return advice;
    }

    /** Returns when the certificate expires that a former run has kept here. */
    private static Optional<Instant> keptUntil(Path state) {
        try {
            String text = Files.readString(state.resolve("svid.pem"), StandardCharsets.US_ASCII);
            int chain = Math.max(text.indexOf("-----BEGIN CERTIFICATE-----"), 0);
            return Optional.of(Pem.decodeCertificates(text.substring(chain))
                    .getFirst()
                    .getNotAfter()
                    .toInstant());
        } catch (IOException | InvalidEncodingException _) {
            // Nothing is known about its end; the sidecar itself reports what is wrong with an existing file.
            return Optional.empty();
        }
    }
}
