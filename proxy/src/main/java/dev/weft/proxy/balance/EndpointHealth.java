package dev.weft.proxy.balance;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * The recent health of one endpoint: a peak-sensitive moving average of its response time, the share of its requests
 * that failed, and an ejection after several failures in a row, or when most of its recent requests failed. Times are
 * of {@link System#nanoTime}. Belongs to one event loop.
 */
public final class EndpointHealth {
    /** Duration of the first ejection; it doubles with each further one. */
    public static final Duration MIN_EJECTION = Duration.ofSeconds(1);
    /** The longest ejection: a failing endpoint is tried again after this. */
    public static final Duration MAX_EJECTION = Duration.ofSeconds(30);
    /** Failed requests in a row after which an endpoint is ejected. After an ejection, one more failure is enough. */
    public static final int FAILED_REQUESTS = 5;
    /**
     * The share of recent requests that failed at which an endpoint is ejected, although some succeeded in between. The
     * share is a moving average from 0, so it takes more than {@link #FAILED_REQUESTS} failures to reach it.
     */
    public static final double FAILED_SHARE = 0.75;

    private static final double DECAY_NANOS = Duration.ofSeconds(10).toNanos();
    private static final double FIRST_GUESS_NANOS = Duration.ofMillis(1).toNanos();
    private static final double LEAST_NANOS = 50_000;
    private static final int MAX_DOUBLINGS = 5;
    /** The assumed response time of an endpoint without observations, when another endpoint is slow. */
    private static final double UNKNOWN_NANOS = Duration.ofMillis(33).toNanos();

    private static final int QUICK_STEPS = 8;
    private static final double QUICK_STEP = 2;
    private static final double STEP = 1.1;
    /** The weight of one request in the share of failed requests. */
    private static final double SHARE_OF_ONE = 0.1;
    /** The share of failed requests above which more failures no longer raise the cost. */
    private static final double MOST_FAILED = 0.9;

    private final Consumer<Ejection> ejected;
    private final Spared spared;
    private double costNanos;
    private double failedShare;
    /** The share of requests that failed or were refused because the endpoint has too many. */
    private double troubledShare;
    /**
     * The typical response time, in nanoseconds. Each response moves it one step up or down, so a few slow responses
     * hardly change it.
     */
    private double typicalNanos = FIRST_GUESS_NANOS;

    private int steps;
    private boolean known;
    private long observedAt;
    private int outstanding;
    private final OpenRequest.Waiting waiting = new OpenRequest.Waiting();
    private int failedRequests;
    /** Whether the latest ejection was because of the failed share: then a success does not end it. */
    private boolean ofShare;

    private long ejectedAt;
    private boolean asked;
    private long askedUntil;

    // Other threads read both for metrics.
    private volatile int ejections;
    private volatile long ejectedUntil;

    /** @param spared hears of the times for which the endpoint asks to be left alone */
    EndpointHealth(Consumer<Ejection> ejected, Spared spared) {
        this.ejected = ejected;
        this.spared = spared;
    }

    /** Counts a session or a request that goes to the endpoint, until its end. */
    public OpenRequest started(long now) {
        outstanding++;
        OpenRequest request = new OpenRequest(this, now);
        waiting.add(request);
        return request;
    }

    void ended() {
        outstanding--;
    }

    OpenRequest.Waiting waiting() {
        return waiting;
    }

    /** Records how long the endpoint took to admit a session: a peak counts at once, better times only slowly. */
    public void admitted(long tookNanos, long now) {
        if (ejections > 0 && !(ofShare && ejected(now))) { // a volatile write costs more than a read
            ejections = 0;
        }
        failedRequests = 0;
        observe((double) tookNanos, now);
        settle((double) tookNanos);
    }

    /**
     * Ejects the endpoint at once, because it could not be reached or was not ready. Failures during an ejection do not
     * extend it.
     */
    public void failed(long now) {
        eject(Ejection.UNREACHABLE, now);
    }

    private void eject(Ejection why, long now) {
        if (ejected(now)) {
            return;
        }
        int before = ejections;
        long time = MIN_EJECTION.toNanos() << Math.min(before, MAX_DOUBLINGS);
        ejectedAt = now;
        ejectedUntil = now + Math.min(time, MAX_EJECTION.toNanos());
        ejections = before + 1;
        ofShare = why == Ejection.FAILURE_SHARE;
        ejected.accept(why);
    }

    /**
     * Records the result of a request. The time of a failed request does not count: an endpoint that fails fast is not
     * fast.
     *
     * @param tookNanos time until the response began or the request failed, in nanoseconds
     * @param failed whether the response had a status of 500 or more, came too late, or never came
     */
    public void observed(long tookNanos, boolean failed, long now) {
        double weight = weight(now);
        failedShare = share(failedShare * weight, failed);
        troubledShare = share(troubledShare * weight, failed);
        if (!failed) {
            admitted(tookNanos, now);
            return;
        }
        observe(costNanos, now);
        failedRequests++;
        boolean inARow = failedRequests >= FAILED_REQUESTS;
        if ((inARow || failedShare >= FAILED_SHARE) && !ejected(now)) {
            failedRequests = FAILED_REQUESTS - 1;
            eject(inARow ? Ejection.FAILURES : Ejection.FAILURE_SHARE, now);
        }
    }

    private static double share(double before, boolean one) {
        return before + SHARE_OF_ONE * ((one ? 1 : 0) - before);
    }

    /**
     * Records that the endpoint refused a request because it has too many: its cost rises for some time, but it is not
     * ejected.
     */
    public void shed(long now) {
        double weight = weight(now);
        failedShare *= weight;
        troubledShare = share(troubledShare * weight, true);
        observe(costNanos, now);
    }

    /**
     * Records that a caller gave up before the endpoint answered. That is no failure, because callers also give up for
     * reasons of their own, but the endpoint takes at least as long. Who gives up at once has learned nothing, so an
     * endpoint of which nothing is known does not become cheaper.
     */
    void gaveUp(long waitedNanos, long now) {
        double weight = weight(now);
        failedShare *= weight;
        troubledShare *= weight;
        double before = known ? costNanos * weight : FIRST_GUESS_NANOS;
        observe(Math.max((double) waitedNanos, before), now);
    }

    /**
     * Records that the endpoint asks to be left alone for this time. A longer time that it asked for before stays; none
     * is longer than {@link RetryLater#MOST}.
     */
    void askedToWait(long nanos, long now) {
        if (nanos <= 0) {
            return;
        }
        boolean before = waits(now);
        long until = now + Math.min(nanos, RetryLater.MOST.toNanos());
        if (!before || until - askedUntil > 0) {
            askedUntil = until;
            spared.asked(until);
        }
        asked = true;
        if (!before) {
            ejected.accept(Ejection.RETRY_LATER);
        }
    }

    /** Whether the endpoint has asked to be left alone now. */
    boolean waits(long now) {
        return asked && now - askedUntil < 0;
    }

    private void observe(double nanos, long now) {
        double weight = weight(now);
        costNanos = nanos > costNanos ? nanos : costNanos * weight + nanos * (1 - weight);
        known |= nanos > 0;
        observedAt = now;
    }

    /** Returns how much the last observation still counts, from 0 to 1. */
    private double weight(long now) {
        return Math.exp(-Math.max(0, now - observedAt) / DECAY_NANOS);
    }

    /** Whether the endpoint is ejected, so that others are preferred. */
    public boolean ejected(long now) {
        return ejections > 0 && now - ejectedUntil < 0;
    }

    /**
     * Whether others are preferred: the endpoint is ejected, or on probation. After an ejection it gets one request at
     * a time until one succeeds, because an endpoint that does not answer would keep all of them waiting, and one more
     * each {@link OpenRequest#PROBE}, because the one may be a stream that is quiet for hours.
     */
    boolean leftOut(long now) {
        return ejections > 0 && (now - ejectedUntil < 0 || waiting.anySince(ejectedAt, now));
    }

    /** Returns how many sessions and requests are at the endpoint, or on their way to it. */
    public int outstanding() {
        return outstanding;
    }

    /**
     * Returns the cost of sending the next session or request to the endpoint. A slow time is forgotten gradually, so
     * that the endpoint is tried again, but not while a request waits there for longer: an endpoint that answers
     * nothing gives no observations, and would seem fast. A request that succeeds shows that older ones wait on purpose,
     * as the stream of a subscription does. So that there is one, the wait does not count once for each
     * {@link OpenRequest#PROBE}.
     */
    double cost(long now) {
        double weight = weight(now);
        double nanos = known ? Math.max(LEAST_NANOS, costNanos * weight) : FIRST_GUESS_NANOS;
        nanos = Math.max(nanos, (double) waiting.oldestAge(now));
        double succeeded = 1 - Math.min(MOST_FAILED, troubledShare * weight);
        return nanos * (outstanding + 1) / (succeeded * succeeded);
    }

    /** Returns the typical response time, in nanoseconds; it falls with the age of the last observation. */
    double typical(long now) {
        return typicalNanos * weight(now);
    }

    /** Returns the typical response time as of the last observation, however old that is, in nanoseconds. */
    double typicalObserved() {
        return steps == 0 ? UNKNOWN_NANOS : typicalNanos;
    }

    private void settle(double nanos) {
        double step = steps < QUICK_STEPS ? QUICK_STEP : STEP;
        steps = Math.min(steps + 1, QUICK_STEPS);
        typicalNanos = Math.max(LEAST_NANOS, nanos > typicalNanos ? typicalNanos * step : typicalNanos / step);
    }

    boolean idle(long now) {
        return outstanding == 0 && !ejected(now) && !waits(now);
    }
}
