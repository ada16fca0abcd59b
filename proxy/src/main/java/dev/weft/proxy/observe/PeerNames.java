package dev.weft.proxy.observe;

import dev.weft.identity.spiffe.SpiffeId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Returns label values for peers' identities: the identity for the first 200, then "other". */
final class PeerNames {
    static final int MAX_NAMES = 200;

    private final Map<SpiffeId, String> known = new ConcurrentHashMap<>();

    String label(@Nullable SpiffeId peer) {
        if (peer == null) {
            return "none";
        }
        String name = known.get(peer);
        if (name == null) {
            if (known.size() >= MAX_NAMES) {
                return "other";
            }
            name = peer.toString();
            known.put(peer, name);
        }
        return name;
    }
}
