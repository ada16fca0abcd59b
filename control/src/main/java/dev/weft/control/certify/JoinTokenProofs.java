package dev.weft.control.certify;

import dev.weft.control.token.Consumption;
import dev.weft.control.token.JoinToken;
import java.util.Optional;

/** What a join token is worth as a proof: looked at first, and used up last. Safe for use by several threads. */
final class JoinTokenProofs {

    private final Accounts accounts;
    private final BadTokens bad;

    JoinTokenProofs(Accounts accounts, BadTokens bad) {
        this.accounts = accounts;
        this.bad = bad;
    }

    /** Why the token will get nothing, found out before any work is done; nothing if it may. */
    Optional<Outcome> objection(String token, String peer) {
        return accounts.tokens().look(token) instanceof Consumption.Refused(String reason)
                ? Optional.of(bad.refuse(peer, Refusal.BAD_TOKEN, reason))
                : Optional.empty();
    }

    /**
     * Uses the token up. A workload that is gone, or has another identity by now, is refused before: that may be mended.
     *
     * @param peer address of who shows it
     */
    Claim claim(String value, String peer) {
        if (accounts.tokens().look(value) instanceof Consumption.Accepted(JoinToken token)
                && token.grant().isPresent()) {
            Optional<String> workload = token.grant().get().workload();
            if (!accounts.residents().has(token.identity(), workload)) {
                return new Claim.Refused(Outcome.refuse(Refusal.NO_WORKLOAD, noWorkload(token, workload)));
            }
        }
        return switch (accounts.tokens().consume(value)) {
            case Consumption.Refused(String reason) -> new Claim.Refused(Outcome.refuse(Refusal.BAD_TOKEN, reason));
            case Consumption.Accepted(JoinToken token) ->
                new Claim.Accepted(token.identity(), leaf -> {
                    if (token.grant().isPresent()) {
                        accounts.machines().joined(token, leaf, peer);
                    }
                    return Optional.empty();
                });
        };
    }

    private static String noWorkload(JoinToken token, Optional<String> workload) {
        return "the mesh has no meshed workload "
                + workload.map(name -> name + " ").orElse("") + "of the identity " + token.identity()
                + " any more, for which the token was made; the token is as it was";
    }
}
