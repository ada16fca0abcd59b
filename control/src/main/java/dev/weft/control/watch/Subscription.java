package dev.weft.control.watch;

import dev.weft.api.v1.Resource;
import dev.weft.api.v1.WatchResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one proxy wants, what it has been told, and what it has acknowledged. Looks up content only when a response is
 * made, so that however often a resource changes in between, the proxy gets the latest once. Not safe for use by several
 * threads.
 */
final class Subscription {

    /** Most destinations and names of one stream. */
    static final int MAX_SUBSCRIPTIONS = 10_000;

    /** Responses under way without an answer; then the stream waits. */
    static final int MAX_UNACKNOWLEDGED = 64;

    /** A response is closed when it has reached this size, in bytes; only one large resource makes it larger. */
    static final int RESPONSE_SIZE = 256 * 1024;

    private final String workload;
    private final boolean names;
    private final Set<String> subscribed = new HashSet<>();
    private final Map<String, String> told = new HashMap<>();
    private final Set<String> unsure = new LinkedHashSet<>();
    private final TreeMap<Long, Map<String, String>> unanswered = new TreeMap<>();
    private final Map<String, String> acknowledged = new HashMap<>();
    private long lastNonce;
    private long lastAcknowledged;

    /**
     * @param held what the proxy has from an earlier stream
     * @param names whether it asks for names
     */
    Subscription(String workload, Map<String, String> held, boolean names) {
        this.workload = workload;
        this.names = names;
        told.putAll(held);
        acknowledged.putAll(held);
        held.keySet().stream().filter(MeshState::isSubscribable).forEach(subscribed::add);
    }

    /** Whether it fits. */
    boolean subscribe(List<String> names) {
        for (String name : names) {
            if (subscribed.add(name)) {
                unsure.add(name);
            }
        }
        return subscribed.size() <= MAX_SUBSCRIPTIONS;
    }

    void unsubscribe(List<String> names) {
        for (String name : names) {
            if (subscribed.remove(name)) {
                unsure.remove(name);
                told.remove(name);
                acknowledged.remove(name);
            }
        }
    }

    /** Everything may be another now. */
    void stateChanged(MeshState state) {
        unsure.add(MeshState.INBOUND);
        unsure.add(MeshState.RENEWAL);
        if (names) {
            unsure.add(MeshState.NAMES);
        }
        unsure.addAll(state.bundleNames());
        unsure.addAll(told.keySet());
        unsure.addAll(subscribed);
    }

    /** The next thing to tell, if there is any and the proxy has answered enough of what it was told. */
    Optional<WatchResponse> next(MeshState state) {
        return unanswered.size() >= MAX_UNACKNOWLEDGED ? Optional.empty() : response(state);
    }

    /** As {@link #next}, of the bundles alone and however much is unanswered: for a stream that ends. */
    Optional<WatchResponse> nextBundle(MeshState state) {
        unsure.clear();
        unsure.addAll(state.bundleNames());
        told.keySet().stream().filter(name -> name.startsWith(MeshState.BUNDLE)).forEach(unsure::add);
        return response(state);
    }

    private Optional<WatchResponse> response(MeshState state) {
        WatchResponse.Builder response = WatchResponse.newBuilder();
        Map<String, String> versions = new HashMap<>();
        int size = 0;
        for (Iterator<String> names = unsure.iterator(); names.hasNext() && size < RESPONSE_SIZE; ) {
            String name = names.next();
            names.remove();
            Optional<Resource> resource = state.resource(workload, name);
            if (resource.isEmpty()) {
                if (told.remove(name) != null) {
                    acknowledged.remove(name);
                    response.addRemoved(name);
                    size += name.length();
                }
            } else if (!resource.get()
                    .getVersion()
                    .equals(told.put(name, resource.get().getVersion()))) {
                response.addResources(resource.get());
                versions.put(name, resource.get().getVersion());
                size += resource.get().getSerializedSize();
            }
        }
        if (size == 0) {
            return Optional.empty();
        }
        unanswered.put(++lastNonce, versions);
        return Optional.of(response.setNonce(lastNonce).build());
    }

    /** The resources of a response that waits for its answer. */
    Set<String> told(long nonce) {
        return unanswered.getOrDefault(nonce, Map.of()).keySet();
    }

    /** Those of them that the proxy follows where it refuses these; none where it does not say which it refuses. */
    Set<String> followed(long nonce, Collection<String> refused) {
        Set<String> followed = new HashSet<>(refused.isEmpty() ? Set.of() : told(nonce));
        refused.forEach(followed::remove);
        return followed;
    }

    /** Whether a response with this nonce was waiting for its answer. */
    boolean acknowledge(long nonce) {
        Map<String, String> versions = unanswered.remove(nonce);
        if (versions == null) {
            return false;
        }
        lastAcknowledged = Math.max(lastAcknowledged, nonce);
        keep(versions);
        return true;
    }

    /**
     * As {@link #acknowledge}, of a response that the proxy follows but for these resources, or not at all where none is named.
     * They are not told again until they change.
     */
    boolean refuse(long nonce, Collection<String> refused) {
        Set<String> followed = followed(nonce, refused);
        Map<String, String> versions = unanswered.remove(nonce);
        if (versions == null) {
            return false;
        }
        versions.keySet().retainAll(followed);
        keep(versions);
        return true;
    }

    private void keep(Map<String, String> versions) {
        versions.forEach((name, version) -> {
            if (told.containsKey(name)) {
                acknowledged.put(name, version);
            }
        });
    }

    Map<String, String> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    long lastNonce() {
        return lastNonce;
    }

    long lastAcknowledged() {
        return lastAcknowledged;
    }

    int unansweredCount() {
        return unanswered.size();
    }

    /** Of what a client names, that which it cannot subscribe to. */
    static List<String> unknown(List<String> names) {
        List<String> unknown = new ArrayList<>(names);
        unknown.removeIf(MeshState::isSubscribable);
        return unknown;
    }
}
