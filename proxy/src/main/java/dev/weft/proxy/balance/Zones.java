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

/** Which endpoints of a destination are in the workload's own zone, where the destination asks for that. Belongs to one event loop. */
public final class Zones {
    /** The share of the own zone's endpoints that must not be left out, so that all goes there. */
    public static final double ENOUGH = 0.7;

    /** Destinations that were taken apart; the one longest unused is forgotten. */
    private static final int MAX_DESTINATIONS = 1024;
    /** How often those that are left out are counted. */
    private static final long COUNTED_FOR = Duration.ofMillis(100).toNanos();

    private final Supplier<String> own;
    private final Consumer<Boolean> chosen;
    private final Map<InetSocketAddress, Split> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetSocketAddress, Split> eldest) {
            return size() > MAX_DESTINATIONS;
        }
    };

    /**
     * Of one workload.
     *
     * @param own its zone at this moment; empty for none
     * @param chosen hears whether an endpoint was chosen in the own zone, where that is preferred
     */
    public Zones(Supplier<String> own, Consumer<Boolean> chosen) {
        this.own = own;
        this.chosen = chosen;
    }

    /** The endpoints of one destination; neither is empty. */
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

        /** The share of those in the own zone that are not left out. */
        double usable(Predicate<Endpoint> isUsable, long now) {
            if (!counted || now - countedAt >= COUNTED_FOR) {
                counted = true;
                countedAt = now;
                usable = (double) near.stream().filter(isUsable).count() / near.size();
            }
            return usable;
        }
    }

    /** Null where the zone makes no difference. */
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
