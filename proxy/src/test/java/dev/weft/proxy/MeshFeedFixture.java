package dev.weft.proxy;

import dev.weft.proxy.control.ControlClient;
import dev.weft.proxy.control.ControlTarget;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.identity.IdentityListener;
import dev.weft.proxy.identity.IdentityManager;
import dev.weft.proxy.identity.TlsContexts;
import java.util.SplittableRandom;

/** What puts the control plane's words into force at a workload of a fixture, without a control plane. */
record MeshFeedFixture(MeshFeed feed, IdentityManager identity) implements AutoCloseable {

    MeshFeedFixture(MeshFixture mesh, Workload workload) {
        this(workload, identity(mesh, workload), mesh);
    }

    private MeshFeedFixture(Workload workload, IdentityManager identity, MeshFixture mesh) {
        this(new MeshFeed(workload, identity, mesh.clock, _ -> {}, _ -> {}, () -> {}), identity);
    }

    private static IdentityManager identity(MeshFixture mesh, Workload workload) {
        ControlTarget nowhere =
                new ControlTarget("127.0.0.1", 1, workload.settings().controlPlaneId(), 0);
        return new IdentityManager(
                workload.settings().identity(),
                null,
                new ControlClient(mesh.loops.next(), nowhere),
                new TlsContexts(mesh.bundles, mesh.clock),
                mesh.clock,
                new SplittableRandom(1),
                new IdentityListener() {
                    @Override
                    public void onCredentials(Credentials fresh) {}

                    @Override
                    public void onRenewed() {}

                    @Override
                    public void onRenewalFailure() {}
                });
    }

    @Override
    public void close() {
        identity.close();
    }
}
