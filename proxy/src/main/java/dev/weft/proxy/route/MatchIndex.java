package dev.weft.proxy.route;

import dev.weft.policy.request.HttpRequest;
import dev.weft.policy.request.RequestFields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first match of a request. Matches of other paths cost nothing: whole paths are found by hash, and prefixes
 * by walking their elements.
 */
final class MatchIndex {
    private final Map<String, List<MatchEntry>> exact = new HashMap<>();
    private final Map<String, List<MatchEntry>> grpcMethods = new HashMap<>();
    private final Node prefixes = new Node();
    private final List<MatchEntry> anyPath = new ArrayList<>();

    private static final class Node {
        private final Map<String, Node> next = new HashMap<>();
        private final List<MatchEntry> entries = new ArrayList<>(1);
    }

    /** Adds a match of a whole path. Matches of all kinds must be added in the order of their precedence. */
    void exact(String path, MatchEntry entry) {
        exact.computeIfAbsent(path, _ -> new ArrayList<>(1)).add(entry);
    }

    /** Adds a match of a gRPC method: the last of a path's two elements. */
    void grpcMethod(String method, MatchEntry entry) {
        grpcMethods.computeIfAbsent(method, _ -> new ArrayList<>(1)).add(entry);
    }

    /** Adds a match of a path prefix, given as its whole elements. */
    void prefix(List<String> elements, MatchEntry entry) {
        Node node = prefixes;
        for (String element : elements) {
            node = node.next.computeIfAbsent(element, _ -> new Node());
        }
        node.entries.add(entry);
    }

    void anyPath(MatchEntry entry) {
        anyPath.add(entry);
    }

    @Nullable
    Matched first(HttpRequest request) {
        RequestFields asked = new RequestFields(request);
        String path = request.path();
        MatchEntry best = earlier(null, exact.get(path), asked);
        best = earlier(best, grpcMethods.isEmpty() ? null : grpcMethods.get(grpcMethod(path)), asked);
        best = earlier(best, anyPath, asked);
        Node node = prefixes;
        int at = 0;
        while (node != null) {
            best = earlier(best, node.entries, asked);
            if (at >= path.length() || path.charAt(at) != '/' || node.next.isEmpty()) {
                break;
            }
            int slash = path.indexOf('/', at + 1);
            int end = slash < 0 ? path.length() : slash;
            node = node.next.get(path.substring(at + 1, end));
            at = end;
        }
        return best == null ? null : best.to();
    }

    /** Returns the first entry that holds, if it comes before the best one so far; otherwise the best one so far. */
    private static @Nullable MatchEntry earlier(
            @Nullable MatchEntry best, @Nullable List<MatchEntry> entries, RequestFields asked) {
        if (entries == null) {
            return best;
        }
        for (MatchEntry entry : entries) {
            if (best != null && entry.order() > best.order()) {
                return best;
            }
            if (entry.holds(asked)) {
                return entry;
            }
        }
        return best;
    }

    /** Returns the gRPC method of a path; empty if the path does not have exactly two elements. */
    private static String grpcMethod(String path) {
        int slash = path.lastIndexOf('/');
        return slash > 0 && path.lastIndexOf('/', slash - 1) == 0 ? path.substring(slash + 1) : "";
    }
}
