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
 * The policies of one workload, compiled for decisions. Immutable.
 *
 * <p>A matching Deny policy refuses. Otherwise, if any Allow policy selects the port, one of them must match. Otherwise
 * the default decision holds. Audit policies are recorded and change nothing. A policy that cannot be understood
 * refuses on its ports, before all other policies.
 *
 * <p>For a connection, a policy about requests matches if its source matches the peer. Where such a policy could change
 * the decision, the connection's outcome is {@link Outcome#PER_REQUEST}, and {@link #requestRules} decides on each
 * request.
 */
public final class CompiledPolicies {

    /** Length after which a list of policy names in a reason is cut, in characters. */
    private static final int MAX_NAMES = 512;

    private final PolicySet set;
    private final SourceMatcher matcher;
    private final List<AuthorizationPolicy> denies;
    private final List<AuthorizationPolicy> allows;
    private final List<AuthorizationPolicy> audits;
    private final RequestPolicies aboutRequests;

    private CompiledPolicies(TrustDomain own, PolicySet set) {
        this.set = set;
        this.matcher = new SourceMatcher(own);
        this.denies = aboutConnections(set, Action.DENY);
        this.allows = aboutConnections(set, Action.ALLOW);
        this.audits = aboutConnections(set, Action.AUDIT);
        this.aboutRequests = new RequestPolicies(set.policies(), matcher);
    }

    /** Compiles the policies of a workload of the given trust domain. */
    public static CompiledPolicies compile(TrustDomain own, PolicySet set) {
        return new CompiledPolicies(own, set);
    }

    private static List<AuthorizationPolicy> aboutConnections(PolicySet set, Action action) {
        return set.policies().stream()
                .filter(policy -> policy.action() == action && !policy.aboutRequests())
                .toList();
    }

    /** The policies that were compiled. */
    public PolicySet set() {
        return set;
    }

    /** Decides on a connection from a peer to a port of the workload. */
    public Decision decide(Peer peer, int port) {
        List<String> audited = audited(peer, port);
        Decision refused = refused(peer, port, audited);
        if (refused != null) {
            return refused;
        }
        Decision otherwise = defaultDecision(peer, port, audited);
        RequestGroups judging = aboutRequests.matching(otherwise.allowed() ? Action.DENY : Action.ALLOW, peer, port);
        return judging.isEmpty() ? otherwise : perRequest(judging.leader().policy(), peer, port, audited);
    }

