package dev.weft.files.yaml;

import dev.weft.mesh.model.LabelSelector;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.SelectingRateLimit;
import dev.weft.policy.limit.LimitRule;
import dev.weft.policy.limit.LimitRule.Scope;
import dev.weft.policy.limit.LimitRule.Unit;
import dev.weft.policy.limit.LimitRule.Waiting;
import dev.weft.policy.limit.RateLimit;
import dev.weft.policy.model.Source;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the {@code spec} of a RateLimit. */
final class RateLimitReader {

    private static final String REQUESTS = "requestsPerSecond";
    private static final String CONNECTIONS = "connectionsPerSecond";
    private static final String AT_ONCE = "requestsAtOnce";
    /** How long a request waits, if nothing is said. */
    private static final Duration WAIT = Duration.ofSeconds(1);

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
        int atOnce = fields.number(AT_ONCE, 0, 1, LimitRule.MAX_RATE);
        int perSecond = Math.max(atOnce, Math.max(requests, connections));
        int burst = fields.number("burst", perSecond, 1, LimitRule.MAX_RATE);
        Scope scope = fields.word("per", SCOPES);
        Waiting waiting = waiting(fields, atOnce > 0);
        if (Stream.of(requests, connections, atOnce).filter(said -> said > 0).count() != 1) {
            fields.problem(
                    "no usable rate (expected: one of " + REQUESTS + ", " + CONNECTIONS + " and " + AT_ONCE + ")");
            return null;
        }
        if (atOnce > 0 && burst != atOnce) {
            fields.problem(
                    "burst: " + burst + " (expected: none with " + AT_ONCE + ", which is how many there may be)");
        }
        return new LimitRule(
                from,
                atOnce > 0 ? Unit.AT_ONCE : requests > 0 ? Unit.REQUESTS : Unit.CONNECTIONS,
                perSecond,
                burst,
                scope == null ? Scope.IDENTITY : scope,
                waiting);
    }

    private static Waiting waiting(Fields fields, boolean atOnce) {
        int most = fields.number("waiting", 0, 1, Waiting.MAX);
        String wait = fields.text("wait", RouteForms.duration(Waiting.LONGEST, "1m"));
        if (most > 0 && !atOnce) {
            fields.problem("waiting: " + most + " (expected: only with " + AT_ONCE + ")");
            return Waiting.NONE;
        }
        Duration longest = wait == null ? WAIT : RouteForms.duration(wait);
        if (wait != null && (most == 0 || longest.isZero())) {
            fields.problem("wait: " + wait + " (expected: more than 0s, and only with waiting)");
            return Waiting.NONE;
        }
        return most == 0 ? Waiting.NONE : new Waiting(most, longest);
    }
}
