package dev.weft.policy.match;

import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.PathPattern;
import dev.weft.policy.model.PathPattern.Segment;
import dev.weft.policy.model.RequestMatch;
import dev.weft.policy.request.HttpRequest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An index of policies of one action that finds the policies for a request by path, method and host. Immutable.
 *
 * <p>The cost of a search depends on the path's segments and on the rules that differ in headers only, not on the
 * number of other rules.
 */
public final class RequestIndex {

    /** Returned by {@link #first} when no policy matches. */
    public static final int NONE = RuleSearch.NONE;

    private final Strictness reading;
    private final @Nullable Rules anyPath;
    private final PathTrie paths;

    private RequestIndex(Strictness reading, @Nullable Rules anyPath, PathTrie paths) {
        this.reading = reading;
        this.anyPath = anyPath;
        this.paths = paths;
    }

    /** Builds the index from the {@code to} entries of the policies. */
    public static RequestIndex of(List<AuthorizationPolicy> policies, Strictness reading) {
        List<Rule> anyPath = new ArrayList<>();
        PathTrie.Builder paths = new PathTrie.Builder();
        for (int i = 0; i < policies.size(); i++) {
            for (RequestMatch match : policies.get(i).to()) {
                add(match, Rule.of(i, match, reading), anyPath, paths);
            }
        }
        return new RequestIndex(reading, Rules.of(anyPath), paths.build());
    }

    private static void add(RequestMatch match, Rule rule, List<Rule> anyPath, PathTrie.Builder paths) {
        switch (match) {
            case RequestMatch.Http http when http.paths().isEmpty() -> anyPath.add(rule);
            case RequestMatch.Http http ->
                http.paths().forEach(path -> paths.add(path.segments(), path.tail(), rule.reading(), rule));
            case RequestMatch.Grpc grpc ->
                grpcSegments(grpc)
                        .forEach(segments -> paths.add(segments, PathPattern.Tail.NOTHING, rule.reading(), rule));
        }
    }

    /** Returns the path segments of gRPC calls: the path is {@code /SERVICE/METHOD}. */
    private static List<List<Segment>> grpcSegments(RequestMatch.Grpc grpc) {
        Segment service = new Segment.Literal(grpc.service());
        return grpc.methods().isEmpty()
                ? List.of(List.of(service, new Segment.Any()))
                : grpc.methods().stream()
                        .map(method -> List.of(service, new Segment.Literal(method)))
                        .toList();
    }

    /** Returns the number of the first policy that matches, or {@link #NONE}. */
    public int first(HttpRequest request) {
        RuleSearch search = new RuleSearch(request, reading, null);
        run(search);
        return search.first();
    }

    /** Returns the numbers of all policies that match. */
    public BitSet all(HttpRequest request) {
        BitSet all = new BitSet();
        run(new RuleSearch(request, reading, all));
        return all;
    }

    private void run(RuleSearch search) {
        if (anyPath != null) {
            anyPath.search(search);
        }
        String path = search.request.path();
        if (path.startsWith("/")) {
            paths.search(reading.normalizedPath(path), 1, search);
        }
    }
}
