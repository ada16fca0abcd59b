package dev.weft.control.analyze;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.HeaderMatch;
import dev.weft.policy.model.HostPattern;
import dev.weft.policy.model.PathPattern;
import dev.weft.policy.model.PathPattern.Segment;
import dev.weft.policy.model.RequestMatch;
import dev.weft.policy.model.Source;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

/**
 * Decides whether one rule matches everything that another matches. A yes is certain. A no may be wrong where two rules
 * mean the same in different words.
 *
 * @param own the trust domain of the workloads
 */
record RuleCoverage(TrustDomain own) {

    /** Compares ports, sources and requests; not the workloads that the policies select. */
    boolean covers(AuthorizationPolicy outer, AuthorizationPolicy inner) {
        boolean ports = outer.ports().isEmpty()
                || (!inner.ports().isEmpty() && outer.ports().containsAll(inner.ports()));
        return ports
                && inner.from().stream()
                        .allMatch(source -> outer.from().stream().anyMatch(other -> covers(other, source)))
                && covers(outer.to(), inner.to(), RuleCoverage::covers);
    }

    /** Whether each inner entry is covered by an outer one; no outer entry means any. */
    private static <T> boolean covers(List<T> outer, List<T> inner, BiPredicate<T, T> covers) {
        return outer.isEmpty()
                || (!inner.isEmpty()
                        && inner.stream().allMatch(one -> outer.stream().anyMatch(other -> covers.test(other, one))));
    }

    /**
     * Returns which other entry makes this one of no effect, because it covers it; of two entries that cover each
     * other, the first is kept.
     */
    static <T> OptionalInt coveredBy(List<T> entries, int entry, BiPredicate<T, T> covers) {
        T inner = entries.get(entry);
        return IntStream.range(0, entries.size())
                .filter(i -> i != entry
                        && covers.test(entries.get(i), inner)
                        && (i < entry || !covers.test(inner, entries.get(i))))
                .findFirst();
    }

    private boolean covers(Source outer, Source inner) {
        return outer.all().stream()
                .allMatch(asked -> asked instanceof Condition.Anyone
                        || inner.all().stream().anyMatch(given -> follows(given, asked)));
    }

    private boolean follows(Condition given, Condition asked) {
        if (given.equals(asked)) {
            return true;
        }
        return switch (asked) {
            case Condition.Authenticated _ ->
                !(given instanceof Condition.FromAddress || given instanceof Condition.Anyone);
            case Condition.IdentityPrefix(String prefix) -> begins(given, prefix);
            case Condition.InTrustDomain(TrustDomain domain) -> belongs(given, domain);
            case Condition.InNamespace(String namespace) ->
                given instanceof Condition.Account(var account)
                        && account.namespace().equals(namespace);
            case Condition.Account(var account) ->
                given instanceof Condition.Identity(SpiffeId id)
                        && id.trustDomain().equals(own)
                        && id.serviceAccount().filter(account::equals).isPresent();
            case Condition.Identity _, Condition.FromAddress _, Condition.Anyone _ -> false;
        };
    }

    private boolean belongs(Condition given, TrustDomain domain) {
        return switch (given) {
            case Condition.Identity(SpiffeId id) -> id.trustDomain().equals(domain);
            case Condition.Account _, Condition.InNamespace _ -> domain.equals(own);
            case Condition.IdentityPrefix(String prefix) -> prefix.startsWith("spiffe://" + domain.name() + "/");
            case Condition.InTrustDomain _, Condition.FromAddress _, Condition.Authenticated _, Condition.Anyone _ ->
                false;
        };
    }

    private static boolean begins(Condition given, String prefix) {
        return switch (given) {
            case Condition.Identity(SpiffeId id) -> id.toString().startsWith(prefix);
            case Condition.IdentityPrefix(String longer) -> longer.startsWith(prefix);
            case Condition.Account _,
                    Condition.InNamespace _,
                    Condition.InTrustDomain _,
                    Condition.FromAddress _,
                    Condition.Authenticated _,
                    Condition.Anyone _ -> false;
        };
    }

    /**
     * Whether each request that {@code inner} matches is also matched by {@code outer}; both are entries of {@code to}.
     */
    static boolean covers(RequestMatch outer, RequestMatch inner) {
        return switch (outer) {
            case RequestMatch.Http wide
            when inner instanceof RequestMatch.Http narrow ->
                any(wide.methods(), narrow.methods())
                        && covers(wide.hosts(), narrow.hosts(), RuleCoverage::covers)
                        && covers(wide.paths(), narrow.paths(), RuleCoverage::covers)
                        && wide.headers().stream().allMatch(header -> asks(narrow.headers(), header));
            case RequestMatch.Http wide ->
                any(wide.methods(), List.of("POST"))
                        && wide.hosts().isEmpty()
                        && wide.paths().isEmpty()
                        && wide.headers().isEmpty();
            case RequestMatch.Grpc wide ->
                inner instanceof RequestMatch.Grpc narrow
                        && wide.service().equals(narrow.service())
                        && any(wide.methods(), narrow.methods());
        };
    }

    /** Compares two lists of names; an empty list means any name. */
    private static boolean any(Collection<String> outer, Collection<String> inner) {
        return outer.isEmpty() || (!inner.isEmpty() && outer.containsAll(inner));
    }

    private static boolean covers(HostPattern outer, HostPattern inner) {
        return inner.isWildcard()
                ? outer.equals(inner) || outer.matches(inner.text().substring(2))
                : outer.matches(inner.text());
    }

    private static boolean covers(PathPattern outer, PathPattern inner) {
        List<Segment> asked = outer.segments();
        List<Segment> given = inner.segments();
        if (given.size() < asked.size()) {
            return false;
        }
        for (int i = 0; i < asked.size(); i++) {
            if (!covers(asked.get(i), given.get(i))) {
                return false;
            }
        }
        boolean longer = given.size() > asked.size();
        return switch (outer.tail()) {
            case ANYTHING -> true;
            case NOTHING -> !longer && inner.tail() == PathPattern.Tail.NOTHING;
            case SOMETHING ->
                longer
                        ? covers(new Segment.Any(), given.get(asked.size()))
                        : inner.tail() == PathPattern.Tail.SOMETHING;
        };
    }

    private static boolean covers(Segment outer, Segment inner) {
        return switch (outer) {
            case Segment.Any _ -> !inner.equals(new Segment.Literal(""));
            case Segment.Literal literal -> literal.equals(inner);
        };
    }

    private static boolean asks(List<HeaderMatch> given, HeaderMatch asked) {
        return switch (asked) {
            case HeaderMatch.Exact exact -> given.contains(exact);
            case HeaderMatch.Present(String name) ->
                given.stream().anyMatch(header -> header.name().equals(name));
        };
    }
}
