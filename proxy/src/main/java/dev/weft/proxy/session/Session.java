package dev.weft.proxy.session;

import dev.weft.identity.spiffe.SpiffeId;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One connection of an application, as the proxy sees it. Only its event loop writes it; the admin endpoints read it
 * from other threads, and may see values that are slightly out of date.
 */
public final class Session implements Guarded {
    /** The direction, as seen from the workload. */
    public enum Direction {
        INBOUND,
        OUTBOUND;

        /** Returns the direction as written in metrics and logs. */
        public String text() {
            return this == INBOUND ? "inbound" : "outbound";
        }
    }

    /** The code that owns the session: it decides about the session and ends it. */
    public interface Owner {
        /** See {@link Guarded#check}. */
        @Nullable
        Refusal check(Session session);

        /** Closes the connection; calls {@link Session#end} itself. */
        void close(Session session, Refusal refusal);

        /** Ends the connection in order once no request is open, if it carries requests that can be told apart. */
        default void drain() {}

        /** Called once when the session has ended, for any reason. */
        default void ended() {}

        /** Called when the session becomes a bulk transfer: see {@link Session#bulk}. */
        default void bulkBegan(Session session) {}
    }

    private final SessionRegistry registry;
    private final EventLoop loop;
    final Owner owner;
    private final long id;
    private final Direction direction;
    private final InetSocketAddress source;
    private final InetSocketAddress destination;
    private final Instant openedAt;
    private final long openedNanos;
    private final BulkTransfer bulk;

    private @Nullable SpiffeId localIdentity;
    private @Nullable SpiffeId peerIdentity;
    private @Nullable InetSocketAddress endpoint;
    private @Nullable String service;
    private String policy = "";
    private String decision = "";
    private String tls = "";
    private long tunnel;
    private long bytesIn;
    private long bytesOut;
    private boolean admitted, ended;
    private volatile boolean probe;
    private volatile boolean inShare;

    Session(
            SessionRegistry registry,
            EventLoop loop,
            Owner owner,
            long id,
            Direction direction,
            InetSocketAddress source,
            InetSocketAddress destination,
            Instant openedAt) {
        this.registry = registry;
        this.loop = loop;
        this.owner = owner;
        this.id = id;
        this.direction = direction;
        this.source = source;
        this.destination = destination;
        this.openedAt = openedAt;
        this.openedNanos = System.nanoTime();
        this.bulk = new BulkTransfer(openedNanos);
    }

    /** Records the workload's identity and the peer's proven one, the tunnel, and the TLS version and cipher. */
    public void secured(SpiffeId local, SpiffeId peer, long tunnelId, String tlsVersion) {
        localIdentity = local;
        peerIdentity = peer;
        tunnel = tunnelId;
        tls = tlsVersion;
    }

    /** Marks the session as one of the workload's own probes: it counts as a probe, not as a session. */
    public void probes() {
        if (!probe) {
            probe = true;
            registry.probeBegan();
        }
    }

    void countInShare() {
        inShare = true;
    }

    /** Whether the session counts in its caller's share. */
    boolean isInShare() {
        return inShare;
    }

    /** Called when a holder's bytes may have changed. If all sessions hold too much, it may be broken off. */
    public void noteHeld(Holder holder) {
        registry.noteHeld(loop, holder);
    }

    boolean isProbe() {
        return probe;
    }

    /** Records the chosen endpoint. */
    public void routed(InetSocketAddress address) {
        endpoint = address;
    }

    /** Records that the destination is in the mesh: a Service, by {@code namespace/name}, or a workload, by "". */
    public void leadsTo(String serviceName) {
        service = serviceName;
    }

    /** Records the decision, and the policy that made it; empty if no policy was needed. */
    public void decided(String decisionText, String policyName) {
        decision = decisionText;
        policy = policyName;
    }

    /** Records that the connection is established. */
    public void admitted() {
        admitted = true;
    }

    /** Counts bytes that came for the workload. */
    public void countIn(int bytes) {
        bytesIn += bytes;
        moved(bytes);
    }

    /** Counts bytes that the workload sent. */
    public void countOut(int bytes) {
        bytesOut += bytes;
        moved(bytes);
    }

    private void moved(int bytes) {
        if (bulk.moved(bytes) && !ended) {
            owner.bulkBegan(this);
        }
    }

    /** Whether the session is a bulk transfer at this time of {@link System#nanoTime}. */
    public boolean bulk(long now) {
        return !ended && bulk.isOne(now);
    }

    /** Ends the session's record; further calls do nothing. */
    public void end(@Nullable Refusal refusal) {
        if (!ended) {
            ended = true;
            registry.remove(this, refusal);
            owner.ended();
        }
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public @Nullable Refusal check() {
        return ended ? null : owner.check(this);
    }

    @Override
    public void close(Refusal refusal) {
        if (!ended) {
            owner.close(this, refusal);
        }
    }

    /** Whether the session should end in order, because the sidecar stops. */
    public boolean draining() {
        return registry.draining(direction);
    }

    /** Returns the session's number, unique in the process. */
    public long id() {
        return id;
    }

    /** Returns the direction, as seen from the workload. */
    public Direction direction() {
        return direction;
    }

    /** Returns the address of the peer that opened the connection. */
    public InetSocketAddress source() {
        return source;
    }

    /** Returns the address that the connection was meant for. */
    public InetSocketAddress destination() {
        return destination;
    }

    /** Returns the address of the chosen endpoint; null if none was chosen. */
    public @Nullable InetSocketAddress endpoint() {
        return endpoint;
    }

    /**
     * Returns {@code namespace/name} of the Service that the destination belongs to; empty if it is a workload, null if
     * the mesh does not know it.
     */
    public @Nullable String service() {
        return service;
    }

    /** Returns the workload's identity; null in plaintext. */
    public @Nullable SpiffeId localIdentity() {
        return localIdentity;
    }

    /** Returns the peer's proven identity; null in plaintext. */
    public @Nullable SpiffeId peerIdentity() {
        return peerIdentity;
    }

    /** Whether the session goes through a tunnel. */
    public boolean secure() {
        return peerIdentity != null;
    }

    /** Returns {@code namespace/name} of the policy that decided; empty if none did. */
    public String policy() {
        return policy;
    }

    /** {@code allow}, {@code deny}, {@code per-request}, {@code probe}, {@code unmeshed}; empty before a decision. */
    public String decision() {
        return decision;
    }

    /** Returns the TLS version and cipher; empty in plaintext. */
    public String tls() {
        return tls;
    }

    /** Returns the tunnel's number; 0 if there is none. */
    public long tunnel() {
        return tunnel;
    }

    /** Returns how many bytes came for the workload. */
    public long bytesIn() {
        return bytesIn;
    }

    /** Returns how many bytes the workload sent. */
    public long bytesOut() {
        return bytesOut;
    }

    /** Whether the connection was ever established. */
    public boolean wasAdmitted() {
        return admitted;
    }

    /** Returns the time at which the connection was accepted. */
    public Instant openedAt() {
        return openedAt;
    }

    /** Returns the time since the connection was accepted, in nanoseconds. */
    public long ageNanos() {
        return System.nanoTime() - openedNanos;
    }

    /** Each session is put into a set: the JVM's own hash of an object would cost more. */
    @Override
    public int hashCode() {
        return Long.hashCode(id);
    }
}
