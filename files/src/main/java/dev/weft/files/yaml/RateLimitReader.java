package dev.weft.files.yaml;

import dev.weft.mesh.model.LabelSelector;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.SelectingRateLimit;
import dev.weft.policy.limit.LimitRule;
import dev.weft.policy.limit.LimitRule.Scope;
import dev.weft.policy.limit.LimitRule.Unit;
import dev.weft.policy.limit.RateLimit;
import dev.weft.policy.model.Source;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the {@code spec} of a RateLimit. */
final class RateLimitReader {

    private static final String REQUESTS = "requestsPerSecond";
    private static final String CONNECTIONS = "connectionsPerSecond";
    private static final Map<String, Scope> SCOPES = Map.of("identity", Scope.IDENTITY, "all", Scope.ALL);

    private RateLimitReader() {}

    /** Empty if it is not usable, which was reported. */
    static Optional<SelectingRateLimit> read(ObjectName name, Fields spec) {
        LabelSelector workloads = spec.mapping("workloads", PolicyReader::selector);
        Set<Integer> ports = spec.ports("ports");
        List<LimitRule> limits = spec.mappings("limits", limit -> rule(name.namespace(), limit));
        if (limits.isEmpty() || limits.size() > RateLimit.MAX_LIMITS) {
            spec.problem("no usable limits (expected: limits with 1 to " + RateLimit.MAX_LIMITS + " entries)");
            return Optional.empty();
        }
        return Optional.of(new SelectingRateLimit(
                new RateLimit(name.namespace(), name.name(), ports, limits),
                workloads == null ? LabelSelector.ALL : workloads));
    }

    private static @Nullable LimitRule rule(String namespace, Fields fields) {
        fields.refuseEmpty("from");
        List<Source> from = fields.mappings("from", source -> PolicyReader.source(namespace, source));
        int requests = fields.number(REQUESTS, 0, 1, LimitRule.MAX_RATE);
        int connections = fields.number(CONNECTIONS, 0, 1, LimitRule.MAX_RATE);
        int perSecond = Math.max(requests, connections);
        int burst = fields.number("burst", perSecond, 1, LimitRule.MAX_RATE);
        Scope scope = fields.word("per", SCOPES);
        if ((requests == 0) == (connections == 0)) {
            fields.problem("no usable rate (expected: one of " + REQUESTS + " and " + CONNECTIONS + ")");
            return null;
        }
        return new LimitRule(
                from,
                requests == 0 ? Unit.CONNECTIONS : Unit.REQUESTS,
                perSecond,
                burst,
                scope == null ? Scope.IDENTITY : scope);
    }
}
