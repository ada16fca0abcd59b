package dev.weft.proxy.control;

import dev.weft.api.v1.Hello;
import dev.weft.api.v1.Subscribe;
import dev.weft.api.v1.WatchRequest;
import java.util.ArrayList;
import java.util.List;

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
     * @param unanswered addresses subscribed to that the snapshot does not have
     */
    static List<WatchRequest> requests(
            String workload, String proxyVersion, MeshSnapshot snapshot, List<String> unanswered) {
        Hello.Builder hello = Hello.newBuilder()
                .setWorkload(workload)
                .setProxyVersion(proxyVersion)
                .setNames(true)
                .setEndpointChanges(true)
                .setTap(true)
                .addAllCapabilities(CAPABILITIES);
        List<String> wanted = new ArrayList<>();
        unanswered.forEach(address -> wanted.add(SnapshotBuilder.DESTINATION + address));
        int size = 0;
        for (var entry : snapshot.versions().entrySet()) {
            String name = entry.getKey();
            int more = ENTRY + name.length() + entry.getValue().length();
            if (size + more > MAX_HELD && name.startsWith(SnapshotBuilder.DESTINATION)) {
                wanted.add(name);
            } else {
                size += more;
                hello.putHeld(name, snapshot.versionToSay(name));
            }
        }
        List<WatchRequest> requests = new ArrayList<>();
        requests.add(WatchRequest.newBuilder().setHello(hello).build());
        if (!wanted.isEmpty()) {
            requests.add(WatchRequest.newBuilder()
                    .setSubscribe(Subscribe.newBuilder().addAllNames(wanted))
                    .build());
        }
        return requests;
    }
}
