package dev.weft.proxy.tunnel;

import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Has everything decided again when what proves a tunnel ends. Belongs to the tunnel's event loop. */
final class CertificateEnd {
    /** Clocks may jump: the end is looked at again after this at the latest. */
    private static final Duration MAX_DELAY = Duration.ofMinutes(1);

    private final Tunnel tunnel;
    private @Nullable ScheduledFuture<?> timer;

    CertificateEnd(Tunnel tunnel) {
        this.tunnel = tunnel;
    }

    /** Looks again at the end of the tunnel's present proof. */
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
