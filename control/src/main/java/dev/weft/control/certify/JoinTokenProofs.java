package dev.weft.control.certify;

import dev.weft.control.token.JoinToken;
import dev.weft.control.token.TokenCheck;
import dev.weft.identity.svid.Holder;
import dev.weft.identity.svid.MachineMark;
import dev.weft.identity.svid.WorkloadMark;
import java.util.Optional;
import java.util.function.Function;

/**
 * Judges join tokens as proofs of identity: checks a token first, and uses it up last. Safe for use by several threads.
 */
record JoinTokenProofs(CertificateRecords accounts, BadTokenLimiter bad) {

    /**
     * Continues with a token that may get a certificate, and refuses every other token before any work is done.
     *
     * @param peer address of the caller
     * @param next what to do with the token as it was found
     */
    Outcome withValidToken(String value, String peer, Function<JoinToken, Outcome> next) {
        return switch (accounts.tokens().check(value)) {
            case TokenCheck.Accepted(JoinToken seen) -> next.apply(seen);
            case TokenCheck.Refused(String reason) -> bad.refuse(peer, Refusal.BAD_TOKEN, reason);
        };
    }

    /**
     * Uses the token up. If its workload is gone, or has another identity now, the token is refused unused: this may be
     * corrected.
     *
     * @param seen the token as it was when checked
     * @param peer address of the caller
     */
    Claim claim(String value, JoinToken seen, String peer) {
        Optional<WorkloadMark> holder = seen.workload().map(WorkloadMark::of);
        if (seen.grant().isPresent() && !accounts.residents().has(seen.identity(), holder)) {
            return new Claim.Refused(Outcome.refuse(Refusal.NO_WORKLOAD, noWorkload(seen)));
        }
        return switch (accounts.tokens().consume(value)) {
            case TokenCheck.Refused(String reason) -> new Claim.Refused(Outcome.refuse(Refusal.BAD_TOKEN, reason));
            case TokenCheck.Accepted(JoinToken token) ->
                new Claim.Accepted(
                        token.identity(),
                        new Holder(holder, token.grant().map(_ -> new MachineMark(token.id()))),
                        Optional.empty(),
                        leaf -> {
                            if (token.grant().isPresent()) {
                                accounts.machines().joined(token, leaf, peer);
                            }
                            return Optional.empty();
                        },
                        () -> {});
        };
    }

    private static String noWorkload(JoinToken token) {
        return "the mesh has no meshed workload "
                + token.workload().map(name -> name + " ").orElse("") + "of the identity " + token.identity()
                + " any more, for which the token was made; the token is still unused";
    }
}
