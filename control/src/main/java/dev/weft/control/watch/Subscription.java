package dev.weft.control.watch;

import dev.weft.api.v1.Refuse;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.WatchResponse;
import dev.weft.control.watch.Touches.Touched;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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

    /** That no resource has. */
    private static final String NO_VERSION = "";

    private final String workload;
    private final boolean names;
    private final boolean changes;
    private Supplier<Optional<Resource>> tap = Optional::empty;
    private Set<String> capabilities = Set.of();
    private final Set<String> subscribed = new HashSet<>();
    private final Map<String, String> told = new HashMap<>();
    private final Set<String> unsure = new LinkedHashSet<>();
    private final TreeMap<Long, Map<String, String>> unanswered = new TreeMap<>();
    private final Map<String, String> acknowledged = new HashMap<>();
    /** What was told last by changes, with the response that did. */
    private final Map<String, Long> byChanges = new HashMap<>();
    /** Refused as it was told: what comes next is told whole. */
    private final Set<String> notHeld = new HashSet<>();

    private long lastNonce;
    private long lastAcknowledged;

    /**
     * @param held what the proxy has from an earlier stream
     * @param names whether it asks for names
     * @param changes whether it takes changes in the place of a whole destination
     */
    Subscription(String workload, Map<String, String> held, boolean names, boolean changes) {
        this.workload = workload;
        this.names = names;
        this.changes = changes;
        told.putAll(held);
        acknowledged.putAll(held);
        held.keySet().stream().filter(MeshState::isSubscribable).forEach(subscribed::add);
    }

    /** The same with this resource of those who look on; asked whenever there may be another. */
    Subscription withTap(Supplier<Optional<Resource>> resource) {
        tap = resource;
        return this;
    }

    /** The same for a proxy that says it can do this. */
    Subscription withCapabilities(Set<String> said) {
        capabilities = Set.copyOf(said);
        return this;
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
                byChanges.remove(name);
                notHeld.remove(name);
            }
        }
    }

    /** What is subscribed to. */
    Set<String> subscribed() {
        return subscribed;
    }

    /** This may be another now. */
    void touch(Touched touched, MeshState state) {
        if (touched.everything()) {
            stateChanged(state);
            return;
        }
        if (touched.bundles()) {
            unsure.addAll(state.bundleNames());
            told.keySet().stream()
                    .filter(name -> name.startsWith(MeshState.BUNDLE))
                    .forEach(unsure::add);
        }
        for (String name : touched.resources()) {
            boolean wanted =
                    MeshState.isSubscribable(name) ? subscribed.contains(name) : names || !name.equals(MeshState.NAMES);
            if (wanted) {
                unsure.add(name);
            }
        }
    }

    /** Everything may be another now. */
    void stateChanged(MeshState state) {
        unsure.add(MeshState.INBOUND);
        unsure.add(MeshState.RENEWAL);
        unsure.add(TapResource.NAME);
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
            Optional<Resource> resource = resource(name, state);
            if (resource.isEmpty()) {
                if (told.remove(name) != null) {
                    acknowledged.remove(name);
                    response.addRemoved(name);
                    size += name.length();
                }
            } else {
                String before = told.put(name, resource.get().getVersion());
                if (!resource.get().getVersion().equals(before)) {
                    Resource word = word(before, resource.get(), state);
                    response.addResources(word);
                    versions.put(name, word.getVersion());
                    size += word.getSerializedSize();
                }
            }
        }
        if (size == 0) {
            return Optional.empty();
        }
        unanswered.put(++lastNonce, versions);
        return Optional.of(response.setNonce(lastNonce).build());
    }

    private Optional<Resource> resource(String name, MeshState state) {
        return switch (name) {
            case TapResource.NAME -> tap.get();
            case MeshState.INBOUND -> state.workload(workload).map(served -> served.inbound(capabilities));
            default -> state.resource(workload, name, capabilities.contains(Capabilities.ROUTES));
        };
    }

    /** How the proxy is told, in the response that is being made: whole, or by what changed since what it was told before. */
    private Resource word(@Nullable String before, Resource whole, MeshState state) {
        String name = whole.getName();
        byChanges.remove(name);
        boolean refused = notHeld.remove(name);
        Optional<Resource> difference =
                changes && !refused && before != null ? state.changes(before, whole) : Optional.empty();
        difference.ifPresent(_ -> byChanges.put(name, lastNonce + 1));
        return difference.orElse(whole);
    }

    /** The resources of a response that waits for its answer. */
    Set<String> told(long nonce) {
        return unanswered.getOrDefault(nonce, Map.of()).keySet();
    }

    /** The ones that the proxy follows where it refuses these; none where it does not say which it refuses. */
    Set<String> followed(long nonce, Collection<String> refused) {
        Set<String> followed = new HashSet<>(refused.isEmpty() ? Set.of() : told(nonce));
        refused.forEach(followed::remove);
        return followed;
    }

    /** Whether "inbound" was told in the response, and is not followed. */
    boolean refusesInbound(Refuse refuse) {
        return told(refuse.getNonce()).contains(MeshState.INBOUND)
                && !followed(refuse.getNonce(), refuse.getRefusedList()).contains(MeshState.INBOUND);
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
     * They are not told again until they change, but for those that were told by changes: those are told whole.
     */
    boolean refuse(long nonce, Collection<String> refused) {
        Set<String> followed = followed(nonce, refused);
        Map<String, String> versions = unanswered.remove(nonce);
        if (versions == null) {
            return false;
        }
        versions.keySet().stream().filter(name -> !followed.contains(name)).forEach(name -> notFollowed(name, nonce));
        versions.keySet().retainAll(followed);
        keep(versions);
        return true;
    }

    private void notFollowed(String name, long nonce) {
        if (!told.containsKey(name)) {
            return;
        }
        notHeld.add(name);
        if (byChanges.remove(name, nonce)) {
            told.put(name, NO_VERSION);
            unsure.add(name);
        }
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
