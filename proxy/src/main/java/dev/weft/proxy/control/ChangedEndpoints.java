package dev.weft.proxy.control;

import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Endpoint;
import dev.weft.api.v1.EndpointChanges;
import dev.weft.policy.wire.UnknownFields;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Applies the endpoint changes that the control plane sends to the destination that is held. */
final class ChangedEndpoints {
    private ChangedEndpoints() {}

    /**
     * Returns the changed destination. Unchanged endpoints stay the same objects.
     *
     * @param held the destination held; the default instance if there is none
     * @param version version of the destination held; empty if there is none
     * @throws IllegalArgumentException if the changes are based on another version, or do not lead to the stated number
     *     of endpoints
     */
    static Destination apply(Destination held, String version, EndpointChanges changes) {
        UnknownFields.refuse(
                "endpoint changes",
                changes.toBuilder()
                        .clearSince()
                        .clearPut()
                        .clearRemoved()
                        .clearCount()
                        .build());
        if (!held.hasEndpoints() || version.isEmpty() || !version.equals(changes.getSince())) {
            throw new IllegalArgumentException("changes of the endpoints since version " + changes.getSince()
                    + " (expected: since the one that is held, " + (version.isEmpty() ? "none" : version) + ")");
        }
        List<Endpoint> endpoints = merge(held.getEndpoints().getEndpointsList(), changes);
        if (endpoints.size() != changes.getCount()) {
            throw new IllegalArgumentException("changes of the endpoints lead to " + endpoints.size()
                    + " endpoints (expected: " + Integer.toUnsignedString(changes.getCount()) + ")");
        }
        return held.toBuilder()
                .setEndpoints(held.getEndpoints().toBuilder().clearEndpoints().addAllEndpoints(endpoints))
                .build();
    }

    /** Merges the two lists. The held endpoints, and so the result, are in the order of the workloads' names. */
    private static List<Endpoint> merge(List<Endpoint> held, EndpointChanges changes) {
        List<Endpoint> put = new ArrayList<>(changes.getPutList());
        put.sort(Comparator.comparing(Endpoint::getWorkload));
        Set<String> gone = new HashSet<>(changes.getRemovedList());
        put.forEach(endpoint -> gone.add(endpoint.getWorkload()));
        List<Endpoint> merged = new ArrayList<>(held.size() + put.size());
        int next = 0;
        for (Endpoint endpoint : held) {
            while (next < put.size() && put.get(next).getWorkload().compareTo(endpoint.getWorkload()) < 0) {
                merged.add(put.get(next++));
            }
            if (!gone.contains(endpoint.getWorkload())) {
                merged.add(endpoint);
            }
        }
        merged.addAll(put.subList(next, put.size()));
        return merged;
    }
}
