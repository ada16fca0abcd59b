package dev.weft.proxy.tunnel;

import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Triggers new decisions on all sessions when a certificate of the tunnel ends. Belongs to the tunnel's event loop. */
final class CertificateEnd {
    /** Longest time until the end is checked again, because clocks may jump. */
    private static final Duration MAX_DELAY = Duration.ofMinutes(1);

    private final Tunnel tunnel;
    private @Nullable ScheduledFuture<?> timer;

    CertificateEnd(Tunnel tunnel) {
        this.tunnel = tunnel;
    }

    /** Schedules a check at the end of the tunnel's current proof. */
    void schedule() {
        cancel();
        Duration left = Duration.between(tunnel.sidecar().mesh().now(), end());
        long millis = Math.clamp(left.toMillis() + 1, 1, MAX_DELAY.toMillis());
        timer = tunnel.loop().schedule(this::look, millis, TimeUnit.MILLISECONDS);
    }

    void cancel() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void look() {
        if (!tunnel.sidecar().mesh().now().isBefore(end())) {
            tunnel.sidecar().registry().recheck("a certificate ended");
        } else if (tunnel.channel().isActive()) {
            schedule();
        }
    }

    private Instant end() {
        return tunnel.proof().notAfter();
    }
}
