package dev.weft.cli.mesh;

import dev.weft.api.v1.ShowTrustRequest;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.cli.failure.CommandFailure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What the control plane was given and does not put into force, as it would cut the mesh off or cannot be used.
 *
 * @param refusals objects of the mesh file, as {@code file:line: reason}
 * @param issuerProblem why the issuer's files as they are now are not in use
 */
public record NotInForce(List<String> refusals, Optional<String> issuerProblem) {

    /** Nothing, or nothing that is known of. */
    public static final NotInForce NOTHING = new NotInForce(List.of(), Optional.empty());

    private static final Duration LIMIT = Duration.ofMillis(1500);

    public NotInForce {
        refusals = List.copyOf(refusals);
    }

    /** Asks the control plane, for a short time only: {@link #NOTHING} when it does not answer. */
    public static NotInForce of(Operator operator) {
        try {
            ShowTrustResponse trust = operator.call(channel -> TrustOperatorGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .showTrust(ShowTrustRequest.getDefaultInstance()));
            return new NotInForce(
                    trust.getRegistryRefusalsList(),
                    Optional.of(trust.getIssuerProblem()).filter(problem -> !problem.isEmpty()));
        } catch (CommandFailure _) {
            return NOTHING;
        }
    }

    /** Whether there is any. */
    public boolean isEmpty() {
        return refusals.isEmpty() && issuerProblem.isEmpty();
    }
}
