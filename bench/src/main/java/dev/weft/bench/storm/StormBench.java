package dev.weft.bench.storm;

import dev.weft.bench.proc.Machine;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.control.ControlClient;
import dev.weft.proxy.control.ControlTarget;
import dev.weft.proxy.identity.TlsContexts;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/** Starts many sidecars at once against one control plane. Each has its own key, token and connections. */
public final class StormBench {
    private static final int LOOPS = 2;

    private StormBench() {}

    /**
     * Runs a storm.
     *
     * @param sidecars number of sidecars
     * @param hosts addresses of this machine at which the control plane is reached; each gives its connections a
     *     different source address
     * @param limit longest time until all have a certificate and a stream
     * @throws IllegalStateException if one sidecar has not within this time, or the control plane ends
     */
    public static StormReport storm(Path folder, int sidecars, List<String> hosts, Duration limit)
            throws IOException, InterruptedException {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(LOOPS, EpollIoHandler.newFactory());
        try (ControlPlaneUnderTest control = ControlPlaneUnderTest.start(folder, sidecars)) {
            TlsContexts contexts = new TlsContexts(control.bundles(), InstantSource.system());
            SslContext anonymous = contexts.anonymousClient();
            StormCount count = new StormCount(sidecars);
            List<StormSidecar> storm = sidecars(control, sidecars, hosts, loops, contexts, anonymous, count);
            double cpuBefore = control.cpuSeconds();
            double residentBefore = control.residentMib();
            Instant time = Instant.now();
            count.begin();
            CompletableFuture<?>[] told =
                    storm.stream().map(StormSidecar::start).toArray(CompletableFuture[]::new);
            await(told, limit, count, control);
            double streams = count.secondsSinceBegin();
            StormReport report = new StormReport(
                    time,
                    Machine.here(),
                    sidecars,
                    hosts.size(),
                    count.seconds(1),
                    count.seconds(0.5),
                    count.seconds(0.99),
                    count.seconds(1),
                    streams,
                    count.failures().values().stream()
                            .mapToLong(Long::longValue)
                            .sum(),
                    count.failures(),
                    control.cpuSeconds() - cpuBefore,
                    residentBefore,
                    control.peakMib(),
                    control.residentMib());
            storm.forEach(StormSidecar::close);
            ReferenceCountUtil.release(anonymous);
            return report;
        } finally {
            var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    private static List<StormSidecar> sidecars(
            ControlPlaneUnderTest control,
            int sidecars,
            List<String> hosts,
            EventLoopGroup loops,
            TlsContexts contexts,
            SslContext anonymous,
            StormCount count) {
        SpiffeId identity = SpiffeId.ofServiceAccount(ControlPlaneUnderTest.DOMAIN, "weft-system", "weft-control");
        List<EventLoop> ring = new ArrayList<>();
        IntStream.range(0, LOOPS).forEach(_ -> ring.add(loops.next()));
        return IntStream.range(0, sidecars)
                .parallel()
                .mapToObj(number -> {
                    ControlTarget target =
                            new ControlTarget(hosts.get(number % hosts.size()), control.port(), identity, 0);
                    return new StormSidecar(
                            number,
                            control::token,
                            new ControlClient(ring.get(number % LOOPS), target),
                            contexts,
                            anonymous,
                            count);
                })
                .toList();
    }

    private static void await(
            CompletableFuture<?>[] told, Duration limit, StormCount count, ControlPlaneUnderTest control)
            throws IOException, InterruptedException {
        try {
            CompletableFuture.allOf(told).get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            long without = Arrays.stream(told).filter(one -> !one.isDone()).count();
            throw new IllegalStateException(
                    without + " of " + told.length + " sidecars have no stream after " + limit + ", " + count.without()
                            + " no certificate; failures: " + count.failures() + "; the control plane "
                            + (control.alive() ? "runs: " : "has ended: ") + control.lastWords(),
                    e);
        }
    }
}
