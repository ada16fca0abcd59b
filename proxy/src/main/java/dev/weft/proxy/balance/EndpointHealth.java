package dev.weft.proxy.balance;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How one endpoint has answered of late: a peak-sensitive moving average of the time to an answer, the share of requests that
 * failed, and a time-out after failures in a row. Times are of {@link System#nanoTime}. Belongs to one event loop.
 */
public final class EndpointHealth {
    /** The first ejection; it doubles with each further one. */
    public static final Duration MIN_EJECTION = Duration.ofSeconds(1);
    /** A failing endpoint is tried again after this at the latest. */
    public static final Duration MAX_EJECTION = Duration.ofSeconds(30);
    /** Requests in a row that fail until an endpoint is ejected. After its ejection one that fails is enough. */
    public static final int FAILED_REQUESTS = 5;

    private static final double DECAY_NANOS = Duration.ofSeconds(10).toNanos();
    private static final double FIRST_GUESS_NANOS = Duration.ofMillis(1).toNanos();
    private static final double LEAST_NANOS = 50_000;
    private static final int MAX_DOUBLINGS = 5;
    /** What an endpoint is taken to need, where nothing is known of it and another one is slow. */
    private static final double UNKNOWN_NANOS = Duration.ofMillis(33).toNanos();

    private static final int QUICK_STEPS = 8;
    private static final double QUICK_STEP = 2;
    private static final double STEP = 1.1;
    /** What one request counts in the share of those that failed. */
    private static final double SHARE_OF_ONE = 0.1;
    /** The share from which on more failures cost no more. */
    private static final double MOST_FAILED = 0.9;

    private final Consumer<Ejection> ejected;
    private double costNanos;
    private double failedShare;
    /** Goes a step up or down with each answer, so that a few which take long do not change it. */
    private double typicalNanos = FIRST_GUESS_NANOS;

    private int steps;
    private boolean known;
    private long observedAt;
    private int outstanding;
    private int failedRequests;
    // Both are read by counters, too.
    private volatile int ejections;
    private volatile long ejectedUntil;

    EndpointHealth(Consumer<Ejection> ejected) {
        this.ejected = ejected;
    }

    /** A session or a request goes there. */
    public void started() {
        outstanding++;
    }

    /** It has ended. */
    public void ended() {
        outstanding--;
    }

    /** A session was admitted after this long: a peak counts at once, better times only slowly. */
    public void admitted(long tookNanos, long now) {
        if (ejections > 0) { // a write that others see costs more than a look
            ejections = 0;
        }
        failedRequests = 0;
        observe((double) tookNanos, now);
        settle((double) tookNanos);
    }

    /** It could not be reached, or was not ready: it is ejected at once. What fails while it is ejected has failed with the first. */
    public void failed(long now) {
        eject(Ejection.UNREACHABLE, now);
    }

    private void eject(Ejection why, long now) {
        if (ejected(now)) {
            return;
        }
        int before = ejections;
        long time = MIN_EJECTION.toNanos() << Math.min(before, MAX_DOUBLINGS);
        ejectedUntil = now + Math.min(time, MAX_EJECTION.toNanos());
        ejections = before + 1;
        ejected.accept(why);
    }

    /**
     * A request was answered, or was not. The time of one that failed does not count: an endpoint that fails fast is not fast.
     *
     * @param tookNanos until its response began, or until it failed
     * @param failed whether it was answered with a status of 500 and more, or not at all, or too late
     */
    public void observed(long tookNanos, boolean failed, long now) {
        double share = failedShare * weight(now);
        failedShare = share + SHARE_OF_ONE * ((failed ? 1 : 0) - share);
        if (!failed) {
            admitted(tookNanos, now);
            return;
        }
        observe(costNanos, now);
        failedRequests++;
        if (failedRequests >= FAILED_REQUESTS && !ejected(now)) {
            failedRequests = FAILED_REQUESTS - 1;
            eject(Ejection.FAILURES, now);
        }
    }

    /** It has as many requests as it takes: it costs more for a while, and is not left out. */
    public void shed(long now) {
        double share = failedShare * weight(now);
        failedShare = share + SHARE_OF_ONE * (1 - share);
        observe(costNanos, now);
    }

    private void observe(double nanos, long now) {
        double weight = weight(now);
        costNanos = nanos > costNanos ? nanos : costNanos * weight + nanos * (1 - weight);
        known |= nanos > 0;
        observedAt = now;
    }

    /** What an observation still counts for. */
    private double weight(long now) {
        return Math.exp(-Math.max(0, now - observedAt) / DECAY_NANOS);
    }

    /** Whether others are to be preferred. */
    public boolean ejected(long now) {
        return ejections > 0 && now - ejectedUntil < 0;
    }

    /** Sessions and requests that are there, or on their way. */
    public int outstanding() {
        return outstanding;
    }

    /** What the next session or request costs there. A bad time of the past is forgotten slowly, so that it is tried again. */
    double cost(long now) {
        double weight = weight(now);
        double nanos = known ? Math.max(LEAST_NANOS, costNanos * weight) : FIRST_GUESS_NANOS;
        double succeeded = 1 - Math.min(MOST_FAILED, failedShare * weight);
        return nanos * (outstanding + 1) / (succeeded * succeeded);
    }

    /** How long its answers take as a rule; of what was observed long ago less. */
    double typical(long now) {
        return typicalNanos * weight(now);
    }

    /** The same as it was when something was observed last, however long ago. */
    double typicalObserved() {
        return steps == 0 ? UNKNOWN_NANOS : typicalNanos;
    }

    private void settle(double nanos) {
        double step = steps < QUICK_STEPS ? QUICK_STEP : STEP;
        steps = Math.min(steps + 1, QUICK_STEPS);
        typicalNanos = Math.max(LEAST_NANOS, nanos > typicalNanos ? typicalNanos * step : typicalNanos / step);
    }

    boolean idle(long now) {
        return outstanding == 0 && !ejected(now);
    }
}
