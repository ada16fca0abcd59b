package dev.weft.control.watch;

import dev.weft.api.v1.Hello;
import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.Resource;
import dev.weft.identity.spiffe.SpiffeId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks into a {@link MeshState} for tests of other packages. */
public final class MeshStates {

    private MeshStates() {}

    /** The resource as the proxy of this workload is told it. */
    public static Resource resource(MeshState state, String workload, String name) {
        return state.resource(workload, name, true).orElseThrow();
    }

    /** Whether a proxy may serve this workload. */
    public static boolean serves(MeshState state, String workload) {
        return state.workload(workload).isPresent();
    }

    /** Names of the bundles that every proxy is told. */
    public static Set<String> bundles(MeshState state) {
        return state.bundles().keySet();
    }

    /** The resource as the proxy of this workload is told it; empty if there is none. */
    public static Optional<Resource> find(MeshState state, String workload, String name) {
        return state.resource(workload, name, true);
    }

    /** Whether the proxy of this workload looks at this resource again when one state comes after another. */
    public static boolean concerns(MeshState former, MeshState now, String workload, String name) {
        ChangedTopics concerned = now.since(former);
        if (concerned.everything) {
            return true;
        }
        return switch (name) {
            case MeshState.INBOUND -> concerned.workloads.contains(workload);
            case MeshState.NAMES -> concerned.names;
            default ->
                ChangedTopics.topic(name).filter(concerned.topics::contains).isPresent();
        };
    }

    /** What the proxies of a mesh are told now. */
    public static MeshState of(MeshEndpoint mesh) {
        return mesh.hub.state();
    }

    /** The subscription of a proxy that asks for no names. */
    static Subscription subscription(
            String workload, Map<String, String> held, boolean changes, Set<String> capabilities) {
        Hello hello = Hello.newBuilder()
                .setWorkload(workload)
                .putAllHeld(held)
                .setEndpointChanges(changes)
                .addAllCapabilities(capabilities)
                .build();
        return new Subscription(hello, Optional::empty);
    }

    /** A workload with this configuration. */
    public static ServedWorkload served(SpiffeId identity, Inbound inbound) {
        return new ServedWorkload(identity, "", false, inbound.getAddressesList(), () -> inbound);
    }

    /** Whether a meshed workload has this identity. */
    public static boolean has(MeshState state, SpiffeId identity) {
        return state.has(identity, Optional.empty());
    }
}
