package dev.weft.policy.decide;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.DefaultDecision;
import dev.weft.policy.model.NotUnderstood;
import dev.weft.policy.model.PolicySet;
import dev.weft.policy.model.Source;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The policies of one workload, ready to decide. Immutable.
 *
 * <p>A matching Deny refuses; else, if any Allow selects the port, one must match; else the default holds. Audit policies are recorded and change nothing. A policy that cannot be
 * understood refuses on its ports, before all others.
 */
public final class CompiledPolicies {

    private final PolicySet set;
    private final Matcher matcher;
    private final List<AuthorizationPolicy> denies;
    private final List<AuthorizationPolicy> allows;
    private final List<AuthorizationPolicy> audits;

    private CompiledPolicies(TrustDomain own, PolicySet set) {
        this.set = set;
        this.matcher = new Matcher(own);
        this.denies = withAction(set, Action.DENY);
        this.allows = withAction(set, Action.ALLOW);
        this.audits = withAction(set, Action.AUDIT);
    }

    /** Compiles the policies of a workload of the given trust domain. */
    public static CompiledPolicies compile(TrustDomain own, PolicySet set) {
        return new CompiledPolicies(own, set);
    }

    private static List<AuthorizationPolicy> withAction(PolicySet set, Action action) {
        return set.policies().stream()
                .filter(policy -> policy.action() == action)
                .toList();
    }

    /** What was compiled. */
    public PolicySet set() {
        return set;
    }

    /** Decides on a connection of a peer to a port of the workload. */
    public Decision decide(Peer peer, int port) {
        List<String> audited = audited(peer, port);
        for (NotUnderstood policy : set.notUnderstood()) {
            if (policy.selectsPort(port)) {
                return new Decision(
                        Outcome.DENY, Code.NOT_UNDERSTOOD, policy.policy(), notUnderstood(policy, port), audited);
            }
        }
        AuthorizationPolicy deny = firstMatch(denies, peer, port);
        if (deny != null) {
            String reason = deny.fullName() + " denies " + peer.named() + " on port " + port;
            return new Decision(Outcome.DENY, Code.DENIED, deny.fullName(), reason, audited);
        }
        AuthorizationPolicy allow = firstMatch(allows, peer, port);
        if (allow != null) {
            String reason = allow.fullName() + " allows " + peer.named() + " on port " + port;
            return new Decision(Outcome.ALLOW, Code.ALLOWED, allow.fullName(), reason, audited);
        }
        for (AuthorizationPolicy policy : allows) {
            if (policy.selectsPort(port)) {
                return new Decision(Outcome.DENY, Code.NOT_ALLOWED, policy.fullName(), notAllowed(peer, port), audited);
            }
        }
        return byDefault(peer, port, audited);
    }

    /**
     * What decides on each request of a peer to a port. Not null exactly if the connection's outcome is {@link Outcome#PER_REQUEST}, or if the
     * connection is admitted and Audit policies record its requests.
     */
    public @Nullable RequestRules requestRules(Peer peer, int port) {
        return null;
    }

    /** Whether one source of a policy describes the peer. */
    public boolean matches(Source source, Peer peer) {
        return matcher.matches(source, peer);
    }

    private List<String> audited(Peer peer, int port) {
        if (audits.isEmpty()) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (AuthorizationPolicy policy : audits) {
            if (policy.selectsPort(port) && matcher.anyMatches(policy.from(), peer)) {
                names.add(policy.fullName());
            }
        }
        return names;
    }

    private @Nullable AuthorizationPolicy firstMatch(List<AuthorizationPolicy> policies, Peer peer, int port) {
        for (AuthorizationPolicy policy : policies) {
            if (policy.selectsPort(port) && matcher.anyMatches(policy.from(), peer)) {
                return policy;
            }
        }
        return null;
    }

    private Decision byDefault(Peer peer, int port, List<String> audited) {
        DefaultDecision defaultDecision = set.defaultDecision();
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

    private static String notUnderstood(NotUnderstood policy, int port) {
        return "policy " + policy.policy() + " cannot be understood, so port " + port + " is closed: "
                + policy.reason();
    }

    private String notAllowed(Peer peer, int port) {
        StringBuilder names = new StringBuilder();
        for (AuthorizationPolicy policy : allows) {
            if (policy.selectsPort(port)) {
                names.append(names.isEmpty() ? "" : ", ").append(policy.fullName());
            }
        }
        return "port " + port + " is open only to whom " + names + " allows, and that is not " + peer.named();
    }
}
