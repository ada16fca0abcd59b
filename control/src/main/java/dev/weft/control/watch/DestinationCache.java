package dev.weft.control.watch;

import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Endpoint;
import dev.weft.api.v1.EndpointChanges;
import dev.weft.api.v1.Endpoints;
import dev.weft.api.v1.Resource;
import dev.weft.control.directory.Directory;
import dev.weft.mesh.model.IpPort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A cache of requested destinations, shared by all streams and all states of a mesh. Each is kept with its basis, and
 * is built again when its basis differs, whichever state comes first. For large destinations the former versions are
 * kept too, and each difference is computed once. Safe for use by many threads.
 */
final class DestinationCache {

    /** Most destinations kept; beyond this number all are dropped, and built again on request. */
    static final int MAX_CACHED = 100_000;

    /** Number of endpoints from which on a destination is sent as changes. */
    static final int LARGE = 100;

    /** Most former versions kept of one destination; a proxy with an older one gets the whole. */
    static final int MAX_FORMER = 16;

    /** @param changes from each former version to this one, as far as they were requested */
    private record CachedDestination(
            Object basis, Resource whole, List<Resource> former, Map<String, Optional<Resource>> changes) {}

    private final Map<String, CachedDestination> cached = new ConcurrentHashMap<>();
    /** Destinations that have routes, in the form for proxies that do not know routes. */
    private final Map<String, CachedDestination> cachedWithoutRoutes = new ConcurrentHashMap<>();

    /**
     * Returns the destination of this name and address in a directory.
     *
     * @param routes whether it is for a proxy that knows routes
     */
    Resource get(String name, IpPort address, Directory directory, boolean routes) {
        Resource whole = get(cached, name, address, directory, UnaryOperator.identity());
        return routes || !whole.getDestination().getEndpoints().hasRoutes()
                ? whole
                : get(cachedWithoutRoutes, name, address, directory, DestinationCache::withoutRoutes);
    }

    private static Destination withoutRoutes(Destination destination) {
        return destination.toBuilder()
                .setEndpoints(destination.getEndpoints().toBuilder().clearRoutes())
                .build();
    }

    private static Resource get(
            Map<String, CachedDestination> kept,
            String name,
            IpPort address,
            Directory directory,
            UnaryOperator<Destination> told) {
        Object basis = directory.basisOf(address.address());
        CachedDestination known = kept.get(name);
        if (known != null && known.basis().equals(basis)) {
            return known.whole();
        }
        if (kept.size() >= MAX_CACHED) {
            kept.clear();
        }
        // Only one of several streams that ask at once builds it.
        return kept.compute(name, (_, present) -> {
                    if (present != null && present.basis().equals(basis)) {
                        return present;
                    }
                    CachedDestination made = make(name, basis, told.apply(directory.destination(address)));
                    return present == null ? made : after(present, made);
                })
                .whole();
    }

    private static CachedDestination make(String name, Object basis, Destination destination) {
        Resource whole = ResourceVersions.resource(name, destination, Resource.Builder::setDestination);
        return new CachedDestination(basis, whole, List.of(), new ConcurrentHashMap<>());
    }

    private static CachedDestination after(CachedDestination former, CachedDestination now) {
        if (former.whole().getVersion().equals(now.whole().getVersion())) {
            return new CachedDestination(now.basis(), former.whole(), former.former(), former.changes());
        }
        if (!isLarge(former.whole()) || !isLarge(now.whole())) {
            return now;
        }
        List<Resource> before = new ArrayList<>(former.former());
        before.removeIf(resource -> resource.getVersion().equals(now.whole().getVersion()));
        before.add(former.whole());
        return new CachedDestination(
                now.basis(),
                now.whole(),
                List.copyOf(before.subList(Math.max(0, before.size() - MAX_FORMER), before.size())),
                new ConcurrentHashMap<>());
    }

    private static boolean isLarge(Resource whole) {
        return whole.getDestination().getEndpoints().getEndpointsCount() >= LARGE;
    }

    /**
     * Returns the changes from this version to the whole; empty if the version is not known, or the changes are not
     * much shorter.
     */
    Optional<Resource> changes(String version, Resource whole) {
        return Stream.of(cached, cachedWithoutRoutes)
                .flatMap(all -> Optional.ofNullable(all.get(whole.getName())).stream())
                .filter(now -> now.whole().getVersion().equals(whole.getVersion()))
                .findFirst()
                .flatMap(now -> changes(version, now));
    }

    private static Optional<Resource> changes(String version, CachedDestination now) {
        return now.former().stream()
                .filter(former -> former.getVersion().equals(version))
                .findFirst()
                .flatMap(former -> now.changes().computeIfAbsent(version, _ -> between(former, now.whole())));
    }

    private static Optional<Resource> between(Resource former, Resource whole) {
        List<Endpoint> now = whole.getDestination().getEndpoints().getEndpointsList();
        Map<String, Endpoint> before = new HashMap<>();
        for (Endpoint endpoint : former.getDestination().getEndpoints().getEndpointsList()) {
            if (before.put(endpoint.getWorkload(), endpoint) != null) {
                return Optional.empty();
            }
        }
        EndpointChanges.Builder changes = EndpointChanges.newBuilder().setSince(former.getVersion());
        int kept = 0;
        for (Endpoint endpoint : now) {
            Endpoint was = before.remove(endpoint.getWorkload());
            if (!endpoint.equals(was)) {
                changes.addPut(endpoint);
            } else {
                kept++;
            }
        }
        changes.addAllRemoved(before.keySet().stream().sorted().toList()).setCount(now.size());
        return kept < now.size() / 2 || !sameButForEndpoints(former, whole)
                ? Optional.empty()
                : Optional.of(Resource.newBuilder()
                        .setName(whole.getName())
                        .setVersion(whole.getVersion())
                        .setEndpointChanges(changes)
                        .build());
    }

    private static boolean sameButForEndpoints(Resource one, Resource other) {
        return withoutEndpoints(one).equals(withoutEndpoints(other));
    }

    private static Endpoints withoutEndpoints(Resource whole) {
        return whole.getDestination().getEndpoints().toBuilder()
                .clearEndpoints()
                .build();
    }
}
