package dev.weft.proxy.control;

import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** Notes what a subscription reports, and refuses what a test wants refused. */
final class RecordingMesh implements MeshListener {
    final BlockingQueue<Set<String>> updates = new LinkedBlockingQueue<>();
    final BlockingQueue<String> connections = new LinkedBlockingQueue<>();
    volatile Consumer<Set<String>> check = _ -> {};

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
