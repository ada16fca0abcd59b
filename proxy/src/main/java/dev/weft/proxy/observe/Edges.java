package dev.weft.proxy.observe;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.ByteString;
import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.daemon.text.Fingerprint;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.decide.Decision;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.RequestRecord;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Sums up whom the workload has called and who has called it, since the sidecar started: one edge for each peer,
 * direction and port. A peer that proved no identity is known by its address, without its port. Requests that the
 * sidecar has read, because it judges them or sends each to an endpoint of its own, are summed up by protocol. Probes
 * do not count. Safe for use by any thread.
 */
public final class Edges {

    /** Most edges that are kept; beyond that, the least recently used one is dropped. */
    public static final int MAX_EDGES = 256;

    /** Most dropped edges that are counted. */
    static final int MAX_FORGOTTEN = 4096;

    /** Most characters of a refusal's reason. */
    static final int MAX_REASON = 300;

    private static final String PROBE = "probe";

    @GuardedBy("this")
    private final Map<Key, Sums> edges = new HashMap<>();

    /** The fingerprints of edges that were dropped for others: one that comes and goes counts once. */
    @GuardedBy("this")
    private final Set<Long> forgotten = new HashSet<>();

    /** @param peer a {@link SpiffeId}, or the {@link InetAddress} of a peer without one */
    private record Key(Session.Direction direction, Object peer, int port) {

        long fingerprint() {
            return Fingerprint.of(direction + " " + port + " " + peer);
        }

        static Key of(Session session) {
            SpiffeId identity = session.peerIdentity();
            boolean inbound = session.direction() == Session.Direction.INBOUND;
            InetSocketAddress other = inbound ? session.source() : session.destination();
            return new Key(
                    session.direction(),
                    identity == null ? other.getAddress() : identity,
                    session.destination().getPort());
        }

        /** Returns the key for requests that this session of the workload's application sent to one endpoint. */
        static Key of(Session session, @Nullable SpiffeId endpoint) {
            InetSocketAddress called = session.destination();
            return new Key(
                    Session.Direction.OUTBOUND, endpoint == null ? called.getAddress() : endpoint, called.getPort());
        }
    }

    private static final class Sums {
        private long admitted;
        private long open;
        private long refused;
        private long broken;
        private long bytesIn;
        private long bytesOut;
        private Instant last = Instant.MIN;
        private String code = "";
        private String reason = "";
        /** The policy that the code is about; without a code, the policy that decided last. */
        private String policy = "";
        /** Whether the code is that of a connection that broke after it was admitted. */
        private boolean brokenOff;
        /** Tallies by protocol, as metrics name it: three at most. */
        private final Map<String, RequestTally> requests = new TreeMap<>();

        /** Adds a session that is open or has just ended. */
        private void add(Session session, Instant at) {
            admitted += session.wasAdmitted() ? 1 : 0;
            bytesIn += session.bytesIn();
            bytesOut += session.bytesOut();
            if (at.isAfter(last)) {
                last = at;
            }
            if (code.isEmpty() && !session.policy().isEmpty()) {
                policy = session.policy();
            }
        }

        /** Called when a connection was refused, or broke. A later break does not replace the reason of a refusal. */
        private void ended(Session session, Refusal refusal) {
            boolean broke = session.wasAdmitted();
            if (broke) {
                broken++;
            } else {
                refused++;
            }
            if (!broke || code.isEmpty() || brokenOff) {
                why(refusal.code(), refusal.reason(), refusal.isByPolicy() ? session.policy() : "");
                brokenOff = broke;
            }
        }

        private Sums copy() {
            Sums copy = new Sums();
            copy.admitted = admitted;
            copy.refused = refused;
            copy.broken = broken;
            copy.bytesIn = bytesIn;
            copy.bytesOut = bytesOut;
            copy.last = last;
            copy.code = code;
            copy.reason = reason;
            copy.policy = policy;
            requests.forEach((protocol, tally) -> copy.requests.put(protocol, tally.copy()));
            return copy;
        }

        private void why(String refusalCode, String refusalReason, String by) {
            brokenOff = false;
            policy = by;
            code = refusalCode;
            reason =
                    refusalReason.length() <= MAX_REASON ? refusalReason : refusalReason.substring(0, MAX_REASON) + "…";
        }

        private RequestTally tally(String protocol, Instant at) {
            if (at.isAfter(last)) {
                last = at;
            }
            return requests.computeIfAbsent(protocol, _ -> new RequestTally());
        }
    }

