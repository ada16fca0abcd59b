package dev.weft.bench.registry;

import dev.weft.api.v1.Hello;
import dev.weft.api.v1.WatchResponse;
import dev.weft.control.caller.Caller;
import dev.weft.control.certify.LiveIssuer;
import dev.weft.control.compile.MeshCompiler;
import dev.weft.control.peering.Peering;
import dev.weft.control.state.ControlState;
import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.MeshEndpoint;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.mesh.registry.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The parts of a control plane that a change passes through, from the objects to the streams. */
final class ControlUnderChange implements AutoCloseable {
    private static final Duration LIFE = Duration.ofHours(24);

    private final Supplier<Snapshot> objects;
    private final MeshCompiler compiler = new MeshCompiler(SyntheticMesh.DOMAIN);
    private final TrustSource trust;
    private final Issuer issuer;
    private final MeshEndpoint mesh;
    private final Peering peering;
    private final KeyPair keys = KeyPairs.generateP256();
    private final Map<SpiffeId, List<X509Certificate>> chains = new HashMap<>();
    private final List<FakeSidecar> sidecars = new ArrayList<>();

    ControlUnderChange(Path folder, Supplier<Snapshot> objects) throws IOException {
        Clock clock = Clock.systemUTC();
        Metrics metrics = new Metrics();
        this.objects = objects;
        ControlState state = ControlState.initialise(folder.resolve("state"), SyntheticMesh.DOMAIN, clock);
        trust = new TrustSource(SyntheticMesh.DOMAIN, state.store());
        issuer = new LiveIssuer(state, trust, clock).usable().orElseThrow();
        mesh = new MeshEndpoint(trust, clock, metrics);
        peering = new Peering(
                SyntheticMesh.DOMAIN,
                state.directory(),
                trust,
                clock,
                mesh::publish,
                new Peering.Bundles(false, mesh::behind, (_, _) -> {}),
                metrics);
        mesh.onProxyChange(peering::proxiesChanged);
    }

    /** Publishes the present objects. */
    void publish() {
        peering.accept(compiler.compile(objects.get(), trust.wire()));
    }

    /**
     * Connects the sidecar of a workload, which subscribes to these resources.
     *
     * @param workload {@code namespace/name}
     * @param told receives each response
     */
    void connect(String workload, SpiffeId identity, List<String> names, Consumer<WatchResponse> told) {
        List<X509Certificate> chain =
                chains.computeIfAbsent(identity, id -> issuer.issue(keys.getPublic(), id, LIFE, Instant.now()));
        Hello hello = Hello.newBuilder()
                .setWorkload(workload)
                .setNames(true)
                .setEndpointChanges(true)
                .build();
        sidecars.add(FakeSidecar.open(mesh, new Caller("10.0.0.1", chain), hello, names, told));
    }

    int connected() {
        return mesh.proxies().size();
    }

    @Override
    public void close() {
        sidecars.forEach(FakeSidecar::close);
        peering.close();
        mesh.close();
    }
}
