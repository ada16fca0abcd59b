package dev.weft.control.peering;

import dev.weft.api.v1.PeeringUpdate;
import dev.weft.control.certify.RateLimiter;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * Reads what one control plane tells, at a pace that it cannot drive, and gives up on one that owes an answer and gives none. For one
 * thread.
 */
final class PeerStream {

    /** Steps, and words of trust, that a control plane may have taken in a second, over a longer time; until then it waits. */
    static final double STEPS_PER_SECOND = 2;

    /** Those that it may have taken at once. */
    static final int STEPS_AT_ONCE = 20;

    private static final String CALLER = "the one";
    private static final Duration PACE = Duration.ofMillis(100);

    /** What is owed how soon: the first word, and the first whole version. */
    record Limits(Duration firstWord, Duration firstVersion) {
        static final Limits STANDARD = new Limits(Duration.ofSeconds(10), Duration.ofSeconds(60));
    }

    /** What comes of it. */
    interface Listener {
        /** A whole version is known. */
        void learned(boolean another);
    }

    private final PeerKnowledge knowledge;
    private final RateLimiter steps;
    private final Limits limits;
    private final Clock clock;
    private final BooleanSupplier closed;
    private final LongConsumer newerBundle;
    private boolean answered;

    /**
     * Reads into this knowledge.
     *
     * @param newerBundle told the sequence of the bundle that the other side serves
     */
    PeerStream(PeerKnowledge knowledge, Limits limits, Clock clock, BooleanSupplier closed, LongConsumer newerBundle) {
        this.knowledge = knowledge;
        this.steps = new RateLimiter(STEPS_PER_SECOND, STEPS_AT_ONCE, 1, clock);
        this.limits = limits;
        this.clock = clock;
        this.closed = closed;
        this.newerBundle = newerBundle;
    }

    /** Whether the one that was read last has said anything. */
    boolean answered() {
        return answered;
    }

    /**
     * Reads to the end.
     *
     * @throws Steps.BrokenException if what it tells cannot be used
     * @throws io.grpc.StatusRuntimeException if the stream breaks
     */
    void read(PeerConnection open, Listener listener) throws Steps.BrokenException, InterruptedException {
        Steps.Assembly assembly = new Steps.Assembly(knowledge.told());
        open.owe("a word", limits.firstWord());
        Iterator<PeeringUpdate> updates = open.watch(knowledge.told().version());
        answered = false;
        boolean whole = false;
        while (updates.hasNext()) {
            PeeringUpdate update = updates.next();
            if (!answered) {
                answered = true;
                open.endWithCertificate(clock);
                open.owe("a whole version of what it has", limits.firstVersion());
            }
            if (update.hasTrust()) {
                knowledge.hear(update.getTrust());
                newerBundle.accept(update.getTrust().getSequence());
            } else if (assembly.take(update)) {
                if (!whole) {
                    whole = true;
                    open.settle();
                }
                listener.learned(knowledge.learn(assembly.held()));
            } else {
                continue;
            }
            while (!closed.getAsBoolean() && !steps.tryAcquire(CALLER)) {
                Thread.sleep(PACE);
            }
        }
    }
}
