package dev.weft.control.peering;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.api.v1.PeeringGrpc;
import dev.weft.api.v1.PeeringRequest;
import dev.weft.api.v1.PeeringTrust;
import dev.weft.api.v1.PeeringUpdate;
import dev.weft.control.caller.Caller;
import dev.weft.control.certify.RateLimiter;
import dev.weft.daemon.schedule.Repetition;
import dev.weft.identity.spiffe.TrustDomain;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** {@code weft.v1.Peering}: sends the own exports to the control planes of other trust domains. */
final class PeeringEndpoint extends PeeringGrpc.PeeringImplBase implements AutoCloseable {

    /** Most streams of one trust domain, for example of its replicas; a newer stream replaces the oldest. */
    static final int MAX_STREAMS_PER_DOMAIN = 16;

    /** Streams that a trust domain may open per second, sustained: each starts with all exports. */
    static final double OPENED_PER_SECOND = 2;

    /** Streams that a trust domain may open in a burst. */
    static final int OPENED_AT_ONCE = 2 * MAX_STREAMS_PER_DOMAIN;

    /**
     * Steps and messages about trust sent per second on a stream: fewer than the other side accepts, so that none waits
     * there. Changes in between are sent in one step.
     */
    static final double TOLD_PER_SECOND = 0.9 * PeerStream.STEPS_PER_SECOND;

    /** Steps and messages about trust sent in a burst. */
    static final int TOLD_AT_ONCE = PeerStream.STEPS_AT_ONCE / 2;

    /**
     * Wait after a stream has reached its rate limit; all exports are then compared again. Also the shortest time
     * between two looks at what proxies have acknowledged.
     */
    private static final long SOON_MILLIS = 250;

    private static final int MAX_REMEMBERED = 1000;

    private final PeerAdmission admission;
    private final TrustReport held;
    private final Clock clock;
    private final RateLimiter opened;
    private final ScheduledExecutorService timers = Repetition.thread("peering-timers");
    private final ExecutorService changes = Executors.newVirtualThreadPerTaskExecutor();

    @GuardedBy("this")
    private final Map<TrustDomain, Deque<ExportStream>> streams = new HashMap<>();

    private final AtomicBoolean checkPending = new AtomicBoolean();
    private volatile Supplier<Exports> exports = () -> Exports.NONE;

    @GuardedBy("this")
    private boolean closed;

    PeeringEndpoint(PeerAdmission admission, TrustReport held, Clock clock) {
        this.admission = admission;
        this.held = held;
        this.clock = clock;
        this.opened = new RateLimiter(OPENED_PER_SECOND, OPENED_AT_ONCE, MAX_REMEMBERED, clock);
    }

    @Override
    public void watch(PeeringRequest request, StreamObserver<PeeringUpdate> responses) {
        new ExportStream(Caller.current(), request.getHeld(), (ServerCallStreamObserver<PeeringUpdate>) responses, this)
                .begin();
    }

    /**
     * Gives every stream new exports, and lets it check its admission again.
     *
     * @param next returns the same exports at each call; called only when a stream can send them
     */
    void publish(Supplier<Exports> next) {
        exports = next;
        checkStreams();
    }

    /** Lets every stream check soon for something new to send. Several requests in the meantime cause one check. */
    void checkStreamsSoon() {
        if (count() > 0 && checkPending.compareAndSet(false, true)) {
            soon(() -> {
                checkPending.set(false);
                checkStreams();
            });
        }
    }

    private void checkStreams() {
        all().forEach(stream -> changes.execute(stream::changed));
    }

    PeeringTrust trustFor(TrustDomain domain) {
        return held.of(domain);
    }

    Exports exports() {
        return exports.get();
    }

    PeerAdmission admission() {
        return admission;
    }

    /** Counts a new stream of the trust domain; returns false if it opens more than its rate allows. */
    boolean mayOpen(TrustDomain domain) {
        return opened.tryAcquire(domain.name());
    }

    /** Adds a stream; returns false if the endpoint is closed. */
    synchronized boolean add(ExportStream stream, TrustDomain domain) {
        if (closed) {
            return false;
        }
        Deque<ExportStream> ofDomain = streams.computeIfAbsent(domain, _ -> new ArrayDeque<>());
        ofDomain.addLast(stream);
        if (ofDomain.size() > MAX_STREAMS_PER_DOMAIN) {
            ExportStream oldest = ofDomain.getFirst();
            changes.execute(() -> oldest.end(Status.Code.ABORTED, "newer streams of the trust domain took its place"));
        }
        return true;
    }

    synchronized void remove(ExportStream stream, TrustDomain domain) {
        streams.computeIfPresent(domain, (_, ofDomain) -> {
            ofDomain.remove(stream);
            return ofDomain.isEmpty() ? null : ofDomain;
        });
    }

    int count() {
        return all().size();
    }

    RateLimiter pace() {
        return new RateLimiter(TOLD_PER_SECOND, TOLD_AT_ONCE, 1, clock);
    }

    void soon(Runnable task) {
        try {
            Future<?> _ = timers.schedule(task, SOON_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException _) {
            // Closed in the meantime: nothing more is sent.
        }
    }

    ScheduledFuture<?> at(Instant moment, Runnable task) {
        long millis = Math.max(0, Duration.between(clock.instant(), moment).toMillis());
        return timers.schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    private synchronized List<ExportStream> all() {
        List<ExportStream> all = new ArrayList<>();
        streams.values().forEach(all::addAll);
        return all;
    }

    /** Ends all streams. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        all().forEach(stream -> stream.end(Status.Code.UNAVAILABLE, "the control plane stops; connect to another"));
        timers.shutdownNow();
        changes.shutdownNow();
    }
}
