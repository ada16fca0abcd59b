package dev.weft.files.yaml;

import dev.weft.identity.spiffe.ServiceAccount;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.LabelSelector;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.SelectingEgress;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.model.SelectingRateLimit;
import dev.weft.mesh.route.Timeouts;
import dev.weft.policy.egress.EgressPolicy;
import dev.weft.policy.egress.EgressTarget;
import dev.weft.policy.limit.LimitRule;
import dev.weft.policy.limit.LimitRule.Scope;
import dev.weft.policy.limit.LimitRule.Unit;
import dev.weft.policy.limit.LimitRule.Waiting;
import dev.weft.policy.limit.RateLimit;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.Cidr;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.HeaderMatch;
import dev.weft.policy.model.HostPattern;
import dev.weft.policy.model.PathPattern;
import dev.weft.policy.model.RequestMatch;
import dev.weft.policy.model.Source;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the {@code spec} of the kinds that select workloads: AuthorizationPolicy, EgressPolicy and RateLimit. */
final class PolicyReader {

    /** Longest time that a request waits, if the limit does not set one. */
    private static final Duration WAIT = Duration.ofSeconds(1);

    private PolicyReader() {}

    static @Nullable SelectingPolicy authorization(ObjectName name, Fields spec) {
        Action action = spec.word("action", Action.class);
        List<Source> from = spec.mappings("from", source -> source(name.namespace(), source));
        return action == null
                ? null
                : new SelectingPolicy(
                        new AuthorizationPolicy(
                                name.namespace(), name.name(), spec.numbers("ports"), action, from, requests(spec)),
                        workloads(spec));
    }

    /** Returns the selector for the workloads of an object; without one, all workloads. */
    static LabelSelector workloads(Fields spec) {
        LabelSelector conditions = spec.mapping("workloads", PolicyReader::selector);
        return conditions == null ? LabelSelector.ALL : conditions;
    }

    private static LabelSelector selector(Fields fields) {
        return new LabelSelector(
                fields.map("matchLabels"), fields.mappings("matchExpressions", PolicyReader::expression));
    }

    private static LabelSelector.@Nullable Expression expression(Fields fields) {
        String key = fields.text("key");
        LabelSelector.Operator operator = fields.word("operator", LabelSelector.Operator.class);
        List<String> values = fields.texts("values");
        if (key == null || operator == null) {
            return null;
        }
        boolean wantsValues = switch (operator) {
            case IN, NOT_IN -> true;
            case EXISTS, DOES_NOT_EXIST -> false;
        };
        if (wantsValues == values.isEmpty()) {
            fields.problem(wantsValues ? "values are missing" : "values are there (expected: none for this operator)");
        }
        return new LabelSelector.Expression(key, operator, values);
    }

    /** Returns null if none of the conditions is usable. */
    static @Nullable Source source(String namespace, Fields fields) {
        List<Condition> all = Stream.<Condition>of(
                        fields.text("identity", PolicyReader::identity),
                        fields.text("identityPrefix", Condition.IdentityPrefix::new),
                        fields.text("serviceAccount", text -> new Condition.Account(account(namespace, text))),
                        fields.text("namespace", Condition.InNamespace::new),
                        fields.text("trustDomain", text -> new Condition.InTrustDomain(TrustDomain.parse(text))),
                        fields.text("cidr", text -> new Condition.FromAddress(Cidr.parse(text))),
                        fields.text("authenticated", _ -> new Condition.Authenticated()),
                        fields.text("anyone", _ -> new Condition.Anyone()))
                .filter(Objects::nonNull)
                .toList();
        return all.isEmpty() ? null : new Source(all);
    }

    private static Condition identity(String text) {
        return text.endsWith(Condition.IdentityPrefix.ANY_BELOW)
                ? new Condition.IdentityPrefix(text.substring(0, text.length() - 1))
                : new Condition.Identity(SpiffeId.parse(text));
    }

    private static ServiceAccount account(String namespace, String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? new ServiceAccount(namespace, text)
                : new ServiceAccount(text.substring(0, slash), text.substring(slash + 1));
    }

    private static List<RequestMatch> requests(Fields spec) {
        List<RequestMatch> to = spec.mappings("to", PolicyReader::match);
        long combinations = AuthorizationPolicy.combinations(to);
        if (combinations > AuthorizationPolicy.MAX_COMBINATIONS) {
            spec.problem(
                    "to",
                    combinations + " combinations of path, method and host (expected: at most "
                            + AuthorizationPolicy.MAX_COMBINATIONS + "; share them among several policies)");
            return List.of();
        }
        return to;
    }

    private static @Nullable RequestMatch match(Fields entry) {
        RequestMatch http = entry.mapping("http", PolicyReader::http);
        return http != null ? http : entry.mapping("grpc", PolicyReader::grpc);
    }

    private static RequestMatch http(Fields fields) {
        return new RequestMatch.Http(
                new HashSet<>(fields.texts("methods")),
                fields.texts("hosts").stream().map(HostPattern::new).toList(),
                fields.mappings("paths", PolicyReader::path),
                fields.mappings("headers", PolicyReader::header));
    }

    private static @Nullable RequestMatch grpc(Fields fields) {
        return fields.text(
                "service", service -> new RequestMatch.Grpc(service, new HashSet<>(fields.texts("methods"))));
    }

    private static @Nullable PathPattern path(Fields fields) {
        PathPattern exact = fields.text("exact", PathPattern.Exact::new);
        PathPattern prefix = fields.text("prefix", PathPattern.Prefix::new);
        return exact != null ? exact : prefix != null ? prefix : fields.text("template", PathPattern.Template::new);
    }

    private static @Nullable HeaderMatch header(Fields fields) {
        String name = fields.text("name");
        if (name == null) {
            return null;
        }
        HeaderMatch exact = fields.text("exact", value -> new HeaderMatch.Exact(name, value));
        return exact != null ? exact : fields.text("present", _ -> new HeaderMatch.Present(name));
    }

    static SelectingEgress egress(ObjectName name, Fields spec) {
        return new SelectingEgress(
                new EgressPolicy(name.namespace(), name.name(), spec.mappings("to", PolicyReader::target)),
                workloads(spec));
    }

    private static @Nullable EgressTarget target(Fields fields) {
        Set<Integer> ports = fields.numbers("ports");
        EgressTarget range = fields.text("cidr", cidr -> new EgressTarget.Range(Cidr.parse(cidr), ports));
        return range != null ? range : fields.text("host", host -> new EgressTarget.Host(new HostPattern(host), ports));
    }

    /** Returns null if none of the limits is usable. */
    static @Nullable SelectingRateLimit rateLimit(ObjectName name, Fields spec) {
        List<LimitRule> limits = spec.mappings("limits", limit -> limit(name.namespace(), limit));
        return limits.isEmpty()
                ? null
                : new SelectingRateLimit(
                        new RateLimit(name.namespace(), name.name(), spec.numbers("ports"), limits), workloads(spec));
    }

    private static @Nullable LimitRule limit(String namespace, Fields fields) {
        List<Source> from = fields.mappings("from", source -> source(namespace, source));
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
