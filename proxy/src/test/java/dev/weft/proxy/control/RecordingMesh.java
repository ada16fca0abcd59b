package dev.weft.proxy.control;

import dev.weft.api.v1.Resource;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** Notes what a subscription reports, and refuses what a test wants refused. */
final class RecordingMesh implements MeshListener {
    final BlockingQueue<Set<String>> updates = new LinkedBlockingQueue<>();
    final BlockingQueue<String> connections = new LinkedBlockingQueue<>();
    final BlockingQueue<String> refusals = new LinkedBlockingQueue<>();
    volatile Consumer<Set<String>> check = _ -> {};

    /** As what plaintext must not come of. */
    @Override
    public void check(Resource resource) {
        if (resource.hasDestination()
                && resource.getDestination().getEndpoints().getEndpointsList().stream()
                        .anyMatch(endpoint -> endpoint.getIdentity().isEmpty())) {
            throw new IllegalArgumentException("no membership");
        }
    }

    @Override
    public void onRefused(String name, String version, String reason) {
        refusals.add(name + " " + version + ": " + reason);
    }

    @Override
    public void onUpdate(MeshSnapshot snapshot, Set<String> changed) {
        check.accept(changed);
        updates.add(changed);
    }

    /** From now on throws when this resource changes. */
    void refuse(String name, String reason) {
        check = changed -> {
            if (changed.contains(name)) {
                throw new IllegalArgumentException(reason);
            }
        };
    }

    @Override
    public void onConnected() {
        connections.add("up");
    }

    @Override
    public void onDisconnected(String reason) {
        connections.add("down: " + reason);
    }
}
