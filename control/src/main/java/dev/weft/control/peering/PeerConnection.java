package dev.weft.control.peering;

import dev.weft.api.v1.PeeringGrpc;
import dev.weft.api.v1.PeeringRequest;
import dev.weft.api.v1.PeeringUpdate;
import dev.weft.control.tls.ClientTls;
import dev.weft.mesh.model.IpPort;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connection to a control plane of another trust domain. */
final class PeerConnection implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration PING_INTERVAL = Duration.ofSeconds(10);
    private static final Duration PING_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final ManagedChannel channel;
    private final SslContext tls;
    private final PeerTrust check;
    private volatile @Nullable Expectation expectation;
    private volatile boolean overdue;

    /** What the other side must send, and within which time. */
    private record Expectation(String what, Duration within) {}

    private PeerConnection(ManagedChannel channel, SslContext tls, PeerTrust check) {
        this.channel = channel;
        this.tls = tls;
        this.check = check;
    }

    /** Returns a connection that is established at the first call. */
    static PeerConnection open(IpPort address, ClientTls how, PeerTrust check) throws IOException {
        SslContext tls = how.context(check);
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        new InetSocketAddress(address.address(), address.port()))
                .sslContext(tls)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_TIMEOUT.toMillis())
                .keepAliveTime(PING_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(PING_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .maxInboundMessageSize(ExportSteps.MAX_MESSAGE)
                .build();
        return new PeerConnection(channel, tls, check);
    }

    Iterator<PeeringUpdate> watch(String held) {
        return PeeringGrpc.newBlockingStub(channel)
                .watch(PeeringRequest.newBuilder().setHeld(held).build());
    }

    /** Closes the connection when the other side's certificate ends. */
    void endWithCertificate(Clock clock) {
        Duration left = Duration.between(clock.instant(), check.until());
        afterIfOpen("end", left.isNegative() ? Duration.ZERO : left, channel::shutdownNow);
    }

    /** Closes the connection unless {@link #expectNothing} is called, or something else is owed, within this time. */
    void expect(String what, Duration within) {
        Expectation expected = new Expectation(what, within);
        expectation = expected;
        afterIfOpen("debt", within, () -> {
            if (expected.equals(expectation)) {
                overdue = true;
                channel.shutdownNow();
            }
        });
    }

    /** Runs the task after this time, unless the connection has ended before. */
    private void afterIfOpen(String why, Duration time, Runnable task) {
        Thread.ofVirtual().name("peer connection's " + why).start(() -> {
            try {
                if (!channel.awaitTermination(time.toMillis(), TimeUnit.MILLISECONDS)) {
                    task.run();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** The other side has sent all that it owed. */
    void expectNothing() {
        expectation = null;
    }

    /** Returns what was owed for too long and closed the connection; empty if nothing was. */
    Optional<String> overdue() {
        Expectation expected = expectation;
        return overdue && expected != null
                ? Optional.of("has not sent " + expected.what() + " within "
                        + (expected.within().toMillis() + 999) / 1000 + " s")
                : Optional.empty();
    }

    void shutdown() {
        channel.shutdownNow();
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        ReferenceCountUtil.release(tls);
    }
}
