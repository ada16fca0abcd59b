package dev.weft.proxy;

import dev.weft.proxy.outbound.OutboundServer;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.session.SessionRegistry;
import dev.weft.proxy.tunnel.server.TunnelServer;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * The end of a workload's sessions after its listeners were closed.
 *
 * @param grace how long sessions may continue
 */
record WorkloadDrain(OutboundServer outbound, TunnelServer tunnels, SessionRegistry registry, Duration grace) {
    private static final long POLL_MILLIS = 20;
    /** How long to wait, after the grace time, until the sessions that were closed are gone. */
    private static final Duration CLOSE_TIME = Duration.ofSeconds(1);

    /** Lets sessions finish, those of HTTP in order, closes those that are left, then returns. */
    void run() throws InterruptedException {
        long deadline = System.nanoTime() + grace.toNanos();
        tunnels.drain();
        outbound.drainTunnels();
        registry.drain(Session.Direction.INBOUND);
        // The application may need its own connections to answer, and gets no others.
        await(() -> registry.count(Session.Direction.INBOUND) == 0, deadline - grace.toNanos() / 2);
        registry.drain(Session.Direction.OUTBOUND);
        if (await(() -> registry.sessions().isEmpty(), deadline)) {
            // The last bytes of the sessions may still be on their way out: tunnels close once these have gone.
            outbound.drainTunnels();
            await(() -> registry.tunnels() == 0, deadline);
            return;
        }
        registry.closeAll(Refusal.of(Refusal.Code.DRAINING, "the sidecar went down after a grace time of " + grace));
        await(() -> registry.sessions().isEmpty(), System.nanoTime() + CLOSE_TIME.toNanos());
    }

    private static boolean await(BooleanSupplier condition, long deadline) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            Thread.sleep(Duration.ofMillis(POLL_MILLIS));
        }
        return true;
    }
}
