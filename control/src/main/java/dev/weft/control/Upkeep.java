package dev.weft.control;

import dev.weft.control.lead.Leadership;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** The periodic tasks of a control plane, and its reactions when another control plane that leads has written state. */
final class Upkeep implements AutoCloseable {

    /** Interval at which the issuer's files are read again. */
    static final Duration ISSUER_RELOAD = Duration.ofSeconds(5);

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
    private final Lifecycle lifecycle = new Lifecycle();

    /** @param reload reads issuer and anchors again */
    Upkeep(Authority authority, Knowledge knowledge, Runnable reload, Clock clock) {
        this.authority = authority;
        this.knowledge = knowledge;
        this.reload = reload;
        this.clock = clock;
    }

    void start() {
        Leadership leadership = authority.state().leadership();
        Timers timers = lifecycle.add(new Timers());
        timers.every(ISSUER_RELOAD, reload);
        timers.every(TOKEN_PRUNE, () -> {
            if (leadership.leads()) {
                authority.tokens().prune();
            }
        });
        timers.every(REVOCATION_PRUNE, () -> knowledge.endRevocations(clock, leadership.leads()));
        timers.every(WEB_CERTIFICATE_RELOAD, knowledge.federation()::reload);
        timers.every(JWT_KEYS, authority.jwtKeys()::advance);
        timers.every(TOKEN_PRUNE, authority::pruneMachines);
        if (authority.state().isShared()) {
            timers.every(LEADERSHIP, () -> authority.trust().tick(clock.instant()));
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

    @Override
    public void close() {
        lifecycle.close();
    }
}
