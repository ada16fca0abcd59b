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
import org.jspecify.annotations.Nullable;

/**
 * What the control plane has told and is in force. A response is put into force at once where possible. Where a part of it
 * cannot be, that part alone stays out: a destination that is not understood must not keep a revocation away. Belongs to one
 * event loop.
 */
final class HeldResources {
    private final MeshListener listener;
    private final Map<ResourceName, Resource> byName = new HashMap<>();
    private TrustBundles bundles = TrustBundles.EMPTY;

    HeldResources(MeshListener listener) {
        this.listener = listener;
    }

    /** As it is now: a view. A resource has no version where the control plane has said something since that is refused. */
    Map<ResourceName, Resource> byName() {
        return Collections.unmodifiableMap(byName);
    }

    TrustBundles bundles() {
        return bundles;
    }

    /** Drops what was told under this name, without a word to the listener. */
    void forget(ResourceName name) {
        byName.remove(name);
    }

    /** Puts what was told into force; what is refused of it, if anything, is left as it was. */
    Optional<RefusedResources> apply(List<Resource> told, List<ResourceName> removed) {
        Refusals refusals = new Refusals();
        try {
            update(told, removed, refusals);
        } catch (RuntimeException e) {
            List<List<Resource>> parts = parts(told);
            if (parts.size() + removed.size() <= 1) {
                refusals.add(RefusedResources.of(
                        told.isEmpty() ? List.of(removed.getFirst().text()) : names(told), e));
                refused(told, e);
            } else {
                refusals = new Refusals(); // each is found again
                applyEach(parts, removed, refusals);
            }
        }
        return Optional.ofNullable(refusals.all);
    }

    private void applyEach(List<List<Resource>> parts, List<ResourceName> removed, Refusals refusals) {
        for (ResourceName name : removed) {
            try {
                update(List.of(), List.of(name), refusals);
            } catch (RuntimeException e) {
                refusals.add(RefusedResources.of(name.text(), e));
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
     * Is no longer said to be held: should the control plane go back to it, it is to be told again. A destination is not known any
     * more, nor is a name; of what else there was the content stays, the version does not.
     */
    private void refused(List<Resource> told, RuntimeException why) {
        for (Resource resource : told) {
            ResourceName name = ResourceName.of(resource.getName());
            byName.computeIfPresent(name, (_, held) -> switch (name) {
                case ResourceName.Destination _, ResourceName.Name _ -> null;
                case ResourceName.Single _, ResourceName.Bundle _, ResourceName.Unknown _ ->
                    held.toBuilder().setVersion(Opening.NO_VERSION).build();
            });
            listener.onRefused(name, resource.getVersion(), String.valueOf(why.getMessage()));
        }
    }

    /** Throws what the listener throws; all is as it was then. */
    private void update(List<Resource> told, List<ResourceName> removed, Refusals refusals) {
        MeshChange change = new MeshChange(byName(), bundles);
        removed.forEach(change::remove);
        Map<Resource, IllegalArgumentException> refused = new LinkedHashMap<>();
        for (Resource resource : told) {
            try {
                listener.check(resource);
                change.put(resource);
            } catch (IllegalArgumentException e) {
                refusals.add(RefusedResources.of(resource.getName(), e));
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

    /** All destinations together, which may be many, and each other resource by itself. */
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

    /** The resources of one response. */
    private static final class Refusals {
        private @Nullable RefusedResources all;

        void add(RefusedResources refusal) {
            all = all == null ? refusal : all.and(refusal);
        }
    }
}
