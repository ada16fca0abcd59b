package dev.weft.proxy.observe;

import dev.weft.identity.spiffe.SpiffeId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Peers' identities as label values: the first 200 by name, then "other". */
final class PeerNames {
    static final int MAX_NAMES = 200;

    private final Set<SpiffeId> known = ConcurrentHashMap.newKeySet();

    String label(@Nullable SpiffeId peer) {
        if (peer == null) {
            return "none";
        }
        if (known.contains(peer) || (known.size() < MAX_NAMES && known.add(peer))) {
            return peer.toString();
        }
        return "other";
    }
}
