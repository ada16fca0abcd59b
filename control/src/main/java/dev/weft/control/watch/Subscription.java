package dev.weft.control.watch;

import dev.weft.api.v1.Hello;
import dev.weft.api.v1.Refuse;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.WatchResponse;
import dev.weft.control.watch.PendingChanges.Batch;
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
 * What one proxy wants, has been sent, and has acknowledged. Looks up content only when a response is created: however
 * often a resource changes in between, the proxy gets only the latest version. Not safe for use by several threads.
 */
final class Subscription {

    /** Most destinations and names of one stream. */
    static final int MAX_SUBSCRIPTIONS = 10_000;

    /** Most unanswered responses; beyond this number the stream waits. */
    static final int MAX_UNACKNOWLEDGED = 64;

    /** A response is complete when it has this size, in bytes; only one large resource makes it larger. */
    static final int RESPONSE_SIZE = 256 * 1024;

    /** A version that no resource has. */
    private static final String NO_VERSION = "";

    private final String workload;
    /** Whether the proxy asks for names. */
    private final boolean names;
    /** Whether the proxy accepts changes instead of a whole destination. */
    private final boolean changes;

    private final Supplier<Optional<Resource>> tap;
    private final Set<String> capabilities;
    private final Set<String> subscribed = new HashSet<>();
    private final Map<String, String> sent = new HashMap<>();
    private final Set<String> uncertain = new LinkedHashSet<>();
    private final TreeMap<Long, Map<String, String>> unanswered = new TreeMap<>();
    private final Map<String, String> acknowledged = new HashMap<>();
    /** Resources last sent as changes, with the nonce of the response. */
    private final Map<String, Long> byChanges = new HashMap<>();
    /** Refused resources: their next version is sent whole. */
    private final Set<String> notHeld = new HashSet<>();

    private long lastNonce;
    private long lastAcknowledged;

    /**
     * Creates the subscription of a proxy.
     *
     * @param hello tells what the proxy has from an earlier stream, and what it supports
     * @param tap supplies the tap resource; called whenever the taps may have changed
     */
    Subscription(Hello hello, Supplier<Optional<Resource>> tap) {
        this.workload = hello.getWorkload();
        this.names = hello.getNames();
        this.changes = hello.getEndpointChanges();
        this.capabilities = Capabilities.read(hello.getCapabilitiesList());
        this.tap = tap;
        hello.getHeldMap()
                .forEach((name, version) -> sent.put(name, ResourceVersions.canBe(version) ? version : NO_VERSION));
        acknowledged.putAll(sent);
        sent.keySet().stream().filter(MeshState::isSubscribable).forEach(subscribed::add);
    }

    /** Returns the capabilities that the proxy reported. */
    Set<String> capabilities() {
        return capabilities;
    }

    /** Subscribes to these names; returns whether the number is within the limit. */
    boolean subscribe(List<String> names) {
        for (String name : names) {
            if (subscribed.add(name)) {
                uncertain.add(name);
            }
        }
        return subscribed.size() <= MAX_SUBSCRIPTIONS;
    }

    void unsubscribe(List<String> names) {
        for (String name : names) {
            if (subscribed.remove(name)) {
                uncertain.remove(name);
                sent.remove(name);
                acknowledged.remove(name);
                byChanges.remove(name);
                notHeld.remove(name);
            }
        }
    }

    Set<String> subscribed() {
        return subscribed;
    }

    /** Notes what may have changed. */
    void addChanges(Batch touched, MeshState state) {
        if (touched.everything()) {
            stateChanged(state);
            return;
        }
        if (touched.bundles()) {
            uncertain.addAll(state.bundles().keySet());
            sent.keySet().stream()
                    .filter(name -> name.startsWith(MeshState.BUNDLE))
                    .forEach(uncertain::add);
        }
        for (String name : touched.resources()) {
            boolean wanted =
                    MeshState.isSubscribable(name) ? subscribed.contains(name) : names || !name.equals(MeshState.NAMES);
            if (wanted) {
                uncertain.add(name);
            }
        }
    }

