package dev.weft.control;

import dev.weft.control.lead.Leadership;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** What a control plane does again and again, and what it does when another one that leads has written something. */
final class Upkeep implements AutoCloseable {

    /** The issuer's files are read again this often. */
    static final Duration ISSUER_RELOAD = Duration.ofSeconds(5);

    /** Join tokens out of date are deleted this often. */
    static final Duration TOKEN_PRUNE = Duration.ofMinutes(1);

    /** Revocations that have ended leave the bundles this often. */
    static final Duration REVOCATION_PRUNE = Duration.ofSeconds(10);

    /** Whether a JWT signing key is due is asked this often. */
    static final Duration JWT_KEYS = Duration.ofSeconds(30);

    /** The files of the bundle endpoint's certificate are read again this often. */
    static final Duration WEB_CERTIFICATE_RELOAD = Duration.ofSeconds(30);

    /** Whether this control plane has come to lead, or leads no more, is looked at this often. */
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
            timers.every(LEADERSHIP, () -> authority.trust().passTime(clock.instant()));
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
                            authority.trust()::lookAgain)));
        }
    }

    @Override
    public void close() {
        lifecycle.close();
    }
}
