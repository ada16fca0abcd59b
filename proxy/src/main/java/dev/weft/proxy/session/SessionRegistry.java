package dev.weft.proxy.session;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every session and tunnel of a workload. A session is in here before its first check, so that a change of policy or trust
 * either comes before that check or finds the session: none slips through between. Safe for use by any thread.
 */
public final class SessionRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(SessionRegistry.class);

    private final EventLoopGroup loops;
    private final Clock clock;
    private final SessionObserver observer;
    private final int maxSessions;
    private final AtomicLong ids = new AtomicLong();
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
    private final Set<Guarded> tunnels = ConcurrentHashMap.newKeySet();

    /** @param maxSessions sessions at a time, of both directions together: more would not fit the heap */
    public SessionRegistry(EventLoopGroup loops, Clock clock, SessionObserver observer, int maxSessions) {
        this.loops = loops;
        this.clock = clock;
        this.observer = observer;
        this.maxSessions = maxSessions;
    }

    /** Registers a session that has just been accepted; check it afterwards. */
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

    /** Why a session that was just opened is one too many; null if it is not. */
    public @Nullable Refusal tooMany() {
        return sessions.size() <= maxSessions
                ? null
                : Refusal.of(
                        Refusal.Code.LIMIT,
                        "the workload's sidecar carries " + maxSessions + " connections and takes no more at a time");
    }

    /** A session has ended. It is told before it leaves, so that whoever waits for the last one finds its line in the log. */
    void remove(Session session, @Nullable Refusal refusal) {
        if (sessions.contains(session)) {
            observer.ended(session, refusal);
            sessions.remove(session);
        }
    }

    /** Registers a tunnel; it is checked after the sessions. */
    public void addTunnel(Guarded tunnel) {
        tunnels.add(tunnel);
    }

    /** Forgets a tunnel that has closed. */
    public void removeTunnel(Guarded tunnel) {
        tunnels.remove(tunnel);
    }

    /** A number for a tunnel, unique in the process. */
    public long nextTunnelId() {
        return ids.incrementAndGet();
    }

    /** The sessions that are open, at this moment or a little before. */
    public Collection<Session> sessions() {
        return List.copyOf(sessions);
    }

    /** How many sessions are open in this direction. */
    public int count(Session.Direction direction) {
        int count = 0;
        for (Session session : sessions) {
            if (session.direction() == direction) {
                count++;
            }
        }
        return count;
    }

    /** How many tunnels stand. */
    public int tunnels() {
        return tunnels.size();
    }

    /** Closes every session, each with a line in the log. */
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

    /** Decides everything again and closes what is no longer allowed; the one path for every cause. */
    public void recheck(String cause) {
        for (EventExecutor loop : loops) {
            loop.execute(() -> recheckOn(loop, cause));
        }
    }

    /** Decides one again, and closes it if it is no longer allowed. */
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
                    .log("Closed what is no longer allowed");
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
