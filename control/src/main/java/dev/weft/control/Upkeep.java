package dev.weft.control;

import dev.weft.control.lead.Leadership;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.daemon.schedule.ClockWatch;
import dev.weft.daemon.schedule.Repetition;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;

/** The periodic tasks of a control plane, and its reactions when another control plane that leads has written state. */
final class Upkeep implements AutoCloseable {

    /** Interval at which the issuer's files are read again. */
    static final Duration ISSUER_RELOAD = Duration.ofSeconds(5);

    /** Interval of the check whether the state directory can be written. */
    static final Duration WRITE_PROBE = Duration.ofSeconds(5);

    /** Interval at which expired join tokens are deleted. */
    static final Duration TOKEN_PRUNE = Duration.ofMinutes(1);

    /** Interval at which ended revocations leave the bundles. */
    static final Duration REVOCATION_PRUNE = Duration.ofSeconds(10);

    /** Interval of the check whether a new JWT signing key is due. */
    static final Duration JWT_KEYS = Duration.ofSeconds(30);

    /** Interval at which the files of the bundle endpoint's certificate are read again. */
    static final Duration WEB_CERTIFICATE_RELOAD = Duration.ofSeconds(30);

    /** Interval of the check whether this control plane has gained or lost leadership. */
    static final Duration LEADERSHIP = Duration.ofSeconds(1);

    private final Authority authority;
    private final Knowledge knowledge;
    private final Runnable reload;
    private final Clock clock;
    private final ClockJumps jumps;
    private final ScheduledExecutorService timers = Repetition.thread("control-timers");
    /** A thread of its own, because a disk that hangs must not stop the other tasks. */
    private final ScheduledExecutorService probing = Repetition.thread("state-probe");

    private final Lifecycle lifecycle = new Lifecycle();

    /** @param reload reads issuer and anchors again */
    Upkeep(Authority authority, Knowledge knowledge, Runnable reload, Metrics metrics, Clock clock) {
        this.authority = authority;
        this.knowledge = knowledge;
        this.reload = reload;
        this.clock = clock;
        this.jumps = new ClockJumps(clock, System::nanoTime, metrics, reload);
    }

    void start() {
        Leadership leadership = authority.state().leadership();
        lifecycle.add(timers);
        every(ISSUER_RELOAD, reload);
        every(ClockWatch.PERIOD, jumps::look);
        lifecycle.add(probing);
        Future<?> _ = Repetition.every(probing, WRITE_PROBE, authority.writable()::check);
        every(TOKEN_PRUNE, () -> {
            if (leadership.leads()) {
                authority.tokens().prune();
            }
        });
        every(REVOCATION_PRUNE, () -> knowledge.endRevocations(clock, leadership.leads()));
        every(WEB_CERTIFICATE_RELOAD, knowledge.federation()::reload);
        every(JWT_KEYS, authority.jwtKeys()::advance);
        every(TOKEN_PRUNE, authority::pruneMachines);
        if (authority.state().isShared()) {
            every(LEADERSHIP, () -> authority.trust().tick(clock.instant()));
            lifecycle.add(new StateFollower(
                    authority.state().store(),
                    leadership,
                    Map.of(
                            "anchors",
                            reload,
                            "issuer",
                            reload,
                            "retired.json",
                            reload,
                            "jwt-keys",
                            authority.jwtKeys()::advance,
                            "bundle-sequence",
                            authority.trust()::recompute)));
        }
    }

    private void every(Duration interval, Runnable task) {
        Future<?> _ = Repetition.every(timers, interval, task);
    }

    @Override
    public void close() {
        lifecycle.close();
    }
}
