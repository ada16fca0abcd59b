package dev.weft.kubernetes.status;

import dev.weft.control.watch.CutOffPeer;
import dev.weft.control.watch.InboundStatus;
import dev.weft.control.watch.InboundStatus.State;
import dev.weft.control.watch.SidecarView;
import dev.weft.mesh.registry.Snapshot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Sidecars that stand as a test says; those of which it says nothing were never connected. */
final class FakeSidecars implements SidecarView {

    private final Supplier<Snapshot> objects;
    private final Map<String, InboundStatus> standings = new ConcurrentHashMap<>();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

    FakeSidecars(Supplier<Snapshot> objects) {
        this.objects = objects;
    }

    void stand(String workload, State how, String reason, String... capabilities) {
        standings.put(workload, new InboundStatus(how, reason, List.of(), Set.of(capabilities)));
        listeners.forEach(listener -> listener.accept(workload));
    }

    /** It is in force, and cuts these off. */
    void cutOff(String workload, CutOffPeer... peers) {
        standings.put(workload, new InboundStatus(State.IN_FORCE, "", List.of(peers), Set.of()));
        listeners.forEach(listener -> listener.accept(workload));
    }

    @Override
    public Snapshot objects() {
        return objects.get();
    }

    @Override
    public Optional<InboundStatus> inboundStatus(String workload) {
        return Optional.of(standings.getOrDefault(
                workload, new InboundStatus(State.NEVER_CONNECTED, "was never connected", List.of(), Set.of())));
    }

    @Override
    public void onInboundStatusChange(Consumer<String> listener) {
        listeners.add(listener);
    }
}
