package dev.weft.control.watch;

import static java.util.Objects.requireNonNull;

import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.Resource;
import dev.weft.identity.spiffe.SpiffeId;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A meshed workload: who its proxy must be, and what the proxy is told of it, which is made when it is first asked for. Compared by
 * reference: another object may say something else. Safe for use by many threads.
 */
public final class Served {

    private final SpiffeId identity;
    private final List<String> addresses;
    /** Dropped once it was used, with all that it holds. */
    private @Nullable Supplier<Inbound> inbound; // guarded by this

    private volatile @Nullable Resource made;
    private volatile @Nullable Resource withoutLimits;

    /** Whose proxy is told this. */
    public Served(SpiffeId identity, Inbound inbound) {
        this(identity, inbound.getAddressesList(), () -> inbound);
    }

    /**
     * Whose proxy is told what this makes.
     *
     * @param addresses where the workload is reached
     */
    public Served(SpiffeId identity, List<String> addresses, Supplier<Inbound> inbound) {
        this.identity = requireNonNull(identity, "identity");
        this.addresses = List.copyOf(addresses);
        this.inbound = requireNonNull(inbound, "inbound");
    }

    /** Who the proxy must be. */
    public SpiffeId identity() {
        return identity;
    }

    List<String> addresses() {
        return addresses;
    }

    /** What the proxy is told of the workload. */
    Resource inbound() {
        Resource known = made;
        return known == null ? make() : known;
    }

    /** What a proxy is told that can do this: without rate limits if it cannot keep them. */
    Resource inbound(Set<String> capabilities) {
        Resource whole = inbound();
        if (whole.getInbound().getRateLimitsCount() == 0 || capabilities.contains(Capabilities.RATE_LIMITS)) {
            return whole;
        }
        Resource known = withoutLimits;
        if (known == null) {
            Inbound content = whole.getInbound().toBuilder().clearRateLimits().build();
            known = resource(content);
            withoutLimits = known;
        }
        return known;
    }

    private static Resource resource(Inbound content) {
        return Resource.newBuilder()
                .setName(MeshState.INBOUND)
                .setVersion(Versions.of(content))
                .setInbound(content)
                .build();
    }

    private synchronized Resource make() {
        Supplier<Inbound> maker = inbound;
        if (maker != null) {
            made = resource(maker.get());
            inbound = null;
        }
        return requireNonNull(made, "made");
    }
}
