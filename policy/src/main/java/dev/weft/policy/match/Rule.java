package dev.weft.policy.match;

import dev.weft.policy.model.HeaderMatch;
import dev.weft.policy.model.HostPattern;
import dev.weft.policy.model.RequestMatch;
import dev.weft.policy.request.HttpRequest;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an entry of {@code to} requires besides the path.
 *
 * @param policy number of the policy that has the entry; the lowest number that matches decides
 */
record Rule(
        int policy,
        Strictness reading,
        Set<String> methods,
        List<HostPattern> hosts,
        List<HeaderMatch> headers,
        boolean mustBeGrpc) {

    static Rule of(int policy, RequestMatch match, Strictness reading) {
        return switch (match) {
            case RequestMatch.Http http ->
                new Rule(
                        policy,
                        reading,
                        http.methods().stream().map(reading::normalizedWord).collect(Collectors.toUnmodifiableSet()),
                        http.hosts(),
                        http.headers(),
                        false);
            case RequestMatch.Grpc _ ->
                new Rule(policy, reading, Set.of(), List.of(), List.of(), reading == Strictness.STRICT);
        };
    }

    /** @param method in the form in which it is compared */
    boolean matches(HttpRequest request, String method) {
        return (methods.isEmpty() || methods.contains(method)) && hostMatches(request.host()) && restMatches(request);
    }

    boolean hostMatches(String host) {
        if (hosts.isEmpty() || (reading == Strictness.WIDE && host.isEmpty())) {
            return true;
        }
        for (int i = 0; i < hosts.size(); i++) {
            if (hosts.get(i).matches(host)) {
                return true;
            }
        }
        return false;
    }

    /** Checks everything except method and host. */
    boolean restMatches(HttpRequest request) {
        if (mustBeGrpc && !request.grpc()) {
            return false;
        }
        for (int i = 0; i < headers.size(); i++) {
            if (!HeaderMatching.matches(headers.get(i), request.headers(), reading)) {
                return false;
            }
        }
        return true;
    }
}
