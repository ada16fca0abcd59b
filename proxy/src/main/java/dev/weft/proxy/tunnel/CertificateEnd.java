package dev.weft.proxy.tunnel;

import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Has everything decided again when a tunnel's certificate ends. */
final class CertificateEnd {
    /** Clocks may jump: the end is looked at again after this at the latest. */
    private static final Duration MAX_DELAY = Duration.ofHours(1);

    private CertificateEnd() {}

    static void schedule(Sidecar sidecar, Channel channel, Instant notAfter) {
        Duration left = Duration.between(sidecar.mesh().now(), notAfter);
        long millis = Math.max(1, Math.min(left.toMillis() + 1, MAX_DELAY.toMillis()));
        ScheduledFuture<?> timer = channel.eventLoop()
                .schedule(
                        () -> {
                            if (!sidecar.mesh().now().isBefore(notAfter)) {
                                sidecar.registry().recheck("a certificate ended");
                            } else if (channel.isActive()) {
                                schedule(sidecar, channel, notAfter);
                            }
                        },
                        millis,
                        TimeUnit.MILLISECONDS);
        var _ = channel.closeFuture().addListener(closed -> timer.cancel(false));
    }
}
