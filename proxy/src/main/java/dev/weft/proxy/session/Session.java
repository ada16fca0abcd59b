package dev.weft.proxy.session;

import dev.weft.identity.spiffe.SpiffeId;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One connection of an application, as the proxy sees it. Written on its event loop only; the admin endpoints read it
 * from elsewhere and may see figures that are a moment old.
 */
public final class Session implements Guarded {
    /** Seen from the workload. */
    public enum Direction {
        INBOUND,
        OUTBOUND;

        /** As written in metrics and logs. */
        public String text() {
            return this == INBOUND ? "inbound" : "outbound";
        }
    }

    /** How the owner of the session decides and ends it. */
    public interface Owner {
        /** See {@link Guarded#check}. */
        @Nullable
        Refusal check(Session session);

        /** Tears the connection down; calls {@link Session#end} itself. */
        void close(Session session, Refusal refusal);

        /** The session has ended, in whatever way; called once. */
        default void ended() {}

        /** The session has begun to move much: see {@link Session#bulk}. */
        default void bulkBegan(Session session) {}
    }

    /** A session that moves so much, both directions together, within {@link #BULK_WITHIN_NANOS} is a bulk transfer. */
    static final int BULK_BYTES = 1 << 20;

    static final long BULK_WITHIN_NANOS = 1_000_000_000;
    /** It counts as one for so long after it last moved as much. */
    static final long BULK_LASTS_NANOS = 2 * BULK_WITHIN_NANOS;

    private final SessionRegistry registry;
    private final EventLoop loop;
    private final Owner owner;
    private final long id;
    private final Direction direction;
    private final InetSocketAddress source;
    private final InetSocketAddress destination;
    private final Instant openedAt;
    private final long openedNanos;

    private @Nullable SpiffeId localIdentity;
    private @Nullable SpiffeId peerIdentity;
    private @Nullable InetSocketAddress endpoint;
    private String policy = "";
    private String decision = "";
    private String tls = "";
    private long tunnel;
    private long bytesIn;
    private long bytesOut;
    private int stretch;
    private long stretchBegan;
    private long bulkUntil;
    private boolean admitted;
    private boolean ended;
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
        this.stretchBegan = openedNanos;
        this.bulkUntil = openedNanos;
    }

    /** Who speaks: the workload's own identity and the peer's proven one, through which tunnel and cipher. */
    public void secured(SpiffeId local, SpiffeId peer, long tunnelId, String tlsVersion) {
        localIdentity = local;
        peerIdentity = peer;
        tunnel = tunnelId;
        tls = tlsVersion;
    }

    /** It is one of the workload's own probes: it counts among those, not among the sessions. */
    public void probes() {
        if (!probe) {
            probe = true;
            registry.probeBegan();
        }
    }

    void countInShare() {
        inShare = true;
    }

    /** Whether it counts in the share of its peer. */
    boolean isInShare() {
        return inShare;
    }

    /** What this holds has changed, or may have; where all sessions together hold too much, it may be broken off at once. */
    public void noteHeld(Holder holder) {
        registry.noteHeld(loop, holder);
    }

    boolean isProbe() {
        return probe;
    }

    /** The endpoint chosen. */
    public void routed(InetSocketAddress address) {
        endpoint = address;
    }

    /** What policy, or the lack of a need for it, said. */
    public void decided(String decisionText, String policyName) {
        decision = decisionText;
        policy = policyName;
    }

    /** The connection stands. */
    public void admitted() {
        admitted = true;
    }

    /** Bytes that came for the workload. */
    public void countIn(int bytes) {
        bytesIn += bytes;
        moved(bytes);
    }

    /** Bytes that the workload sent. */
    public void countOut(int bytes) {
        bytesOut += bytes;
        moved(bytes);
    }

    private void moved(int bytes) {
        stretch += bytes;
        if (stretch >= BULK_BYTES) {
            stretched(System.nanoTime());
        }
    }

    /** The clock is read once for each {@link #BULK_BYTES}, not for each read. */
    private void stretched(long now) {
        boolean fast = now - stretchBegan <= BULK_WITHIN_NANOS;
        stretch = 0;
        stretchBegan = now;
        if (fast) {
            boolean began = !bulk(now);
            bulkUntil = now + BULK_LASTS_NANOS;
            if (began) {
                owner.bulkBegan(this);
            }
        }
    }

    /** Whether it is a bulk transfer at this moment, given by {@link System#nanoTime}. */
    public boolean bulk(long now) {
        return !ended && bulkUntil - now > 0;
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

    /** Unique in the process. */
    public long id() {
        return id;
    }

    /** Seen from the workload. */
    public Direction direction() {
        return direction;
    }

    /** Who opened the connection. */
    public InetSocketAddress source() {
        return source;
    }

    /** Where it was meant to go. */
    public InetSocketAddress destination() {
        return destination;
    }

    /** Where it went, if that differs. */
    public @Nullable InetSocketAddress endpoint() {
        return endpoint;
    }

    /** The workload's identity in it; none in plaintext. */
    public @Nullable SpiffeId localIdentity() {
        return localIdentity;
    }

    /** The peer's proven identity; none in plaintext. */
    public @Nullable SpiffeId peerIdentity() {
        return peerIdentity;
    }

    /** Whether it goes through a tunnel. */
    public boolean secure() {
        return peerIdentity != null;
    }

    /** {@code namespace/name} of the policy that decided, or empty. */
    public String policy() {
        return policy;
    }

    /** {@code allow}, {@code deny}, {@code per-request}, {@code probe}, {@code unmeshed}, or empty before a decision. */
    public String decision() {
        return decision;
    }

    /** TLS version and cipher, or empty. */
    public String tls() {
        return tls;
    }

    /** The tunnel's number, 0 for none. */
    public long tunnel() {
        return tunnel;
    }

    /** Bytes that came for the workload. */
    public long bytesIn() {
        return bytesIn;
    }

    /** Bytes that the workload sent. */
    public long bytesOut() {
        return bytesOut;
    }

    /** Whether the connection ever stood. */
    public boolean wasAdmitted() {
        return admitted;
    }

    /** When it was accepted. */
    public Instant openedAt() {
        return openedAt;
    }

    /** Nanoseconds since it was accepted. */
    public long ageNanos() {
        return System.nanoTime() - openedNanos;
    }
}
