package dev.weft.files.yaml;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.SelectingRateLimit;
import dev.weft.mesh.route.Timeouts;
import dev.weft.policy.limit.LimitRule;
import dev.weft.policy.limit.LimitRule.Scope;
import dev.weft.policy.limit.LimitRule.Unit;
import dev.weft.policy.limit.LimitRule.Waiting;
import dev.weft.policy.limit.RateLimit;
import dev.weft.policy.model.Source;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the {@code spec} of a RateLimit. */
final class RateLimitReader {

    /** Longest time that a request waits, if the limit does not set one. */
    private static final Duration WAIT = Duration.ofSeconds(1);

    private RateLimitReader() {}

    /** Returns null if none of the limits is usable. */
    static @Nullable SelectingRateLimit read(ObjectName name, Fields spec) {
        List<LimitRule> limits = spec.mappings("limits", limit -> rule(name.namespace(), limit));
        return limits.isEmpty()
                ? null
                : new SelectingRateLimit(
                        new RateLimit(name.namespace(), name.name(), spec.numbers("ports"), limits),
                        PolicyReader.workloads(spec));
    }

    private static @Nullable LimitRule rule(String namespace, Fields fields) {
        List<Source> from = fields.mappings("from", source -> PolicyReader.source(namespace, source));
        int requests = fields.number("requestsPerSecond", 0);
        int atOnce = fields.number("requestsAtOnce", 0);
        int limit = Math.max(atOnce, Math.max(requests, fields.number("connectionsPerSecond", 0)));
        int burst = fields.number("burst", limit);
        if (atOnce > 0 && burst != atOnce) {
            fields.problem("burst: " + burst + " (expected: none with requestsAtOnce, which is how many there may be)");
        }
        Waiting waiting = waiting(fields, atOnce > 0);
        return limit == 0
                ? null
                : new LimitRule(
                        from,
                        atOnce > 0 ? Unit.AT_ONCE : requests > 0 ? Unit.REQUESTS : Unit.CONNECTIONS,
                        limit,
                        burst,
                        Objects.requireNonNullElse(fields.word("per", Scope.class), Scope.IDENTITY),
                        waiting);
    }

    private static Waiting waiting(Fields fields, boolean atOnce) {
        int most = fields.number("waiting", 0);
        String wait = fields.text("wait");
        if (most > 0 && !atOnce) {
            fields.problem("waiting: " + most + " (expected: only with requestsAtOnce)");
            return Waiting.NONE;
        }
        Duration longest = wait == null ? WAIT : Timeouts.parse(wait);
        if (wait != null && (most == 0 || longest.isZero())) {
            fields.problem("wait: " + wait + " (expected: more than 0s, and only with waiting)");
            return Waiting.NONE;
        }
        return most == 0 ? Waiting.NONE : new Waiting(most, longest);
    }
}
