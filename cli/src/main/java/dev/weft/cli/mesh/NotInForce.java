package dev.weft.cli.mesh;

import dev.weft.api.v1.ListRevocationsResponse;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.cli.failure.CommandFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the control plane got but does not put into force, because it would cut the mesh off or cannot be used; and
 * which certificates the mesh refuses.
 *
 * @param refusals objects of the mesh file that are refused, as {@code file:line: reason}
 * @param issuerProblem why the present files of the issuer are not in use
 * @param unavailableReason why this is not known, or only in part; empty if it is known
 */
public record NotInForce(
        List<String> refusals,
        Optional<String> issuerProblem,
        RevokedLeaves revoked,
        Optional<String> unavailableReason) {

    /** Everything is in force, and nothing is revoked. */
    public static final NotInForce NOTHING = new NotInForce(List.of(), Optional.empty());

    public NotInForce {
        refusals = List.copyOf(refusals);
    }

    /** Creates a value without revoked certificates. */
    public NotInForce(List<String> refusals, Optional<String> issuerProblem) {
        this(refusals, issuerProblem, RevokedLeaves.NONE, Optional.empty());
    }

    /** Asks the control plane; each question may take {@link Operator#PATIENCE}. */
    public static NotInForce of(Operator operator) {
        ShowTrustResponse trust;
        try {
            trust = operator.trust(Operator.PATIENCE);
        } catch (CommandFailure failure) {
            return new NotInForce(List.of(), Optional.empty(), RevokedLeaves.NONE, Optional.of(why(failure)));
        }
        List<String> refusals = trust.getRegistryRefusalsList();
        Optional<String> problem = Optional.of(trust.getIssuerProblem()).filter(each -> !each.isEmpty());
        try {
            ListRevocationsResponse revocations = operator.revocations(Operator.PATIENCE);
            return new NotInForce(refusals, problem, RevokedLeaves.of(revocations, trust), Optional.empty());
        } catch (CommandFailure failure) {
            return new NotInForce(refusals, problem, RevokedLeaves.NONE, Optional.of(why(failure)));
        }
    }

    private static String why(CommandFailure failure) {
        return failure.what() + " (" + failure.code() + ")";
    }

    /** Describes a control plane whose state directory was deleted, with the socket in it: it cannot be asked. */
    public static NotInForce stateGone(Path directory) {
        return new NotInForce(
                List.of("WEFT-C096: the control plane's state directory " + directory
                        + " was deleted: put it back from a copy before the control plane starts again"),
                Optional.empty());
    }

    /** Whether all that the control plane was given is in force, as far as it is known. */
    public boolean nothingRefused() {
        return refusals.isEmpty() && issuerProblem.isEmpty();
    }
}
