package dev.weft.proxy.control;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * The refusal of a response, as a whole or in part.
 *
 * @param resources the names of the refused resources, in their order
 * @param reason text for the control plane's operators; it names the refused resources
 */
record RefusedResources(List<String> resources, String reason) {
    /** Most characters of a reason. */
    private static final int MAX_REASON = 500;

    RefusedResources {
        resources = List.copyOf(resources);
        reason = reason.substring(0, Math.min(MAX_REASON, reason.length()));
    }

    /** Refuses several resources that can only be used together; the reason names the first. */
    static RefusedResources of(Collection<String> resources, RuntimeException why) {
        List<String> names = List.copyOf(resources);
        String message = why.getMessage();
        return new RefusedResources(
                names,
                names.getFirst() + ": " + (message == null ? why.getClass().getSimpleName() : message));
    }

    /** Returns the name of the first refused resource. */
    String resource() {
        return resources.getFirst();
    }

    /** Returns this refusal and another as one. */
    RefusedResources and(RefusedResources other) {
        SequencedSet<String> all = new LinkedHashSet<>(resources);
        all.addAll(other.resources);
        return new RefusedResources(List.copyOf(all), reason + "; " + other.reason);
    }
}
