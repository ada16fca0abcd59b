package dev.weft.proxy.workloadapi;

import dev.weft.daemon.listen.SocketWatch;
import dev.weft.proxy.limit.AcceptFailures;
import dev.weft.proxy.limit.Descriptors;
import dev.weft.proxy.observe.SidecarMetrics;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.PeerCredentials;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the Workload API on a Unix socket, without TLS (WE-03). The file's place and mode decide which processes may
 * open the socket; of these, a process of another network namespace is refused.
 */
public final class WorkloadApiServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkloadApiServer.class);

    /** Most connections at a time: an application has one, or a few with its helpers. */
    static final int MAX_CONNECTIONS = 64;
    /** Most connections of other workloads' processes at a time: these have no reason to connect. */
    static final int MAX_STRANGERS = 4;
    /** Most calls at a time, of all connections: watching takes two or three. */
    static final int MAX_CALLS = 256;
    /** Callers are notified of a change within this time, each sidecar at its own random moment (WA-10). */
    static final long SPLAY_MILLIS = 1_000;

    private final EventLoopGroup loops;
    private final Descriptors descriptors;
    private final SocketFile socket;
    private final SidecarMetrics metrics;
    private final WorkloadApi api;
    private final SocketWatch watch;
    private volatile Channel listener;
    private final RandomGenerator random;
    private final CallerCheck neighbour;
    private final Quota connections = new Quota(MAX_CONNECTIONS);
    private final Quota strangers = new Quota(MAX_STRANGERS);
    private final Quota calls = new Quota(MAX_CALLS);
    private final AtomicBoolean strangerSeen = new AtomicBoolean();
    private final AtomicBoolean splaying = new AtomicBoolean();

    /** Binds the socket; throws UncheckedIOException or IllegalStateException if the path cannot be listened on. */
    public WorkloadApiServer(
            EventLoopGroup loops,
            Descriptors descriptors,
            Path socket,
            ServedIdentity identity,
            SidecarMetrics metrics,
            RandomGenerator random) {
        this(loops, descriptors, socket, identity, new CallerCheck(), metrics, random);
    }

    WorkloadApiServer(
            EventLoopGroup loops,
            Descriptors descriptors,
            Path socket,
            ServedIdentity identity,
            CallerCheck neighbour,
            SidecarMetrics metrics,
            RandomGenerator random) {
        this.loops = loops;
        this.descriptors = descriptors;
        this.neighbour = neighbour;
        this.socket = new SocketFile(socket);
        this.metrics = metrics;
        this.random = random;
        this.api = new WorkloadApi(identity);
        try {
            this.listener = listen();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "workload-api-socket: " + socket + " (expected: a path that can be replaced)", e);
        }
        metrics.registry()
                .gauge(
                        "weft_workload_api_connections",
                        "Open connections of applications to the Workload API",
                        connections::taken);
        this.watch = SocketWatch.start(socket, this::listenAgain);
    }

    private Channel listen() throws IOException {
        Path making = socket.making();
        Channel channel = new ServerBootstrap()
                .group(loops)
                .channel(EpollServerDomainSocketChannel.class)
                .handler(new AcceptFailures(descriptors))
                .childHandler(new ChannelInitializer<EpollDomainSocketChannel>() {
                    @Override
                    protected void initChannel(EpollDomainSocketChannel channel) {
                        accept(channel);
                    }
                })
                .bind(new DomainSocketAddress(making.toFile()))
                .syncUninterruptibly()
                .channel();
        try {
            socket.made(making);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close().syncUninterruptibly();
            throw e;
        }
    }

    private void listenAgain() throws IOException {
        Channel former = listener;
        listener = listen();
        var _ = former.close();
    }

    private void accept(EpollDomainSocketChannel channel) {
        boolean own = isOwn(channel);
        Quota quota = own ? connections : strangers;
        boolean room = quota.take() && descriptors.allow(Descriptors.Use.PAGES, channel, channel.eventLoop());
        var _ = channel.closeFuture().addListener(_ -> quota.giveBack());
        if (!room) {
            metrics.limitHit(own ? "workload-api-connections" : "workload-api-strangers");
            var _ = channel.close();
            return;
        }
        new Caller(channel, api, own, calls, metrics).start();
    }

    private boolean isOwn(EpollDomainSocketChannel channel) {
        try {
            PeerCredentials peer = channel.peerCredentials();
            boolean own = neighbour.isOwn(peer.pid());
            if (!own) {
                metrics.event("workload-api-stranger");
                if (strangerSeen.compareAndSet(false, true)) {
                    LOG.warn(
                            "WEFT-S011 Refusing process {} of user {}, of another workload, on the Workload API;"
                                    + " others are counted only",
                            peer.pid(),
                            peer.uid());
                }
            }
            return own;
        } catch (IOException _) {
            return false; // the process has ended
        }
    }

    /** Number of applications that watch their certificate. */
    public int svidWatchers() {
        return api.svidWatchers();
    }

    /** Called when the certificate or the bundles have changed: callers that watch are notified within a second. */
    public void changed() {
        if (splaying.compareAndSet(false, true)) {
            Future<?> _ = loops.next()
                    .schedule(
                            () -> {
                                splaying.set(false);
                                api.changed();
                            },
                            random.nextLong(SPLAY_MILLIS),
                            TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        watch.close();
        listener.close().syncUninterruptibly();
        try {
            socket.remove();
        } catch (IOException e) {
            throw new UncheckedIOException("workload-api-socket: " + socket.path() + " cannot be removed", e);
        }
    }

    /** Limits how many of something are in use at a time. A failed take counts too, until it is given back. */
    static final class Quota {
        private final int most;
        private final AtomicInteger taken = new AtomicInteger();

        Quota(int most) {
            this.most = most;
        }

        /** Takes one; returns false if that exceeds the limit. Must be given back in both cases. */
        boolean take() {
            return taken.incrementAndGet() <= most;
        }

        void giveBack() {
            taken.decrementAndGet();
        }

        int taken() {
            return taken.get();
        }
    }
}
