package dev.weft.control.watch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Records which streams hold which resource, by the resource's topic. Safe for use by several threads. */
final class ResourceHolders {

    /** The streams by topic, then by resource. */
    @GuardedBy("this")
    private final Map<Object, Map<String, Set<WatchStream>>> holders = new HashMap<>();

    synchronized void add(WatchStream stream, Collection<String> resources) {
        resources.forEach(resource -> ChangedTopics.topic(resource)
                .ifPresent(topic -> holders.computeIfAbsent(topic, _ -> new HashMap<>(2))
                        .computeIfAbsent(resource, _ -> new HashSet<>(2))
                        .add(stream)));
    }

    synchronized void remove(WatchStream stream, Collection<String> resources) {
        resources.forEach(resource -> ChangedTopics.topic(resource)
                .ifPresent(topic -> holders.computeIfPresent(topic, (_, ofTopic) -> {
                    ofTopic.computeIfPresent(resource, (_, streams) -> {
                        streams.remove(stream);
                        return streams.isEmpty() ? null : streams;
                    });
                    return ofTopic.isEmpty() ? null : ofTopic;
                })));
    }

    /** Adds each stream that holds resources with these topics, with the names of these resources. */
    synchronized void find(Collection<Object> topics, Map<WatchStream, Set<String>> found) {
        topics.forEach(topic -> holders.getOrDefault(topic, Map.of())
                .forEach((resource, streams) -> streams.forEach(stream ->
                        found.computeIfAbsent(stream, _ -> new HashSet<>()).add(resource))));
    }
}
