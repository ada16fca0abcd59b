package dev.weft.control;

import dev.weft.daemon.metrics.Counter;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.daemon.schedule.ClockWatch;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports a clock of the control plane that was set: certificates that were issued before may be valid too early or too
 * late. Used by one thread only.
 */
final class ClockJumps {
    private static final Logger LOG = LoggerFactory.getLogger(ClockJumps.class);

    private final ClockWatch watch;
    private final Counter jumps;
    private final Runnable reload;

    /** @param reload judges the issuer and the control plane's own certificate by the clock again */
    ClockJumps(InstantSource clock, LongSupplier nanoTime, Metrics metrics, Runnable reload) {
        this.reload = reload;
        this.watch = new ClockWatch(clock, nanoTime, this::jumped);
        this.jumps = metrics.counter(
                        "weft_control_clock_jumps_total",
                        "Times that the control plane's clock was set by two seconds or more.",
                        "direction")
                .zero("forward")
                .zero("back");
    }

    /** Call it every {@link ClockWatch#PERIOD}. */
    void look() {
        watch.look();
    }

    private void jumped(Duration by) {
        boolean forward = by.isPositive();
        jumps.increment(forward ? "forward" : "back");
        LOG.atWarn()
                .addKeyValue("seconds", by.toSeconds())
                .log(
                        "The clock of the control plane was set {} by {} s. Certificates that were issued before are valid {}"
                                + " than intended; see docs/runbook.md.",
                        forward ? "forward" : "back",
                        by.abs().toSeconds(),
                        forward ? "earlier" : "later");
        reload.run();
    }
}
