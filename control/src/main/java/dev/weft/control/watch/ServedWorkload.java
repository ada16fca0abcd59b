package dev.weft.control.watch;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.ProbeExemption;
import dev.weft.api.v1.RateLimit;
import dev.weft.api.v1.RateLimitRule;
import dev.weft.api.v1.RateLimitUnit;
import dev.weft.api.v1.Resource;
import dev.weft.identity.spiffe.SpiffeId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A meshed workload: the identity that its proxy must have, and its inbound configuration, which is built when first
 * requested. Compared by reference: another object may have another content. Safe for use by many threads.
 */
public final class ServedWorkload {

    private final SpiffeId identity;
    private final String instance;
    private final boolean identityEnded;
    private final List<String> addresses;
    /** Released after its use, with all that it holds. */
    @GuardedBy("this")
    private @Nullable Supplier<Inbound> inbound;

    private volatile @Nullable Resource made;
    /** The configuration without what some proxies do not support, by the capabilities that these lack. */
    private final Map<Set<String>, Resource> reduced = new ConcurrentHashMap<>(0);

    /**
     * Creates a workload with the configuration that the supplier builds.
     *
     * @param identityEnded whether it gets no further certificate
     * @param addresses the workload's addresses
     */
    public ServedWorkload(
            SpiffeId identity,
            String instance,
            boolean identityEnded,
            List<String> addresses,
            Supplier<Inbound> inbound) {
        this.identityEnded = identityEnded;
        this.identity = requireNonNull(identity, "identity");
        this.instance = requireNonNull(instance, "instance");
        this.addresses = List.copyOf(addresses);
        this.inbound = requireNonNull(inbound, "inbound");
    }

    /** Returns the identity that the proxy must have. */
    public SpiffeId identity() {
        return identity;
    }

    String instance() {
        return instance;
    }

    /** Whether it gets no further certificate. */
    boolean identityEnded() {
        return identityEnded;
    }

    List<String> addresses() {
        return addresses;
    }

    /** Returns the workload's inbound configuration. */
    Resource inbound() {
        Resource known = made;
        return known == null ? make() : known;
    }

    /**
     * Returns the configuration for a proxy with these capabilities: without limits that it cannot enforce, and without
     * zones, gRPC probes and ports of HTTP if it does not know of these.
     */
    Resource inbound(Set<String> capabilities) {
        Resource whole = inbound();
        Set<String> lacking = new HashSet<>();
        if (whole.getInbound().getRateLimitsCount() > 0) {
            lacking.add(Capabilities.RATE_LIMITS);
        }
        if (whole.getInbound().getRateLimitsList().stream().anyMatch(limit -> isAtOnce(limit.getLimitsList()))) {
            lacking.add(Capabilities.REQUESTS_AT_ONCE);
        }
        if (!whole.getInbound().getZone().isEmpty()) {
            lacking.add(Capabilities.ZONES);
        }
        if (whole.getInbound().getProbesList().stream().anyMatch(ProbeExemption::getGrpc)) {
            lacking.add(Capabilities.GRPC_PROBES);
        }
        if (whole.getInbound().getHttpPortsCount() > 0) {
            lacking.add(Capabilities.HTTP_PORTS);
        }
        lacking.removeAll(capabilities);
        return lacking.isEmpty() ? whole : reduced.computeIfAbsent(Set.copyOf(lacking), _ -> without(lacking, whole));
    }

    private static Resource without(Set<String> lacking, Resource whole) {
        Inbound.Builder content = whole.getInbound().toBuilder();
        if (lacking.contains(Capabilities.RATE_LIMITS)) {
            content.clearRateLimits();
        } else if (lacking.contains(Capabilities.REQUESTS_AT_ONCE)) {
            List<RateLimit> others = content.getRateLimitsList().stream()
                    .map(ServedWorkload::withoutAtOnce)
                    .filter(limit -> limit.getLimitsCount() > 0)
                    .toList();
            content.clearRateLimits().addAllRateLimits(others);
        }
        if (lacking.contains(Capabilities.ZONES)) {
            content.clearZone();
        }
        if (lacking.contains(Capabilities.GRPC_PROBES)) {
            List<ProbeExemption> openings = content.getProbesList().stream()
                    .map(probe -> probe.toBuilder().clearGrpc().build())
                    .distinct()
                    .toList();
            content.clearProbes().addAllProbes(openings);
        }
        if (lacking.contains(Capabilities.HTTP_PORTS)) {
            content.clearHttpPorts();
        }
        return resource(content.build());
    }

    private static boolean isAtOnce(List<RateLimitRule> rules) {
        return rules.stream().anyMatch(rule -> rule.getUnit() == RateLimitUnit.RATE_LIMIT_UNIT_AT_ONCE);
    }

    private static RateLimit withoutAtOnce(RateLimit limit) {
        List<RateLimitRule> others = limit.getLimitsList().stream()
                .filter(rule -> !isAtOnce(List.of(rule)))
                .toList();
        return limit.toBuilder().clearLimits().addAllLimits(others).build();
    }

    private static Resource resource(Inbound content) {
        return ResourceVersions.resource(MeshState.INBOUND, content, Resource.Builder::setInbound);
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
