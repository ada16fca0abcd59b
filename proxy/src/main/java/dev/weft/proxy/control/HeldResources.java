package dev.weft.proxy.control;

import dev.weft.api.v1.Resource;
import dev.weft.identity.trust.TrustBundles;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The resources that the control plane has sent and that are in force. A response takes effect as a whole if possible.
 * If a part of it cannot be used, only that part is refused: a destination that is not understood must not delay a
 * revocation. Belongs to one event loop.
 */
final class HeldResources {
    private final MeshListener listener;
    private final Map<ResourceName, Resource> byName = new HashMap<>();
    private TrustBundles bundles = TrustBundles.EMPTY;

    HeldResources(MeshListener listener) {
        this.listener = listener;
    }

    /**
     * The resources by name: a live view. A resource has no version if the control plane has since sent another that
     * was refused.
     */
    Map<ResourceName, Resource> byName() {
        return Collections.unmodifiableMap(byName);
    }

    TrustBundles bundles() {
        return bundles;
    }

    /** Drops the resource of this name without a call to the listener. */
    void forget(ResourceName name) {
        byName.remove(name);
    }

    /** Applies what was sent, and returns what was refused of it, if anything. */
    Optional<RefusedResources> apply(List<Resource> told, List<ResourceName> removed) {
        List<RefusedResources> refusals = new ArrayList<>();
        try {
            update(told, removed, refusals);
        } catch (RuntimeException e) {
            List<List<Resource>> parts = parts(told);
            if (parts.size() + removed.size() <= 1) {
                refusals.add(RefusedResources.of(
                        told.isEmpty() ? List.of(removed.getFirst().wireName()) : names(told), e));
                refused(told, e);
            } else {
                refusals.clear(); // each is found again
                applyEach(parts, removed, refusals);
            }
        }
        return refusals.stream().reduce(RefusedResources::and);
    }

    private void applyEach(List<List<Resource>> parts, List<ResourceName> removed, List<RefusedResources> refusals) {
        for (ResourceName name : removed) {
            try {
                update(List.of(), List.of(name), refusals);
            } catch (RuntimeException e) {
                refusals.add(RefusedResources.of(List.of(name.wireName()), e));
            }
        }
        for (List<Resource> part : parts) {
            try {
                update(part, List.of(), refusals);
            } catch (RuntimeException e) {
                refusals.add(RefusedResources.of(names(part), e));
                refused(part, e);
            }
        }
    }

    /**
     * Marks refused resources as no longer held, so that the control plane sends them again if it goes back to the
     * former ones. A destination or a name is dropped; any other resource keeps its content but loses its version.
     */
    private void refused(List<Resource> told, RuntimeException why) {
        for (Resource resource : told) {
            ResourceName name = ResourceName.parse(resource.getName());
            byName.computeIfPresent(name, (_, held) -> switch (name) {
                case ResourceName.Destination _, ResourceName.HostName _ -> null;
                case ResourceName.PerWorkload _, ResourceName.Bundle _, ResourceName.Unknown _ ->
                    held.toBuilder().setVersion(FirstRequests.NO_VERSION).build();
            });
            listener.onRefused(name, resource.getVersion(), String.valueOf(why.getMessage()));
        }
    }

    /** Applies resources together. Throws what the listener throws; nothing has changed then. */
    private void update(List<Resource> told, List<ResourceName> removed, List<RefusedResources> refusals) {
        MeshChange change = new MeshChange(byName(), bundles);
        removed.forEach(change::remove);
        Map<Resource, IllegalArgumentException> refused = new LinkedHashMap<>();
        for (Resource resource : told) {
            try {
                listener.check(resource);
                change.put(resource);
            } catch (IllegalArgumentException e) {
                refusals.add(RefusedResources.of(List.of(resource.getName()), e));
                refused.put(resource, e);
            }
        }
        if (!change.resources().isEmpty()) {
            listener.onUpdate(change);
            change.resources()
                    .forEach((name, now) ->
                            now.ifPresentOrElse(resource -> byName.put(name, resource), () -> byName.remove(name)));
            bundles = change.bundles();
        }
        refused.forEach((resource, why) -> refused(List.of(resource), why));
    }

    /** Splits resources into parts: all destinations together, as there may be many, and each other resource alone. */
    private static List<List<Resource>> parts(List<Resource> told) {
        List<List<Resource>> parts = new ArrayList<>();
        List<Resource> destinations = new ArrayList<>();
        for (Resource resource : told) {
            if (resource.hasDestination() || resource.hasEndpointChanges()) {
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
}
