package dev.weft.proxy.balance;

import dev.weft.proxy.mesh.Route.Endpoint;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Chooses an endpoint for each session or request: it picks two at random and takes the one with the lower cost.
 * Belongs to one event loop.
 */
public final class Balancer {
    /** The number of endpoints whose health is kept; beyond it, idle endpoints are forgotten. */
    static final int MAX_ENDPOINTS = 16_384;
    /**
     * An endpoint of the same zone counts as overloaded if it takes this many times as long as an endpoint elsewhere.
     */
    static final double MUCH_SLOWER = 3;

    /** An endpoint faster than this never counts as overloaded, because reaching another zone takes time, too. */
    private static final double SLOW_NANOS = Duration.ofMillis(10).toNanos();

    private final RandomGenerator random;
    private final Consumer<Ejection> ejected;
    private final Zones zones;
    private final Spared spared = new Spared();
    /** Whether the endpoints of the present choice that ask to be left alone are. */
    private boolean spares;

    private final Map<InetSocketAddress, EndpointHealth> health = new ConcurrentHashMap<>(); // read for metrics

    /** Creates a balancer that ignores zones. */
    public Balancer(RandomGenerator random, Consumer<Ejection> ejected) {
        this(random, ejected, new Zones(() -> "", _ -> {}));
    }

    /** @param ejected receives the reason whenever an endpoint is ejected for a time */
    public Balancer(RandomGenerator random, Consumer<Ejection> ejected, Zones zones) {
        this.random = random;
        this.ejected = ejected;
        this.zones = zones;
    }

    /**
     * Chooses an endpoint that was not tried yet; ejected ones, those whose first request after an ejection has not been
     * answered, and those that asked to be left alone, only if there is no other. Empty if all were tried. If
     * the destination prefers its callers' zone, the endpoint is in the workload's zone, unless too many endpoints
     * there are ejected, or they are much slower than others.
     */
    public Optional<Endpoint> choose(List<Endpoint> endpoints, Set<InetSocketAddress> tried, long now) {
        spares = spared.any(now)
                && spared.of(
                        endpoints,
                        endpoint -> !health(endpoint).leftOut(now)
                                && !health(endpoint).waits(now),
                        now);
        Zones.Split split = zones.of(endpoints);
        if (split == null) {
            return among(endpoints, tried, now);
        }
        Optional<Endpoint> chosen = byZone(split, tried, now);
        chosen.ifPresent(endpoint -> zones.chosen(split.isNear(endpoint)));
        return chosen;
    }

    private Optional<Endpoint> byZone(Zones.Split split, Set<InetSocketAddress> tried, long now) {
        double usable =
                split.usable(endpoint -> !health(endpoint).ejected(now) && !isSpared(health(endpoint), now), now);
        Optional<Endpoint> near = among(split.near(), tried, now);
        boolean stays =
                near.isPresent() && isPreferred(health(near.get()), now) && random.nextDouble() * Zones.ENOUGH < usable;
        Optional<Endpoint> other = among(split.others(), tried, now);
        if (other.isEmpty()) {
            return near;
        }
        return stays && !isMuchSlower(near.get(), other.get(), now) ? near : other;
    }

    /**
     * Whether the endpoint of the same zone is much slower. Observations of the other endpoint are used without aging:
     * otherwise each endpoint that was not used for long would seem fast.
     */
    private boolean isMuchSlower(Endpoint near, Endpoint other, long now) {
        double time = health(near).typical(now);
        return time > SLOW_NANOS && time > MUCH_SLOWER * health(other).typicalObserved();
    }

    private Optional<Endpoint> among(List<Endpoint> endpoints, Set<InetSocketAddress> tried, long now) {
        if (endpoints.size() > 1) {
            Endpoint a = endpoints.get(random.nextInt(endpoints.size()));
            Endpoint b = endpoints.get(random.nextInt(endpoints.size()));
            if (!a.equals(b) && usable(a, tried, now) && usable(b, tried, now)) {
                return Optional.of(cheaper(a, b, now)); // the usual case: no need to look at all endpoints
            }
        }
        return search(endpoints, tried, now);
    }

    private boolean usable(Endpoint endpoint, Set<InetSocketAddress> tried, long now) {
        return !tried.contains(endpoint.address()) && isPreferred(health(endpoint), now);
    }

    private boolean isPreferred(EndpointHealth one, long now) {
        return !one.leftOut(now) && !isSpared(one, now);
    }

    private boolean isSpared(EndpointHealth one, long now) {
        return spares && one.waits(now);
    }

    private Optional<Endpoint> search(List<Endpoint> endpoints, Set<InetSocketAddress> tried, long now) {
        List<Endpoint> untried = new ArrayList<>(endpoints.size());
        List<Endpoint> healthy = new ArrayList<>(endpoints.size());
        List<Endpoint> preferred = new ArrayList<>(endpoints.size());
        for (Endpoint endpoint : endpoints) {
            if (!tried.contains(endpoint.address())) {
                EndpointHealth one = health(endpoint);
                untried.add(endpoint);
                if (!one.leftOut(now)) {
                    healthy.add(endpoint);
                }
                if (isPreferred(one, now)) {
                    preferred.add(endpoint);
                }
            }
        }
        List<Endpoint> candidates = !preferred.isEmpty() ? preferred : !healthy.isEmpty() ? healthy : untried;
        return switch (candidates.size()) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(candidates.getFirst());
            default -> Optional.of(cheaper(candidates, now));
        };
    }

    private Endpoint cheaper(List<Endpoint> candidates, long now) {
        int first = random.nextInt(candidates.size());
        int second = random.nextInt(candidates.size() - 1);
        if (second >= first) {
            second++;
        }
        return cheaper(candidates.get(first), candidates.get(second), now);
    }

    private Endpoint cheaper(Endpoint a, Endpoint b, long now) {
        return health(a).cost(now) / a.weight() <= health(b).cost(now) / b.weight() ? a : b;
    }

    /** Returns how many sessions and requests are at endpoints, or on their way. */
    public int outstanding() {
        return health.values().stream().mapToInt(EndpointHealth::outstanding).sum();
    }

    /** Returns the number of endpoints whose health is known. Any thread may call it. */
    public int known() {
        return health.size();
    }

    /** Returns the number of endpoints that are ejected now. Any thread may call it. */
    public int ejected() {
        return ejected(System.nanoTime());
    }

    int ejected(long now) {
        int count = 0;
        for (EndpointHealth one : health.values()) {
            count += one.ejected(now) ? 1 : 0;
        }
        return count;
    }

    /** Returns the health of this endpoint, and creates it if it is not known. */
    public EndpointHealth health(Endpoint endpoint) {
        EndpointHealth known = health.get(endpoint.address());
        if (known == null) {
            if (health.size() >= MAX_ENDPOINTS) {
                long now = System.nanoTime();
                health.values().removeIf(h -> h.idle(now));
            }
            known = new EndpointHealth(ejected, spared);
            health.put(endpoint.address(), known);
        }
        return known;
    }
}
