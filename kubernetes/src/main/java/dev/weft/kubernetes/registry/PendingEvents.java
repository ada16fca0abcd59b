package dev.weft.kubernetes.registry;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The events of the API server that are not reported yet, the latest of each object. The first report comes once all
 * objects are listed. Safe for use by several threads.
 */
final class PendingEvents {
    @GuardedBy("this")
    private final Map<ApiEvent.Key, ApiEvent> latest = new LinkedHashMap<>();

    @GuardedBy("this")
    private boolean awaited = true;

    /** Keeps an event. Returns whether the caller must arrange for a report, because none is to come yet. */
    synchronized boolean add(ApiEvent event) {
        latest.remove(event.key());
        latest.put(event.key(), event);
        boolean first = !awaited;
        awaited = true;
        return first;
    }

    /** Returns the events for a report, and keeps them no longer. */
    synchronized List<ApiEvent> take() {
        List<ApiEvent> events = new ArrayList<>(latest.values());
        latest.clear();
        awaited = false;
        return events;
    }
}
