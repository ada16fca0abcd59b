package dev.weft.proxy.identity;

import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that renewing fails: at first, when the reason changes, each time that half of the time left has passed, and
 * when the certificate has ended. Attempts in between are logged at the debug level. Belongs to the client's event
 * loop.
 */
final class RenewalLog {
    private static final Logger LOG = LoggerFactory.getLogger(RenewalLog.class);

    /**
     * A sidecar that starts together with its control plane may be ready first; within this time, that is no reason for
     * a warning.
     */
    private static final Duration START = Duration.ofSeconds(10);

    private boolean saidStart;
    private String saidGist = "";
    private Duration saidLeft = Duration.ZERO;
    private boolean saidEnd;

    void failed(RenewalHealth health, Instant now) {
        if (starts(health, now)) {
            if (!saidStart) {
                LOG.info("No certificate yet: {}", health.reason());
            }
            saidStart = true;
            return;
        }
        Duration left = health.left(now);
        boolean ended = health.notAfter() != null && !left.isPositive();
        boolean news = !health.gist().equals(saidGist)
                || (ended && !saidEnd)
                || (!ended && health.notAfter() != null && left.compareTo(saidLeft.dividedBy(2)) <= 0);
        if (!news) {
            LOG.debug("{}", health.warning(now).orElse(""));
            return;
        }
        saidGist = health.gist();
        saidLeft = left;
        saidEnd = ended;
        (ended ? LOG.atError() : LOG.atWarn())
                .addKeyValue("code", RenewalHealth.CODE)
                .addKeyValue("failures", health.failures())
                .addKeyValue("notAfter", health.notAfter())
                .addKeyValue("nextTry", health.nextTry())
                .log(health.warning(now).orElse(""));
    }

    private static boolean starts(RenewalHealth health, Instant now) {
        Instant since = health.failingSince();
        return health.notAfter() == null && since != null && now.isBefore(since.plus(START));
    }

    /**
     * Logs a renewal after failures.
     *
     * @param before the state before the renewal
     */
    void renewed(RenewalHealth before) {
        if (before.failures() > 0) {
            LOG.info(
                    "The sidecar has a new certificate again, after {} attempts since {}",
                    before.failures(),
                    before.failingSince());
        }
        saidGist = "";
        saidEnd = false;
    }
}
