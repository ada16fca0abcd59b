package dev.weft.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.identity.jwt.JwtSvid;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.proxy.control.ControlClient;
import dev.weft.proxy.identity.ApplicationIdentity;
import dev.weft.proxy.limit.Descriptors;
import dev.weft.proxy.mesh.MeshState;
import dev.weft.proxy.workloadapi.JwtSvids;
import dev.weft.proxy.workloadapi.ServedIdentity;
import dev.weft.proxy.workloadapi.WorkloadApiServer;
import io.netty.channel.EventLoopGroup;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Serves certificates, JWT-SVIDs and trust bundles to the workload's applications through the Workload API. */
final class ApplicationAccess implements ServedIdentity, AutoCloseable {
    /** The longest that a caller waits for the first bundles. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SpiffeId id;
    private final MeshState mesh;
    private final Clock clock;
    private final ApplicationIdentity x509;
    private final JwtSvids jwts;
    private final WorkloadApiServer server;

    @GuardedBy("this")
    private boolean bundlesKnown;

    @GuardedBy("this")
    private CompletableFuture<Void> bundlesAwaited = CompletableFuture.completedFuture(null);

    ApplicationAccess(
            Workload workload,
            ControlClient client,
            EventLoopGroup loops,
            Descriptors descriptors,
            Path socket,
            Clock clock,
            RandomGenerator random) {
        this.id = workload.settings().identity();
        this.mesh = workload.mesh();
        this.clock = clock;
        this.jwts = new JwtSvids(client, mesh::credentials, mesh::bundles, clock);
        this.x509 = new ApplicationIdentity(
                id, client, mesh::credentials, mesh::bundles, clock, random, this::watched, this::changed);
        this.server = new WorkloadApiServer(loops, descriptors, socket, this, workload.metrics(), random);
    }

    private boolean watched() {
        return server.svidWatchers() > 0;
    }

    private void changed() {
        server.changed();
    }

    void credentialsChanged() {
        x509.ownRenewed();
    }

    void bundlesChanged() {
        jwts.clear();
        x509.bundlesChanged();
        if (mesh.bundles().find(id.trustDomain()).isPresent()) {
            bundlesCame();
        }
        server.changed();
    }

    private void bundlesCame() {
        CompletableFuture<Void> waiting;
        synchronized (this) {
            bundlesKnown = true;
            waiting = bundlesAwaited;
        }
        waiting.complete(null); // runs what waits, so not under the lock
    }

    @Override
    public SpiffeId id() {
        return id;
    }

    @Override
    public CompletableFuture<TrustBundles> bundles() {
        return awaited().thenApply(_ -> mesh.bundles());
    }

    /**
     * Returns the future that all callers share while the first bundles are missing. It times out, so that waiting
     * calls do not pile up.
     */
    private synchronized CompletableFuture<Void> awaited() {
        if (bundlesKnown) {
            return CompletableFuture.completedFuture(null);
        }
        if (bundlesAwaited.isDone()) {
            bundlesAwaited = new CompletableFuture<Void>().orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        }
        return bundlesAwaited;
    }

    @Override
    public CompletableFuture<X509Svid> x509Svid() {
        return bundles().thenCompose(_ -> x509.svid());
    }

    @Override
    public CompletableFuture<JwtSvid> jwtSvid(List<String> audiences) {
        return bundles().thenCompose(_ -> jwts.fetch(audiences));
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public void close() {
        server.close();
        x509.close();
    }
}