    /** Called when a session has ended; {@code refusal} says why if it was not a plain close. */
    synchronized void ended(Session session, @Nullable Refusal refusal, Instant now) {
        if (session.decision().equals(PROBE) && (refusal == null || session.wasAdmitted())) {
            return;
        }
        Sums sums = sums(Key.of(session));
        sums.add(session, now);
        if (refusal != null) {
            sums.ended(session, refusal);
        }
    }

    /**
     * Called when a request of this session that was judged has ended.
     *
     * @param protocol {@code http/1.1}, {@code http/2} or {@code grpc}
     */
    synchronized void requestEnded(Session session, String protocol, RequestRecord request, Instant now) {
        Decision decision = request.decision();
        if (decision.policy().equals(PROBE)) {
            return;
        }
        Sums sums = sums(Key.of(session));
        sums.tally(protocol, now).ended(request);
        if (!decision.allowed()) {
            sums.why(decision.code().text(), decision.reason(), decision.policy());
        }
    }

    /** Called when a request of this session was refused before policy was asked. */
    synchronized void requestRefused(Session session, String protocol, GateRefusal why, Instant now) {
        Sums sums = sums(Key.of(session));
        sums.tally(protocol, now).refused();
        sums.why(why.code(), why.reason(), "");
    }

    /**
     * Called when a request of the workload's own application has ended. One session may have endpoints with and
     * without an identity, so the edge is that of the request's own endpoint.
     */
    synchronized void sent(Session session, CallerRequest.Call request, Instant now) {
        if (request.counts()) {
            request.addTo(sums(Key.of(session, request.peer())).tally(request.protocol(), now));
        }
    }

    /** Returns the sums of an edge. Must be called while this is locked. */
    @GuardedBy("this")
    private Sums sums(Key key) {
        Sums sums = edges.get(key);
        if (sums == null) {
            makePlace(key);
            sums = new Sums();
            edges.put(key, sums);
        }
        return sums;
    }

    @GuardedBy("this")
    private void makePlace(Key key) {
        if (edges.size() < MAX_EDGES) {
            return;
        }
        Optional<Key> oldest = edges.entrySet().stream()
                .min(Comparator.comparing(edge -> edge.getValue().last))
                .map(Map.Entry::getKey);
        if (oldest.isPresent()) {
            edges.remove(oldest.get());
            if (forgotten.size() < MAX_FORGOTTEN) {
                forgotten.add(oldest.get().fingerprint());
            }
        }
        forgotten.remove(key.fingerprint());
    }

    /** Number of edges that were dropped for others, and have not come back; at most {@link #MAX_FORGOTTEN}. */
    public synchronized long forgotten() {
        return forgotten.size();
    }

    /**
     * Returns the edges, including the sessions that are open now; only the most recent {@link #MAX_EDGES}.
     *
     * @param open the workload's open sessions
     */
    public List<Edge> with(Collection<Session> open) {
        Map<Key, Sums> all = new HashMap<>();
        synchronized (this) {
            edges.forEach((key, sums) -> all.put(key, sums.copy()));
        }
        for (Session session : open) {
            if (session.wasAdmitted() && !session.decision().equals(PROBE)) {
                Sums sums = all.computeIfAbsent(Key.of(session), _ -> new Sums());
                sums.add(session, session.openedAt());
                sums.open++;
            }
        }
        return all.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<Key, Sums> edge) -> edge.getValue().last)
                        .reversed())
                .limit(MAX_EDGES)
                .map(edge -> proto(edge.getKey(), edge.getValue()))
                .toList();
    }

    private static Edge proto(Key key, Sums sums) {
        Edge.Builder edge = Edge.newBuilder()
                .setDirection(
                        key.direction() == Session.Direction.INBOUND
                                ? EdgeDirection.EDGE_DIRECTION_INBOUND
                                : EdgeDirection.EDGE_DIRECTION_OUTBOUND)
                .setPort(key.port())
                .setAdmitted(sums.admitted)
                .setOpen(sums.open)
                .setRefused(sums.refused)
                .setBroken(sums.broken)
                .setBytesIn(sums.bytesIn)
                .setBytesOut(sums.bytesOut)
                .setLast(sums.last.getEpochSecond())
                .setRefusalCode(sums.code)
                .setRefusalReason(sums.reason)
                .setPolicy(sums.policy);
        sums.requests.forEach((protocol, tally) -> edge.addRequests(tally.proto(protocol)));
        if (key.peer() instanceof InetAddress address) {
            edge.setAddress(ByteString.copyFrom(address.getAddress()));
        } else {
            edge.setSpiffeId(key.peer().toString());
        }
        return edge.build();
    }
}
