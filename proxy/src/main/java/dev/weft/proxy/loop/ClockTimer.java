package dev.weft.proxy.loop;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Runs a task once when a clock reaches a moment. It looks at the clock at least once a minute, because the clock may
 * be set. Belongs to its event loop.
 */
public final class ClockTimer {
    /** Longest time until the clock is looked at again. */
    static final Duration MAX_DELAY = Duration.ofMinutes(1);

    private final EventLoop loop;
    private final InstantSource clock;
    private final Runnable task;
    private Instant due = Instant.MAX;
    private final LoopTimer look = new LoopTimer();

    /** Makes a timer at which nothing is due. */
    public ClockTimer(EventLoop loop, InstantSource clock, Runnable task) {
        this.loop = loop;
        this.clock = clock;
        this.task = task;
    }

    /** Runs the task at this moment instead of the one set before; a moment in the past counts as now. */
    public void set(Instant at) {
        cancel();
        due = at;
        arm();
    }

    /** Runs the task at this moment or at the one set before, whichever is earlier. */
    public void setEarlier(Instant at) {
        set(at.isBefore(due) ? at : due); // the clock may have been set since the last look
    }

    /** Nothing is due any more. */
    public void cancel() {
        due = Instant.MAX;
        look.cancel();
    }

    private void arm() {
        Duration left = Duration.between(clock.instant(), due);
        long millis = left.compareTo(MAX_DELAY) > 0 ? MAX_DELAY.toMillis() : Math.max(0, left.toMillis()) + 1;
        look.start(loop, Duration.ofMillis(millis), this::look);
    }

    private void look() {
        if (clock.instant().isBefore(due)) {
            arm();
        } else {
            cancel();
            task.run();
        }
    }
}
