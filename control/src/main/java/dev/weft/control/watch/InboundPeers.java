package dev.weft.control.watch;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.Traffic;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.policy.decide.CompiledPolicies;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Outcome;
import dev.weft.policy.decide.Peer;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.PolicySet;
import dev.weft.policy.wire.PolicyWire;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The peers that have called a workload over mutual TLS, as its proxy reports them, and those that its policies refuse
 * now. Judged again only when the workload's configuration changes or the proxy has reported. Belongs to one stream.
 */
final class InboundPeers {

    /** Most peers of one proxy. A further one replaces the peer whose last connection ended first, if one has ended. */
    static final int MAX_PEERS = 256;

    /** Most refused peers that are listed. */
    static final int MAX_NAMED = 10;

    /** Connections that ended longer ago than this do not count. */
    static final Duration RECENT = Duration.ofHours(1);

    private static final int MAX_TEXT = 2048;

    private record CalledPort(String peer, int port) {}

    /** The last report about a peer. */
    private record Admitted(boolean open, Instant last) {}

    /**
     * Policies compiled for decisions.
     *
     * @param version of the inbound resource that contains them
     * @param policies empty if they depend on the addresses of peers
     */
    private record Compiled(String version, Optional<CompiledPolicies> policies) {
        static Compiled of(ServedWorkload served) {
            PolicySet set = PolicyWire.fromProto(served.inbound().getInbound().getPolicies());
            TrustDomain own = served.identity().trustDomain();
            return new Compiled(
                    served.inbound().getVersion(),
                    dependsOnAddresses(set) ? Optional.empty() : Optional.of(CompiledPolicies.compile(own, set)));
        }
    }

    private final Map<CalledPort, Admitted> admitted =
            new TreeMap<>(Comparator.comparing(CalledPort::peer).thenComparingInt(CalledPort::port));
    private @Nullable Compiled compiled;
    private @Nullable ServedWorkload judgedBy;
    private List<CutOffPeer> refused = List.of();

    void trafficReported(Traffic traffic) {
        for (Edge edge : traffic.getEdgesList()) {
            CalledPort key = new CalledPort(edge.getSpiffeId(), edge.getPort());
            if (edge.getDirection() == EdgeDirection.EDGE_DIRECTION_INBOUND
                    && edge.hasSpiffeId()
                    && edge.getAdmitted() > 0
                    && edge.getSpiffeId().length() <= MAX_TEXT
                    && (admitted.containsKey(key) || hasRoom())) {
                admitted.put(key, new Admitted(edge.getOpen() > 0, Instant.ofEpochSecond(edge.getLast())));
                judgedBy = null;
            }
        }
    }

    private boolean hasRoom() {
        if (admitted.size() < MAX_PEERS) {
            return true;
        }
        Optional<CalledPort> oldest = admitted.entrySet().stream()
                .filter(each -> !each.getValue().open())
                .min(Comparator.comparing(each -> each.getValue().last()))
                .map(Map.Entry::getKey);
        oldest.ifPresent(admitted::remove);
        return oldest.isPresent();
    }

    /** Returns the peers that the workload's policies refuse now. */
    @SuppressWarnings("ReferenceEquality") // another object may have another content
    List<CutOffPeer> refusedBy(Optional<ServedWorkload> served, Instant now) {
        if (served.isEmpty() || admitted.isEmpty()) {
            return List.of();
        }
        if (judgedBy != served.get()) {
            judgedBy = served.get();
            refused = judge(served.get(), now);
        }
        return refused;
    }

    private List<CutOffPeer> judge(ServedWorkload served, Instant now) {
        Compiled known = compiled;
        if (known == null || !known.version().equals(served.inbound().getVersion())) {
            known = Compiled.of(served);
            compiled = known;
        }
        if (known.policies().isEmpty()) {
            return List.of(); // the addresses of peers with a proven identity are not reported
        }
        CompiledPolicies policies = known.policies().get();
        List<CutOffPeer> found = new ArrayList<>();
        for (Map.Entry<CalledPort, Admitted> each : admitted.entrySet()) {
            Admitted seen = each.getValue();
            boolean counts = seen.open() || seen.last().isAfter(now.minus(RECENT));
            if (counts && found.size() < MAX_NAMED) {
                refusing(each.getKey(), policies).ifPresent(found::add);
            }
        }
        return List.copyOf(found);
    }

    private static Optional<CutOffPeer> refusing(CalledPort called, CompiledPolicies policies) {
        SpiffeId identity;
        try {
            identity = SpiffeId.parse(called.peer());
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // no peer can have proven such an identity
        }
        Decision decision = policies.decide(new Peer(identity, InetAddress.getLoopbackAddress()), called.port());
        return decision.outcome() == Outcome.DENY && !decision.policy().equals(Decision.BY_DEFAULT)
                ? Optional.of(new CutOffPeer(called.peer(), called.port(), decision.policy()))
                : Optional.empty();
    }

    private static boolean dependsOnAddresses(PolicySet set) {
        return set.policies().stream()
                .flatMap(policy -> policy.from().stream())
                .flatMap(source -> source.all().stream())
                .anyMatch(Condition.FromAddress.class::isInstance);
    }
}
