package dev.weft.control.peering;

import dev.weft.api.v1.PeeringUpdate;
import dev.weft.control.certify.RateLimiter;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * Reads the messages of one control plane, at a limited rate, and gives up on one that does not send what it owes in
 * time. For one thread.
 */
final class PeerStream {

    /** Steps and messages about trust accepted per second, sustained; further ones wait. */
    static final double STEPS_PER_SECOND = 2;

    /** Steps and messages about trust accepted in a burst. */
    static final int STEPS_AT_ONCE = 20;

    private static final String CALLER = "the one";
    private static final Duration PACE = Duration.ofMillis(100);

    /** How long the other side may take for its first message, and for its first complete version. */
    record Limits(Duration firstMessage, Duration firstVersion) {
        static final Limits STANDARD = new Limits(Duration.ofSeconds(10), Duration.ofSeconds(60));
    }

    /** Receives the results. */
    interface Listener {
        /** A complete version is known; {@code another} is whether it differs from the one before. */
        void received(boolean another);
    }

    private final PeerKnowledge knowledge;
    private final RateLimiter steps;
    private final Limits limits;
    private final Clock clock;
    private final BooleanSupplier closed;
    private final LongConsumer newerBundle;
    private boolean answered;

    /**
     * Creates a reader that updates this knowledge.
     *
     * @param newerBundle receives the sequence of the bundle that the other side serves
     */
    PeerStream(PeerKnowledge knowledge, Limits limits, Clock clock, BooleanSupplier closed, LongConsumer newerBundle) {
        this.knowledge = knowledge;
        this.steps = new RateLimiter(STEPS_PER_SECOND, STEPS_AT_ONCE, 1, clock);
        this.limits = limits;
        this.clock = clock;
        this.closed = closed;
        this.newerBundle = newerBundle;
    }

    /** Whether the control plane that was read last has sent anything. */
    boolean answered() {
        return answered;
    }

    /**
     * Reads to the end of the stream.
     *
     * @throws ExportSteps.InvalidStepException if a message cannot be used
     * @throws io.grpc.StatusRuntimeException if the stream breaks
     */
    void read(PeerConnection open, Listener listener) throws ExportSteps.InvalidStepException, InterruptedException {
        ExportSteps.StepReader assembly = new ExportSteps.StepReader(knowledge.received());
        open.expect("anything", limits.firstMessage());
        Iterator<PeeringUpdate> updates = open.watch(knowledge.received().version());
        answered = false;
        boolean whole = false;
        while (updates.hasNext()) {
            PeeringUpdate update = updates.next();
            if (!answered) {
                answered = true;
                open.endWithCertificate(clock);
                open.expect("a whole version of what it has", limits.firstVersion());
            }
            if (update.hasTrust()) {
                knowledge.receiveTrust(update.getTrust());
                newerBundle.accept(update.getTrust().getSequence());
            } else if (assembly.take(update)) {
                if (!whole) {
                    whole = true;
                    open.expectNothing();
                }
                listener.received(knowledge.receive(assembly.held()));
            } else {
                continue;
            }
            while (!closed.getAsBoolean() && !steps.tryAcquire(CALLER)) {
                Thread.sleep(PACE);
            }
        }
    }
}
