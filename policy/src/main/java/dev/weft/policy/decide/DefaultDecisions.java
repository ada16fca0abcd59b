package dev.weft.policy.decide;

import dev.weft.policy.model.DefaultDecision;
import java.util.List;

/** Makes the default decision, where no Allow policy selects the port. */
final class DefaultDecisions {

    private DefaultDecisions() {}

    static Decision decide(DefaultDecision defaultDecision, Peer peer, int port, List<String> audited) {
        return switch (defaultDecision) {
            case ANYONE -> admitted("the default admits anyone on port " + port, audited);
            case DENY ->
                refused(
                        Code.DEFAULT_DENY,
                        "no Allow policy selects port " + port + " and the default is deny: an Allow policy must name "
                                + peer.named(),
                        audited);
            case AUTHENTICATED -> {
                if (peer.identity() != null) {
                    yield admitted("the default admits any authenticated peer on port " + port, audited);
                }
                yield refused(
                        Code.UNAUTHENTICATED,
                        "the peer " + peer.address().getHostAddress() + " has no identity and the default on port "
                                + port
                                + " is authenticated: mesh the caller, or allow it by an Allow policy with cidr or anyone",
                        audited);
            }
        };
    }

    private static Decision admitted(String reason, List<String> audited) {
        return new Decision(Outcome.ALLOW, Code.DEFAULT_ALLOWED, Decision.BY_DEFAULT, reason, audited);
    }

    private static Decision refused(Code code, String reason, List<String> audited) {
        return new Decision(Outcome.DENY, code, Decision.BY_DEFAULT, reason, audited);
    }
}