    /** Notes that everything may have changed. */
    void stateChanged(MeshState state) {
        uncertain.add(MeshState.INBOUND);
        uncertain.add(MeshState.RENEWAL);
        uncertain.add(MeshState.TAP);
        if (names) {
            uncertain.add(MeshState.NAMES);
        }
        uncertain.addAll(state.bundles().keySet());
        uncertain.addAll(sent.keySet());
        uncertain.addAll(subscribed);
    }

    /** Returns the next response, if there is any and not too many are unanswered. */
    Optional<WatchResponse> next(MeshState state) {
        return unanswered.size() >= MAX_UNACKNOWLEDGED ? Optional.empty() : response(state);
    }

    /** Returns the next response for a stream that ends: only bundles, and regardless of how many are unanswered. */
    Optional<WatchResponse> nextBundle(MeshState state) {
        uncertain.clear();
        uncertain.addAll(state.bundles().keySet());
        sent.keySet().stream().filter(name -> name.startsWith(MeshState.BUNDLE)).forEach(uncertain::add);
        return response(state);
    }

    private Optional<WatchResponse> response(MeshState state) {
        WatchResponse.Builder response = WatchResponse.newBuilder();
        Map<String, String> versions = new HashMap<>();
        int size = 0;
        for (Iterator<String> names = uncertain.iterator(); names.hasNext() && size < RESPONSE_SIZE; ) {
            String name = names.next();
            names.remove();
            Optional<Resource> resource = resource(name, state);
            if (resource.isEmpty()) {
                if (sent.remove(name) != null) {
                    acknowledged.remove(name);
                    response.addRemoved(name);
                    size += name.length();
                }
            } else {
                String before = sent.put(name, resource.get().getVersion());
                if (!resource.get().getVersion().equals(before)) {
                    Resource word = changesOrWhole(before, resource.get(), state);
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
            case MeshState.TAP -> tap.get();
            case MeshState.INBOUND -> state.workload(workload).map(served -> served.inbound(capabilities));
            default -> state.resource(workload, name, capabilities.contains(Capabilities.ROUTES));
        };
    }

    /**
     * Returns the form of a resource for the response being created: the changes since the version sent before, or the
     * whole.
     */
    private Resource changesOrWhole(@Nullable String before, Resource whole, MeshState state) {
        String name = whole.getName();
        byChanges.remove(name);
        boolean refused = notHeld.remove(name);
        Optional<Resource> difference =
                changes && !refused && before != null ? state.changes(before, whole) : Optional.empty();
        difference.ifPresent(_ -> byChanges.put(name, lastNonce + 1));
        return difference.orElse(whole);
    }

    /** Returns the resources of a response that waits for its answer. */
    Set<String> sent(long nonce) {
        return unanswered.getOrDefault(nonce, Map.of()).keySet();
    }

    /**
     * Returns the resources that the proxy follows although it refuses these; none if it does not name what it refuses.
     */
    Set<String> followed(long nonce, Collection<String> refused) {
        Set<String> followed = new HashSet<>(refused.isEmpty() ? Set.of() : sent(nonce));
        refused.forEach(followed::remove);
        return followed;
    }

    /** Whether "inbound" is in the response, and is not followed. */
    boolean refusesInbound(Refuse refuse) {
        return sent(refuse.getNonce()).contains(MeshState.INBOUND)
                && !followed(refuse.getNonce(), refuse.getRefusedList()).contains(MeshState.INBOUND);
    }

    /** Takes an acknowledgement; returns whether a response with this nonce was waiting for it. */
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
     * Notes a response that the proxy follows except for these resources, or that it refuses as a whole if no resource
     * is named. Refused resources are not sent again until they change, except those that were sent as changes: these
     * are sent whole.
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
        if (!sent.containsKey(name)) {
            return;
        }
        notHeld.add(name);
        if (byChanges.remove(name, nonce)) {
            sent.put(name, NO_VERSION);
            uncertain.add(name);
        }
    }

    private void keep(Map<String, String> versions) {
        versions.forEach((name, version) -> {
            if (sent.containsKey(name)) {
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

    /** Returns those of a client's names that cannot be subscribed to. */
    static List<String> unknown(List<String> names) {
        List<String> unknown = new ArrayList<>(names);
        unknown.removeIf(MeshState::isSubscribable);
        return unknown;
    }
}