    /**
     * Returns the rules that decide on each request of a peer to a port. Not null exactly if the connection's outcome
     * is {@link Outcome#PER_REQUEST}, or if the connection is admitted and Audit policies record its requests.
     */
    public @Nullable RequestRules requestRules(Peer peer, int port) {
        if (aboutRequests.isEmpty() || refused(peer, port, List.of()) != null) {
            return null;
        }
        Decision otherwise = defaultDecision(peer, port, List.of());
        RequestGroups denies = aboutRequests.matching(Action.DENY, peer, port);
        RequestGroups audits = aboutRequests.matching(Action.AUDIT, peer, port);
        if (otherwise.allowed()) {
            return denies.isEmpty() && audits.isEmpty()
                    ? null
                    : new RequestRules(denies, RequestGroups.NONE, audits, peer, port, otherwise, () -> "");
        }
        RequestGroups allows = aboutRequests.matching(Action.ALLOW, peer, port);
        return allows.isEmpty()
                ? null
                : new RequestRules(denies, allows, audits, peer, port, null, () -> allowing(port));
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

    /** Returns the refusal of the whole connection; null if a request could still be admitted or no policy refuses. */
    private @Nullable Decision refused(Peer peer, int port, List<String> audited) {
        for (NotUnderstood policy : set.notUnderstood()) {
            if (policy.selectsPort(port)) {
                String reason = "policy " + policy.policy() + " cannot be understood, so port " + port + " is closed: "
                        + policy.reason();
                return new Decision(Outcome.DENY, Code.NOT_UNDERSTOOD, policy.policy(), reason, audited);
            }
        }
        AuthorizationPolicy deny = firstMatch(denies, peer, port);
        return deny == null
                ? null
                : new Decision(
                        Outcome.DENY,
                        Code.DENIED,
                        deny.fullName(),
                        deny.fullName() + " denies " + peer.named() + " on port " + port,
                        audited);
    }

    private Decision defaultDecision(Peer peer, int port, List<String> audited) {
        AuthorizationPolicy allow = firstMatch(allows, peer, port);
        if (allow != null) {
            String reason = allow.fullName() + " allows " + peer.named() + " on port " + port;
            return new Decision(Outcome.ALLOW, Code.ALLOWED, allow.fullName(), reason, audited);
        }
        AuthorizationPolicy selecting = firstAllowing(port);
        if (selecting != null) {
            String reason = "port " + port + " is open only to callers that " + allowing(port) + " allows, not to "
                    + peer.named();
            return new Decision(Outcome.DENY, Code.NOT_ALLOWED, selecting.fullName(), reason, audited);
        }
        return byDefault(set.defaultDecision(), peer, port, audited);
    }

    /** Returns the decision where no Allow policy selects the port. */
    private static Decision byDefault(DefaultDecision defaultDecision, Peer peer, int port, List<String> audited) {
        return switch (defaultDecision) {
            case ANYONE -> admittedByDefault("the default admits anyone on port " + port, audited);
            case DENY ->
                refusedByDefault(
                        Code.DEFAULT_DENY,
                        "no Allow policy selects port " + port + " and the default is deny: an Allow policy must name "
                                + peer.named(),
                        audited);
            case AUTHENTICATED -> {
                if (peer.identity() != null) {
                    yield admittedByDefault("the default admits any authenticated peer on port " + port, audited);
                }
                yield refusedByDefault(
                        Code.UNAUTHENTICATED,
                        "the peer " + peer.address().getHostAddress() + " has no identity and the default on port "
                                + port
                                + " is authenticated: mesh the caller, or allow it by an Allow policy with cidr or anyone",
                        audited);
            }
        };
    }

    private static Decision admittedByDefault(String reason, List<String> audited) {
        return new Decision(Outcome.ALLOW, Code.DEFAULT_ALLOWED, Decision.BY_DEFAULT, reason, audited);
    }

    private static Decision refusedByDefault(Code code, String reason, List<String> audited) {
        return new Decision(Outcome.DENY, code, Decision.BY_DEFAULT, reason, audited);
    }

    private static Decision perRequest(AuthorizationPolicy policy, Peer peer, int port, List<String> audited) {
        String reason = "each request of " + peer.named() + " on port " + port + " is judged: " + policy.fullName()
                + " is about requests";
        return new Decision(Outcome.PER_REQUEST, Code.PER_REQUEST, policy.fullName(), reason, audited);
    }

    private @Nullable AuthorizationPolicy firstMatch(List<AuthorizationPolicy> policies, Peer peer, int port) {
        for (AuthorizationPolicy policy : policies) {
            if (policy.selectsPort(port) && matcher.anyMatches(policy.from(), peer)) {
                return policy;
            }
        }
        return null;
    }

    private @Nullable AuthorizationPolicy firstAllowing(int port) {
        for (AuthorizationPolicy policy : set.policies()) {
            if (policy.action() == Action.ALLOW && policy.selectsPort(port)) {
                return policy;
            }
        }
        return null;
    }

    private String allowing(int port) {
        StringBuilder names = new StringBuilder();
        int more = 0;
        for (AuthorizationPolicy policy : set.policies()) {
            if (policy.action() == Action.ALLOW && policy.selectsPort(port)) {
                if (names.length() < MAX_NAMES) {
                    names.append(names.isEmpty() ? "" : ", ").append(policy.fullName());
                } else {
                    more++;
                }
            }
        }
        return more == 0 ? names.toString() : names + " and " + more + " more";
    }
}
