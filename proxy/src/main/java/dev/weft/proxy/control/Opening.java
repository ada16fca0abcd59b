package dev.weft.proxy.control;

import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Hello;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.WatchRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a stream begins with: Hello with what is held, and what is wanted besides. */
final class Opening {
    /** Octets of resources held in one Hello, well within what the control plane takes as a message. */
    static final int MAX_HELD = 512 * 1024;
    /**
     * Of what leads to plaintext, so that the control plane tells it again even if it is as it was: only what the present
     * stream has told may be relied upon.
     */
    static final String NO_VERSION = "";

    /** What this version can do that others cannot; the control plane knows the words as well. */
    static final List<String> CAPABILITIES =
            List.of("egress-rules", "rate-limits", "request-rules", "requests-at-once", "routes", "zones");

    /** Tags and lengths of a map entry, at most. */
    private static final int ENTRY = 16;

    private Opening() {}

    /**
     * The requests, in order. Destinations that Hello has no room for are subscribed to like new ones, and told again.
     *
     * @param held all that is held
     * @param unanswered names subscribed to that are not held
     */
    static List<WatchRequest> requests(
            String workload, String proxyVersion, Map<ResourceName, Resource> held, List<ResourceName> unanswered) {
        Hello.Builder hello = Hello.newBuilder()
                .setWorkload(workload)
                .setProxyVersion(proxyVersion)
                .setNames(true)
                .setEndpointChanges(true)
                .setTap(true)
                .addAllCapabilities(CAPABILITIES);
        List<ResourceName> wanted = new ArrayList<>(unanswered);
        int size = 0;
        for (var entry : held.entrySet()) {
            String name = entry.getKey().text();
            Resource resource = entry.getValue();
            int more = ENTRY + name.length() + resource.getVersion().length();
            if (size + more > MAX_HELD && entry.getKey() instanceof ResourceName.Destination) {
                wanted.add(entry.getKey());
            } else {
                size += more;
                hello.putHeld(name, isToldAgain(resource) ? NO_VERSION : resource.getVersion());
            }
        }
        List<WatchRequest> requests = new ArrayList<>();
        requests.add(WatchRequest.newBuilder().setHello(hello).build());
        if (!wanted.isEmpty()) {
            requests.add(Subscribed.subscription(wanted));
        }
        return requests;
    }

    /** Whether the new stream is to tell it in any case: what leads to plaintext, and which names there are. */
    private static boolean isToldAgain(Resource resource) {
        Destination destination = resource.getDestination();
        return resource.hasMeshNames()
                || destination.hasNotInMesh()
                || destination.getEndpoints().getEndpointsList().stream()
                        .anyMatch(endpoint -> endpoint.getIdentity().isEmpty());
    }
}
