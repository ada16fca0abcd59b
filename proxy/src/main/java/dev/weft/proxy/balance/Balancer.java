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

/** Chooses an endpoint for each session or request: of two at random the cheaper. Belongs to one event loop. */
public final class Balancer {
    /** Endpoints whose health is kept; beyond it idle ones are forgotten. */
    static final int MAX_ENDPOINTS = 16_384;
    /** So many times the time of another endpoint has one of the own zone that is overloaded. */
    static final double MUCH_SLOWER = 3;

    /** What is faster is not overloaded: the way to another zone takes time, too. */
    private static final double SLOW_NANOS = Duration.ofMillis(10).toNanos();

    private final RandomGenerator random;
    private final Consumer<Ejection> ejected;
    private final Zones zones;
    private final Map<InetSocketAddress, EndpointHealth> health = new ConcurrentHashMap<>(); // for those who count

    /** Whose endpoints are all alike, wherever they are. */
    public Balancer(RandomGenerator random, Consumer<Ejection> ejected) {
        this(random, ejected, new Zones(() -> "", _ -> {}));
    }

    /** @param ejected hears of each endpoint that is left out for a time */
    public Balancer(RandomGenerator random, Consumer<Ejection> ejected, Zones zones) {
        this.random = random;
        this.ejected = ejected;
        this.zones = zones;
    }

    /**
     * One that was not tried yet; ejected ones only if there is no other. Empty when all were tried. Where the destination asks for it,
     * one of the own zone, unless too many of these are left out, or they are much slower than others.
     */
    public Optional<Endpoint> choose(List<Endpoint> endpoints, Set<InetSocketAddress> tried, long now) {
        Zones.Split split = zones.of(endpoints);
        if (split == null) {
            return among(endpoints, tried, now);
        }
        Optional<Endpoint> chosen = byZone(split, tried, now);
        chosen.ifPresent(endpoint -> zones.chosen(split.isNear(endpoint)));
        return chosen;
    }

    private Optional<Endpoint> byZone(Zones.Split split, Set<InetSocketAddress> tried, long now) {
        double usable = split.usable(endpoint -> !health(endpoint).ejected(now), now);
        Optional<Endpoint> near = among(split.near(), tried, now);
        boolean stays =
                near.isPresent() && !health(near.get()).ejected(now) && random.nextDouble() * Zones.ENOUGH < usable;
        Optional<Endpoint> other = among(split.others(), tried, now);
        if (other.isEmpty()) {
            return near;
        }
        return stays && !isMuchSlower(near.get(), other.get(), now) ? near : other;
    }

    /** What was observed of the other does not age: else each would seem fast that has not been asked for long. */
    private boolean isMuchSlower(Endpoint near, Endpoint other, long now) {
        double time = health(near).typical(now);
        return time > SLOW_NANOS && time > MUCH_SLOWER * health(other).typicalObserved();
    }

    private Optional<Endpoint> among(List<Endpoint> endpoints, Set<InetSocketAddress> tried, long now) {
        if (endpoints.size() > 1) {
            Endpoint a = endpoints.get(random.nextInt(endpoints.size()));
            Endpoint b = endpoints.get(random.nextInt(endpoints.size()));
            if (!a.equals(b) && usable(a, tried, now) && usable(b, tried, now)) {
                return Optional.of(cheaper(a, b, now)); // by far the most: no look at all of them
            }
        }
        return search(endpoints, tried, now);
    }

    private boolean usable(Endpoint endpoint, Set<InetSocketAddress> tried, long now) {
        return !tried.contains(endpoint.address()) && !health(endpoint).ejected(now);
    }

    private Optional<Endpoint> search(List<Endpoint> endpoints, Set<InetSocketAddress> tried, long now) {
        List<Endpoint> untried = new ArrayList<>(endpoints.size());
        List<Endpoint> healthy = new ArrayList<>(endpoints.size());
        for (Endpoint endpoint : endpoints) {
            if (!tried.contains(endpoint.address())) {
                untried.add(endpoint);
                if (!health(endpoint).ejected(now)) {
                    healthy.add(endpoint);
                }
            }
        }
        List<Endpoint> candidates = healthy.isEmpty() ? untried : healthy;
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

    /** Sessions and requests that are counted as being at an endpoint, or on their way. */
    public int outstanding() {
        return health.values().stream().mapToInt(EndpointHealth::outstanding).sum();
    }

    /** Endpoints whose health is known. Any thread may ask. */
    public int known() {
        return health.size();
    }

    /** The ones that are left out now. Any thread may ask. */
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

    /** How this endpoint has answered of late. */
    public EndpointHealth health(Endpoint endpoint) {
        EndpointHealth known = health.get(endpoint.address());
        if (known == null) {
            if (health.size() >= MAX_ENDPOINTS) {
                long now = System.nanoTime();
                health.values().removeIf(h -> h.idle(now));
            }
            known = new EndpointHealth(ejected);
            health.put(endpoint.address(), known);
        }
        return known;
    }
}
