package dev.weft.proxy.control;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * Why a response is not followed, wholly or in part.
 *
 * @param resources the names of those that are refused, in their order
 * @param reason for the control plane's operators: it names every resource that is refused
 */
record RefusedResources(List<String> resources, String reason) {
    /** Characters of a reason at most. */
    private static final int MAX_REASON = 500;

    RefusedResources {
        resources = List.copyOf(resources);
        reason = reason.substring(0, Math.min(MAX_REASON, reason.length()));
    }

    /** One resource, and what went wrong with it. */
    static RefusedResources of(String resource, RuntimeException why) {
        return of(List.of(resource), why);
    }

    /** Several that can only be used together; the reason names the first. */
    static RefusedResources of(Collection<String> resources, RuntimeException why) {
        List<String> names = List.copyOf(resources);
        String message = why.getMessage();
        return new RefusedResources(
                names,
                names.getFirst() + ": " + (message == null ? why.getClass().getSimpleName() : message));
    }

    /** The first that is refused. */
    String resource() {
        return resources.getFirst();
    }

    /** Another one with this one. */
    RefusedResources and(RefusedResources other) {
        SequencedSet<String> all = new LinkedHashSet<>(resources);
        all.addAll(other.resources);
        return new RefusedResources(List.copyOf(all), reason + "; " + other.reason);
    }
}
