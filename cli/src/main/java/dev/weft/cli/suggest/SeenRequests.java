package dev.weft.cli.suggest;

import dev.weft.api.v1.ObservedEdge;
import dev.weft.api.v1.Operation;
import dev.weft.api.v1.RequestSums;
import dev.weft.cli.suggest.Suggestion.RequestKind;
import dev.weft.cli.suggest.Suggestion.Requests;
import dev.weft.policy.model.PathPattern;
import dev.weft.policy.model.RequestMatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Sums up the recorded requests to one port, of all callers and protocols. */
final class SeenRequests {

    /** The most paths that a suggestion names; beyond them it names methods only. */
    static final int MAX_PATHS = 64;

    /** Stands for requests whose paths are not known. */
    private static final String ANY_PATH = "";

    private final Set<String> protocols = new TreeSet<>();
    private final Set<String> read = new TreeSet<>();
    private final Set<String> unread = new TreeSet<>();
    private final Map<String, Set<String>> methodsByPath = new TreeMap<>();
    private final Map<String, Set<String>> methodsByService = new TreeMap<>();
    private long count;
    /** Why a policy cannot name the requests; empty if it can. */
    private String unknown = "";

    private SeenRequests() {}

    static Requests of(List<ObservedEdge> edges) {
        SeenRequests seen = new SeenRequests();
        edges.forEach(seen::add);
        return seen.requests();
    }

    private void add(ObservedEdge observed) {
        long before = count;
        String caller = CallSummary.name(observed);
        for (RequestSums sums : observed.getEdge().getRequestsList()) {
            add(sums, caller);
        }
        if (count > before) {
            read.add(caller);
        } else if (observed.getEdge().getAdmitted() > 0) {
            unread.add(caller);
        }
    }

    private void add(RequestSums sums, String caller) {
        long all = sums.getRefused()
                + sums.getByClassList().stream().mapToLong(Long::longValue).sum();
        if (all == 0) {
            return;
        }
        count += all;
        protocols.add(sums.getProtocol());
        sums.getOperationsList().forEach(operation -> add(operation, caller));
        if (sums.getOperationsLeftOut()) {
            unknown = "the requests of " + caller + " were of too many kinds, or of a kind that no policy can name";
        } else if (sums.getOperationsCount() == 0 && succeeded(sums) > 0) {
            unknown = "the sidecar that " + caller + " called is of a version that does not record them";
        }
    }

    /** Returns the number of responses that are neither missing nor errors. */
    private static long succeeded(RequestSums sums) {
        return sums.getByClassList().stream()
                .limit(4) // no response, 1xx, 2xx, 3xx
                .skip(1)
                .mapToLong(Long::longValue)
                .sum();
    }

    private void add(Operation operation, String caller) {
        String path = operation.getPath();
        String method = operation.getMethod();
        int slash = path.indexOf('/', 1);
        boolean call = method.isEmpty() && slash > 0;
        boolean sound = call
                ? RequestMatch.Grpc.unmetService(path.substring(1, slash)) == null
                        && RequestMatch.Grpc.unmetMethod(path.substring(slash + 1)) == null
                : RequestMatch.Http.unmetMethod(method) == null
                        && (path.isEmpty() || PathPattern.Prefix.unmet(path) == null && SuggestedYaml.isPlain(path));
        if (!sound) {
            unknown = "the sidecar that " + caller + " called reports a kind of request that no policy can name";
        } else if (call) {
            methodsByService
                    .computeIfAbsent(path.substring(1, slash), _ -> new TreeSet<>())
                    .add(path.substring(slash + 1));
        } else {
            methodsByPath.computeIfAbsent(path, _ -> new TreeSet<>()).add(method);
        }
    }

    private Requests requests() {
        unread.removeAll(read);
        List<RequestKind> kinds = new ArrayList<>();
        pathsByMethods().forEach((methods, paths) -> kinds.add(new RequestKind("", List.copyOf(methods), paths)));
        methodsByService.forEach(
                (service, methods) -> kinds.add(new RequestKind(service, List.copyOf(methods), List.of())));
        if (kinds.stream().anyMatch(kind -> kind.methods().size() > RequestMatch.MAX_METHODS)) {
            unknown = "they have more methods than a policy can name";
        }
        if (kinds.isEmpty() && unknown.isEmpty()) {
            unknown = "the application answered none of them";
        }
        if (!unread.isEmpty()) {
            unknown = "none was read of " + unread.iterator().next();
        }
        return new Requests(count, List.copyOf(protocols), List.copyOf(unread), kinds, unknown);
    }

    /** Returns the paths with the same methods together. */
    private Map<Set<String>, List<String>> pathsByMethods() {
        Map<Set<String>, List<String>> together = new HashMap<>();
        if (methodsByPath.containsKey(ANY_PATH) || methodsByPath.size() > MAX_PATHS) {
            Set<String> methods = new TreeSet<>();
            methodsByPath.values().forEach(methods::addAll);
            together.put(methods, List.of());
            return together;
        }
        methodsByPath.forEach((path, methods) ->
                together.computeIfAbsent(methods, _ -> new ArrayList<>()).add(path));
        Map<Set<String>, List<String>> sorted =
                new TreeMap<>((one, other) -> one.toString().compareTo(other.toString()));
        sorted.putAll(together);
        return sorted;
    }
}
