package dev.weft.proxy.balance;

import dev.weft.proxy.mesh.Route.Endpoint;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds which endpoints of a destination are in the workload's zone, if the destination prefers that zone. Belongs to
 * one event loop.
 */
public final class Zones {
    /** The share of endpoints in the workload's zone that must be usable for all traffic to stay there. */
    public static final double ENOUGH = 0.7;

    /** The most destinations whose split is kept; the one unused for longest is forgotten. */
    private static final int MAX_DESTINATIONS = 1024;
    /** How long a count of usable endpoints is reused, in nanoseconds. */
    private static final long COUNTED_FOR = Duration.ofMillis(100).toNanos();

    private final Supplier<String> own;
    private final Consumer<Boolean> chosen;
    private final Map<InetSocketAddress, Split> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<InetSocketAddress, Split> eldest) {
            return size() > MAX_DESTINATIONS;
        }
    };

    /**
     * Creates the zones of one workload.
     *
     * @param own returns the workload's present zone; empty for none
     * @param chosen receives whether the chosen endpoint is in the workload's zone, for destinations that prefer it
     */
    public Zones(Supplier<String> own, Consumer<Boolean> chosen) {
        this.own = own;
        this.chosen = chosen;
    }

    /** The endpoints of one destination, split by zone. Neither part is empty in a split that is returned. */
    static final class Split {
        private final List<Endpoint> all;
        private final String zone;
        private final List<Endpoint> near;
        private final List<Endpoint> others;
        private double usable;
        private long countedAt;
        private boolean counted;

        Split(List<Endpoint> all, String zone) {
            this.all = all;
            this.zone = zone;
            this.near = all.stream().filter(this::isNear).toList();
            this.others = all.stream().filter(endpoint -> !isNear(endpoint)).toList();
        }

        boolean isNear(Endpoint endpoint) {
            return endpoint.zone().equals(zone);
        }

        List<Endpoint> near() {
            return near;
        }

        List<Endpoint> others() {
            return others;
        }

        /** Returns the share of usable endpoints in the workload's zone. */
        double usable(Predicate<Endpoint> isUsable, long now) {
            if (!counted || now - countedAt >= COUNTED_FOR) {
                counted = true;
                countedAt = now;
                usable = (double) near.stream().filter(isUsable).count() / near.size();
            }
            return usable;
        }
    }

    /** Splits the endpoints of a destination by zone; returns null if the zone makes no difference. */
    @SuppressWarnings("ReferenceEquality") // the endpoints of a destination are replaced as a whole
    @Nullable
    Split of(List<Endpoint> endpoints) {
        String zone = own.get();
        if (zone.isEmpty() || endpoints.size() < 2) {
            return null;
        }
        InetSocketAddress first = endpoints.getFirst().address();
        Split split = known.get(first);
        if (split == null || split.all != endpoints || !split.zone.equals(zone)) {
            split = new Split(endpoints, zone);
            known.put(first, split);
        }
        return split.near.isEmpty() || split.others.isEmpty() ? null : split;
    }

    void chosen(boolean inOwnZone) {
        chosen.accept(inOwnZone);
    }
}
