package dev.weft.control.certify;

import dev.weft.control.token.JoinToken;
import dev.weft.control.token.TokenCheck;
import dev.weft.identity.svid.Holder;
import dev.weft.identity.svid.MachineMark;
import dev.weft.identity.svid.WorkloadMark;
import java.util.Optional;

/**
 * Judges join tokens as proofs of identity: checks a token first, and uses it up last. Safe for use by several threads.
 */
record JoinTokenProofs(CertificateRecords accounts, BadTokenLimiter bad) {

    /**
     * Returns the token as it is found, if it may get a certificate; every other token is refused before any work is
     * done.
     *
     * @param peer address of the caller
     */
    JoinToken check(String value, String peer) throws NotIssuedException {
        return switch (accounts.tokens().check(value)) {
            case TokenCheck.Accepted(JoinToken seen) -> seen;
            case TokenCheck.Refused(String reason) -> throw bad.refusal(peer, Refusal.BAD_TOKEN, reason);
        };
    }

    /**
     * Uses the token up. If its workload is gone, or has another identity now, the token is refused unused: this may be
     * corrected.
     *
     * @param seen the token as it was when checked
     * @param peer address of the caller
     */
    Claim claim(String value, JoinToken seen, String peer) throws NotIssuedException {
        Optional<WorkloadMark> holder = seen.workload().map(WorkloadMark::of);
        if (seen.granted().isPresent() && !accounts.residents().has(seen.identity(), holder)) {
            throw new NotIssuedException(Refusal.NO_WORKLOAD, noWorkload(seen));
        }
        return switch (accounts.tokens().consume(value)) {
            case TokenCheck.Refused(String reason) -> throw new NotIssuedException(Refusal.BAD_TOKEN, reason);
            case TokenCheck.Accepted(JoinToken token) ->
                new Claim(
                        token.identity(),
                        new Holder(holder, token.granted().map(_ -> new MachineMark(token.id()))),
                        Optional.empty(),
                        leaf -> {
                            if (token.granted().isPresent()) {
                                accounts.machines().joined(token, leaf, peer);
                            }
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
