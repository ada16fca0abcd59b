package dev.weft.control.replica;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.api.v1.ReplicaRequest;
import dev.weft.api.v1.ReplicaUpdate;
import dev.weft.api.v1.ReplicasGrpc;
import dev.weft.control.tls.ClientTls;
import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.ConnectedProxy;
import dev.weft.control.watch.MeshEndpoint;
import dev.weft.daemon.tls.PeerCertificateCheck;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.verify.Verification;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows each other replica of this control plane to learn which sidecars are connected to it, so that the mesh's view
 * here contains all of them. The sidecars of a replica that is away remain known as disconnected: they connect
 * elsewhere.
 */
public final class ReplicaClient implements AutoCloseable {

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration PING_INTERVAL = Duration.ofSeconds(6);
    private static final Duration PING_TIMEOUT = Duration.ofSeconds(4);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaClient.class);

    private final SpiffeId self;
    private final TrustSource trust;
    private final MeshEndpoint mesh;
    private final ClientTls tls;
    private final Clock clock;

    @GuardedBy("this")
    private final Map<String, ReplicaFollower> followers = new HashMap<>();

    @GuardedBy("this")
    private boolean closed;

    /**
     * Creates a client that follows no replica before {@link #follow}.
     *
     * @param self the identity of this control plane, and of every replica
     * @param mesh receives the sidecars of the other replicas
     */
    public ReplicaClient(SpiffeId self, TrustSource trust, MeshEndpoint mesh, ClientTls tls, Clock clock) {
        this.self = requireNonNull(self, "self");
        this.trust = requireNonNull(trust, "trust");
        this.mesh = requireNonNull(mesh, "mesh");
        this.tls = requireNonNull(tls, "tls");
        this.clock = requireNonNull(clock, "clock");
    }

    /** Follows these replicas from now on, and no others. */
    public synchronized void follow(Map<String, InetSocketAddress> others) {
        if (closed) {
            return;
        }
        followers.entrySet().removeIf(each -> {
            boolean ended = !each.getValue().address.equals(others.get(each.getKey()));
            if (ended) {
                each.getValue().end();
            }
            return ended;
        });
        others.forEach(
                (name, address) -> followers.computeIfAbsent(name, _ -> new ReplicaFollower(name, address).begin()));
    }

    /** Returns the followed replicas by name, each with the connection to it if there is one. */
    public synchronized Map<String, Optional<ManagedChannel>> connections() {
        Map<String, Optional<ManagedChannel>> connections = new HashMap<>();
        followers.forEach((name, hearing) ->
                connections.put(name, Optional.ofNullable(hearing.channel).filter(channel -> !channel.isShutdown())));
        return connections;
    }

    /** Follows one replica, on a thread of its own. */
    private final class ReplicaFollower {
        private final String name;
        private final InetSocketAddress address;
        private final Thread thread;
        private volatile boolean ended;
        private volatile @Nullable ManagedChannel channel;
        private String problem = "";

        ReplicaFollower(String name, InetSocketAddress address) {
            this.name = name;
            this.address = address;
            this.thread = Thread.ofVirtual().name("replica " + name).unstarted(this::run);
        }

        ReplicaFollower begin() {
            thread.start();
            return this;
        }

        void end() {
            ended = true;
            ManagedChannel open = channel;
            if (open != null) {
                open.shutdownNow();
            }
            thread.interrupt();
        }

        /**
         * Follows the replica until the end, with a pause between attempts. There is no pause after a stream whose SVID
         * has expired or is refused now: the next one uses the present SVID. If that is refused too, there is one.
         */
        private void run() {
            boolean again = false;
            while (!ended) {
                boolean before = again;
                again = false;
                try {
                    follow();
                } catch (IOException | RuntimeException e) {
                    again = !before && Status.fromThrowable(e).getCode() == Status.Code.UNAUTHENTICATED;
                    if (!again) {
                        report(String.valueOf(e.getMessage()));
                    }
                } finally {
                    mesh.replicaAway(name);
                }
                if (!ended && !again) {
                    LockSupport.parkNanos(this, RETRY.toNanos());
                }
            }
        }

        private void report(String why) {
            if (!ended && !why.equals(problem)) {
                LOG.atWarn()
                        .addKeyValue("replica", name)
                        .addKeyValue("problem", why)
                        .log("a replica is not connected");
            }
            problem = why;
        }

        private void follow() throws IOException {
            SslContext context = tls.context(new SameIdentity());
            try {
                ManagedChannel open = NettyChannelBuilder.forAddress(address)
                        .sslContext(context)
                        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_TIMEOUT.toMillis())
                        .keepAliveTime(PING_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)
                        .keepAliveTimeout(PING_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                        .build();
                channel = open;
                try {
                    Iterator<ReplicaUpdate> updates =
                            ReplicasGrpc.newBlockingStub(open).watch(ReplicaRequest.getDefaultInstance());
                    while (!ended && updates.hasNext()) {
                        apply(updates.next());
                        problem = "";
                    }
                } finally {
                    close(open);
                }
            } finally {
                ReferenceCountUtil.release(context);
            }
        }

        private void apply(ReplicaUpdate update) {
            if (update.hasCutOff()) {
                mesh.replicaCutOff(name, Set.copyOf(update.getCutOff().getWorkloadsList()));
            }
            List<ConnectedProxy> connected = update.getConnectedList().stream()
                    .map(ReplicaMessages::read)
                    .toList();
            mesh.replicaServes(name, connected, update.getGoneList());
        }

        private void close(ManagedChannel open) {
            open.shutdownNow();
            try {
                open.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Accepts only a replica of this control plane. */
    private final class SameIdentity extends PeerCertificateCheck {
        @Override
        protected void check(X509Certificate[] chain) throws CertificateException {
            switch (trust.verifier().verify(List.of(chain), clock.instant())) {
                case Verification.Verified verified -> {
                    if (!verified.id().equals(self)) {
                        throw new CertificateException("it proves " + verified.id() + " (expected: " + self + ")");
                    }
                }
                case Verification.Rejected rejected ->
                    throw new CertificateException("its SVID is refused: " + rejected);
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        followers.values().forEach(ReplicaFollower::end);
        followers.clear();
    }
}
