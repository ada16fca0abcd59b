package dev.weft.proxy.control;

import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Hello;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.WatchRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Builds the first requests of a stream: Hello with the resources held, and subscriptions to further ones. */
final class FirstRequests {
    /** Most octets of held resources in one Hello, well below the control plane's limit for a message. */
    static final int MAX_HELD = 512 * 1024;
    /**
     * The version sent for resources that lead to plaintext: the control plane sends them again even if they have not
     * changed, because only answers of the present stream are valid.
     */
    static final String NO_VERSION = "";

    /** Optional features that this version supports; the control plane knows the same words. */
    static final List<String> CAPABILITIES = List.of(
            "egress-rules",
            "grpc-probes",
            "http-ports",
            "rate-limits",
            "request-rules",
            "requests-at-once",
            "routes",
            "zones");

    /** Most octets of tags and lengths of a map entry. */
    private static final int ENTRY = 16;

    private FirstRequests() {}

    /**
     * Returns the requests, in order. Destinations that do not fit into Hello are subscribed to like new ones, and sent
     * again.
     *
     * @param held all resources held
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
            String name = entry.getKey().wireName();
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
            requests.add(SubscribedNames.subscription(wanted));
        }
        return requests;
    }

    /**
     * Whether the new stream must send the resource in any case: destinations that lead to plaintext, and the list of
     * mesh names.
     */
    private static boolean isToldAgain(Resource resource) {
        Destination destination = resource.getDestination();
        return resource.hasMeshNames()
                || destination.hasNotInMesh()
                || destination.getEndpoints().getEndpointsList().stream()
                        .anyMatch(endpoint -> endpoint.getIdentity().isEmpty());
    }
}
