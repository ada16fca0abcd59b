package dev.weft.proxy.session;

import dev.weft.daemon.listen.Network;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.gate.Shares;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps every session and tunnel of a workload. A session is registered before its first check. So a change of policy
 * or trust either comes before that check or finds the session: no session is missed. Safe for use by any thread.
 */
public final class SessionRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(SessionRegistry.class);

    /** One in this many of all sessions is reserved for callers that have few. */
    private static final int LEFT_TO_FEW = 8;
    /** A caller has few sessions with at most one in this many of all. */
    private static final int FEW = 16;

    /** Who shares a part of the sessions: an identity, or a network for callers that have proven none. */
    private record Caller(
            @Nullable SpiffeId identity, @Nullable Network network) {
        static Caller of(Session session) {
            SpiffeId identity = session.peerIdentity();
            return identity != null
                    ? new Caller(identity, null)
                    : new Caller(null, Network.of(session.source().getAddress()));
        }

        @Override
        public String toString() {
            return network == null
                    ? String.valueOf(identity)
                    : "callers without an identity at " + network.address().getHostAddress();
        }
    }

    private final Map<EventExecutor, Holdings> holdings = new HashMap<>(); // not changed after construction
    private final EventLoopGroup loops;
    private final Clock clock;
    private final SessionObserver observer;
    private final int maxSessions;
    private final Shares<Caller> callers = new Shares<>(Integer.MAX_VALUE);
    private final AtomicLong ids = new AtomicLong();
    private final AtomicInteger probes = new AtomicInteger();
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
    private volatile Set<Session.Direction> draining = Set.of(); // read for each request
    private final Set<Guarded> tunnels = ConcurrentHashMap.newKeySet();

    /**
     * Creates a registry without sessions.
     *
     * @param maxSessions most simultaneous sessions, of both directions together: more would not fit the heap
     * @param maxHeld most bytes that all sessions and tunnels may hold because their receivers do not take them: more
     *     would not fit the memory for buffers
     */
    public SessionRegistry(EventLoopGroup loops, Clock clock, SessionObserver observer, int maxSessions, long maxHeld) {
        this.loops = loops;
        this.clock = clock;
        this.observer = observer;
        this.maxSessions = maxSessions;
        int count = 0;
        for (EventExecutor _ : loops) {
            count++;
        }
        for (EventExecutor loop : loops) {
            holdings.put(loop, new Holdings(maxHeld / count));
        }
    }

    /** Registers a session that has just been accepted; the caller must check it afterwards. */
    public Session open(
            EventLoop loop,
            Session.Direction direction,
            InetSocketAddress source,
            InetSocketAddress destination,
            Session.Owner owner) {
        Session session =
                new Session(this, loop, owner, ids.incrementAndGet(), direction, source, destination, clock.instant());
        sessions.add(session);
        observer.opened(session);
        return session;
    }

    /** Returns why a session that was just opened exceeds the limit; null if it does not. */
    public @Nullable Refusal tooMany() {
        return sessions.size() - probes.get() <= maxSessions
                ? null
                : Refusal.of(
                        Refusal.Code.LIMIT,
                        "the workload's sidecar carries " + maxSessions + " connections and accepts no more for now");
    }

    /**
     * Counts a session for its caller, and returns why it exceeds the limit; null if it does not. The last eighth of
     * all sessions is reserved for callers that have few sessions, and half of it for identities: somebody may have
     * many addresses, with few sessions each.
     */
    public @Nullable Refusal tooMany(Session session) {
        Refusal tooMany = tooMany();
        if (tooMany != null) {
            return tooMany;
        }
        Caller caller = Caller.of(session);
        boolean _ = callers.take(caller);
        session.countInShare();
        int open = sessions.size() - probes.get();
        if (open <= maxSessions - maxSessions / LEFT_TO_FEW) {
            return null;
        }
        if (callers.of(caller) > maxSessions / FEW) {
            return Refusal.of(
                    Refusal.Code.IDENTITY_LIMIT,
                    "the sidecar carries nearly as many connections as are allowed, and most are from " + caller);
        }
        return caller.identity != null || open <= maxSessions - maxSessions / FEW
                ? null
                : Refusal.of(
                        Refusal.Code.IDENTITY_LIMIT,
                        "the sidecar carries nearly as many connections as are allowed, and leaves the last to callers"
                                + " with an identity");
    }

    /**
     * Returns how many bytes all sessions and tunnels hold because their receivers do not take them. The value may be
     * slightly out of date.
     */
    public long held() {
        return holdings.values().stream().mapToLong(Holdings::total).sum();
    }

    /**
     * Called when the bytes that this holder holds may have changed. If all holders of its event loop together hold too
     * much, it may be broken off at once.
     */
    public void noteHeld(EventLoop loop, Holder holder) {
        long held = holder.held();
        if (held != holder.noted()) {
            Objects.requireNonNull(holdings.get(loop), "event loop of the group")
                    .note(holder, held);
        }
    }

    void probeBegan() {
        probes.incrementAndGet();
    }

    /**
     * Removes a session that has ended. The observer is called first, so that code that waits for the last session
     * finds its line in the log.
     */
    void remove(Session session, @Nullable Refusal refusal) {
        if (sessions.contains(session)) {
            observer.ended(session, refusal);
            sessions.remove(session);
            if (session.isInShare()) {
                callers.give(Caller.of(session));
            }
            if (session.isProbe()) {
                probes.decrementAndGet();
            }
        }
    }

    /** Registers a tunnel. Rechecks take tunnels after the sessions. */
    public void addTunnel(Guarded tunnel) {
        tunnels.add(tunnel);
    }

    /** Removes a tunnel that has closed. */
    public void removeTunnel(Guarded tunnel) {
        tunnels.remove(tunnel);
    }

    /** Returns a new number for a tunnel, unique in the process. */
    public long nextTunnelId() {
        return ids.incrementAndGet();
    }

    /** Returns the open sessions; the list may be slightly out of date. */
    public Collection<Session> sessions() {
        return List.copyOf(sessions);
    }

    /** Returns how many sessions are open in this direction, without probes. */
    public int count(Session.Direction direction) {
        return Math.toIntExact(sessions.stream()
                .filter(session -> session.direction() == direction && !session.isProbe())
                .count());
    }

    /** Returns how many tunnels are open. */
    public int tunnels() {
        return tunnels.size();
    }

    /** Returns the open tunnels; the list may be slightly out of date. */
    public Collection<Guarded> standingTunnels() {
        return List.copyOf(tunnels);
    }

    /**
     * Ends the sessions of this direction in order, and those that begin later: each as soon as nothing is open in it.
     * Sessions that carry bytes of an unknown protocol continue.
     */
    public synchronized void drain(Session.Direction direction) {
        Set<Session.Direction> more = EnumSet.of(direction, draining.toArray(Session.Direction[]::new));
        draining = Set.copyOf(more); // before the sessions are looked up: one that begins meanwhile looks here
        for (Session session : sessions) {
            if (session.direction() == direction) {
                session.loop().execute(session.owner::drain);
            }
        }
    }

    boolean draining(Session.Direction direction) {
        return draining.contains(direction);
    }

    /** Closes every session, and logs a line for each. */
    public void closeAll(Refusal refusal) {
        for (Session session : sessions) {
            LOG.atWarn()
                    .addKeyValue("session", session.id())
                    .addKeyValue("direction", session.direction().text())
                    .addKeyValue("source", session.source())
                    .addKeyValue("destination", session.destination())
                    .addKeyValue("code", refusal.code())
                    .log("Closed a session: {}", refusal.reason());
            session.loop().execute(() -> session.close(refusal));
        }
    }

    /**
     * Checks all sessions and tunnels again, and closes those that are no longer allowed. It is the only path for this,
     * whatever the cause.
     */
    public void recheck(String cause) {
        for (EventExecutor loop : loops) {
            loop.execute(() -> recheckOn(loop, cause));
        }
    }

    /** Checks one session or tunnel again, and closes it if it is no longer allowed. */
    public void recheck(Guarded one) {
        one.loop().execute(() -> closeUnlessAllowed(one));
    }

    private void recheckOn(EventExecutor loop, String cause) {
        List<Guarded> all = new ArrayList<>(sessions.size() + tunnels.size());
        all.addAll(sessions);
        all.addAll(tunnels);
        int closed = 0;
        for (Guarded guarded : all) {
            if (guarded.loop().equals(loop)) {
                closed += closeUnlessAllowed(guarded);
            }
        }
        if (closed > 0) {
            LOG.atInfo()
                    .addKeyValue("cause", cause)
                    .addKeyValue("closed", closed)
                    .log("Closed sessions that are no longer allowed");
        }
    }

    private static int closeUnlessAllowed(Guarded guarded) {
        Refusal refusal;
        try {
            refusal = guarded.check();
        } catch (RuntimeException e) {
            refusal = Refusal.of(Refusal.Code.NO_LONGER_TRUSTED, "could not be checked: " + e);
        }
        if (refusal == null) {
            return 0;
        }
        guarded.close(refusal);
        return 1;
    }
}
