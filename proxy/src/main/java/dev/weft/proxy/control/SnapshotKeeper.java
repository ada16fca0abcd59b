package dev.weft.proxy.control;

import dev.weft.api.v1.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The snapshot in force. A response is put into force at once where possible; where a part of it cannot be, that part
 * alone stays out: a destination that is not understood must not keep a revocation away. Written by one event loop.
 */
final class SnapshotKeeper {
    private final MeshListener listener;
    private volatile MeshSnapshot snapshot = MeshSnapshot.EMPTY;

    SnapshotKeeper(MeshListener listener) {
        this.listener = listener;
    }

    MeshSnapshot snapshot() {
        return snapshot;
    }

    /** Drops what was told under this name, without a word to the listener. */
    void forget(String name) {
        SnapshotBuilder builder = new SnapshotBuilder(snapshot);
        builder.remove(name);
        snapshot = builder.build();
    }

    /** Puts what was told into force; what is refused of it, if anything, is left as it was. */
    Optional<Refusal> apply(List<Resource> told, List<String> removed) {
        Refusals refusals = new Refusals();
        try {
            update(told, removed, refusals);
        } catch (RuntimeException e) {
            List<List<Resource>> parts = parts(told);
            if (parts.size() + removed.size() <= 1) {
                refusals.add(Refusal.of(told.isEmpty() ? removed : names(told), e));
                refused(told, e);
            } else {
                refusals = new Refusals(); // each is found again
                applyEach(parts, removed, refusals);
            }
        }
        return Optional.ofNullable(refusals.all);
    }

    private void applyEach(List<List<Resource>> parts, List<String> removed, Refusals refusals) {
        for (String name : removed) {
            try {
                update(List.of(), List.of(name), refusals);
            } catch (RuntimeException e) {
                refusals.add(Refusal.of(name, e));
            }
        }
        for (List<Resource> part : parts) {
            try {
                update(part, List.of(), refusals);
            } catch (RuntimeException e) {
                refusals.add(Refusal.of(names(part), e));
                refused(part, e);
            }
        }
    }

    /** Is no longer said to be held: should the control plane go back to it, it is to be told again. */
    private void refused(List<Resource> told, RuntimeException why) {
        SnapshotBuilder next = new SnapshotBuilder(snapshot);
        told.forEach(resource -> next.refused(resource.getName()));
        snapshot = next.build();
        for (Resource resource : told) {
            listener.onRefused(resource.getName(), resource.getVersion(), String.valueOf(why.getMessage()));
        }
    }

    /** Throws what the listener throws; the snapshot is as it was then. */
    private void update(List<Resource> told, List<String> removed, Refusals refusals) {
        SnapshotBuilder next = new SnapshotBuilder(snapshot);
        Set<String> changed = new HashSet<>(removed);
        removed.forEach(next::remove);
        Map<Resource, IllegalArgumentException> refused = new LinkedHashMap<>();
        for (Resource resource : told) {
            try {
                listener.check(resource);
                next.put(resource);
                changed.add(resource.getName());
            } catch (IllegalArgumentException e) {
                refusals.add(Refusal.of(resource.getName(), e));
                refused.put(resource, e);
            }
        }
        if (!changed.isEmpty()) {
            MeshSnapshot built = next.build();
            listener.onUpdate(built, Set.copyOf(changed));
            snapshot = built;
        }
        refused.forEach((resource, why) -> refused(List.of(resource), why));
    }

    /** All destinations together, which may be many, and each other resource by itself. */
    private static List<List<Resource>> parts(List<Resource> told) {
        List<List<Resource>> parts = new ArrayList<>();
        List<Resource> destinations = new ArrayList<>();
        for (Resource resource : told) {
            if (SnapshotBuilder.isOfDestination(resource)) {
                destinations.add(resource);
            } else {
                parts.add(List.of(resource));
            }
        }
        if (!destinations.isEmpty()) {
            parts.add(destinations);
        }
        return parts;
    }

    private static List<String> names(List<Resource> resources) {
        return resources.stream().map(Resource::getName).toList();
    }

    /** Those of one response. */
    private static final class Refusals {
        private @Nullable Refusal all;

        void add(Refusal refusal) {
            all = all == null ? refusal : all.and(refusal);
        }
    }
}
