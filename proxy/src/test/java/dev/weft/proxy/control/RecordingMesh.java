package dev.weft.proxy.control;

import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Resource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Notes what a subscription reports, and refuses what a test wants refused. */
final class RecordingMesh implements MeshListener {
    final BlockingQueue<Set<String>> updates = new LinkedBlockingQueue<>();
    final BlockingQueue<String> connections = new LinkedBlockingQueue<>();
    final BlockingQueue<String> refusals = new LinkedBlockingQueue<>();
    /** Destinations that a test waits for. Used by the client's event loop alone. */
    final Map<ResourceName, CompletableFuture<Destination>> awaited = new HashMap<>();

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
    public void onRefused(ResourceName name, String version, String reason) {
        refusals.add(name.wireName() + " " + version + ": " + reason);
        Optional.ofNullable(awaited.remove(name))
                .ifPresent(answer -> answer.completeExceptionally(new IllegalArgumentException(reason)));
    }

    @Override
    public void onUpdate(MeshChange change) {
        Set<String> changed =
                change.resources().keySet().stream().map(ResourceName::wireName).collect(Collectors.toSet());
        check.accept(changed);
        updates.add(changed);
        awaited.forEach(
                (name, answer) -> change.now(name).map(Resource::getDestination).ifPresent(answer::complete));
        awaited.values().removeIf(CompletableFuture::isDone);
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
